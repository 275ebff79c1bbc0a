import random
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from credit.levels import GradeLevel
from matching.applicant import Applicant, Tags, Wish
from matching.pricing import treated_as
from matching.rank import rank
from matching.sheet import Fee, GradePrice, ProductSheet
from matching.terms import GuaranteeKind, RepaymentMethod, RequiredGrade, Verdict
from tests.matching.sheets import (
    TODAY,
    a_sheet,
    a_wish,
    an_applicant,
    applicants,
    catalogues,
    wishes,
)

# Whole catalogues are slow to draw; this still sees about a hundred sheets for each property.
fewer = settings(max_examples=30)

maybe_wishes = st.none() | wishes()


def one_price(rate: str, limit: str = "100") -> dict[RequiredGrade, GradePrice]:
    return {grade: GradePrice(Decimal(rate), Decimal(limit)) for grade in RequiredGrade}


def ids(applicant: Applicant, wish: Wish | None, *sheets: ProductSheet) -> list[str]:
    return [one.sheet.product_id for one in rank(applicant, wish, sheets, TODAY)]


def test_the_cheaper_product_comes_first() -> None:
    dear = a_sheet(product_id="a", prices=one_price("4.2"))
    cheap = a_sheet(product_id="b", prices=one_price("3.1"))
    assert ids(an_applicant(), a_wish(), dear, cheap) == ["b", "a"]


def test_fees_count_as_cost() -> None:
    fee = Fee(name="担保费", percent_of_principal=Decimal(2))
    nominally_cheap = a_sheet(product_id="a", prices=one_price("3.0"), fees=(fee,))
    honest = a_sheet(product_id="b", prices=one_price("4.0"))
    assert ids(an_applicant(), a_wish(), nominally_cheap, honest) == ["b", "a"]


def test_full_amount_comes_before_partial_however_cheap() -> None:
    partial = a_sheet(product_id="a", prices=one_price("2.0"), max_amount=Decimal(200_000))
    full = a_sheet(product_id="b", prices=one_price("4.0"))
    ranked = rank(an_applicant(), a_wish(), [partial, full], TODAY)
    assert [one.sheet.product_id for one in ranked] == ["b", "a"]
    assert ranked[1].eligible
    assert ranked[1].terms is not None
    assert ranked[1].terms.granted == 200_000


def test_asked_guarantee_kinds_come_before_others_and_exclude_nothing() -> None:
    credit = a_sheet(product_id="a", prices=one_price("4.0"))
    mortgaged = a_sheet(
        product_id="b", prices=one_price("3.0"), guarantee_kinds=(GuaranteeKind.MORTGAGED,)
    )
    wish = a_wish(guarantee_kinds=frozenset({GuaranteeKind.CREDIT}))
    ranked = rank(an_applicant(), wish, [mortgaged, credit], TODAY)
    assert [(one.sheet.product_id, one.eligible) for one in ranked] == [("a", True), ("b", True)]


def test_unsecured_lending_beside_another_kind_opens_at_advanced() -> None:
    mixed = a_sheet(
        product_id="a",
        guarantee_kinds=(GuaranteeKind.CREDIT, GuaranteeKind.MORTGAGED),
        unsecured_from=RequiredGrade.ADVANCED,
        prices=one_price("3.0"),
    )
    pure = a_sheet(product_id="b", prices=one_price("4.0"))
    wish = a_wish(guarantee_kinds=frozenset({GuaranteeKind.CREDIT}))
    assert ids(an_applicant(grade=GradeLevel.FIRST), wish, mixed, pure) == ["b", "a"]
    assert ids(an_applicant(grade=GradeLevel.ADVANCED), wish, mixed, pure) == ["a", "b"]


def test_equal_costs_are_ordered_by_limit_and_then_by_id() -> None:
    small = a_sheet(product_id="a", max_amount=Decimal(1_000_000))
    large, twin = a_sheet(product_id="c"), a_sheet(product_id="b")
    assert ids(an_applicant(), a_wish(), small, large, twin) == ["b", "c", "a"]


def test_a_product_without_a_cost_sorts_last_of_its_kind() -> None:
    broken = a_sheet(
        product_id="a",
        prices=one_price("1.0"),
        fees=(Fee(name="费", percent_of_principal=Decimal(100)),),
    )
    dear = a_sheet(product_id="b", prices=one_price("20"))
    ranked = rank(an_applicant(), a_wish(), [broken, dear], TODAY)
    assert [one.sheet.product_id for one in ranked] == ["b", "a"]
    assert ranked[1].terms is not None
    assert ranked[1].terms.cost.compound is None
    assert ranked[1].terms.cost.reason


def test_near_misses_come_after_and_failures_last() -> None:
    fits = a_sheet(product_id="z")
    unknown = a_sheet(product_id="y", tag_groups=(("高新技术企业",),))
    above = a_sheet(product_id="x", required_grade=RequiredGrade.ADVANCED)
    fails = a_sheet(product_id="a", industries=("A",))
    ranked = rank(an_applicant(), a_wish(), [fails, above, unknown, fits], TODAY)
    assert [(one.sheet.product_id, one.verdict) for one in ranked] == [
        ("z", Verdict.PASS),
        ("x", Verdict.NEAR_MISS),
        ("y", Verdict.NEAR_MISS),
        ("a", Verdict.FAIL),
    ]
    assert [one.rank for one in ranked] == [1, None, None, None]
    assert [one.terms for one in ranked[1:]] == [None, None, None]


def test_unrated_is_treated_as_candidate_and_says_why() -> None:
    applicant = an_applicant(grade=GradeLevel.UNRATED, grade_reason="尚未授权评级")
    (found,) = rank(applicant, a_wish(), [a_sheet()], TODAY)
    assert found.terms is not None
    assert found.terms.annual_rate == Decimal("4.0")
    assert "按备选对待" in found.reasons[0].explanation
    assert "尚未授权评级" in found.reasons[0].explanation


def test_not_certified_matches_nothing_and_is_told_why() -> None:
    reason = "列入经营异常名录。完成信用修复或移出名单后可重新认证"
    applicant = an_applicant(grade=GradeLevel.NOT_CERTIFIED, grade_reason=reason)
    (found,) = rank(applicant, a_wish(), [a_sheet()], TODAY)
    assert not found.eligible
    assert found.verdict is Verdict.FAIL
    assert found.reasons[0].explanation == reason


def test_without_a_wish_a_million_over_a_year_is_priced_at_the_nearest() -> None:
    short = a_sheet(product_id="a", max_term_months=6, prices=one_price("2.0"))
    fits = a_sheet(product_id="b", prices=one_price("4.0"))
    ranked = rank(an_applicant(), None, [short, fits], TODAY)
    assert [one.sheet.product_id for one in ranked] == ["b", "a"]
    assert ranked[1].terms is not None
    assert ranked[1].terms.term_months == 6
    assert {reason.code for reason in ranked[0].reasons}.isdisjoint({"amount", "term", "rate"})


def test_the_first_repayment_method_prices_a_sheet() -> None:
    methods = (RepaymentMethod.BULLET, RepaymentMethod.EQUAL_INSTALMENTS)
    (found,) = rank(an_applicant(), a_wish(), [a_sheet(repayment_methods=methods)], TODAY)
    assert found.terms is not None
    assert found.terms.cost.compound == Decimal("3.5000")


@fewer
@given(applicants(), maybe_wishes, catalogues(), st.randoms(use_true_random=False))
def test_the_order_is_total_stable_and_blind_to_the_order_of_input(
    applicant: Applicant, wish: Wish | None, catalogue: list[ProductSheet], dice: random.Random
) -> None:
    expected = rank(applicant, wish, catalogue, TODAY)
    shuffled = list(catalogue)
    dice.shuffle(shuffled)
    assert rank(applicant, wish, shuffled, TODAY) == expected
    keys = [one.sort_key for one in expected]
    assert all(earlier < later for earlier, later in pairwise(keys))
    assert [one.position for one in expected] == list(range(1, len(catalogue) + 1))


@fewer
@given(applicants(), maybe_wishes, catalogues())
def test_scores_lie_between_0_and_100_and_never_rise_with_rank(
    applicant: Applicant, wish: Wish | None, catalogue: list[ProductSheet]
) -> None:
    ranked = rank(applicant, wish, catalogue, TODAY)
    scores = [one.score for one in ranked if one.score is not None]
    assert all(0 <= score <= 100 for score in scores)
    assert scores == sorted(scores, reverse=True)
    assert [one.rank for one in ranked if one.eligible] == list(range(1, len(scores) + 1))
    assert all(one.score is None and one.rank is None for one in ranked if not one.eligible)


@fewer
@given(applicants(), maybe_wishes, catalogues())
def test_a_better_grade_never_loses_a_product_nor_raises_a_price(
    applicant: Applicant, wish: Wish | None, catalogue: list[ProductSheet]
) -> None:
    ladder = (GradeLevel.UNRATED, GradeLevel.CANDIDATE, GradeLevel.FIRST, GradeLevel.ADVANCED)
    former: dict[str, tuple[Decimal, Decimal, Decimal]] = {}
    for level in ladder:
        found = {}
        for one in rank(replace(applicant, grade=level), wish, catalogue, TODAY):
            if one.terms is not None:
                cost = one.terms.cost.compound
                found[one.sheet.product_id] = (
                    one.terms.annual_rate,
                    Decimal(10**9) if cost is None else cost,
                    -one.terms.limit,
                )
        assert former.keys() <= found.keys()
        for product_id, worse in former.items():
            assert all(b <= w for b, w in zip(found[product_id], worse, strict=True))
        former = found


@fewer
@given(applicants(), wishes(), catalogues())
def test_names_tags_unasked_for_and_wished_rates_change_no_verdict(
    applicant: Applicant, wish: Wish, catalogue: list[ProductSheet]
) -> None:
    def verdicts(who: Applicant, what: Wish) -> list[tuple[str, Verdict]]:
        return [(o.sheet.product_id, o.verdict) for o in rank(who, what, catalogue, TODAY)]

    tags = Tags(applicant.tags.held | {"无关的资质"}, applicant.tags.lacking)
    stranger = replace(applicant, enterprise_id="e2", tags=tags)
    assert verdicts(stranger, replace(wish, max_annual_rate=None)) == verdicts(applicant, wish)


@fewer
@given(applicants(), wishes(), catalogues())
def test_one_more_tag_never_loses_a_product(
    applicant: Applicant, wish: Wish, catalogue: list[ProductSheet]
) -> None:
    def eligible(who: Applicant) -> set[str]:
        return {o.sheet.product_id for o in rank(who, wish, catalogue, TODAY) if o.eligible}

    everything = Tags(applicant.tags.held | applicant.tags.lacking)
    assert eligible(applicant) <= eligible(replace(applicant, tags=everything))


@fewer
@given(applicants(), wishes(), catalogues())
def test_nobody_who_is_not_certified_gets_anything(
    applicant: Applicant, wish: Wish, catalogue: list[ProductSheet]
) -> None:
    applicant = replace(applicant, grade=GradeLevel.NOT_CERTIFIED)
    assert treated_as(applicant.grade) is None
    assert not any(one.eligible for one in rank(applicant, wish, catalogue, TODAY))
