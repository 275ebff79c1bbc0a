"""Each indicator's letters, reading by reading."""

from datetime import date

import pytest

from credit.facts import (
    Colour,
    Environment,
    Facts,
    HousingFund,
    IndustryPolicy,
    Insurance,
    Performance,
    PersonRole,
    PolicyClass,
    Premises,
    SocialInsurance,
    Tenure,
    YearOnYear,
)
from credit.indicators import IndicatorResult, classify
from credit.levels import Letter
from credit.periods import rolling_years, year_to_date, years_from
from tests.factories.facts import (
    AS_OF,
    facts,
    loans,
    person,
    populations,
    public_record,
    public_records,
    year_on_year,
)

A, B, C, NONE = Letter.A, Letter.B, Letter.C, Letter.NOT_CLASSIFIED


def indicator(number: int, of: Facts, as_of: date = AS_OF) -> IndicatorResult:
    return classify(of, populations(), as_of)[number - 1]


def letter(number: int, of: Facts, as_of: date = AS_OF) -> Letter:
    return indicator(number, of, as_of).letter


def test_there_are_thirteen_in_order_and_the_last_never_gives_a_letter() -> None:
    results = classify(facts(), populations(), AS_OF)

    assert [one.number for one in results] == list(range(1, 14))
    assert [one.letter for one in results] == [A] * 12 + [NONE]


@pytest.mark.parametrize(
    ("current", "expected"), [("130", A), ("90", A), ("80", B), ("60", B), ("50", C), ("-10", C)]
)
def test_1_tax_is_ranked_by_ratio_in_the_industry(current: str, expected: Letter) -> None:
    result = indicator(1, facts(tax=year_on_year(current=current)))

    assert result.letter is expected
    assert result.source == "JS-1"


def test_1_explains_the_group_the_rank_and_both_cut_values() -> None:
    result = indicator(1, facts(tax=year_on_year(current="80")))

    assert result.value == "比值 0.8000（本期 80 元，上年同期 100 元）"
    assert "C34 通用设备制造业 的 10 家可比企业中排第 3" in result.explanation
    assert "A 线比值 0.9000，B 线比值 0.6000" in result.explanation


def test_a2_41_no_tax_row_in_the_period_is_no_letter_but_a_row_of_zero_is_zero() -> None:
    assert letter(1, facts(tax=year_on_year(current=None))) is NONE
    assert letter(1, facts(tax=None)) is NONE
    assert letter(1, facts(tax=year_on_year(current="0"))) is C


def test_a2_13_without_a_comparable_base_there_is_no_letter() -> None:
    assert letter(1, facts(tax=year_on_year(base="0"))) is NONE
    assert letter(2, facts(utilities=(year_on_year(base="-1"),))) is NONE


def test_a2_53_missing_months_are_flagged_beside_the_letter() -> None:
    gaps = YearOnYear(current=facts().tax.current, base=facts().tax.base, source="JS-1")
    flagged = YearOnYear(current=gaps.current, base=gaps.base, source="JS-1", incomplete=True)

    assert "缺月" not in indicator(1, facts(tax=gaps)).explanation
    assert indicator(1, facts(tax=flagged)).letter is A
    assert "缺月" in indicator(1, facts(tax=flagged)).explanation


def test_a2_15_utilities_sum_what_has_both_periods_and_name_those_sources() -> None:
    water = year_on_year(current="90", base="100", source="JS-31")
    new_gas = year_on_year(current="500", base=None, source="JS-32")

    result = indicator(2, facts(utilities=(water, new_gas)))

    assert (result.letter, result.source) == (A, "JS-31")
    assert letter(2, facts(utilities=(new_gas,))) is NONE


def test_a2_14_the_period_is_the_year_to_date_through_the_last_closed_month() -> None:
    current, base = year_to_date(date(2026, 11, 22))
    january = year_to_date(date(2026, 1, 5))
    march = year_to_date(date(2025, 3, 1))

    assert (current.start, current.end) == (date(2026, 1, 1), date(2026, 10, 31))
    assert (base.start, base.end) == (date(2025, 1, 1), date(2025, 10, 31))
    assert [(p.start, p.end) for p in january] == [
        (date(2025, 1, 1), date(2025, 12, 31)),
        (date(2024, 1, 1), date(2024, 12, 31)),
    ]
    assert march[0].end == date(2025, 2, 28)
    assert march[1].end == date(2024, 2, 29)


def test_a2_56_rolling_figures_are_compared_by_when_they_were_received() -> None:
    now, a_year_ago = rolling_years(date(2026, 11, 22))

    assert (now.start, now.end) == (date(2025, 11, 23), date(2026, 11, 22))
    assert (a_year_ago.start, a_year_ago.end) == (date(2024, 11, 23), date(2025, 11, 22))


@pytest.mark.parametrize(
    ("paid", "arrears", "expected"),
    [
        (frozenset(Insurance), False, A),
        (frozenset(Insurance), True, B),
        (frozenset(Insurance) - {Insurance.INJURY}, False, B),
        (frozenset(), False, B),
    ],
)
def test_a2_34_some_of_the_five_insurances_or_arrears_give_b(
    paid: frozenset[Insurance], arrears: bool, expected: Letter
) -> None:
    known = SocialInsurance(paid=paid, in_arrears=arrears, source="JS-10")

    assert letter(3, facts(social_insurance=known)) is expected


def test_3_a_firm_without_employees_or_a_city_without_the_source_gets_no_letter() -> None:
    assert letter(3, facts(employees=0)) is NONE
    assert letter(3, facts(social_insurance=None)) is NONE


@pytest.mark.parametrize(
    ("last_paid_on", "expected"),
    [
        (date(2026, 11, 3), A),
        (date(2026, 9, 1), A),
        (date(2026, 8, 31), NONE),
        (None, NONE),
    ],
)
def test_a2_35_regular_means_paid_within_the_last_two_closed_months(
    last_paid_on: date | None, expected: Letter
) -> None:
    fund = HousingFund(last_paid_on=last_paid_on, source="JS-13")

    assert letter(4, facts(housing_fund=fund)) is expected


@pytest.mark.parametrize(
    ("established_on", "as_of", "expected"),
    [
        (date(2023, 11, 22), date(2026, 11, 22), B),
        (date(2023, 11, 22), date(2026, 11, 23), A),
        (date(2024, 2, 29), date(2027, 2, 28), B),
        (date(2024, 2, 29), date(2027, 3, 1), A),
    ],
)
def test_a2_16_the_third_anniversary_itself_is_still_b(
    established_on: date, as_of: date, expected: Letter
) -> None:
    assert letter(5, facts(established_on=established_on), as_of) is expected


def test_a2_48_the_anniversary_of_29_february_is_28_february() -> None:
    assert years_from(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert years_from(date(2026, 2, 28), -2) == date(2024, 2, 28)
    assert letter(5, facts(established_on=None)) is NONE


@pytest.mark.parametrize(
    ("tenure", "high_tech", "expected"),
    [
        (Tenure.OWNED, False, A),
        (Tenure.RENTED, False, B),
        (Tenure.RENTED, None, B),
        (Tenure.RENTED, True, A),
        (Tenure.FREE, False, B),
    ],
)
def test_a2_17_premises_owned_or_rented_by_a_high_tech_firm_give_a(
    tenure: Tenure, high_tech: bool | None, expected: Letter
) -> None:
    held = Premises(tenure=tenure, source="LOCAL-PREMISES")

    assert letter(6, facts(premises=held, high_tech=high_tech)) is expected


def test_a2_39_a_high_tech_firm_in_premises_lent_free_gets_b() -> None:
    lent = Premises(tenure=Tenure.FREE, source="LOCAL-PREMISES")

    assert letter(6, facts(premises=lent, high_tech=True)) is B
    assert letter(6, facts(premises=None, high_tech=True)) is NONE


@pytest.mark.parametrize(
    ("level", "expected"), [("A+", A), ("A", A), ("AA", A), ("B", B), ("C", C), ("D", C)]
)
def test_7_personal_credit_by_level(level: str, expected: Letter) -> None:
    assert letter(7, facts(persons=(person(level=level),))) is expected


def test_a2_19_the_worse_of_the_two_people_counts_and_is_named() -> None:
    both = (
        person(level="A"),
        person(role=PersonRole.ACTUAL_CONTROLLER, level="C"),
    )

    result = indicator(7, facts(persons=both))

    assert result.letter is C
    assert "实际控制人" in result.explanation


def test_a2_18_a2_38_without_the_consent_of_each_person_there_is_no_letter() -> None:
    one = (person(level="A"), person(role=PersonRole.ACTUAL_CONTROLLER, consented=False))

    assert letter(7, facts(persons=one)) is NONE
    assert letter(7, facts(persons=())) is NONE
    assert letter(7, facts(persons=(person(level=None),))) is NONE


def test_a2_18_what_the_consent_leaves_out_gets_no_letter() -> None:
    bad = loans(bad_records=5, arrears=True)

    assert letter(10, facts(loans=bad)) is C
    assert letter(10, facts(loans=bad, withheld=frozenset({10}))) is NONE


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        (Colour.GREEN, A),
        (Colour.BLUE, B),
        (Colour.YELLOW, C),
        (Colour.RED, C),
        (Colour.BLACK, C),
    ],
)
def test_8_environment_by_colour(colour: Colour, expected: Letter) -> None:
    assert letter(8, facts(environment=Environment(colour=colour, source="JS-16"))) is expected


def test_a2_20_a_black_label_also_asks_for_a_severe_check() -> None:
    def checked(colour: Colour) -> bool:
        return indicator(
            8, facts(environment=Environment(colour=colour, source="JS-16"))
        ).severe_check

    assert checked(Colour.BLACK)
    assert not checked(Colour.RED)


def test_8_outside_the_scope_of_the_rating_it_is_not_used() -> None:
    assert letter(8, facts(environment=None)) is NONE


def unrepaired(n: int) -> list[object]:
    return [public_record(recorded_on=date(2020, 1, n + 1)) for n in range(n)]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], A),
        ([public_record(recorded_on=date(2020, 1, 1))], B),
        (unrepaired(2), C),
        (unrepaired(3), C),
        ([public_record(repaired_on=date(2026, 2, 1))] * 3, B),
        ([public_record(recorded_on=date(2024, 11, 22), repaired_on=date(2025, 1, 1))], B),
        ([public_record(recorded_on=date(2024, 11, 21), repaired_on=date(2026, 11, 1))], A),
        ([*unrepaired(1), public_record(repaired_on=date(2026, 2, 1))], B),
        ([public_record(published_until=date(2026, 11, 21))] * 2, A),
        ([public_record(published_until=date(2026, 11, 22))] * 2, C),
        ([public_record(recorded_on=date(2026, 11, 23))] * 2, A),
        ([public_record(repaired_on=date(2026, 11, 23))] * 2, C),
    ],
)
def test_a2_5_public_records(records: list[object], expected: Letter) -> None:
    assert letter(9, facts(public_records=public_records(*records))) is expected


@pytest.mark.parametrize(
    ("number", "bad", "arrears", "expected"),
    [
        (1, 0, False, A),
        (1, 1, False, B),
        (1, 2, False, B),
        (1, 3, False, C),
        (1, 1, True, C),
        (0, 0, False, B),
    ],
)
def test_10_loan_records(number: int, bad: int, arrears: bool, expected: Letter) -> None:
    known = loans(number=number, bad_records=bad, arrears=arrears)

    assert letter(10, facts(loans=known)) is expected


def test_a2_40_interest_in_arrears_without_any_bad_record_is_c() -> None:
    assert letter(10, facts(loans=loans(arrears=True))) is C


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ({PolicyClass.ENCOURAGED}, A),
        ({PolicyClass.PRIORITY}, A),
        ({PolicyClass.LEADING}, A),
        ({PolicyClass.GENERAL}, B),
        ({PolicyClass.FORBIDDEN}, C),
        (set(), NONE),
    ],
)
def test_11_industrial_policy(classes: set[PolicyClass], expected: Letter) -> None:
    policy = IndustryPolicy(classes=frozenset(classes), source="LOCAL-POLICY-CLASS")

    assert letter(11, facts(policy=policy)) is expected


def test_a2_54_a_leading_industry_that_is_also_restricted_is_restricted() -> None:
    both = frozenset({PolicyClass.LEADING, PolicyClass.RESTRICTED})

    assert letter(11, facts(policy=IndustryPolicy(classes=both, source="x"))) is C


@pytest.mark.parametrize(
    ("rank", "total", "expected"), [(1, 5, A), (1, 4, B), (2, 4, B), (3, 4, C), (1, 1, C)]
)
def test_a2_21_a2_50_performance_is_the_published_ranking_without_a_minimum_size(
    rank: int, total: int, expected: Letter
) -> None:
    published = Performance(year=2025, rank=rank, total=total, source="LOCAL-PERFORMANCE")

    assert letter(12, facts(performance=published)) is expected


def test_12_firms_outside_industry_get_no_letter() -> None:
    assert letter(12, facts(industry="F51")) is NONE
    assert letter(12, facts(performance=None)) is NONE
