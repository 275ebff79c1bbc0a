"""The HTTP and WebSocket entry point: composes everything, decides nothing."""
