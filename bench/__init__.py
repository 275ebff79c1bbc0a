"""Benchmarks: figures with bounds, measured on the machine they are printed on."""
