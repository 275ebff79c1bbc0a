"""Which records of the list columns count on a day, as conditions over their fields."""

from datetime import date

import polars as pl

from credit.indicators.records import LOOK_BACK_YEARS
from credit.periods import years_from


def record_conditions(as_of: date, clean_since: date) -> dict[str, dict[str, pl.Expr]]:
    """Per list column, what is counted in it.

    `unrepaired` and `repaired` records count for ⑨ and the gates (A2-5, A2-36), `negative` ones
    against honours (A2-24), `severe` ones stand (A2-51), `honours_held` are valid.
    """
    found = pl.col("recorded_on") <= as_of
    is_repaired = _has_come("repaired_on", as_of)
    is_published = pl.col("published_until").is_null() | (pl.col("published_until") >= as_of)
    look_back = pl.col("recorded_on") >= years_from(as_of, -LOOK_BACK_YEARS)
    return {
        "public_records": {
            "unrepaired": found & ~is_repaired & is_published,
            "repaired": found & is_repaired & look_back,
            "negative": pl.col("recorded_on").is_between(clean_since, as_of),
        },
        "severe_records": {
            "severe": (pl.col("confirmed_on") <= as_of) & ~_has_come("lifted_on", as_of),
            "negative": pl.col("confirmed_on").is_between(clean_since, as_of),
        },
        "honours": {
            "honours_held": (pl.col("valid_from") <= as_of)
            & (pl.col("valid_until").is_null() | (pl.col("valid_until") >= as_of)),
        },
    }


def _has_come(day: str, as_of: date) -> pl.Expr:
    return (pl.col(day) <= as_of).fill_null(value=False)
