"""What a bank's sheet must hold before it is kept: every field, with a sentence for each fault.

A sheet that contradicts itself, that nobody could ever match, or that charges a better grade more
is refused with the place and the reason.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from credit.levels import EnterpriseSize
from foundation.city import City
from foundation.errors import Problems
from foundation.free_text import is_plain, tidy
from foundation.industry import industries
from foundation.money import spoken_yuan
from foundation.rates import format_percent
from marketplace.product_sheet import Fee, Sheet
from matching.applicant import REFERENCE_WISH
from matching.rank import terms_for
from matching.sheet import ProductSheet
from matching.terms import RequiredGrade

MAX_AMOUNT = Decimal(1_000_000_000)
# 最高人民法院 法发〔2017〕22号: a court may cut what a lender charges in all beyond 24 % a year.
MAX_ALL_IN_COST = Decimal(24)
MAX_AGE_MONTHS = 240
_LISTS = {
    "guaranteeKinds": 4,
    "repaymentMethods": 5,
    "fees": 20,
    "districts": 200,
    "industries": 100,
    "sizes": 4,
    "tagGroups": 20,
    "materials": 50,
}
_TEXTS = {"name": 80, "description": 1000, "limitFormula": 200, "rateBasis": 60}
_TITLES = {
    "name": "产品名称",
    "description": "产品说明",
    "limitFormula": "额度计算方式",
    "rateBasis": "利率方式",
    "guaranteeKinds": "担保方式",
    "repaymentMethods": "还款方式",
    "fees": "费用",
    "districts": "服务区域",
    "industries": "支持行业",
    "sizes": "企业规模",
    "tagGroups": "资质要求",
    "materials": "申请材料",
}
_FEE_TITLES = {"name": "费用名称", "payee": "收取方", "paidWhen": "支付时间"}
_TAG_LENGTH = 40
_MATERIAL_LENGTH = 100


def tidied(sheet: Sheet) -> Sheet:
    """The sheet with its texts trimmed and in composed form; empty optional texts become none."""
    return sheet.model_copy(
        update={
            "name": tidy(sheet.name),
            "description": tidy(sheet.description or "") or None,
            "limit_formula": tidy(sheet.limit_formula or "") or None,
            "rate_basis": tidy(sheet.rate_basis),
            "materials": tuple(tidy(text) for text in sheet.materials),
            "tag_groups": tuple(tuple(tidy(tag) for tag in group) for group in sheet.tag_groups),
        }
    )


def check_sheet(sheet: Sheet, city: City) -> None:
    """Raises ValidationFailed with every fault that can be told from the fields themselves."""
    problems = Problems()
    _check_texts(sheet, problems)
    _check_lists(sheet, problems)
    _check_amounts_and_terms(sheet, city, problems)
    _check_prices(sheet, problems)
    for number, fee in enumerate(sheet.fees):
        _check_fee(fee, f"fees.{number}", problems)
    _check_places(sheet, city, problems)
    _check_tags(sheet, problems)
    problems.raise_if_any()


def check_cost(rules: ProductSheet) -> None:
    """Raises ValidationFailed when the all-in cost is above the cap, or does not exist.

    It is that of 100万 over 12 months, or the nearest, at the dearest price that is asked.
    """
    problems = Problems()
    cost = terms_for(rules.required_grade, REFERENCE_WISH, rules).cost
    problems.check(cost.compound is not None, "fees", cost.reason or "")
    if cost.compound is not None:
        problems.check(
            cost.compound <= MAX_ALL_IN_COST,
            "fees",
            f"综合年化成本{format_percent(cost.compound)}%超过{format_percent(MAX_ALL_IN_COST)}%的上限",
        )
    problems.raise_if_any()


def _check_texts(sheet: Sheet, problems: Problems) -> None:
    values = {
        "name": sheet.name,
        "description": sheet.description,
        "limitFormula": sheet.limit_formula,
        "rateBasis": sheet.rate_basis,
    }
    for field, text in values.items():
        if text is None:
            continue
        title = _TITLES[field]
        problems.check(text != "", field, f"{title}不能为空")
        problems.check(len(text) <= _TEXTS[field], field, f"{title}最多{_TEXTS[field]}个字")
        lines = text.split("\n") if field == "description" else [text]
        plain = all(map(is_plain, lines))
        problems.check(plain, field, f"{title}不能含有表情、换行或不可见字符")


def _check_lists(sheet: Sheet, problems: Problems) -> None:
    lists: dict[str, Sequence[object]] = {
        "guaranteeKinds": sheet.guarantee_kinds,
        "repaymentMethods": sheet.repayment_methods,
        "fees": sheet.fees,
        "districts": sheet.districts,
        "industries": sheet.industries,
        "sizes": sheet.sizes,
        "tagGroups": sheet.tag_groups,
        "materials": sheet.materials,
    }
    for field, values in lists.items():
        title = _TITLES[field]
        problems.check(len(values) <= _LISTS[field], field, f"{title}最多{_LISTS[field]}项")
        problems.check(len(set(values)) == len(values), field, f"{title}里有重复的内容")
    problems.check(bool(sheet.guarantee_kinds), "guaranteeKinds", "至少选择一种担保方式")
    problems.check(bool(sheet.repayment_methods), "repaymentMethods", "至少选择一种还款方式")
    for text in sheet.materials:
        usable = 0 < len(text) <= _MATERIAL_LENGTH and is_plain(text)
        problems.check(usable, "materials", f"每项材料为1到{_MATERIAL_LENGTH}个普通字符")


def _check_amounts_and_terms(sheet: Sheet, city: City, problems: Problems) -> None:
    problems.check(sheet.min_amount > 0, "minAmount", "最低金额须大于0")
    problems.check(
        sheet.max_amount <= MAX_AMOUNT, "maxAmount", f"最高金额不能超过{spoken_yuan(MAX_AMOUNT)}"
    )
    problems.check(sheet.min_amount <= sheet.max_amount, "maxAmount", "最高金额不能低于最低金额")
    longest = city.demand.max_term_months
    problems.check(sheet.min_term_months > 0, "minTermMonths", "最短期限至少1个月")
    problems.check(
        sheet.max_term_months <= longest, "maxTermMonths", f"最长期限不能超过{longest}个月"
    )
    problems.check(
        sheet.min_term_months <= sheet.max_term_months, "maxTermMonths", "最长期限不能短于最短期限"
    )
    age = sheet.min_age_months
    problems.check(
        age is None or 0 < age <= MAX_AGE_MONTHS, "minAgeMonths", "成立时间要求须为1到240个月"
    )


def _check_prices(sheet: Sheet, problems: Problems) -> None:
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
    lowest = sheet.prices[sheet.required_grade].limit_percent * sheet.max_amount / 100
    problems.check(
        lowest >= sheet.min_amount,
        "prices",
        f"{sheet.required_grade.chinese}最高可贷{spoken_yuan(lowest)}，低于最低金额，没有人能借到",
    )


def _check_better_is_never_dearer(
    sheet: Sheet, better: RequiredGrade, worse: RequiredGrade, problems: Problems
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


def _check_fee(fee: Fee, field: str, problems: Problems) -> None:
    for name, text in (("name", fee.name), ("payee", fee.payee), ("paidWhen", fee.paid_when)):
        usable = 0 < len(text) <= 60 and is_plain(text)
        problems.check(usable, f"{field}.{name}", f"{_FEE_TITLES[name]}须为1到60个普通字符")
    one = (fee.amount is None) != (fee.percent_of_principal is None)
    problems.check(one, field, "金额与本金比例须填且只填一项")
    percent = fee.percent_of_principal
    problems.check(
        percent is None or percent < 100, f"{field}.percentOfPrincipal", "费用须低于本金的100%"
    )
    problems.check(
        fee.amount is None or fee.amount <= MAX_AMOUNT, f"{field}.amount", "费用金额过大"
    )
    problems.check(
        not (fee.per_year and percent is None), f"{field}.perYear", "按年收取的费用须填本金比例"
    )


def _check_places(sheet: Sheet, city: City, problems: Problems) -> None:
    foreign = [code for code in sheet.districts if city.district(code) is None]
    problems.check(not foreign, "districts", f"不属于{city.name}的区域：{'、'.join(foreign[:5])}")
    unknown = [code for code in sheet.industries if code not in industries()]
    problems.check(not unknown, "industries", f"没有这样的行业代码：{'、'.join(unknown[:5])}")
    problems.check(
        EnterpriseSize.UNKNOWN not in sheet.sizes, "sizes", "企业规模须为微型、小型、中型或大型"
    )


def _check_tags(sheet: Sheet, problems: Problems) -> None:
    for group in sheet.tag_groups:
        problems.check(0 < len(group) <= 20, "tagGroups", "每组资质为1到20项")
        problems.check(len(set(group)) == len(group), "tagGroups", "同一组里有重复的资质")
        for tag in group:
            usable = 0 < len(tag) <= _TAG_LENGTH and is_plain(tag)
            problems.check(usable, "tagGroups", f"每项资质为1到{_TAG_LENGTH}个普通字符")
