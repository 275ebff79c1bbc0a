"""Facts of the direct and the score method and of the bonus, from records. Pure, like evidence."""

from datetime import date
from decimal import Decimal

from credit.facts import Bonus, CreditPoints, Honour, HonourKind, ScoreAspect, ScoreSheet
from credit.methods.score import FULL_SCORE
from sharing.records import Record, Records, is_valid, newest

TAX_LEVEL_STANDS_UNTIL = (4, 30)
"""A year's tax credit level is published by April of the next and stands until that April's end
of the year after it."""


def honours(records: Records, as_of: date) -> tuple[Honour, ...]:
    """Honours received, and 纳税信用A级 from the tax authority's list (三.2(1))."""
    found = [
        Honour(
            kind=HonourKind(record.values["kind"]),
            valid_from=date.fromisoformat(record.values["valid_from"]),
            valid_until=record.day("valid_until"),
            source=record.source,
        )
        for record in records.get("honour", ())
    ]
    rated = [r for r in records.get("tax_level", ()) if int(r.values["year"]) < as_of.year]
    last = max(rated, key=lambda record: int(record.values["year"]), default=None)
    return (*found, *([_tax_credit(last)] if last and last.values["level"] == "A" else []))


def credit_points(records: Records, as_of: date) -> CreditPoints | None:
    """The newest level of public credit points, while it is valid."""
    last = newest(records.get("credit_points", ()), "rated_on", as_of)
    if last is None or not is_valid(last, as_of):
        return None
    return CreditPoints(level=last.values["level"], source=last.source)


def score_sheet(records: Records, as_of: date) -> ScoreSheet | None:
    """The newest sheet; a score outside 0 to 100 is none, so that the sheet is incomplete."""
    last = newest(records.get("score", ()), "scored_on", as_of)
    if last is None:
        return None
    scores = {aspect: _score(last, aspect) for aspect in ScoreAspect}
    known = {aspect: score for aspect, score in scores.items() if score is not None}
    return ScoreSheet(scores=known, source=last.source)


def bonuses(records: Records) -> tuple[Bonus, ...]:
    """Every bonus item that was approved."""
    return tuple(
        Bonus(
            item=record.values["item"],
            approver=record.values["approver"],
            approved_on=date.fromisoformat(record.values["approved_on"]),
            valid_until=record.day("valid_until"),
            source=record.source,
        )
        for record in records.get("bonus", ())
    )


def _tax_credit(record: Record) -> Honour:
    month, day = TAX_LEVEL_STANDS_UNTIL
    return Honour(
        kind=HonourKind.TAX_CREDIT_A,
        valid_from=record.received_on,
        valid_until=date(int(record.values["year"]) + 2, month, day),
        source=record.source,
    )


def _score(record: Record, aspect: ScoreAspect) -> Decimal | None:
    score = record.amount(aspect.name.lower())
    return score if score is not None and 0 <= score <= FULL_SCORE else None
