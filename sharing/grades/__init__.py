"""Grades kept: what they rest on, runs over whole populations, and what is made of them."""
