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
from matching.engine.enterprise_frame import people_of
from matching.engine.frames import asks_of, matches_of
from matching.engine.population import Asks, Population
from matching.engine.tables import WrongColumn
from matching.rule_file import read_rules

_CHECKED_AT_ONCE = 200_000  # rows
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
    kind: str = "文件"  # how messages call where they come from

    def people(self, today: date) -> Population:
        """The enterprises in columns. Raises WrongColumn for any that cannot be."""
        return people_of(self.enterprises, today, f"企业{self.kind}")


class Store(Protocol):
    """Where a job's rows come from and its matches go to; it travels to every machine."""

    def count(self) -> int:
        """How many demands, or enterprises without demands. Raises WrongColumn."""

    def everybody(self, size: int) -> Iterator[Rows]:
        """Every enterprise, some at a time. Raises WrongColumn."""

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
    """The numbers of the parts, once the rule sets and all that no part looks at are right.

    Raises RefusedRules for a rule set, and WrongColumn for an enterprise, asked for or not.
    """
    _rules(job)
    count = job.store.count()
    if job.wished:
        for rows in job.store.everybody(_CHECKED_AT_ONCE):
            rows.people(job.day)
    return range(-(-count // job.rows_per_part))


def match_part(job: Job, number: int) -> Done:
    """Match one part and write it. Raises WrongColumn, RefusedRules, OSError."""
    catalogue = _rules(job)
    rows = job.store.read(number * job.rows_per_part, job.rows_per_part)
    people, asks, ids = _columns(rows, job.day)
    batch = Batch.of(catalogue, people, job.day, wished=job.wished, top=job.top, near=job.near)
    frames, fitting = [pl.DataFrame(schema=COLUMNS)], 0
    for best in batch.blocks(asks, job.threads):
        fitting += int(best.fitting.sum())
        frames.append(matches_of(best, catalogue, people, asks, ids).select(_conformed()))
    job.store.write(number, pl.concat(frames))
    return Done(number, len(asks), fitting)


def _conformed() -> Iterator[pl.Expr]:
    return (pl.col(name).cast(kind) for name, kind in COLUMNS.items())


def _columns(rows: Rows, today: date) -> tuple[Population, Asks, pl.DataFrame]:
    people = rows.people(today)
    if rows.demands is None:
        nobody = pl.lit(None, pl.String).alias("demand_id")
        ids = rows.enterprises.select(nobody, "enterprise_id")
        return people, reference_asks(people), ids
    asks = asks_of(rows.demands, rows.enterprises["enterprise_id"], f"需求{rows.kind}")
    return people, asks, rows.demands.select("demand_id", "enterprise_id")


def require(columns: list[str], *names: str, title: str) -> None:
    """Raises WrongColumn unless the columns that rows are found by are there."""
    for name in names:
        if name not in columns:
            raise WrongColumn(f"{title}：缺少列 {name}（文本）")


def _rules(job: Job) -> Catalogue:
    try:
        return _catalogue(job.products, job.products.stat().st_mtime_ns)
    except OSError as error:
        raise WrongColumn(f"产品文件 {job.products}：{unreadable(error)}") from None


def unreadable(error: OSError) -> str:
    """Why a file cannot be read, for whoever named it."""
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    if isinstance(error, IsADirectoryError):
        return "是一个文件夹"
    return f"读不出来（{error.strerror or error}）"


@lru_cache(maxsize=2)
def _catalogue(products: Path, _changed: int) -> Catalogue:
    """The rule sets of a file, compiled once a process for all of its parts."""
    return compile_sheets(read_rules(products.read_bytes()))
