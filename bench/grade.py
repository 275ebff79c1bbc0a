"""Grades of a whole population: facts in memory in, letters, levels and cuts out.

Beside it, in turns in the same process, what two rankings over the same columns cost when they are
all that is done. Each size is a process of its own, so that its peak of memory is its own.
"""

import asyncio
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

import polars as pl

from bench.figures import Figure
from bench.populations import population
from credit.population.engine import grade_population
from foundation.settings import ROOT

LARGE, HALF = 1_500_000, 750_000
ROUNDS = 5
AS_OF, MINIMUM = date(2026, 11, 22), 10
TIMES_TWO_RANKINGS = 6
TIMES_HALF = 2.3
MOST_MEGABYTES = 3_000


async def measure() -> list[Figure]:
    """Every figure of this benchmark."""
    half, large = await _in_a_process(HALF), await _in_a_process(LARGE)
    return [
        Figure("grade.two_rankings", large["rankings"], "s"),
        Figure("grade.1500000", large["grading"], "s"),
        Figure("grade.750000", half["grading"], "s"),
        Figure(
            "grade.of_two_rankings",
            large["grading"] / large["rankings"],
            "times",
            at_most=TIMES_TWO_RANKINGS,
        ),
        Figure("grade.double", large["grading"] / half["grading"], "times", at_most=TIMES_HALF),
        Figure("grade.memory", large["megabytes"], "MB", at_most=MOST_MEGABYTES),
    ]


def _two_rankings(ratios: pl.DataFrame) -> pl.DataFrame:
    """What the grading is compared with: both rankings, and nothing else."""
    return ratios.select(
        pl.col(name).rank("min", descending=True).over("industry") for name in ("tax", "utilities")
    )


def _measured(many: int) -> dict[str, float]:
    facts = population(many)
    # The ratios are made before the clock starts: the comparison is with the rankings alone.
    ratios = facts.select(
        "industry",
        tax=pl.col("tax_current").cast(pl.Float64) / pl.col("tax_base").cast(pl.Float64),
        utilities=pl.col("electricity_current").cast(pl.Float64)
        / pl.col("electricity_base").cast(pl.Float64),
    )
    taken: dict[str, list[float]] = {"rankings": [], "grading": []}
    for _ in range(ROUNDS):
        taken["rankings"].append(_seconds(lambda: _two_rankings(ratios)))
        taken["grading"].append(_seconds(lambda: grade_population(facts, AS_OF, MINIMUM)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {name: statistics.median(times) for name, times in taken.items()} | {"megabytes": peak}


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


async def _in_a_process(many: int) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.grade", str(many), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"grading {many} enterprises failed")
    found: dict[str, float] = json.loads(output)
    return found


if __name__ == "__main__":
    print(json.dumps(_measured(int(sys.argv[1]))))
