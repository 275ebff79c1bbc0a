from dataclasses import replace
from decimal import Decimal

from hypothesis import given

from credit.levels import GradeLevel
from matching.applicant import Applicant, Wish
from matching.engine.catalogue import compile_sheets
from matching.health import MOST_POINTS, Count, health_of
from matching.rank import rank
from matching.sheet import ProductSheet
from matching.terms import Verdict
from tests.matching.sheets import (
    TODAY,
    a_sheet,
    a_wish,
    an_applicant,
    applicants,
    catalogues,
    wishes,
)


def counted(applicant: Applicant, wish: Wish, sheets: list[ProductSheet]) -> Count:
    """The count by the plain rules."""
    ranked = rank(applicant, wish, sheets, TODAY)
    return Count(
        fitting=sum(one.eligible for one in ranked),
        full=sum(one.terms is not None and one.terms.granted == wish.amount for one in ranked),
        near=sum(one.verdict is Verdict.NEAR_MISS for one in ranked),
    )


@given(applicant=applicants(), wish=wishes(), sheets=catalogues())
def test_every_count_is_that_of_the_plain_rules(
    applicant: Applicant, wish: Wish, sheets: list[ProductSheet]
) -> None:
    health = health_of(compile_sheets(sheets), applicant, wish, TODAY)
    assert health.now == counted(applicant, wish, sheets)
    for by_amount in health.by_amount:
        there = replace(wish, amount=by_amount.amount)
        assert by_amount.count == counted(applicant, there, sheets)
    for by_term in health.by_term:
        there = replace(wish, term_months=by_term.term_months)
        assert by_term.count == counted(applicant, there, sheets)


def test_it_says_at_which_amount_and_term_more_products_fit() -> None:
    sheets = [
        a_sheet(product_id="a", max_amount=Decimal(2_800_000)),
        a_sheet(product_id="b", max_term_months=12),
    ]
    wish = a_wish(amount=Decimal(3_000_000), term_months=18)
    health = health_of(compile_sheets(sheets), an_applicant(), wish, TODAY)
    assert health.now == Count(fitting=1, full=0, near=0)
    assert [(one.amount, one.count.full) for one in health.by_amount] == [(Decimal(2_800_000), 1)]
    assert [(one.term_months, one.count.fitting) for one in health.by_term] == [
        (3, 2),
        (12, 2),
    ]


def test_a_severe_record_leaves_nothing_to_move() -> None:
    applicant = an_applicant(grade=GradeLevel.NOT_CERTIFIED)
    health = health_of(compile_sheets([a_sheet()]), applicant, a_wish(), TODAY)
    assert health.now == Count(0, 0, 0)
    assert health.by_amount == ()


def test_the_points_are_few_and_in_order_however_many_products_there_are() -> None:
    sheets = [
        a_sheet(product_id=f"p{n:03}", max_amount=Decimal(100_000 + 10_000 * n)) for n in range(200)
    ]
    health = health_of(compile_sheets(sheets), an_applicant(), a_wish(), TODAY)
    amounts = [one.amount for one in health.by_amount]
    assert 0 < len(amounts) <= MOST_POINTS
    assert amounts == sorted(amounts)
    assert min(amounts) < a_wish().amount < max(amounts)
