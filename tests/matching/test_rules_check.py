"""A rule set that contradicts itself, or that nobody can meet, is refused with place and reason."""

from decimal import Decimal
from typing import Any

import pytest

from credit.levels import EnterpriseSize
from matching.rules_check import faults_of
from matching.sheet import Fee, FigureBounds, GradePrice
from matching.terms import RequiredGrade
from tests.matching.sheets import a_sheet

MICRO, LARGE = frozenset({EnterpriseSize.MICRO}), frozenset({EnterpriseSize.LARGE})
NO_SIZE = "按中小企业划型标准，没有这样规模的企业能满足从业人员和营业收入的要求"
NO_INDUSTRY = "资质要求与支持行业互相排斥，没有企业能同时满足"


def bounds(**values: Any) -> dict[str, FigureBounds]:
    return {"figures": FigureBounds(**values)}


def test_a_sheet_that_somebody_can_meet_has_no_fault() -> None:
    figures = FigureBounds(
        min_annual_revenue=Decimal(1_000_000),
        max_annual_revenue=Decimal(1_000_000),
        min_employees=5,
        max_public_records=0,
    )
    sheet = a_sheet(industries=("C3411", "F"), tag_groups=(("制造业", "服务业"),), figures=figures)
    assert faults_of(sheet) == []


@pytest.mark.parametrize(
    ("changes", "place", "reason"),
    [
        (bounds(min_annual_revenue=Decimal(-1)), "figures.minAnnualRevenue", "须为0元至10000亿元"),
        (bounds(min_annual_tax=Decimal(10**13)), "figures.minAnnualTax", "须为0元至10000亿元"),
        (bounds(min_employees=-1), "figures.minEmployees", "须为0到10000000"),
        (bounds(max_public_records=100), "figures.maxPublicRecords", "须为0到99"),
        (bounds(max_bad_loans=-1), "figures.maxBadLoans", "须为0到99"),
        (
            bounds(min_annual_revenue=Decimal(2), max_annual_revenue=Decimal(1)),
            "figures.maxAnnualRevenue",
            "营业收入的上限低于下限，没有企业能满足",
        ),
        (
            bounds(min_employees=20, max_employees=19),
            "figures.maxEmployees",
            "从业人员的上限低于下限，没有企业能满足",
        ),
        ({"industries": ("C34", "C99")}, "industries", "没有这样的行业代码：C99"),
        ({"industries": ("C34111",)}, "industries", "没有这样的行业代码：C34111"),
        ({"tag_groups": ((),)}, "tagGroups", "每组资质至少1项"),
        (
            {"tag_groups": (("制造业",), ("服务业",))},
            "tagGroups",
            NO_INDUSTRY,
        ),
        ({"tag_groups": (("制造业",),), "industries": ("F52",)}, "tagGroups", NO_INDUSTRY),
        (
            # 制造业: a micro firm has under 20 people or under 300万 of revenue.
            {
                "sizes": MICRO,
                "industries": ("C34",),
                **bounds(min_employees=20, min_annual_revenue=Decimal(3_000_000)),
            },
            "sizes",
            NO_SIZE,
        ),
        ({"sizes": LARGE, "industries": ("C",), **bounds(max_employees=999)}, "sizes", NO_SIZE),
        ({"min_term_months": 25}, "maxTermMonths", "最长期限不能短于最短期限"),
        (
            {"prices": {RequiredGrade.FIRST: GradePrice(Decimal(4), Decimal(100))}},
            "prices",
            "缺少准入等级（备选）的价格",
        ),
    ],
)
def test_each_fault_is_told_at_its_place(changes: dict[str, Any], place: str, reason: str) -> None:
    faults = faults_of(a_sheet(**changes))
    assert (place, reason) in [(fault.field, fault.message) for fault in faults]


@pytest.mark.parametrize(
    "changes",
    [
        {"sizes": MICRO, "industries": ("C34",), **bounds(min_employees=20)},
        {
            "sizes": MICRO,
            "accepts_sole_traders": True,
            "industries": ("C34",),
            **bounds(min_employees=20, min_annual_revenue=Decimal(3_000_000)),
        },
        {"sizes": LARGE, **bounds(max_employees=999)},
        {"tag_groups": (("制造业", "高新技术企业"),), "industries": ("F52",)},
        {"tag_groups": (("个体工商户",),), "industries": ("F52",)},
    ],
)
def test_what_somebody_could_still_meet_is_kept(changes: dict[str, Any]) -> None:
    assert faults_of(a_sheet(**changes)) == []


def percent(value: str, *, per_year: bool = False) -> Fee:
    return Fee(name=f"费{value}", percent_of_principal=Decimal(value), per_year=per_year)


@pytest.mark.parametrize(
    ("fees", "paid"),
    [
        ((percent("60"), percent("40")), "10万元"),
        ((percent("50", per_year=True),), "10万元"),
        ((Fee(name="评估费", amount=Decimal(99_999)), percent("0.001")), "10万元"),
        ((Fee(name="评估费", amount=Decimal(200_000)),), "20万元"),
    ],
)
def test_fees_that_leave_somebody_nothing_are_refused(fees: tuple[Fee, ...], paid: str) -> None:
    (fault,) = faults_of(a_sheet(fees=fees))
    assert fault.field == "fees"
    said = f"借10万元、24个月时各项费用合计{paid}，达到或超过本金，实际到手为零"
    assert fault.message == said


def test_fees_just_under_the_smallest_loan_are_kept() -> None:
    fees = (percent("49.9999", per_year=True), Fee(name="评估费", amount=Decimal("0.19")))
    assert faults_of(a_sheet(fees=fees)) == []
