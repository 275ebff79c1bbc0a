"""A fact becomes a notice, a notice reaches a phone."""
