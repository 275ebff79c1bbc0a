import random
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit.levels import EnterpriseSize, GradeLevel
from matching.applicant import Applicant, Tags
from matching.cohorts import SMALLEST_CELL, cohorts_of
from matching.lab import Laboratory, Trial, trial
from matching.rank import judge
from matching.sheet import ProductSheet
from matching.terms import Place, RequiredGrade, Verdict
from tests.matching.sheets import TODAY, a_sheet, an_applicant, applicants, sheets


@st.composite
def towns(draw: st.DrawFn) -> list[Applicant]:
    """Some firms, many of them alike, as in a town."""
    kinds = draw(st.lists(applicants(), min_size=1, max_size=6))
    many = draw(st.integers(0, 60))
    chosen = [draw(st.sampled_from(kinds)) for _ in range(many)]
    return [
        an_applicant(**{**vars(one), "enterprise_id": f"e{n:03}"}) for n, one in enumerate(chosen)
    ]


def asked(sheet: ProductSheet, firms: list[Applicant]) -> Trial:
    return trial(sheet, Laboratory.of(cohorts_of(firms)), TODAY)


def counts(found: Trial) -> list[int]:
    cells = [*found.by_grade, *found.by_district, *found.by_industry]
    return [
        *(found.firms, found.fitting, found.near),
        *(number for cell in cells for number in (cell.firms, cell.fitting)),
        *(number for barrier in found.barriers for number in (barrier.firms, barrier.alone)),
    ]


@settings(max_examples=40)
@given(firms=towns(), sheet=sheets())
def test_no_count_lies_between_nobody_and_ten(firms: list[Applicant], sheet: ProductSheet) -> None:
    assert all(number % SMALLEST_CELL == 0 for number in counts(asked(sheet, firms)))


@settings(max_examples=40)
@given(firms=towns(), sheet=sheets())
def test_every_answer_is_about_firms_that_have_nine_doubles_and_more(
    firms: list[Applicant], sheet: ProductSheet
) -> None:
    """So no two questions, however they are put, can differ by one firm."""
    cohorts = cohorts_of(firms)
    doubles = [one.typical for one in cohorts for _ in range(SMALLEST_CELL)]
    assert all(number >= SMALLEST_CELL for number in Counter(map(id, doubles)).values())
    verdicts = Counter(judge(one, None, sheet, TODAY).verdict for one in doubles)
    found = asked(sheet, firms)
    assert (found.firms, found.fitting, found.near) == (
        len(doubles),
        verdicts[Verdict.PASS],
        verdicts[Verdict.NEAR_MISS],
    )


@settings(max_examples=40)
@given(firms=towns(), sheet=sheets(), seed=st.integers(0, 99))
def test_the_order_of_the_firms_changes_nothing(
    firms: list[Applicant], sheet: ProductSheet, seed: int
) -> None:
    shuffled = random.Random(seed).sample(firms, len(firms))  # noqa: S311 - an order, no secret
    assert asked(sheet, shuffled) == asked(sheet, firms)


@settings(max_examples=40)
@given(firms=towns(), sheet=sheets())
def test_every_ten_firms_are_counted_once(firms: list[Applicant], sheet: ProductSheet) -> None:
    found = asked(sheet, firms)
    assert found.firms == len(firms) // SMALLEST_CELL * SMALLEST_CELL
    for cells in (found.by_grade, found.by_district, found.by_industry):
        assert sum(cell.firms for cell in cells) == found.firms
        assert sum(cell.fitting for cell in cells) == found.fitting


def test_bounds_that_are_tried_one_after_the_other_find_no_firms_own_figure() -> None:
    own = Decimal("8123456.78")
    firms = [
        an_applicant(
            enterprise_id=f"e{n}",
            annual_revenue=own,
            employees=137,
            established_on=date(2016, 3, 17),
        )
        for n in range(10)
    ]
    (cohort,) = cohorts_of(firms)
    assert cohort.typical.annual_revenue == Decimal(8_100_000)
    assert (cohort.typical.employees, cohort.typical.established_on) == (130, date(2016, 3, 1))


@given(value=st.decimals("0", "999999999999.99", places=2))
def test_a_rounded_figure_is_never_above_and_at_most_a_tenth_below(value: Decimal) -> None:
    firms = [an_applicant(enterprise_id=f"e{n}", annual_revenue=value) for n in range(10)]
    found = cohorts_of(firms)[0].typical.annual_revenue
    assert found is not None
    assert found <= value
    assert value - found <= max(value / 10, Decimal(1))


def test_one_firm_that_differs_cannot_be_uncovered() -> None:
    """Asking with and without the one firm's own certificate gives the same answer."""
    firms = [an_applicant(enterprise_id=f"e{n}") for n in range(30)]
    firms[7] = an_applicant(enterprise_id="e7", tags=Tags(held=frozenset({"高新技术企业"})))
    with_it = asked(a_sheet(tag_groups=(("高新技术企业",),)), firms)
    assert (with_it.firms, with_it.fitting) == (30, 0)
    assert asked(a_sheet(), firms).fitting == 30


def test_it_says_which_condition_shuts_out_most() -> None:
    advanced = [
        an_applicant(enterprise_id=f"a{n}", grade=GradeLevel.ADVANCED, employees=20)
        for n in range(20)
    ]
    first = [
        an_applicant(enterprise_id=f"f{n}", grade=GradeLevel.FIRST, size=EnterpriseSize.MEDIUM)
        for n in range(10)
    ]
    sheet = a_sheet(required_grade=RequiredGrade.ADVANCED, sizes=frozenset({EnterpriseSize.MEDIUM}))
    found = asked(sheet, [*advanced, *first])
    assert (found.firms, found.fitting, found.near) == (30, 0, 10)
    assert [(one.code, one.firms, one.alone) for one in found.barriers] == [
        ("size", 20, 20),
        ("grade", 10, 10),
    ]
    assert [(cell.key, cell.firms) for cell in found.by_grade] == [("ADVANCED", 20), ("FIRST", 10)]


def test_by_district_and_industry() -> None:
    south = Place("320281002", "南闸街道")
    firms = [an_applicant(enterprise_id=f"a{n}") for n in range(12)]
    firms += [
        an_applicant(
            enterprise_id=f"b{n}",
            place=south,
            region_codes=frozenset({south.code, "320281", "320000"}),
            industry="I65",
        )
        for n in range(12)
    ]
    found = asked(a_sheet(regions=(south,)), firms)
    assert {cell.key: cell.fitting for cell in found.by_district} == {
        "320281001": 0,
        "320281002": 10,
    }
    assert {cell.key: cell.fitting for cell in found.by_industry} == {"C": 0, "I": 10}


def test_a_firm_that_joins_between_two_draws_moves_no_count_by_one() -> None:
    firms = [an_applicant(enterprise_id=f"e{n:02}") for n in range(24)]
    newcomer = an_applicant(enterprise_id="e99", grade=GradeLevel.ADVANCED)
    before, after = asked(a_sheet(), firms), asked(a_sheet(), [*firms, newcomer])
    assert counts(before) == counts(after)


@pytest.mark.parametrize("many", [0, 9])
def test_too_few_firms_show_nothing(many: int) -> None:
    found = asked(a_sheet(), [an_applicant(enterprise_id=f"e{n}") for n in range(many)])
    assert (found.firms, found.by_grade, found.barriers) == (0, (), ())


def test_a_typical_firm_has_the_middle_of_what_is_known() -> None:
    firms = [
        an_applicant(
            enterprise_id=f"e{n}",
            annual_revenue=Decimal(1000 * n) if n < 6 else None,
            annual_tax=Decimal(5) if n < 4 else None,
            established_on=date(2010 + n, 1, 1),
        )
        for n in range(10)
    ]
    (cohort,) = cohorts_of(firms)
    assert cohort.size == 10
    assert cohort.typical.annual_revenue == Decimal(2000)
    assert cohort.typical.annual_tax is None
    assert cohort.typical.established_on == date(2014, 1, 1)
