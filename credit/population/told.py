"""A graded population as files tell it: ratios with four places, groups with their cuts."""

from collections.abc import Iterable

import polars as pl
from polars import selectors

from credit.population.engine import GradedPopulation
from credit.population.ranking import Cuts
from foundation.industry import industry_name

RATIO = pl.Decimal(20, 4)
_TEN_THOUSAND = 10_000
_RANKINGS = ("tax", "utilities")


def rows_told(graded: GradedPopulation) -> pl.DataFrame:
    """One row per enterprise, with the ratio and the cuts of its group instead of amounts."""
    rows = graded.rows
    for name, cuts in zip(_RANKINGS, (graded.tax, graded.utilities), strict=True):
        ratio = _quotient(pl.col(f"{name}_current"), pl.col(f"{name}_base"))
        rows = rows.with_columns(
            _decimal(ratio).alias(f"{name}_ratio"),
            *(_decimal(_of_group(name, cut, cuts)).alias(f"{name}_{cut}") for cut in _CUTS),
        )
    places = [f"{name}_{part}" for name in _RANKINGS for part in _PLACE]
    first = [name for name in graded.rows.columns if not name.startswith(_RANKINGS)]
    # Plain texts, because not every reader of Parquet knows an enumeration.
    return rows.select(*first, *places).with_columns(selectors.enum().cast(pl.String))


def groups_told(graded: GradedPopulation) -> pl.DataFrame:
    """One row per ranking and group that somebody was placed in, its cuts exact and shown."""
    found = [*_groups("tax", graded.tax), *_groups("utilities", graded.utilities)]
    frame = pl.DataFrame(found, schema=_GROUPS)
    return frame.with_columns(_decimal(pl.col(cut)).alias(cut) for cut in _CUTS)


_CUTS = ("a_cut", "b_cut")
_PLACE = ("group", "size", "rank", "ratio", *_CUTS)
_GROUPS: dict[str, pl.DataType] = {
    "ranking": pl.String(),
    "group": pl.String(),
    "name": pl.String(),
    "size": pl.Int64(),
    "placed": pl.Int64(),
    "a_cut": pl.Int64(),
    "a_cut_numerator": pl.Int64(),
    "a_cut_denominator": pl.Int64(),
    "b_cut": pl.Int64(),
    "b_cut_numerator": pl.Int64(),
    "b_cut_denominator": pl.Int64(),
}


def _of_group(ranking: str, cut: str, cuts: Iterable[Cuts]) -> pl.Expr:
    lines = {one.group: _cut_off(*getattr(one, cut)) for one in cuts}
    group = pl.col(f"{ranking}_group").cast(pl.String)
    return group.replace_strict(lines, default=None, return_dtype=pl.Int64)


def _groups(ranking: str, cuts: Iterable[Cuts]) -> Iterable[dict[str, str | int]]:
    for one in cuts:
        yield {
            "ranking": ranking,
            "group": one.group,
            "name": industry_name(one.group),
            "size": one.size,
            "placed": one.placed,
            "a_cut": _cut_off(*one.a_cut),
            "a_cut_numerator": one.a_cut[0],
            "a_cut_denominator": one.a_cut[1],
            "b_cut": _cut_off(*one.b_cut),
            "b_cut_numerator": one.b_cut[0],
            "b_cut_denominator": one.b_cut[1],
        }


def _cut_off(numerator: int, denominator: int) -> int:
    """Ten-thousandths, cut off toward zero like every ratio that is shown."""
    whole = abs(numerator) * _TEN_THOUSAND // denominator
    return -whole if numerator < 0 else whole


def _quotient(current: pl.Expr, base: pl.Expr) -> pl.Expr:
    whole = (current.abs() * _TEN_THOUSAND).floordiv(base)
    return pl.when(current < 0).then(-whole).otherwise(whole)


def _decimal(ten_thousandths: pl.Expr) -> pl.Expr:
    wide = pl.Decimal(38, 4)
    return (ten_thousandths.cast(wide) * pl.lit("0.0001").cast(wide)).cast(RATIO)
