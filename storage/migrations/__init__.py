"""Migrations: what changed the tables, in order."""
