"""What a bank's sheet must hold before it is kept: every field, with a sentence for each fault.

What a sheet means, and whether anybody could ever match it, is checked in matching/rules_check.py.
"""

from collections.abc import Sequence

from foundation.city import City
from foundation.errors import Problems
from foundation.free_text import is_plain, tidy
from foundation.rates import format_percent
from marketplace.product_sheet import Fee, Sheet
from matching.applicant import REFERENCE_WISH
from matching.rank import terms_for
from matching.rules_check import MAX_ALL_IN_COST, faults_of
from matching.sheet import ProductSheet

_LISTS = {
    "guaranteeKinds": 4,
    "repaymentMethods": 5,
    "fees": 20,
    "districts": 200,
    "industries": 100,
    "sizes": 4,
    "tagGroups": 20,
    "materials": 50,
    "schemes": 20,
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
    "schemes": "风险分担与贴息方案",
}
_FEE_TITLES = {"name": "费用名称", "payee": "收取方", "paidWhen": "支付时间"}
_TAG_LENGTH = 40
_MATERIAL_LENGTH = 100
_SCHEME_LENGTH = 60


def tidied(sheet: Sheet) -> Sheet:
    """The sheet with its texts trimmed and in composed form; empty optional texts become none."""
    return sheet.model_copy(
        update={
            "name": tidy(sheet.name),
            "description": tidy(sheet.description or "") or None,
            "limit_formula": tidy(sheet.limit_formula or "") or None,
            "rate_basis": tidy(sheet.rate_basis),
            "materials": tuple(tidy(text) for text in sheet.materials),
            "schemes": tuple(tidy(text) for text in sheet.schemes),
            "tag_groups": tuple(tuple(tidy(tag) for tag in group) for group in sheet.tag_groups),
        }
    )


def check_sheet(sheet: Sheet, rules: ProductSheet, city: City) -> None:
    """Raises ValidationFailed with every fault of a sheet; `rules` is the same sheet as rules."""
    problems = Problems()
    _check_texts(sheet, problems)
    _check_lists(sheet, problems)
    _check_meaning(sheet, rules, city, problems)
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
        "schemes": sheet.schemes,
    }
    for field, values in lists.items():
        title = _TITLES[field]
        problems.check(len(values) <= _LISTS[field], field, f"{title}最多{_LISTS[field]}项")
        problems.check(len(set(values)) == len(values), field, f"{title}里有重复的内容")
    for text in sheet.materials:
        usable = 0 < len(text) <= _MATERIAL_LENGTH and is_plain(text)
        problems.check(usable, "materials", f"每项材料为1到{_MATERIAL_LENGTH}个普通字符")
    for text in sheet.schemes:
        usable = 0 < len(text) <= _SCHEME_LENGTH and is_plain(text)
        problems.check(usable, "schemes", f"每个方案为1到{_SCHEME_LENGTH}个普通字符")


def _check_meaning(sheet: Sheet, rules: ProductSheet, city: City, problems: Problems) -> None:
    problems.found.extend(faults_of(rules))
    longest = city.demand.max_term_months
    problems.check(
        sheet.max_term_months <= longest, "maxTermMonths", f"最长期限不能超过{longest}个月"
    )


def _check_fee(fee: Fee, field: str, problems: Problems) -> None:
    for name, text in (("name", fee.name), ("payee", fee.payee), ("paidWhen", fee.paid_when)):
        usable = 0 < len(text) <= 60 and is_plain(text)
        problems.check(usable, f"{field}.{name}", f"{_FEE_TITLES[name]}须为1到60个普通字符")


def _check_places(sheet: Sheet, city: City, problems: Problems) -> None:
    foreign = [code for code in sheet.districts if city.district(code) is None]
    problems.check(not foreign, "districts", f"不属于{city.name}的区域：{'、'.join(foreign[:5])}")


def _check_tags(sheet: Sheet, problems: Problems) -> None:
    for group in sheet.tag_groups:
        problems.check(0 < len(group) <= 20, "tagGroups", "每组资质为1到20项")
        problems.check(len(set(group)) == len(group), "tagGroups", "同一组里有重复的资质")
        for tag in group:
            usable = 0 < len(tag) <= _TAG_LENGTH and is_plain(tag)
            problems.check(usable, "tagGroups", f"每项资质为1到{_TAG_LENGTH}个普通字符")
