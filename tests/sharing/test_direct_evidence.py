"""From records to honours, credit points, score sheets and bonuses: which record counts."""

from datetime import date
from decimal import Decimal

import pytest

from credit.facts import HonourKind, ScoreAspect
from sharing.grades.direct_evidence import bonuses, credit_points, honours, score_sheet
from sharing.lists import categories_of
from sharing.records import Record, Records

AS_OF = date(2026, 11, 22)


def records(*rows: tuple[str, dict[str, str]], received_on: date = date(2026, 5, 1)) -> Records:
    found: dict[str, list[Record]] = {}
    for code, values in rows:
        category = categories_of("JIANGYIN")[code]
        found.setdefault(category.feeds, []).append(Record(category, values, received_on))
    return found


def test_an_honour_is_of_one_of_the_kinds_that_the_text_names() -> None:
    row = {"kind": "海关高级认证企业", "valid_from": "2024-03-01", "valid_until": "2027-02-28"}

    (found,) = honours(records(("LOCAL-HONOUR", row)), AS_OF)

    assert (found.kind, found.valid_until) == (HonourKind.CUSTOMS_AEO, date(2027, 2, 28))
    assert found.source == "LOCAL-HONOUR 企业荣誉"


@pytest.mark.parametrize(
    ("years", "held"),
    [
        ({"2025": "A"}, True),
        ({"2024": "A"}, False),
        ({"2025": "B", "2024": "A"}, False),
        ({"2025": "A", "2024": "D"}, True),
        ({"2026": "A"}, False),
        ({}, False),
    ],
)
def test_tax_credit_a_is_an_honour_until_the_april_of_the_year_after_next(
    years: dict[str, str], held: bool
) -> None:
    rows = [("JS-4", {"year": year, "level": level}) for year, level in years.items()]

    found = honours(records(*rows), AS_OF)

    assert any(one.is_held(AS_OF) for one in found) is held


def test_the_newest_valid_level_of_credit_points_counts() -> None:
    old = ("LOCAL-CREDIT-POINTS", {"level": "C", "rated_on": "2025-01-01"})
    new = ("LOCAL-CREDIT-POINTS", {"level": "A", "rated_on": "2026-01-01"})
    later = ("LOCAL-CREDIT-POINTS", {"level": "D", "rated_on": "2026-12-01"})
    over = (
        "LOCAL-CREDIT-POINTS",
        {"level": "B", "rated_on": "2026-02-01", "valid_until": "2026-08-01"},
    )

    found = credit_points(records(old, new, later), AS_OF)

    assert found is not None
    assert found.level == "A"
    assert credit_points(records(old, new, over), AS_OF) is None
    assert credit_points({}, AS_OF) is None


def test_a_score_that_is_missing_or_over_100_leaves_the_sheet_incomplete() -> None:
    full = {aspect.name.lower(): "80" for aspect in ScoreAspect} | {"scored_on": "2026-06-30"}

    complete = score_sheet(records(("LOCAL-SCORE", full)), AS_OF)
    partial = score_sheet(records(("LOCAL-SCORE", full | {"loans": "101", "awards": ""})), AS_OF)

    assert complete is not None
    assert complete.scores == dict.fromkeys(ScoreAspect, Decimal(80))
    assert partial is not None
    assert set(ScoreAspect) - set(partial.scores) == {ScoreAspect.LOANS, ScoreAspect.AWARDS}
    assert score_sheet({}, AS_OF) is None


def test_a_bonus_carries_who_approved_it() -> None:
    row = {"item": "示例加分项", "approver": "示例单位信用科", "approved_on": "2026-02-01"}

    (found,) = bonuses(records(("LOCAL-BONUS", row)))

    assert (found.item, found.approver, found.valid_until) == (row["item"], row["approver"], None)
