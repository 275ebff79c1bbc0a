"""A made-up population for measuring: a city's mix of firms, in the documented columns."""

import numpy as np
import polars as pl

from credit.facts import Colour, HonourKind, Insurance, PolicyClass, Tenure
from credit.population.columns import COLUMNS, Kind
from foundation.industry import industries

AS_OF = np.datetime64("2026-11-22")
_DIVISIONS = [code for code in industries() if len(code) == 3]
_FIVE = [one.value for one in Insurance]


def population(many: int, seed: int = 1) -> pl.DataFrame:
    """So many enterprises over every division; a twentieth with records, a tenth with loans."""
    draw = np.random.default_rng(seed)
    columns: dict[str, pl.Series] = {
        "enterprise_id": pl.Series(np.arange(many)).cast(pl.String).str.pad_start(18, "0"),
        "in_business": pl.Series(draw.random(many) < 0.98),
        "sources_connected": pl.Series(np.ones(many, dtype=bool)),
        "consented": pl.Series(draw.random(many) < 0.9),
        "industry": _chosen(draw, many, _DIVISIONS, 0.01),
        "withheld": _lists(draw, many, [[1], [7, 10]], 0.98),
        "severe_records": _severe(draw, many),
        "employees": pl.Series(draw.integers(0, 200, many)),
        "insurances": _lists(draw, many, [_FIVE, _FIVE, _FIVE, _FIVE[:3], []], 0.1),
        "insurance_arrears": pl.Series(draw.random(many) < 0.03),
        "housing_fund_last_paid_on": _days(draw, many, 120, 0.5),
        "established_on": _days(draw, many, 5000, 0.01),
        "tenure": _chosen(draw, many, [one.value for one in Tenure], 0.2),
        "high_tech": pl.Series(draw.random(many) < 0.05),
        "legal_representative_consented": pl.Series(draw.random(many) < 0.8),
        "legal_representative_level": _chosen(draw, many, ["A+", "A", "B", "C"], 0.2),
        "actual_controller_consented": _chosen_flags(draw, many),
        "actual_controller_level": _chosen(draw, many, ["A", "B"], 0.8),
        "environment": _chosen(draw, many, [one.value for one in Colour], 0.9),
        "public_records": _public(draw, many),
        "loans": pl.Series(draw.integers(0, 3, many)),
        "bad_loan_records": pl.Series((draw.random(many) < 0.05).astype(np.int64)),
        "interest_in_arrears": pl.Series(draw.random(many) < 0.01),
        "policy_classes": _lists(draw, many, [[one.value] for one in PolicyClass], 0.4),
        "performance_rank": pl.Series(draw.integers(1, 500, many)),
        "performance_total": pl.Series(np.full(many, 500)),
        "honours": _honours(draw, many),
        "credit_points_level": _chosen(draw, many, ["A+", "A", "B", "C", "D"], 0.9),
    }
    for name in ("tax", "water", "electricity", "gas"):
        base = draw.integers(1, 10**9, many)
        growth = draw.lognormal(0.02, 0.3, many)
        columns[f"{name}_base"] = _fen(draw, base, 0.15)
        columns[f"{name}_current"] = _fen(draw, (base * growth).astype(np.int64), 0.1)
    empty = {
        column.name: pl.Series([None]).new_from_index(0, many).cast(_EMPTY[column.kind])
        for column in COLUMNS
        if column.name not in columns
    }
    return pl.DataFrame({column.name: (columns | empty)[column.name] for column in COLUMNS})


_EMPTY = {
    Kind.SCORE: pl.Decimal(9, 6),
    Kind.RECORDS: pl.List(
        pl.Struct(
            {
                "item": pl.String,
                "approver": pl.String,
                "approved_on": pl.Date,
                "valid_until": pl.Date,
            }
        )
    ),
}


def _missing(draw: np.random.Generator, values: pl.Series, share: float) -> pl.Series:
    is_there = pl.Series(draw.random(len(values)) >= share)
    return values.to_frame("v").select(pl.when(is_there).then("v").otherwise(None)).to_series()


def _chosen(draw: np.random.Generator, many: int, words: list[str], missing: float) -> pl.Series:
    return _missing(draw, pl.Series(words).gather(draw.integers(0, len(words), many)), missing)


def _chosen_flags(draw: np.random.Generator, many: int) -> pl.Series:
    return _missing(draw, pl.Series(draw.random(many) < 0.7), 0.7)


def _lists(
    draw: np.random.Generator, many: int, lists: list[list[object]], missing: float
) -> pl.Series:
    return _missing(draw, pl.Series(lists).gather(draw.integers(0, len(lists), many)), missing)


def _days(draw: np.random.Generator, many: int, back: int, missing: float) -> pl.Series:
    return _missing(draw, pl.Series(AS_OF - draw.integers(0, back, many)).cast(pl.Date), missing)


def _fen(draw: np.random.Generator, fen: np.ndarray, missing: float) -> pl.Series:
    yuan = pl.Series(fen).cast(pl.Decimal(18, 2)) / 100
    return _missing(draw, yuan.cast(pl.Decimal(15, 2)), missing)


def _one_each(records: pl.DataFrame, draw: np.random.Generator, share: float) -> pl.Series:
    """A list of one record for a share of the rows, an empty list for the others."""
    records = records.select(pl.concat_list(pl.struct(pl.all())).alias("one"))
    has_one = pl.Series(draw.random(len(records)) < share)
    empty = records["one"].list.head(0)
    return records.select(pl.when(has_one).then("one").otherwise(empty)).to_series()


def _public(draw: np.random.Generator, many: int) -> pl.Series:
    records = pl.DataFrame(
        {
            "recorded_on": _days(draw, many, 1500, 0),
            "repaired_on": _days(draw, many, 300, 0.5),
            "published_until": _days(draw, many, 300, 0.9),
        }
    )
    return _one_each(records, draw, 0.05)


def _severe(draw: np.random.Generator, many: int) -> pl.Series:
    records = pl.DataFrame(
        {"confirmed_on": _days(draw, many, 900, 0), "lifted_on": _days(draw, many, 300, 0.7)}
    )
    return _one_each(records, draw, 0.01)


def _honours(draw: np.random.Generator, many: int) -> pl.Series:
    records = pl.DataFrame(
        {
            "kind": _chosen(draw, many, [one.value for one in HonourKind], 0),
            "valid_from": _days(draw, many, 900, 0),
            "valid_until": _days(draw, many, 30, 0.8),
        }
    )
    return _one_each(records, draw, 0.03)
