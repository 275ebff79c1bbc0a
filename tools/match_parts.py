"""Populations matched part by part: the same work on one machine and on many, from files or tables.

A part is a run of demands, or of enterprises where there are no demands. It is read, matched and
written by itself, so that doing it twice changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

import polars as pl

from matching.engine.batch import Batch, reference_asks
from matching.engine.catalogue import Catalogue, compile_sheets
from matching.engine.frames import asks_of, matches_of, people_of
from matching.engine.population import Asks, Population
from matching.engine.tables import WrongColumn
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


class Rows(NamedTuple):
    """A part as it is read: demands, if there are any, and the enterprises that they are of."""

    enterprises: pl.DataFrame
    demands: pl.DataFrame | None


class Store(Protocol):
    """Where a job's rows come from and its matches go to; it travels to every machine."""

    def count(self) -> int:
        """How many demands, or enterprises without demands. Raises WrongColumn."""

    def read(self, start: int, size: int) -> Rows:
        """The rows of a part. Raises WrongColumn."""

    def write(self, number: int, matches: pl.DataFrame) -> None:
        """Keep a part's matches instead of those it may have had."""

    def finish(self, numbers: range) -> None:
        """Give out all parts as one whole."""


@dataclass(frozen=True)
class Job:
    """What is matched with what. `wished`: there are demands; otherwise every enterprise is priced
    for 100万 over 12 months, or the nearest.
    """

    store: Store
    products: Path
    wished: bool
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


def numbers_of(job: Job) -> range:
    """The numbers of the parts. Raises WrongColumn for an enterprise that stands twice."""
    return range(-(-job.store.count() // job.rows_per_part))


def match_part(job: Job, number: int) -> Done:
    """Match one part and write it. Raises WrongColumn, RefusedRules, OSError."""
    catalogue = _catalogue(job.products, job.products.stat().st_mtime_ns)
    people, asks, ids = _columns(job.store.read(number * job.rows_per_part, job.rows_per_part))
    batch = Batch.of(catalogue, people, job.day, wished=job.wished, top=job.top, near=job.near)
    frames, fitting = [pl.DataFrame(schema=COLUMNS)], 0
    for best in batch.blocks(asks, job.threads):
        fitting += int(best.fitting.sum())
        frames.append(matches_of(best, catalogue, people, asks, ids).select(_conformed()))
    job.store.write(number, pl.concat(frames))
    return Done(number, len(asks), fitting)


def _conformed() -> Iterator[pl.Expr]:
    return (pl.col(name).cast(kind) for name, kind in COLUMNS.items())


def _columns(rows: Rows) -> tuple[Population, Asks, pl.DataFrame]:
    people = people_of(rows.enterprises)
    if rows.demands is None:
        nobody = pl.lit(None, pl.String).alias("demand_id")
        ids = rows.enterprises.select(nobody, "enterprise_id")
        return people, reference_asks(people), ids
    asks = asks_of(rows.demands, rows.enterprises["enterprise_id"])
    return people, asks, rows.demands.select("demand_id", "enterprise_id")


def require(columns: list[str], *names: str, title: str) -> None:
    """Raises WrongColumn unless the columns that rows are found by are there."""
    for name in names:
        if name not in columns:
            raise WrongColumn(f"{title}：缺少列 {name}（文本）")


@lru_cache(maxsize=2)
def _catalogue(products: Path, _changed: int) -> Catalogue:
    """The rule sets of a file, compiled once a process for all of its parts."""
    return compile_sheets(read_rules(products.read_bytes()))
