"""Institutions, products, demands, matches and offers."""
