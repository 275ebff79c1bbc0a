"""`tools match … --before OLD --changes FILE`: what moved among the best of each demand since then.

Both results are joined piece by piece, a piece being a range of demand ids, so that memory holds a
few million rows however many there are.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from matching.engine.tables import WrongColumn
from matching.movements import Movement
from tools.match_files import reading, same_file
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


@dataclass(frozen=True)
class Comparison:
    """An earlier result, the one that is being written, and where the changes go; `inputs` are what
    else is read.
    """

    before: Path
    after: Path
    changes: Path
    inputs: Sequence[Path] = ()

    def __post_init__(self) -> None:
        """Raises WrongColumn for an earlier result that is none, ValueError for a file that would
        be written over, or that cannot be written.
        """
        if same_file(self.before, self.after):
            raise ValueError(f"结果不能写进{BEFORE} {self.before}：它会被覆盖")
        for one in (*self.inputs, self.before, self.after):
            if same_file(self.changes, one):
                raise ValueError(f"变化不能写进 {one}：它会被覆盖")
        if self.changes.is_dir() or not self.changes.absolute().parent.is_dir():
            raise ValueError(f"变化 {self.changes}：须是一个已有文件夹里的文件")
        _check(self.before)

    def write(self, *, rows_in_a_piece: int = ROWS_IN_A_PIECE) -> "Counter[str]":
        """Write what moved, whole or not at all; how many of each change. Raises WrongColumn."""
        from collections import Counter

        files = {BEFORE: self.before, AFTER: self.after}
        results = {title: pl.scan_parquet(file, glob=False) for title, file in files.items()}
        with reading(BEFORE, self.before):
            key = _key(results)
            ranges = _ranges(results, key, rows_in_a_piece)
        folder = Path(tempfile.mkdtemp(prefix=f".{self.changes.name}.", dir=self.changes.parent))
        counts: Counter[str] = Counter()
        try:
            pieces = []
            for number, within in enumerate(ranges, start=1):
                was, now = (
                    _fitting(results[title].filter(within), key, title, file)
                    for title, file in files.items()
                )
                found = _changes(was, now, key)
                counts.update(found["change"].to_list())
                pieces.append(folder / f"piece-{number:05}.parquet")
                found.write_parquet(pieces[-1])
                show_bar(number / len(ranges), f"与上次结果比较 {number}/{len(ranges)}")
            end_bar()
            whole = folder / "whole.parquet"
            pl.scan_parquet(pieces, glob=False).sink_parquet(whole)
            whole.replace(self.changes)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return counts


def said(counts: "Counter[str]") -> str:
    """The counts of changes in words."""
    return "，".join(f"{one.chinese} {counts[one.value]}" for one in Movement)


def _check(file: Path) -> None:
    with reading(BEFORE, file):
        schema = pl.scan_parquet(file, glob=False).collect_schema()
    for name in _READ:
        if name not in schema:
            raise WrongColumn(f"{BEFORE}：缺少列 {name}")
        if schema[name] not in (COLUMNS[name], pl.Null):
            raise WrongColumn(f"{BEFORE}：列 {name} 须为 {COLUMNS[name]}，现在是 {schema[name]}")


def _key(results: Mapping[str, pl.LazyFrame]) -> str:
    """By which column a demand is known: an id of its own, or that of its enterprise."""
    have_ids = set()
    for rows in results.values():
        counts = rows.select(pl.len(), pl.col("demand_id").count().alias("named"))
        total, named = counts.collect(engine="streaming").row(0)
        have_ids |= {named > 0, named == total} if total else set()
    if len(have_ids) > 1:
        raise WrongColumn(f"{BEFORE}与{AFTER}须都有需求编号，或都没有")
    return "demand_id" if have_ids == {True} else "enterprise_id"


def _ranges(results: Mapping[str, pl.LazyFrame], key: str, rows_in_a_piece: int) -> list[pl.Expr]:
    """Conditions that cut the results into pieces, in the order of the key. They are about a column
    of the file itself, so that a file in that order is not read as a whole for each piece.
    """
    sizes = [one.select(pl.len()).collect().item() for one in results.values()]
    count = -(-sum(sizes) // rows_in_a_piece)
    if count < 2:
        return [pl.lit(True)]
    step = max(1, rows_in_a_piece // SAMPLES_IN_A_PIECE)
    sampled = [
        rows.select(key)
        .with_row_index()
        .filter(pl.col("index") % step == 0)
        .collect(engine="streaming")[key]
        for rows in results.values()
    ]
    keys = pl.concat(sampled).sort()
    cuts = sorted({keys[len(keys) * number // count] for number in range(1, count)})
    return list(_between(pl.col(key), cuts))


def _between(key: pl.Expr, cuts: list[str]) -> Iterator[pl.Expr]:
    yield key < cuts[0]
    for low, high in pairwise(cuts):
        yield (key >= low) & (key < high)
    yield key >= cuts[-1]


def _fitting(rows: pl.LazyFrame, key: str, title: str, file: Path) -> pl.DataFrame:
    """What fits, each product of a demand once. Raises WrongColumn otherwise."""
    fits = rows.select(_READ).filter(pl.col("verdict") == "PASS").drop("verdict")
    with reading(title, file):
        found = fits.collect(engine="streaming")
    pairs = found.select(key, "product_id")
    # Hashing is quick; only equal hashes are worth a look at the texts.
    if pairs.hash_rows().n_unique() < len(pairs) and pairs.is_duplicated().any():
        raise WrongColumn(f"{title}：同一需求的同一产品出现了两次")
    return found.with_columns(pl.col(name).cast(COLUMNS[name]) for name in found.columns)


def _changes(was: pl.DataFrame, now: pl.DataFrame, key: str) -> pl.DataFrame:
    """What moved in one piece, in the order of the demands, what left a demand last."""
    joined = was.join(now, on=[key, "product_id"], how="full", coalesce=True, suffix="_after")
    named = joined.rename(
        {"position": "position_before", "all_in_cost_e4": "all_in_cost_e4_before"}
    )
    found = named.with_columns(_movement().alias("change")).drop_nulls("change")
    if key == "demand_id":
        found = found.with_columns(
            pl.coalesce("enterprise_id_after", "enterprise_id").alias("enterprise_id")
        )
    ordered = found.sort(key, "position_after", "position_before", nulls_last=True)
    return ordered.select(pl.col(name).cast(kind) for name, kind in CHANGES.items())


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
