"""Grades of a whole population: facts in memory in, letters, levels and cuts out.

Storing is measured apart: a COPY of the same rows into a table with their columns and key. What the
grading is compared with runs in turns with it in the same process: two rankings over the same
columns and nothing else; and so does the grading of the first half of the rows.
"""

import asyncio
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

import asyncpg
import polars as pl

from bench.figures import Figure
from bench.memory import peak_bytes
from bench.populations import population
from credit.population.engine import grade_population
from foundation.settings import ROOT
from storage.embedded import EmbeddedPostgres

LARGE, HALF = 1_500_000, 750_000
ROUNDS = 5
AS_OF, MINIMUM = date(2026, 11, 22), 10
TIMES_TWO_RANKINGS = 6
TIMES_HALF = 2.3
MOST_MEGABYTES = 3_000


async def measure() -> list[Figure]:
    """Every figure of this benchmark."""
    found = await _in_a_process()
    storing = await _storing()
    return [
        Figure("grade.two_rankings", found["rankings"], "s"),
        Figure("grade.1500000", found["grading"], "s"),
        Figure("grade.750000", found["half"], "s"),
        Figure(
            "grade.of_two_rankings",
            found["grading"] / found["rankings"],
            "times",
            at_most=TIMES_TWO_RANKINGS,
        ),
        Figure("grade.double", found["grading"] / found["half"], "times", at_most=TIMES_HALF),
        Figure("grade.memory", found["megabytes"], "MB", at_most=MOST_MEGABYTES),
        Figure("grade.storing", storing, "s"),
    ]


async def _storing() -> float:
    """Seconds of one COPY of the graded rows, as CSV made beforehand."""
    rows = grade_population(population(LARGE), AS_OF, MINIMUM).rows
    columns = ", ".join(f'"{name}" {_sql_type(dtype)}' for name, dtype in rows.schema.items())
    body = io.BytesIO()
    rows.write_csv(body, include_header=False)
    body.seek(0)
    with EmbeddedPostgres(ROOT / ".data" / "bench", "bench-postgres") as server:
        connection = await asyncpg.connect(server.url("rq_owner"))
        try:
            await connection.execute("DROP TABLE IF EXISTS bench_grade")
            await connection.execute(
                f"CREATE TABLE bench_grade ({columns}, PRIMARY KEY (enterprise_id))"
            )
            started = time.perf_counter()
            await connection.copy_to_table("bench_grade", source=body, format="csv")
            seconds = time.perf_counter() - started
            await connection.execute("DROP TABLE bench_grade")
        finally:
            await connection.close()
    return seconds


def _sql_type(dtype: pl.DataType) -> str:
    if dtype == pl.Boolean:
        return "boolean"
    return "bigint" if dtype.is_integer() else "text"


def _two_rankings(ratios: pl.DataFrame) -> pl.DataFrame:
    """What the grading is compared with: both rankings, and nothing else."""
    return ratios.select(
        pl.col(name).rank("min", descending=True).over("industry") for name in ("tax", "utilities")
    )


def _measured() -> dict[str, float]:
    facts = population(LARGE)
    half = facts.head(HALF)
    # The ratios are made before the clock starts: the comparison is with the rankings alone.
    ratios = facts.select(
        "industry",
        tax=pl.col("tax_current").cast(pl.Float64) / pl.col("tax_base").cast(pl.Float64),
        utilities=pl.col("electricity_current").cast(pl.Float64)
        / pl.col("electricity_base").cast(pl.Float64),
    )
    taken: dict[str, list[float]] = {"rankings": [], "grading": [], "half": []}
    for _ in range(ROUNDS):
        taken["rankings"].append(_seconds(lambda: _two_rankings(ratios)))
        taken["grading"].append(_seconds(lambda: grade_population(facts, AS_OF, MINIMUM)))
        taken["half"].append(_seconds(lambda: grade_population(half, AS_OF, MINIMUM)))
    peak = peak_bytes() / 2**20
    return {name: statistics.median(times) for name, times in taken.items()} | {"megabytes": peak}


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


async def _in_a_process() -> dict[str, float]:
    """The measures of a process that does nothing else, so that its peak of memory is its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.grade", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the grading failed")
    found: dict[str, float] = json.loads(output)
    return found


if __name__ == "__main__":
    print(json.dumps(_measured()))
