from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from credit.levels import EnterpriseSize, GradeLevel
from matching.applicant import Applicant, Tags, Wish, tags_of_registration
from matching.case import Case, ConditionResult
from matching.conditions import add_months, conditions, overall
from matching.engine.catalogue import compile_sheets
from matching.engine.shelf import shelf_for
from matching.engine.units import FAILS, OPEN, PASSES
from matching.requirements import requirements
from matching.sheet import FigureBounds, ProductSheet
from matching.terms import GuaranteeKind, Place, RequiredGrade, Verdict
from tests.matching.sheets import TODAY, a_sheet, a_wish, an_applicant

NEAR_MISS, UNKNOWN = Verdict.NEAR_MISS, Verdict.UNKNOWN


_STATES = {Verdict.PASS: PASSES, Verdict.UNKNOWN: OPEN, Verdict.FAIL: FAILS}


def judged(
    code: str,
    *,
    sheet: ProductSheet,
    applicant: Applicant | None = None,
    wish: Wish | None = None,
) -> ConditionResult:
    case = Case(applicant or an_applicant(), wish or a_wish(), sheet, TODAY)
    (found,) = [result for result in conditions(case) if result.code == code]
    return found


def test_every_condition_has_a_sentence() -> None:
    sheet = a_sheet(industries=("C",), tag_groups=(("高新技术企业",),), min_age_months=12)
    wish = a_wish(max_annual_rate=Decimal(4))
    results = conditions(Case(an_applicant(), wish, sheet, TODAY))
    assert [result.code for result in results] == [
        "grade",
        "region",
        "industry",
        "size",
        "tags",
        "age",
        "amount",
        "term",
        "guarantee",
        "rate",
    ]
    assert all(result.required and result.explanation for result in results)


@pytest.mark.parametrize(
    ("own", "required", "verdict", "distance"),
    [
        (GradeLevel.ADVANCED, RequiredGrade.FIRST, Verdict.PASS, None),
        (GradeLevel.FIRST, RequiredGrade.FIRST, Verdict.PASS, None),
        (GradeLevel.CANDIDATE, RequiredGrade.FIRST, Verdict.NEAR_MISS, "还差1级"),
        (GradeLevel.UNRATED, RequiredGrade.ADVANCED, Verdict.NEAR_MISS, "还差2级"),
        (GradeLevel.UNRATED, RequiredGrade.CANDIDATE, Verdict.PASS, None),
        (GradeLevel.NOT_CERTIFIED, RequiredGrade.CANDIDATE, Verdict.FAIL, None),
    ],
)
def test_grade(
    own: GradeLevel, required: RequiredGrade, verdict: Verdict, distance: str | None
) -> None:
    found = judged(
        "grade", sheet=a_sheet(required_grade=required), applicant=an_applicant(grade=own)
    )
    assert (found.verdict, found.distance) == (verdict, distance)


@pytest.mark.parametrize(
    ("wanted", "verdict"),
    [
        (Place("320281", "江阴市"), Verdict.PASS),
        (Place("320000", "江苏省"), Verdict.PASS),
        (Place("320400", "常州市"), Verdict.FAIL),
        (Place("320281002", "南闸街道"), Verdict.FAIL),
    ],
)
def test_region(wanted: Place, verdict: Verdict) -> None:
    assert judged("region", sheet=a_sheet(regions=(wanted,))).verdict is verdict


def test_a_town_is_unknown_while_only_the_district_is_known() -> None:
    applicant = an_applicant(
        place=Place("320412", "武进区"), region_codes=frozenset({"320412", "320400", "320000"})
    )
    town = a_sheet(regions=(Place("320412412", "西太湖生态休闲区"),))
    assert judged("region", sheet=town, applicant=applicant).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("known", "wanted", "verdict"),
    [
        ("320200", "320281", Verdict.UNKNOWN),
        ("320000", "320281", Verdict.UNKNOWN),
        ("320000", "320200", Verdict.UNKNOWN),
        ("320200", "320281400", Verdict.UNKNOWN),
        ("320281000", "320281400", Verdict.UNKNOWN),
        ("320281000000", "320281400", Verdict.UNKNOWN),
        ("320281", "320281400001", Verdict.UNKNOWN),
        ("320281400", "320281400001", Verdict.UNKNOWN),
        ("320200", "320402", Verdict.FAIL),
        ("320000", "130902", Verdict.FAIL),
        ("320281000", "320281", Verdict.PASS),
        ("320200", "3202", Verdict.PASS),
    ],
)
def test_what_is_wider_than_what_is_asked_is_unknown_at_every_level(
    known: str, wanted: str, verdict: Verdict
) -> None:
    applicant = an_applicant(place=Place(known, "示例地"), region_codes=frozenset({known}))
    sheet = a_sheet(regions=(Place(wanted, "示例地"),))
    found = judged("region", sheet=sheet, applicant=applicant)
    assert found.verdict is verdict
    if verdict is Verdict.UNKNOWN:
        narrower = "镇街" if known.startswith("320281") else "区县"
        assert found.explanation == f"只知道经营地在示例地，不知道具体{narrower}，请补充经营地址"
    shelf = shelf_for(compile_sheets([sheet]), applicant, None, TODAY)
    assert shelf.states.tolist() == [_STATES[verdict]]


@pytest.mark.parametrize(
    ("own", "wanted", "verdict"),
    [
        ("C34", ("C",), Verdict.PASS),
        ("C34", ("C35", "C34"), Verdict.PASS),
        ("C", ("C34",), Verdict.UNKNOWN),
        ("C34", ("F", "I65"), Verdict.FAIL),
        ("C3411", ("C341",), Verdict.PASS),
        ("C34", ("C3411",), Verdict.UNKNOWN),
        ("C3412", ("C3411",), Verdict.FAIL),
    ],
)
def test_industry(own: str, wanted: tuple[str, ...], verdict: Verdict) -> None:
    sheet, applicant = a_sheet(industries=wanted), an_applicant(industry=own)
    assert judged("industry", sheet=sheet, applicant=applicant).verdict is verdict


@pytest.mark.parametrize(
    ("size", "sole_trader", "accepts", "verdict"),
    [
        (EnterpriseSize.SMALL, False, False, Verdict.PASS),
        (EnterpriseSize.MEDIUM, False, True, Verdict.FAIL),
        (EnterpriseSize.MEDIUM, True, True, Verdict.PASS),
        (EnterpriseSize.UNKNOWN, True, True, Verdict.PASS),
        (EnterpriseSize.UNKNOWN, False, True, Verdict.UNKNOWN),
        (EnterpriseSize.MICRO, True, False, Verdict.PASS),
    ],
)
def test_size(size: EnterpriseSize, sole_trader: bool, accepts: bool, verdict: Verdict) -> None:
    sheet = a_sheet(accepts_sole_traders=accepts)
    applicant = an_applicant(size=size, sole_trader=sole_trader)
    assert judged("size", sheet=sheet, applicant=applicant).verdict is verdict


@pytest.mark.parametrize(
    ("possible", "verdict"),
    [
        ({EnterpriseSize.MICRO, EnterpriseSize.SMALL}, Verdict.PASS),
        ({EnterpriseSize.SMALL, EnterpriseSize.MEDIUM}, Verdict.UNKNOWN),
        ({EnterpriseSize.MEDIUM, EnterpriseSize.LARGE}, Verdict.FAIL),
    ],
)
def test_an_unknown_size_is_judged_by_what_it_can_still_be(
    possible: set[EnterpriseSize], verdict: Verdict
) -> None:
    applicant = an_applicant(size=EnterpriseSize.UNKNOWN, possible_sizes=frozenset(possible))
    assert judged("size", sheet=a_sheet(), applicant=applicant).verdict is verdict


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ({"高新技术企业": True}, Verdict.PASS),
        ({"高新技术企业": False, "专精特新": True}, Verdict.PASS),
        ({"高新技术企业": False, "专精特新": False}, Verdict.FAIL),
        ({"高新技术企业": False}, Verdict.UNKNOWN),
        ({}, Verdict.UNKNOWN),
    ],
)
def test_a_tag_group_is_met_by_any_one_and_unknown_is_never_passed(
    known: dict[str, bool | None], verdict: Verdict
) -> None:
    sheet = a_sheet(tag_groups=(("高新技术企业", "专精特新"),))
    found = judged("tags", sheet=sheet, applicant=an_applicant(tags=Tags.of(known)))
    assert found.verdict is verdict
    assert overall((found,)) is (Verdict.NEAR_MISS if verdict is Verdict.UNKNOWN else verdict)


def test_what_is_unproven_leaves_out_what_is_known_to_be_lacking() -> None:
    sheet = a_sheet(tag_groups=(("个体工商户", "高校毕业生5年内"),))
    applicant = an_applicant(tags=Tags.of({"个体工商户": False}))
    found = judged("tags", sheet=sheet, applicant=applicant)
    assert found.explanation == "平台暂无记录可以证明：高校毕业生5年内，需由银行核实"


def test_nothing_is_above_the_highest_grade() -> None:
    (asked, *_) = requirements(a_sheet(required_grade=RequiredGrade.ADVANCED))
    assert asked.text == "信用等级高级"


def test_a_waiting_period_says_the_date() -> None:
    sheet = a_sheet(min_age_months=12)
    young = an_applicant(established_on=date(2025, 3, 12))
    found = judged("age", sheet=sheet, applicant=young)
    assert (found.verdict, found.distance) == (Verdict.NEAR_MISS, "须等到2026-03-12")
    assert "2026-03-12" in found.explanation
    day_after = conditions(Case(young, None, sheet, TODAY + timedelta(days=1)))
    assert found in day_after, "what is kept says the same on every day until then"
    just_ready = an_applicant(established_on=date(2025, 3, 2))
    assert judged("age", sheet=sheet, applicant=just_ready).verdict is Verdict.PASS
    unknown = an_applicant(established_on=None)
    assert judged("age", sheet=sheet, applicant=unknown).verdict is Verdict.UNKNOWN


def test_the_anniversary_of_a_leap_day_is_the_last_of_february() -> None:
    assert add_months(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("bounds", "facts", "code", "verdict", "distance"),
    [
        (
            {"min_annual_revenue": Decimal(30_000_000)},
            {},
            "revenue",
            Verdict.FAIL,
            "还差1000万元",
        ),
        ({"max_annual_revenue": Decimal(20_000_000)}, {}, "revenue", Verdict.PASS, None),
        ({"max_annual_revenue": Decimal(1)}, {"annual_revenue": None}, "revenue", UNKNOWN, None),
        ({"min_annual_tax": Decimal(300_001)}, {}, "tax", Verdict.FAIL, "还差1元"),
        ({"min_employees": 60, "max_employees": 60}, {}, "employees", Verdict.PASS, None),
        ({"max_employees": 50}, {}, "employees", Verdict.FAIL, "超出10人"),
        ({"max_public_records": 0}, {"public_records": 2}, "records", NEAR_MISS, "超出2条"),
        ({"max_public_records": 0}, {"public_records": None}, "records", UNKNOWN, None),
        ({"max_bad_loans": 1}, {"bad_loans": 2}, "loans", Verdict.FAIL, "超出1条"),
        ({"max_bad_loans": 1}, {"bad_loans": 1}, "loans", Verdict.PASS, None),
    ],
)
def test_figures_and_records(
    bounds: dict[str, Any],
    facts: dict[str, Any],
    code: str,
    verdict: Verdict,
    distance: str | None,
) -> None:
    sheet = a_sheet(figures=FigureBounds(**bounds))
    found = judged(code, sheet=sheet, applicant=an_applicant(**facts))
    assert (found.verdict, found.distance) == (verdict, distance)
    assert requirements(sheet)[3].text == found.required


def test_a_repaired_record_is_what_a_near_miss_waits_for() -> None:
    sheet = a_sheet(figures=FigureBounds(max_public_records=1))
    found = judged("records", sheet=sheet, applicant=an_applicant(public_records=3))
    assert found.explanation == "未修复的失信记录超过要求，修复其中2条即可满足"
    assert found.required == "未修复的失信记录不超过1条"


@pytest.mark.parametrize(
    ("amount", "verdict", "distance", "obstacle"),
    [
        (500_000, Verdict.PASS, None, False),
        (1_500_000, Verdict.PASS, None, False),
        (2_000_000, Verdict.NEAR_MISS, "超出50万元", False),
        (99_999, Verdict.FAIL, "还差1元", True),
    ],
)
def test_amount(amount: int, verdict: Verdict, distance: str | None, obstacle: bool) -> None:
    found = judged(
        "amount",
        sheet=a_sheet(),
        applicant=an_applicant(grade=GradeLevel.CANDIDATE),
        wish=a_wish(amount=Decimal(amount)),
    )
    assert (found.verdict, found.distance, found.is_obstacle) == (verdict, distance, obstacle)
    assert ("PARTIAL" in found.explanation) is (verdict is Verdict.NEAR_MISS)


def test_a_limit_under_the_smallest_loan_shuts_the_grade_out() -> None:
    sheet = a_sheet(min_amount=Decimal(2_000_000))
    candidate = an_applicant(grade=GradeLevel.CANDIDATE)
    assert judged("amount", sheet=sheet, applicant=candidate).verdict is Verdict.FAIL


def test_who_lacks_the_grade_alone_is_near_whatever_the_present_limit() -> None:
    # 备选 may have 50 % of 300万, under the smallest loan; 一级, which is asked, may have it.
    sheet = a_sheet(min_amount=Decimal(2_000_000), required_grade=RequiredGrade.FIRST)
    candidate = an_applicant(grade=GradeLevel.CANDIDATE)
    wish = a_wish(amount=Decimal(5_000_000))
    found = judged("amount", sheet=sheet, applicant=candidate, wish=wish)
    assert (found.verdict, found.is_obstacle) == (NEAR_MISS, False)
    assert "达到一级后最高可贷300万元" in found.explanation
    assert overall(conditions(Case(candidate, wish, sheet, TODAY))) is NEAR_MISS
    assert shelf_for(compile_sheets([sheet]), candidate, wish, TODAY).states.tolist() == [OPEN]


@pytest.mark.parametrize(
    ("months", "verdict", "distance"),
    [(3, Verdict.PASS, None), (36, Verdict.FAIL, "相差12个月"), (1, Verdict.FAIL, "相差2个月")],
)
def test_term(months: int, verdict: Verdict, distance: str | None) -> None:
    found = judged("term", sheet=a_sheet(), wish=a_wish(term_months=months))
    assert (found.verdict, found.distance) == (verdict, distance)


def test_guarantee_and_wished_rate_are_said_but_exclude_nothing() -> None:
    wish = a_wish(
        guarantee_kinds=frozenset({GuaranteeKind.PLEDGED}), max_annual_rate=Decimal("3.2")
    )
    guarantee = judged("guarantee", sheet=a_sheet(), wish=wish)
    rate = judged("rate", sheet=a_sheet(), wish=wish)
    assert (guarantee.verdict, rate.verdict) == (Verdict.NEAR_MISS, Verdict.NEAR_MISS)
    assert rate.distance == "高出0.30个百分点"
    assert overall((guarantee, rate)) is Verdict.PASS


def test_an_example_says_so_in_every_sentence_that_repeats_its_figure() -> None:
    sheet = a_sheet(illustrative=frozenset({"maxAmount", "prices", "requiredGrade"}))
    texts = {item.code: item.text for item in requirements(sheet)}
    assert texts["amount"] == "贷款金额10万元至300万元（示例）"
    assert texts["grade"] == "信用等级备选及以上（示例）"
    assert texts["term"] == "贷款期限3个月至2年"


def test_registration_alone_says_some_tags() -> None:
    shop = tags_of_registration("F52", sole_trader=True)
    assert shop == {"个体工商户": True, "制造业": False, "服务业": True}
