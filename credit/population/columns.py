"""The columns of a population's facts: names, types and words, one row per enterprise.

docs/credit-grade.md tells outsiders the same, and a test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from credit.facts import Colour, HonourKind, Insurance, PolicyClass, ScoreAspect, Tenure
from foundation.industry import industries

POINT_LEVELS = ("AAA", "AA", "A+", "A", "B", "C", "D", "E")
"""Levels of personal and of public credit points, best first."""

UTILITIES = ("water", "electricity", "gas")
PERSONS = ("legal_representative", "actual_controller")
SCORES = {aspect: f"score_{aspect.name.lower()}" for aspect in ScoreAspect}


class Kind(StrEnum):
    """What a column holds, as docs/credit-grade.md calls it."""

    TEXT = "text"
    FLAG = "flag"
    DAY = "day"
    COUNT = "count"
    YUAN = "yuan"
    SCORE = "score"
    TEXTS = "list of texts"
    COUNTS = "list of counts"
    RECORDS = "list of records"


@dataclass(frozen=True)
class Column:
    """One column. `words` are the texts that may stand in it, `parts` the fields of a record.

    A part whose value in `parts` is True may not be null. `least` and `most` bound a number.
    """

    name: str
    kind: Kind
    required: bool = False
    words: tuple[str, ...] = ()
    parts: Mapping[str, tuple[Kind, bool]] = field(default_factory=dict)
    least: int | None = None
    most: int | None = None


_DAY, _TEXT = (Kind.DAY, False), (Kind.TEXT, False)
_NEEDED_DAY, _NEEDED_TEXT = (Kind.DAY, True), (Kind.TEXT, True)


def _yuan(name: str) -> tuple[Column, Column]:
    return (Column(f"{name}_current", Kind.YUAN), Column(f"{name}_base", Kind.YUAN))


def _person(name: str) -> tuple[Column, Column]:
    return (
        Column(f"{name}_consented", Kind.FLAG),
        Column(f"{name}_level", Kind.TEXT, words=POINT_LEVELS),
    )


COLUMNS: tuple[Column, ...] = (
    Column("enterprise_id", Kind.TEXT, required=True),
    Column("in_business", Kind.FLAG, required=True),
    Column("sources_connected", Kind.FLAG, required=True),
    Column("consented", Kind.FLAG, required=True),
    Column("industry", Kind.TEXT, words=tuple(industries())),
    Column("withheld", Kind.COUNTS, least=1, most=13),
    Column(
        "severe_records",
        Kind.RECORDS,
        parts={"confirmed_on": _NEEDED_DAY, "lifted_on": _DAY},
    ),
    *_yuan("tax"),
    *(column for utility in UTILITIES for column in _yuan(utility)),
    Column("employees", Kind.COUNT, least=0),
    Column("insurances", Kind.TEXTS, words=tuple(one.value for one in Insurance)),
    Column("insurance_arrears", Kind.FLAG),
    Column("housing_fund_last_paid_on", Kind.DAY),
    Column("established_on", Kind.DAY),
    Column("tenure", Kind.TEXT, words=tuple(one.value for one in Tenure)),
    Column("high_tech", Kind.FLAG),
    *(column for person in PERSONS for column in _person(person)),
    Column("environment", Kind.TEXT, words=tuple(one.value for one in Colour)),
    Column(
        "public_records",
        Kind.RECORDS,
        parts={"recorded_on": _NEEDED_DAY, "repaired_on": _DAY, "published_until": _DAY},
    ),
    Column("loans", Kind.COUNT, least=0),
    Column("bad_loan_records", Kind.COUNT, least=0),
    Column("interest_in_arrears", Kind.FLAG),
    Column("policy_classes", Kind.TEXTS, words=tuple(one.value for one in PolicyClass)),
    Column("performance_rank", Kind.COUNT, least=1),
    Column("performance_total", Kind.COUNT, least=1),
    Column(
        "honours",
        Kind.RECORDS,
        words=tuple(one.value for one in HonourKind),
        parts={"kind": _NEEDED_TEXT, "valid_from": _NEEDED_DAY, "valid_until": _DAY},
    ),
    Column("credit_points_level", Kind.TEXT, words=POINT_LEVELS),
    *(Column(name, Kind.SCORE, least=0, most=100) for name in SCORES.values()),
    Column(
        "bonuses",
        Kind.RECORDS,
        parts={
            "item": _NEEDED_TEXT,
            "approver": _TEXT,
            "approved_on": _NEEDED_DAY,
            "valid_until": _DAY,
        },
    ),
)

COLUMN = {column.name: column for column in COLUMNS}
