"""`python -m bench [name …]`, or ONLY=name: a FIGURE line for each figure, exit 1 when one misses.

A figure's line is: FIGURE name value unit bound. The bound is `>=number`, `<=number`, or `-`.
"""

import asyncio
import importlib
import os
import sys

from bench.figures import Figure

BENCHMARKS = (
    "catalogue",
    "grade",
    "import",
    "ledger",
    "match",
)

# A word of the language is no name of a module that others import.
MODULES = {"import": "imports"}

os.environ.setdefault("RQ_ENV", "development")


async def measured(name: str) -> list[Figure]:
    """The figures of one benchmark."""
    module = importlib.import_module(f"bench.{MODULES.get(name, name)}")
    figures: list[Figure] = await module.measure()
    return figures


def main() -> int:
    """Measure what was asked for, or everything."""
    only = os.environ.get("ONLY", "").split()
    names = sys.argv[1:] or only or list(BENCHMARKS)
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.")
        return 2
    missed = []
    for name in names:
        for figure in asyncio.run(measured(name)):
            print(figure.line(), flush=True)
            if not figure.holds:
                missed.append(figure.name)
    if missed:
        print(f"Missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
