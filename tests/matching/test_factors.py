"""The published factors are all there is to the order: nothing else moves a product."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.applicant import Applicant, Wish
from matching.cost import Cost
from matching.factors import FACTORS
from matching.rank import Ranked, Terms, rank, score_of
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

_CLASS = {Verdict.PASS: 0, Verdict.NEAR_MISS: 1, Verdict.FAIL: 2}
fewer = settings(max_examples=40, deadline=None)


def published(one: Ranked) -> tuple[object, ...]:
    """A product's place by the published factors, in their order."""
    obstacles = sum(reason.is_obstacle for reason in one.reasons)
    values: dict[str, object] = {
        "fit": (_CLASS[one.verdict], 0),
        "full_amount": 0,
        "asked_kind": 0,
        "all_in_cost": 0,
        "limit": 0,
        "product_id": one.sheet.product_id,
    }
    if one.terms is None:
        values["fit"] = (_CLASS[one.verdict], obstacles)
    else:
        cost = one.terms.cost.compound
        values["full_amount"] = not one.terms.is_full
        values["asked_kind"] = not one.terms.is_asked_kind
        values["all_in_cost"] = Decimal(10**9) if cost is None else cost
        values["limit"] = -one.terms.limit
    return tuple(values[factor.code] for factor in FACTORS)


@fewer
@given(applicants(), st.none() | wishes(), catalogues())
def test_the_rank_is_a_function_of_the_published_factors_alone(
    applicant: Applicant, wish: Wish | None, catalogue: list[ProductSheet]
) -> None:
    ranked = rank(applicant, wish, catalogue, TODAY)
    assert sorted(ranked, key=published) == ranked


# What of a sheet may enter the order. A field that is not among them can be anything.
_READ = {
    *("product_id", "required_grade", "regions", "industries", "sizes", "accepts_sole_traders"),
    *("tag_groups", "min_age_months", "figures", "min_amount", "max_amount", "min_term_months"),
    *("max_term_months", "guarantee_kinds", "unsecured_from", "prices", "fees"),
    "repayment_methods",
}


@fewer
@given(applicants(), wishes(), catalogues(), st.data())
def test_no_other_field_of_a_sheet_buys_a_place(
    applicant: Applicant, wish: Wish, catalogue: list[ProductSheet], data: st.DataObject
) -> None:
    others = {one.name for one in fields(ProductSheet)} - _READ
    assert others == {"version", "name", "institution_id", "illustrative"}
    bought = [
        replace(
            sheet,
            version=data.draw(st.integers(1, 99)),
            name=data.draw(st.sampled_from(("最好", "A", ""))),
            institution_id=data.draw(st.sampled_from(("friend", "0"))),
            illustrative=frozenset({"prices"}),
        )
        for sheet in catalogue
    ]
    before, after = (rank(applicant, wish, sheets, TODAY) for sheets in (catalogue, bought))
    assert [(o.sort_key, o.score) for o in before] == [(o.sort_key, o.score) for o in after]


@pytest.mark.parametrize(
    ("cost", "score"),
    [
        ("3.0384", 96.84),  # 96.835, which binary fractions put below the half
        ("1.3584", 98.58),  # 98.585, which they put above it
        ("4.4378", 95.38),
        ("24", 75.0),
        ("24.0001", 75.0),
    ],
)
def test_a_score_half_way_falls_to_the_even_one(cost: str, score: float) -> None:
    nothing = Decimal(0)
    terms = Terms(nothing, nothing, nothing, 12, True, True, Cost(Decimal(cost), None))
    assert score_of(terms) == score


def test_the_points_are_those_of_the_score() -> None:
    points = {factor.code: factor.points for factor in FACTORS}
    (one,) = rank(an_applicant(), a_wish(), [a_sheet()], TODAY)
    assert one.terms is not None
    free = replace(one.terms, cost=replace(one.terms.cost, compound=Decimal(0)))
    assert score_of(free) == sum(points.values()) == 100
    assert 100 - score_of(replace(free, is_full=False)) == points["full_amount"]
    assert 100 - score_of(replace(free, is_asked_kind=False)) == points["asked_kind"]
    dearest = replace(free, cost=replace(free.cost, compound=Decimal(24)))
    assert 100 - score_of(dearest) == points["all_in_cost"]


def test_every_factor_has_its_place_and_its_words() -> None:
    assert [factor.place for factor in FACTORS] == list(range(1, len(FACTORS) + 1))
    assert all(factor.name and factor.first for factor in FACTORS)
