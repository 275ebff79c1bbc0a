from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given

from credit.levels import GradeLevel
from matching.advice import MOST_ADVICE, advise
from matching.advice_words import advice_said
from matching.applicant import Applicant, Tags, Wish
from matching.changes import Advice, ChangeKind
from matching.engine.catalogue import compile_sheets
from matching.rank import rank
from matching.sheet import GradePrice, ProductSheet
from matching.terms import RequiredGrade
from tests.matching.sheets import (
    TODAY,
    a_sheet,
    a_wish,
    an_applicant,
    applicants,
    catalogues,
    wishes,
)


def one_price(rate: str) -> dict[RequiredGrade, GradePrice]:
    return {grade: GradePrice(Decimal(rate), Decimal(100)) for grade in RequiredGrade}


def advice_for(applicant: Applicant, wish: Wish, *sheets: ProductSheet) -> tuple[Advice, ...]:
    return advise(compile_sheets(sheets), applicant, wish, TODAY)


def changed(one: Advice, applicant: Applicant, wish: Wish) -> tuple[Applicant, Wish, date]:
    """Who asks for what on which day once the change has been made."""
    change = one.change
    if change.amount is not None:
        return applicant, replace(wish, amount=change.amount), TODAY
    if change.term_months is not None:
        return applicant, replace(wish, term_months=change.term_months), TODAY
    if change.certificate is not None:
        tags = Tags(
            applicant.tags.held | {change.certificate},
            applicant.tags.lacking - {change.certificate},
        )
        return replace(applicant, tags=tags), wish, TODAY
    if change.grade is not None:
        return replace(applicant, grade=change.grade), wish, TODAY
    assert change.on is not None
    return applicant, wish, change.on


def outcome(
    applicant: Applicant, wish: Wish, today: date, sheets: list[ProductSheet]
) -> tuple[set[str], set[str]]:
    """What fits by the plain rules, and what among it lends the whole amount."""
    ranked = [one for one in rank(applicant, wish, sheets, today) if one.terms]
    return (
        {one.sheet.product_id for one in ranked},
        {
            one.sheet.product_id
            for one in ranked
            if one.terms is not None and one.terms.granted == wish.amount
        },
    )


@given(applicant=applicants(), wish=wishes(), sheets=catalogues())
def test_what_a_change_opens_is_what_the_plain_rules_say(
    applicant: Applicant, wish: Wish, sheets: list[ProductSheet]
) -> None:
    found = advice_for(applicant, wish, *sheets)
    fits, full = outcome(applicant, wish, TODAY, sheets)
    assert len(found) <= MOST_ADVICE
    for one in found:
        then_fits, then_full = outcome(*changed(one, applicant, wish), sheets)
        assert set(one.opened) == then_fits - fits
        assert (one.opens, one.closes) == (len(then_fits - fits), len(fits - then_fits))
        assert one.fills == len((then_full - full) & fits)
        assert one.fitting == len(then_fits)
        assert one.opens + one.fills > 0
        assert one.saves_a_year is None or one.saves_a_year > 0
    gains = [one.opens + one.fills for one in found]
    assert gains == sorted(gains, reverse=True)


def test_a_smaller_amount_lets_a_product_lend_all_of_it() -> None:
    small = a_sheet(max_amount=Decimal(400_000))
    (first, *_) = advice_for(an_applicant(), a_wish(), small)
    assert (first.change.kind, first.change.amount) == (ChangeKind.AMOUNT, Decimal(400_000))
    assert (first.opens, first.fills) == (0, 1)


def test_another_term_opens_a_product() -> None:
    short = a_sheet(max_term_months=12)
    (first, *_) = advice_for(an_applicant(), a_wish(term_months=18), short)
    assert (first.change.kind, first.change.term_months) == (ChangeKind.TERM, 12)
    assert first.opened == ("p1",)


def test_a_certificate_opens_what_asks_for_it_and_says_whether_it_is_known_to_be_missing() -> None:
    sheets = [
        a_sheet(product_id="a", tag_groups=(("高新技术企业",),)),
        a_sheet(product_id="b", tag_groups=(("高新技术企业", "专精特新企业"),)),
    ]
    lacking = an_applicant(tags=Tags(lacking=frozenset({"高新技术企业", "专精特新企业"})))
    (first, second) = advice_for(lacking, a_wish(), *sheets)
    assert (first.change.certificate, first.opens) == ("高新技术企业", 2)
    assert first.change.known_missing
    assert (second.change.certificate, second.opens) == ("专精特新企业", 1)
    (unknown, _) = advice_for(an_applicant(), a_wish(), *sheets)
    assert not unknown.change.known_missing


def test_what_follows_from_registration_is_no_certificate_to_get() -> None:
    sheet = a_sheet(tag_groups=(("个体工商户",),))
    assert advice_for(an_applicant(), a_wish(), sheet) == ()


def test_the_next_grade_opens_products_and_saves_yuan_a_year() -> None:
    now = a_sheet(product_id="a", prices=one_price("4.0"))
    better = a_sheet(product_id="b", prices=one_price("3.0"), required_grade=RequiredGrade.ADVANCED)
    (first,) = advice_for(an_applicant(), a_wish(amount=Decimal(1_000_000)), now, better)
    assert (first.change.kind, first.change.grade) == (ChangeKind.GRADE, GradeLevel.ADVANCED)
    before, after = (
        rank(an_applicant(grade=grade), a_wish(), [sheet], TODAY)[0].terms
        for grade, sheet in ((GradeLevel.FIRST, now), (GradeLevel.ADVANCED, better))
    )
    assert before is not None
    assert after is not None
    assert before.cost.compound is not None
    assert after.cost.compound is not None
    saved = (before.cost.compound - after.cost.compound) * 10_000
    assert first.saves_a_year == int(saved)


def test_out_of_a_severe_record_the_way_leads_to_candidate_first() -> None:
    severe = an_applicant(grade=GradeLevel.NOT_CERTIFIED)
    (first,) = advice_for(severe, a_wish(), a_sheet())
    assert (first.change.grade, first.opens) == (GradeLevel.CANDIDATE, 1)


def test_waiting_says_until_which_day() -> None:
    young = an_applicant(established_on=date(2025, 5, 31))
    (first,) = advice_for(young, a_wish(), a_sheet(min_age_months=12))
    assert (first.change.kind, first.change.on) == (ChangeKind.WAIT, date(2026, 5, 31))


def test_nothing_is_advised_where_everything_fits() -> None:
    assert advice_for(an_applicant(), a_wish(), a_sheet()) == ()


def test_advice_is_said_in_a_sentence_with_what_comes_of_it() -> None:
    small = a_sheet(max_amount=Decimal(400_000))
    (first, *_) = advice_for(an_applicant(), a_wish(), small)
    assert advice_said(first, a_wish()) == "把金额降到40万元：1 款产品可以贷足"
    young = an_applicant(established_on=date(2025, 5, 31))
    (waiting,) = advice_for(young, a_wish(), a_sheet(min_age_months=12))
    assert (
        advice_said(waiting, a_wish())
        == "等到 2026-05-31 成立时间符合后再申请：多 1 款产品符合条件"
    )


@given(applicant=applicants(), wish=wishes(), sheets=catalogues())
def test_every_advice_can_be_said(
    applicant: Applicant, wish: Wish, sheets: list[ProductSheet]
) -> None:
    for one in advice_for(applicant, wish, *sheets):
        assert advice_said(one, wish).count("：") == 1
