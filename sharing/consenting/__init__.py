"""Consents in parts: what may be agreed to, how it is kept, its receipt, and what it covers."""
