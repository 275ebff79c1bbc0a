"""Populations in files matched part by part: the same work on one machine and on many.

A part is a run of demands, or of enterprises where there are no demands. It is read, matched and
written by itself, under a name of its own, so that doing it twice changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

import polars as pl

from matching.engine.batch import Batch, reference_asks
from matching.engine.catalogue import Catalogue, compile_sheets
from matching.engine.frames import asks_of, matches_of, people_of
from matching.engine.population import Asks, Population
from matching.engine.tables import ROW, WrongColumn
from matching.rule_file import read_rules

COLUMNS = {
    "demand_id": pl.String,
    "enterprise_id": pl.String,
    "position": pl.Int32,
    "verdict": pl.String,
    "product_id": pl.String,
    "product_version": pl.Int32,
    "annual_rate_e4": pl.Int64,
    "limit_fen": pl.Int64,
    "granted_fen": pl.Int64,
    "full_amount": pl.Boolean,
    "asked_kind": pl.Boolean,
    "all_in_cost_e4": pl.Int64,
    "score": pl.Float64,
}


@dataclass(frozen=True)
class Job:
    """What is matched with what, and where each part is written to.

    Without `demands` every enterprise is priced for 100万 over 12 months, or the nearest.
    """

    enterprises: Path
    products: Path
    demands: Path | None
    parts: Path
    day: date
    top: int
    near: int
    rows_per_part: int
    threads: int


@dataclass(frozen=True)
class Done:
    """A part that was written."""

    number: int
    demands: int
    fitting: int


def rows_of(job: Job) -> int:
    """How many demands there are in all. Raises WrongColumn for an enterprise that stands twice."""
    asking = job.demands or job.enterprises
    ids = pl.scan_parquet(job.enterprises).select("enterprise_id")
    if "enterprise_id" not in pl.read_parquet_schema(job.enterprises):
        raise WrongColumn("企业文件：缺少列 enterprise_id（文本）")
    total, distinct = ids.select(pl.len(), pl.n_unique("enterprise_id").alias("n")).collect().row(0)
    if distinct < total:
        raise WrongColumn("企业文件：列 enterprise_id 有重复的编号")
    count: int = pl.scan_parquet(asking).select(pl.len()).collect().item()
    return count


def numbers_of(job: Job) -> range:
    """The numbers of the parts."""
    return range(-(-rows_of(job) // job.rows_per_part))


def match_part(job: Job, number: int) -> Done:
    """Match one part and write it. Raises WrongColumn, RefusedRules, OSError."""
    catalogue = _catalogue(job.products, job.products.stat().st_mtime_ns)
    people, asks, ids = _read(job, number * job.rows_per_part)
    batch = Batch.of(
        catalogue, people, job.day, wished=job.demands is not None, top=job.top, near=job.near
    )
    frames, fitting = [pl.DataFrame(schema=COLUMNS)], 0
    for best in batch.blocks(asks, job.threads):
        fitting += int(best.fitting.sum())
        frames.append(matches_of(best, catalogue, people, asks, ids).select(_conformed()))
    file = part_file(job, number)
    # Another try at the same part may be writing too; the last one to end leaves a whole file.
    partial = file.with_name(f".{file.name}.{uuid4().hex}")
    pl.concat(frames).write_parquet(partial)
    partial.replace(file)
    return Done(number, len(asks), fitting)


def part_file(job: Job, number: int) -> Path:
    """Where a part is written."""
    return job.parts / f"part-{number:05}.parquet"


def _conformed() -> Iterator[pl.Expr]:
    return (pl.col(name).cast(kind) for name, kind in COLUMNS.items())


def _read(job: Job, start: int) -> tuple[Population, Asks, pl.DataFrame]:
    enterprises = pl.scan_parquet(job.enterprises).with_row_index(ROW, offset=1)
    if job.demands is None:
        found = enterprises.slice(start, job.rows_per_part).collect()
        people = people_of(found)
        ids = found.select(pl.lit(None, pl.String).alias("demand_id"), "enterprise_id")
        return people, reference_asks(people), ids
    demands = (
        pl.scan_parquet(job.demands)
        .with_row_index(ROW, offset=1)
        .slice(start, job.rows_per_part)
        .collect()
    )
    for name in ("demand_id", "enterprise_id"):
        if name not in demands.columns:
            raise WrongColumn(f"需求文件：缺少列 {name}（文本）")
    asking = demands.lazy().select("enterprise_id").unique()
    known = enterprises.join(asking, on="enterprise_id", how="semi").collect()
    asks = asks_of(demands, known["enterprise_id"])
    return people_of(known), asks, demands.select("demand_id", "enterprise_id")


@lru_cache(maxsize=2)
def _catalogue(products: Path, _changed: int) -> Catalogue:
    """The rule sets of a file, compiled once a process for all of its parts."""
    return compile_sheets(read_rules(products.read_bytes()))
