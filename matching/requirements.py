"""What a sheet asks for, in sentences a person reads; a figure that is an example says 示例."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from credit.levels import EnterpriseSize
from foundation.industry import industry_name
from foundation.money import spoken_yuan
from foundation.rates import format_percent
from matching.sheet import ProductSheet
from matching.terms import RequiredGrade

GRADE = "grade"
REGION = "region"
INDUSTRY = "industry"
SIZE = "size"
TAGS = "tags"
AGE = "age"
REVENUE = "revenue"
TAX = "tax"
EMPLOYEES = "employees"
RECORDS = "records"
LOANS = "loans"
AMOUNT = "amount"
TERM = "term"
GUARANTEE = "guarantee"
RATE = "rate"

# The fields of a product whose provenance decides whether a condition's figures are examples.
_FIGURES = {
    GRADE: {"requiredGrade"},
    REGION: {"districts"},
    INDUSTRY: {"industries"},
    SIZE: {"sizes"},
    TAGS: {"tagGroups"},
    AGE: {"minAgeMonths"},
    REVENUE: {"figures"},
    TAX: {"figures"},
    EMPLOYEES: {"figures"},
    RECORDS: {"figures"},
    LOANS: {"figures"},
    AMOUNT: {"minAmount", "maxAmount"},
    TERM: {"minTermMonths", "maxTermMonths"},
    GUARANTEE: {"guaranteeKinds"},
    RATE: {"prices"},
}


# A sentence about a sheet is the same for every applicant.
_kept = lru_cache(maxsize=16_384)


class Requirement(NamedTuple):
    """One thing a sheet asks for."""

    code: str
    text: str


def requirements(sheet: ProductSheet) -> tuple[Requirement, ...]:
    """Everything a sheet asks for, in the order in which it is judged."""
    asked = [Requirement(GRADE, grade_asked(sheet))]
    if sheet.regions:
        asked.append(Requirement(REGION, region_asked(sheet)))
    if sheet.industries:
        asked.append(Requirement(INDUSTRY, industry_asked(sheet)))
    if sheet.sizes:
        asked.append(Requirement(SIZE, size_asked(sheet)))
    asked += [Requirement(TAGS, tags_asked(sheet, group)) for group in sheet.tag_groups]
    if sheet.min_age_months:
        asked.append(Requirement(AGE, age_asked(sheet)))
    asked += _figures_asked(sheet)
    asked.append(Requirement(AMOUNT, amount_asked(sheet)))
    asked.append(Requirement(TERM, term_asked(sheet)))
    asked.append(Requirement(GUARANTEE, guarantee_asked(sheet)))
    return tuple(asked)


def _figures_asked(sheet: ProductSheet) -> Iterator[Requirement]:
    if bounds_revenue(sheet):
        yield Requirement(REVENUE, revenue_asked(sheet))
    if sheet.figures.min_annual_tax is not None:
        yield Requirement(TAX, tax_asked(sheet))
    if bounds_employees(sheet):
        yield Requirement(EMPLOYEES, employees_asked(sheet))
    if sheet.figures.max_public_records is not None:
        yield Requirement(RECORDS, records_asked(sheet))
    if sheet.figures.max_bad_loans is not None:
        yield Requirement(LOANS, loans_asked(sheet))


def bounds_revenue(sheet: ProductSheet) -> bool:
    """Whether it asks anything of revenue."""
    return (
        sheet.figures.min_annual_revenue is not None or sheet.figures.max_annual_revenue is not None
    )


def bounds_employees(sheet: ProductSheet) -> bool:
    """Whether it asks anything of the number of employees."""
    return sheet.figures.min_employees is not None or sheet.figures.max_employees is not None


@_kept
def grade_asked(sheet: ProductSheet) -> str:
    """The lowest grade."""
    upwards = "" if sheet.required_grade is RequiredGrade.ADVANCED else "及以上"
    return _marked(sheet, GRADE, f"信用等级{sheet.required_grade.chinese}{upwards}")


@_kept
def region_asked(sheet: ProductSheet) -> str:
    """Where the enterprise must be."""
    return _marked(sheet, REGION, f"经营地在{'、'.join(place.name for place in sheet.regions)}")


@_kept
def industry_asked(sheet: ProductSheet) -> str:
    """The industries."""
    names = "、".join(industry_name(code) for code in sheet.industries)
    return _marked(sheet, INDUSTRY, f"所属行业为{names}")


@_kept
def size_asked(sheet: ProductSheet) -> str:
    """The sizes, 个体工商户 beside them."""
    names = [size.chinese for size in EnterpriseSize if size in sheet.sizes]
    if sheet.accepts_sole_traders:
        names.append("个体工商户")
    return _marked(sheet, SIZE, f"企业规模为{'、'.join(names)}")


@_kept
def tags_asked(sheet: ProductSheet, group: tuple[str, ...]) -> str:
    """One tag group."""
    text = group[0] if len(group) == 1 else f"具备其一：{'、'.join(group)}"
    return _marked(sheet, TAGS, text)


@_kept
def age_asked(sheet: ProductSheet) -> str:
    """How long the enterprise must have existed."""
    return _marked(sheet, AGE, f"成立满{months_spoken(sheet.min_age_months or 0)}")


@_kept
def revenue_asked(sheet: ProductSheet) -> str:
    """The range of revenue."""
    bounds = sheet.figures.min_annual_revenue, sheet.figures.max_annual_revenue
    lowest, highest = (None if one is None else spoken_yuan(one) for one in bounds)
    return _marked(sheet, REVENUE, f"上年营业收入{_range(lowest, highest)}")


@_kept
def tax_asked(sheet: ProductSheet) -> str:
    """The least tax paid."""
    return _marked(
        sheet, TAX, f"上年纳税额不低于{spoken_yuan(sheet.figures.min_annual_tax or Decimal(0))}"
    )


@_kept
def employees_asked(sheet: ProductSheet) -> str:
    """The range of employees."""
    bounds = sheet.figures.min_employees, sheet.figures.max_employees
    lowest, highest = (None if one is None else f"{one}人" for one in bounds)
    return _marked(sheet, EMPLOYEES, f"从业人员{_range(lowest, highest)}")


@_kept
def records_asked(sheet: ProductSheet) -> str:
    """How many unrepaired records of dishonesty there may be."""
    return _marked(
        sheet, RECORDS, f"未修复的失信记录{_at_most(sheet.figures.max_public_records or 0)}"
    )


@_kept
def loans_asked(sheet: ProductSheet) -> str:
    """How many bad entries the records of loans may hold."""
    return _marked(sheet, LOANS, f"贷款不良记录{_at_most(sheet.figures.max_bad_loans or 0)}")


def _range(lowest: str | None, highest: str | None) -> str:
    if lowest and highest:
        return f"{lowest}至{highest}"
    return f"不低于{lowest}" if lowest else f"不高于{highest}"


def _at_most(count: int) -> str:
    return f"不超过{count}条" if count else "为0条"


@_kept
def amount_asked(sheet: ProductSheet) -> str:
    """The range of amounts."""
    lowest, highest = spoken_yuan(sheet.min_amount), spoken_yuan(sheet.max_amount)
    return _marked(sheet, AMOUNT, f"贷款金额{lowest}至{highest}")


@_kept
def term_asked(sheet: ProductSheet) -> str:
    """The range of terms."""
    shortest, longest = months_spoken(sheet.min_term_months), months_spoken(sheet.max_term_months)
    return _marked(sheet, TERM, f"贷款期限{shortest}至{longest}")


@_kept
def guarantee_asked(sheet: ProductSheet) -> str:
    """The guarantee kinds, and from which grade unsecured lending is open."""
    text = f"担保方式：{'、'.join(kind.chinese for kind in sheet.guarantee_kinds)}"
    if len(sheet.guarantee_kinds) > 1 and sheet.unsecured_from.height > 1:
        text += f"（信用方式自{sheet.unsecured_from.chinese}起开放）"
    return _marked(sheet, GUARANTEE, text)


def rate_quoted(sheet: ProductSheet, annual_rate: Decimal) -> str:
    """A price, percent per year."""
    return _marked(sheet, RATE, f"年利率{format_percent(annual_rate)}%")


def limit_quoted(sheet: ProductSheet, limit: Decimal) -> str:
    """The most that a grade may have, yuan."""
    return _marked(sheet, RATE, f"最高可贷{spoken_yuan(limit)}")


def months_spoken(months: int) -> str:
    """A term the way a person says it: 6个月, 1年, 18个月."""
    return f"{months // 12}年" if months and months % 12 == 0 else f"{months}个月"


def _marked(sheet: ProductSheet, code: str, text: str) -> str:
    return f"{text}（示例）" if _FIGURES[code] & sheet.illustrative else text
