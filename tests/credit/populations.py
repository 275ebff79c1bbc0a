"""Generated populations: rows as the columns hold them, and frames made of them.

They are drawn from a seed and not by hypothesis itself, which is twenty times slower at rows as
wide as these; a failing seed stands in the report.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl

from credit.facts import Colour, HonourKind, Insurance, PolicyClass, Tenure
from credit.population.columns import COLUMNS, PERSONS, POINT_LEVELS, SCORES, UTILITIES, Kind

AS_OF = date(2026, 11, 22)
INDUSTRIES = ("C", "C13", "C34", "C34", "C34", "C35", "F51", "F52")
INSURANCES = [one.value for one in Insurance]
_TYPES = {
    Kind.TEXT: pl.String,
    Kind.FLAG: pl.Boolean,
    Kind.DAY: pl.Date,
    Kind.COUNT: pl.Int64,
    Kind.YUAN: pl.Decimal(15, 2),
    Kind.SCORE: pl.Decimal(9, 6),
    Kind.TEXTS: pl.List(pl.String),
    Kind.COUNTS: pl.List(pl.Int64),
}
SCHEMA = {
    column.name: _TYPES.get(column.kind)
    or pl.List(pl.Struct({name: _TYPES[kind] for name, (kind, _) in column.parts.items()}))
    for column in COLUMNS
}

# Days around every boundary of the rules, and a few others.
DAYS = [
    AS_OF.replace(year=AS_OF.year - years) + timedelta(days)
    for years in (0, 1, 2, 3)
    for days in (-1, 0, 1)
] + [date(2026, 8, 31), date(2026, 9, 1), date(2020, 2, 29)]
# Few amounts, so that ratios tie; some that only exact arithmetic tells apart.
AMOUNTS = [Decimal(text) for text in ("0", "-3", "1", "2", "3", "6", "100.01", "100.02")] + [
    Decimal(999_999_999_999) - n for n in range(4)
]
SCORED = [Decimal(text) for text in ("100", "90", "89.999999", "75", "74.5", "0")]


def frame_of(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame([dict(row) for row in rows], schema=SCHEMA)


def row(**changes: Any) -> dict[str, Any]:
    """A consenting firm with a clean record, of which nothing else is known, changed."""
    known = {
        "enterprise_id": "示例",
        "in_business": True,
        "sources_connected": True,
        "consented": True,
        "industry": "C34",
        "public_records": [],
    }
    return dict.fromkeys(SCHEMA) | known | changes


def a_population(seed: int, size: int) -> list[dict[str, Any]]:
    """Firms of few industries with everything missing now and then, and every boundary met."""
    random = Random(seed)  # noqa: S311 - a random population is no secret
    return [_a_row(random) | {"enterprise_id": f"示例{number}"} for number in range(size)]


def shuffled(seed: int, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return Random(seed).sample(rows, len(rows))  # noqa: S311 - the same


# What a firm of the highest level has; most rows keep some of it, or nothing would ever pass.
_GOOD: Mapping[str, Any] = {
    "in_business": True,
    "sources_connected": True,
    "consented": True,
    "withheld": None,
    "severe_records": [],
    "employees": 50,
    "insurances": INSURANCES,
    "insurance_arrears": False,
    "housing_fund_last_paid_on": AS_OF,
    "established_on": date(2010, 1, 1),
    "tenure": "自有",
    "legal_representative_consented": True,
    "legal_representative_level": "A",
    "actual_controller_consented": None,
    "environment": "绿",
    "public_records": [],
    "loans": 1,
    "bad_loan_records": 0,
    "interest_in_arrears": False,
    "policy_classes": ["鼓励"],
    "credit_points_level": None,
    "honours": [],
}


def _a_row(random: Random) -> dict[str, Any]:
    chance = random.choice([0.05, 0.3, 1])
    found = {
        name: draw(random) if name not in _GOOD or random.random() < chance else _GOOD[name]
        for name, draw in _DRAWN.items()
    }
    rank, others = random.randint(1, 20), random.randint(0, 40)
    if random.random() < 0.7:
        found |= {"performance_rank": rank, "performance_total": rank + others}
    if random.random() < 0.6:
        # Otherwise hardly any sheet would be complete.
        found |= dict.fromkeys(SCORES.values(), random.choice(SCORED))
    return row(**found)


Draw = Callable[[Random], Any]


def _of(choices: Sequence[Any]) -> Draw:
    return lambda random: random.choice(choices)


def _maybe(draw: Draw, missing: float = 0.3) -> Draw:
    return lambda random: None if random.random() < missing else draw(random)


def _some(draw: Draw, most: int) -> Draw:
    return lambda random: [draw(random) for _ in range(random.randint(0, most))]


def _records(missing: float = 0.3, **parts: Draw) -> Draw:
    return _maybe(_some(lambda random: {n: draw(random) for n, draw in parts.items()}, 3), missing)


def _flag(yes: float) -> Draw:
    return lambda random: random.random() < yes


_day = _of(DAYS)
_DRAWN: Mapping[str, Draw] = {
    "in_business": _flag(0.95),
    "sources_connected": _flag(0.95),
    "consented": _flag(0.9),
    "industry": _maybe(_of(INDUSTRIES), 0.05),
    "withheld": _maybe(_some(lambda random: random.randint(1, 13), 2)),
    "severe_records": _records(0.9, confirmed_on=_day, lifted_on=_maybe(_day)),
    **{
        f"{name}_{period}": _maybe(_of(AMOUNTS), 0.1)
        for name in ("tax", *UTILITIES)
        for period in ("current", "base")
    },
    "employees": _maybe(_of([0, 1, 50])),
    "insurances": _maybe(_of([INSURANCES, INSURANCES[:3], INSURANCES[2:] * 2, []])),
    "insurance_arrears": _maybe(_flag(0.3)),
    "housing_fund_last_paid_on": _maybe(_day),
    "established_on": _maybe(_day),
    "tenure": _maybe(_of([one.value for one in Tenure])),
    "high_tech": _maybe(_flag(0.5)),
    **{f"{person}_consented": _maybe(_flag(0.8)) for person in PERSONS},
    **{f"{person}_level": _maybe(_of(POINT_LEVELS)) for person in PERSONS},
    "environment": _maybe(_of([one.value for one in Colour])),
    "public_records": _records(
        recorded_on=_day, repaired_on=_maybe(_day), published_until=_maybe(_day)
    ),
    "loans": _maybe(_of([0, 1, 5])),
    "bad_loan_records": _maybe(_of([0, 0, 1, 2, 3])),
    "interest_in_arrears": _maybe(_flag(0.2)),
    "policy_classes": _maybe(_some(_of([one.value for one in PolicyClass]), 3)),
    "honours": _records(
        kind=_of([one.value for one in HonourKind]), valid_from=_day, valid_until=_maybe(_day)
    ),
    "credit_points_level": _maybe(_of(POINT_LEVELS), 0.6),
    "bonuses": _records(
        item=_of(["示例加分项", "示例小项", "表外项目"]),
        approver=_of([None, "", "示例单位信用科", "示例单位信用科"]),
        approved_on=_day,
        valid_until=_maybe(_day),
    ),
    **{name: _maybe(_of(SCORED), 0.05) for name in SCORES.values()},
}
