"""Whether a rule set means something: contradictions, and rules that nobody could ever meet.

Each fault comes with its place in the sheet, by the names of the API, and the reason in Chinese.
Texts, lengths and what belongs to one city are checked where a sheet is written.
"""

from decimal import Decimal
from itertools import pairwise

from credit.levels import EnterpriseSize
from foundation.errors import FieldProblem, Problems
from foundation.industry import is_industry
from foundation.money import spoken_yuan
from matching.cost import fees_in_yuan
from matching.pricing import limit_for
from matching.rules_possible import check_somebody_can
from matching.sheet import Fee, FigureBounds, ProductSheet
from matching.terms import RequiredGrade

MAX_AMOUNT = Decimal(1_000_000_000)
# 最高人民法院 法发〔2017〕22号: a court may cut what a lender charges in all beyond 24 % a year.
MAX_ALL_IN_COST = Decimal(24)
MAX_AGE_MONTHS = 240
MAX_FIGURE = Decimal(1_000_000_000_000)
MAX_EMPLOYEES = 10_000_000
MAX_RECORDS = 99


def faults_of(sheet: ProductSheet) -> list[FieldProblem]:
    """Every fault of a rule set; none when it can be judged and somebody can meet it."""
    problems = Problems()
    _check_kinds(sheet, problems)
    _check_amounts_and_terms(sheet, problems)
    _check_prices(sheet, problems)
    for number, fee in enumerate(sheet.fees):
        _check_fee(fee, f"fees.{number}", problems)
    _check_fees_together(sheet, problems)
    _check_figures(sheet.figures, problems)
    if not problems.found:
        check_somebody_can(sheet, problems)
    return problems.found


def _check_amounts_and_terms(sheet: ProductSheet, problems: Problems) -> None:
    problems.check(sheet.min_amount > 0, "minAmount", "最低金额须大于0")
    problems.check(
        sheet.max_amount <= MAX_AMOUNT, "maxAmount", f"最高金额不能超过{spoken_yuan(MAX_AMOUNT)}"
    )
    problems.check(sheet.min_amount <= sheet.max_amount, "maxAmount", "最高金额不能低于最低金额")
    problems.check(sheet.min_term_months > 0, "minTermMonths", "最短期限至少1个月")
    problems.check(
        sheet.min_term_months <= sheet.max_term_months, "maxTermMonths", "最长期限不能短于最短期限"
    )
    age = sheet.min_age_months
    problems.check(
        age is None or 0 < age <= MAX_AGE_MONTHS, "minAgeMonths", "成立时间要求须为1到240个月"
    )


def _check_prices(sheet: ProductSheet, problems: Problems) -> None:
    for grade, price in sheet.prices.items():
        rate_fits = 0 < price.annual_rate <= MAX_ALL_IN_COST
        problems.check(rate_fits, "prices", f"{grade.chinese}的年利率须大于0且不超过24%")
        limit_fits = 0 < price.limit_percent <= 100
        problems.check(limit_fits, "prices", f"{grade.chinese}的额度比例须大于0且不超过100%")
    if sheet.required_grade not in sheet.prices:
        problems.add("prices", f"缺少准入等级（{sheet.required_grade.chinese}）的价格")
        return
    best_first = [grade for grade in RequiredGrade if grade in sheet.prices]
    for better, worse in pairwise(best_first):
        _check_better_is_never_dearer(sheet, better, worse, problems)
    if problems.found:
        return  # what is said of amounts and shares is the reason already
    lowest = limit_for(sheet.required_grade, sheet)
    problems.check(
        lowest >= sheet.min_amount,
        "prices",
        f"{sheet.required_grade.chinese}最高可贷{spoken_yuan(lowest)}，低于最低金额，没有人能借到",
    )


def _check_better_is_never_dearer(
    sheet: ProductSheet, better: RequiredGrade, worse: RequiredGrade, problems: Problems
) -> None:
    good, bad = sheet.prices[better], sheet.prices[worse]
    problems.check(
        good.annual_rate <= bad.annual_rate,
        "prices",
        f"{better.chinese}的年利率不能高于{worse.chinese}",
    )
    problems.check(
        good.limit_percent >= bad.limit_percent,
        "prices",
        f"{better.chinese}的额度不能低于{worse.chinese}",
    )


def _check_fee(fee: Fee, place: str, problems: Problems) -> None:
    one = (fee.amount is None) != (fee.percent_of_principal is None)
    problems.check(one, place, "金额与本金比例须填且只填一项")
    percent = fee.percent_of_principal
    problems.check(
        percent is None or percent < 100, f"{place}.percentOfPrincipal", "费用须低于本金的100%"
    )
    problems.check(
        fee.amount is None or fee.amount <= MAX_AMOUNT, f"{place}.amount", "费用金额过大"
    )
    problems.check(
        not (fee.per_year and percent is None), f"{place}.perYear", "按年收取的费用须填本金比例"
    )


def _check_fees_together(sheet: ProductSheet, problems: Problems) -> None:
    """Whoever borrows the least for the longest pays the largest share in fees."""
    if problems.found:
        return
    least, longest = sheet.min_amount, sheet.max_term_months
    fees = fees_in_yuan(sheet.fees, amount=least, term_months=longest)
    problems.check(
        fees < least,
        "fees",
        f"借{spoken_yuan(least)}、{longest}个月时各项费用合计{spoken_yuan(round(fees, 2))}，"
        "达到或超过本金，实际到手为零",
    )


def _check_figures(bounds: FigureBounds, problems: Problems) -> None:
    yuan = {
        "minAnnualRevenue": bounds.min_annual_revenue,
        "maxAnnualRevenue": bounds.max_annual_revenue,
        "minAnnualTax": bounds.min_annual_tax,
    }
    for name, amount in yuan.items():
        fits = amount is None or 0 <= amount <= MAX_FIGURE
        problems.check(fits, f"figures.{name}", f"须为0元至{spoken_yuan(MAX_FIGURE)}")
    counts = {
        "minEmployees": (bounds.min_employees, MAX_EMPLOYEES),
        "maxEmployees": (bounds.max_employees, MAX_EMPLOYEES),
        "maxPublicRecords": (bounds.max_public_records, MAX_RECORDS),
        "maxBadLoans": (bounds.max_bad_loans, MAX_RECORDS),
    }
    for name, (count, most) in counts.items():
        fits = count is None or 0 <= count <= most
        problems.check(fits, f"figures.{name}", f"须为0到{most}")
    _check_range(bounds.min_annual_revenue, bounds.max_annual_revenue, "AnnualRevenue", problems)
    _check_range(bounds.min_employees, bounds.max_employees, "Employees", problems)


def _check_range(
    least: Decimal | int | None, most: Decimal | int | None, name: str, problems: Problems
) -> None:
    title = {"AnnualRevenue": "营业收入", "Employees": "从业人员"}[name]
    problems.check(
        least is None or most is None or least <= most,
        f"figures.max{name}",
        f"{title}的上限低于下限，没有企业能满足",
    )


def _check_kinds(sheet: ProductSheet, problems: Problems) -> None:
    unknown = [code for code in sheet.industries if not is_industry(code)]
    problems.check(not unknown, "industries", f"没有这样的行业代码：{'、'.join(unknown[:5])}")
    problems.check(
        EnterpriseSize.UNKNOWN not in sheet.sizes, "sizes", "企业规模须为微型、小型、中型或大型"
    )
    problems.check(bool(sheet.guarantee_kinds), "guaranteeKinds", "至少选择一种担保方式")
    problems.check(bool(sheet.repayment_methods), "repaymentMethods", "至少选择一种还款方式")
    problems.check(all(sheet.tag_groups), "tagGroups", "每组资质至少1项")
