"""The operator's command line; called as python -m tools."""
