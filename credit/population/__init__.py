"""A whole population graded in columns, exactly as credit/grade.py grades one enterprise.

Pure like the rest of the floor. Only the worker, the tools and the benchmarks import it: Polars has
no place in an API process.
"""
