"""`tools match … --before OLD --changes FILE`: what moved among the best of each demand since then.

Both results are joined piece by piece, a piece being a range of demand ids, so that memory holds a
few million rows however many there are.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from matching.engine.tables import WrongColumn
from matching.movements import Movement
from tools.match_parts import COLUMNS
from tools.progress import end_bar, show_bar

if TYPE_CHECKING:
    from collections import Counter

ROWS_IN_A_PIECE = 2_000_000
SAMPLES_IN_A_PIECE = 1_000
BEFORE, AFTER = "上次结果", "本次结果"
CHANGES = {
    "demand_id": pl.String,
    "enterprise_id": pl.String,
    "product_id": pl.String,
    "change": pl.String,
    "position_before": pl.Int32,
    "position_after": pl.Int32,
    "all_in_cost_e4_before": pl.Int64,
    "all_in_cost_e4_after": pl.Int64,
}
_READ = ("demand_id", "enterprise_id", "position", "verdict", "product_id", "all_in_cost_e4")
_JOINED = ("demand_id", "enterprise_id", "product_id")
_KEY = pl.coalesce("demand_id", "enterprise_id").alias("key")


@dataclass(frozen=True)
class Comparison:
    """An earlier result, the one that is being written, and where the changes go."""

    before: Path
    after: Path
    changes: Path

    def __post_init__(self) -> None:
        """Raises WrongColumn for an earlier result that is none, ValueError for files that would
        overwrite each other.
        """
        if len({self.before.resolve(), self.after.resolve(), self.changes.resolve()}) < 3:
            raise ValueError("--before、--out 与 --changes 须是三个不同的文件")
        _check(self.before)

    def write(self, *, rows_in_a_piece: int = ROWS_IN_A_PIECE) -> "Counter[str]":
        """Write what moved, whole or not at all; how many of each change. Raises WrongColumn."""
        from collections import Counter

        before, after = _result(self.before), _result(self.after)
        ranges = _ranges(before, after, rows_in_a_piece)
        folder = Path(tempfile.mkdtemp(prefix=f".{self.changes.name}.", dir=self.changes.parent))
        counts: Counter[str] = Counter()
        try:
            pieces = []
            for number, within in enumerate(ranges, start=1):
                found = _changes(before.filter(within), after.filter(within))
                counts.update(found["change"].to_list())
                pieces.append(folder / f"piece-{number:05}.parquet")
                found.write_parquet(pieces[-1])
                show_bar(number / len(ranges), f"与上次结果比较 {number}/{len(ranges)}")
            end_bar()
            whole = folder / "whole.parquet"
            pl.scan_parquet(pieces).sink_parquet(whole)
            whole.replace(self.changes)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return counts


def said(counts: "Counter[str]") -> str:
    """The counts of changes in words."""
    return "，".join(f"{one.chinese} {counts[one.value]}" for one in Movement)


def _check(file: Path) -> None:
    try:
        schema = pl.read_parquet_schema(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise WrongColumn(f"{BEFORE}：{file} 打不开，或不是 Parquet 文件") from error
    for name in _READ:
        if name not in schema:
            raise WrongColumn(f"{BEFORE}：缺少列 {name}")
        if schema[name] not in (COLUMNS[name], pl.Null):
            raise WrongColumn(f"{BEFORE}：列 {name} 须为 {COLUMNS[name]}，现在是 {schema[name]}")


def _result(file: Path) -> pl.LazyFrame:
    """What fits, with the key by which pieces are cut."""
    rows = pl.scan_parquet(file).select(pl.col(name).cast(COLUMNS[name]) for name in _READ)
    return rows.filter(pl.col("verdict") == "PASS").drop("verdict").with_columns(_KEY)


def _ranges(before: pl.LazyFrame, after: pl.LazyFrame, rows_in_a_piece: int) -> list[pl.Expr]:
    """Conditions that cut both results into pieces, in the order of the keys."""
    sizes = [one.select(pl.len()).collect(engine="streaming").item() for one in (before, after)]
    count = -(-sum(sizes) // rows_in_a_piece)
    if count < 2:
        return [pl.lit(True)]
    step = max(1, rows_in_a_piece // SAMPLES_IN_A_PIECE)
    sampled = [
        one.select("key")
        .with_row_index()
        .filter(pl.col("index") % step == 0)
        .collect(engine="streaming")["key"]
        for one in (before, after)
    ]
    keys = pl.concat(sampled).sort()
    cuts = sorted({keys[len(keys) * number // count] for number in range(1, count)})
    return list(_between(cuts))


def _between(cuts: list[str]) -> Iterator[pl.Expr]:
    key = pl.col("key")
    yield key < cuts[0]
    for low, high in pairwise(cuts):
        yield (key >= low) & (key < high)
    yield key >= cuts[-1]


def _changes(before: pl.LazyFrame, after: pl.LazyFrame) -> pl.DataFrame:
    """What moved in one piece, in the order of the demands, what left a demand last."""
    was = _once(before.collect(engine="streaming"), BEFORE)
    now = _once(after.collect(engine="streaming"), AFTER)
    joined = was.join(
        now, on=_JOINED, how="full", coalesce=True, nulls_equal=True, suffix="_after"
    ).rename({"position": "position_before", "all_in_cost_e4": "all_in_cost_e4_before"})
    found = joined.with_columns(_movement().alias("change"), _KEY).drop_nulls("change")
    ordered = found.sort("key", "position_after", "position_before", "product_id", nulls_last=True)
    return ordered.select(pl.col(name).cast(kind) for name, kind in CHANGES.items())


def _once(rows: pl.DataFrame, title: str) -> pl.DataFrame:
    if rows.select(_JOINED).is_duplicated().any():
        raise WrongColumn(f"{title}：同一需求的同一产品出现了两次")
    return rows.drop("key")


def _movement() -> pl.Expr:
    """matching.movements.movement_between over columns."""
    was, now = pl.col("position_before"), pl.col("position_after")
    cost_was, cost_now = pl.col("all_in_cost_e4_before"), pl.col("all_in_cost_e4_after")
    return (
        pl.when(was.is_null())
        .then(pl.lit(Movement.NEW.value))
        .when(now.is_null())
        .then(pl.lit(Movement.LEFT.value))
        .when(cost_now < cost_was)
        .then(pl.lit(Movement.CHEAPER.value))
        .when(cost_now > cost_was)
        .then(pl.lit(Movement.DEARER.value))
        .when(now < was)
        .then(pl.lit(Movement.ROSE.value))
        .when(now > was)
        .then(pl.lit(Movement.FELL.value))
        .otherwise(pl.lit(None, pl.String))
    )
