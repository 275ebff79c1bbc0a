"""Rule sets written as JSON, by the names of the API's ProductDraftInput, read into sheets.

What is wrong comes back as a list of places and reasons; nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    alias_generators,
)

from credit.levels import EnterpriseSize
from foundation.errors import FieldProblem, Problems
from foundation.free_text import is_plain
from foundation.money import parse_yuan
from foundation.rates import parse_percent
from foundation.regions import is_region
from matching import sheet as rules
from matching.pricing import unsecured_from
from matching.rule_json import RefusedRules, checked_json, problem_of
from matching.rules_check import faults_of
from matching.terms import GuaranteeKind, Place, RepaymentMethod, RequiredGrade

MAX_PRODUCTS = 100_000
MAX_TERM_MONTHS = 600
MAX_VERSION = 2**31 - 1


def _plain(text: str) -> str:
    if text != text.strip() or not is_plain(text):
        raise ValueError("首尾不能有空格，也不能含有换行、表情或不可见字符")
    return text


_Yuan = Annotated[Decimal, BeforeValidator(parse_yuan)]
_Percent = Annotated[Decimal, BeforeValidator(parse_percent)]
_Count = Annotated[int, Field(ge=0, le=10**7)]
_Months = Annotated[int, Field(ge=1, le=MAX_TERM_MONTHS)]
_Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, alias_generator=alias_generators.to_camel
    )


class _Price(_Part):
    grade: RequiredGrade
    annual_rate: _Percent
    limit_percent: _Percent


class _Fee(_Part):
    name: _Text
    amount: _Yuan | None = None
    percent_of_principal: _Percent | None = None
    per_year: bool = False


class _Figures(_Part):
    min_annual_revenue: _Yuan | None = None
    max_annual_revenue: _Yuan | None = None
    min_annual_tax: _Yuan | None = None
    min_employees: _Count | None = None
    max_employees: _Count | None = None
    max_public_records: _Count | None = None
    max_bad_loans: _Count | None = None


class _Product(_Part):
    id: _Text
    version: int = Field(default=1, ge=1, le=MAX_VERSION)
    name: _Text = "产品"
    institution: Annotated[str, Field(max_length=200)] = ""
    required_grade: RequiredGrade
    regions: tuple[_Text, ...] = ()
    industries: tuple[_Text, ...] = ()
    sizes: tuple[EnterpriseSize, ...] = ()
    sole_traders: bool = False
    tag_groups: tuple[tuple[_Text, ...], ...] = ()
    min_age_months: _Months | None = None
    figures: _Figures = _Figures()
    min_amount: _Yuan
    max_amount: _Yuan
    min_term_months: _Months
    max_term_months: _Months
    guarantee_kinds: tuple[GuaranteeKind, ...]
    unsecured_from: RequiredGrade | None = None
    prices: tuple[_Price, ...]
    fees: tuple[_Fee, ...] = ()
    repayment_methods: tuple[RepaymentMethod, ...]
    materials: tuple[_Text, ...] = ()
    schemes: tuple[_Text, ...] = ()


class _File(_Part):
    products: Annotated[tuple[_Product, ...], Field(max_length=MAX_PRODUCTS)]


def read_rules(raw: bytes) -> tuple[rules.ProductSheet, ...]:
    """The rule sets of a JSON file, in its order. Raises RefusedRules with every place that is
    wrong.
    """
    text = checked_json(raw)
    try:
        given = _File.model_validate_json(text)
    except ValidationError as error:
        raise RefusedRules([problem_of(one) for one in error.errors(include_url=False)]) from None
    problems = Problems()
    known: set[str] = set()
    sheets = []
    for number, product in enumerate(given.products):
        place = f"products.{number}"
        problems.check(product.id not in known, f"{place}.id", f"编号{product.id}出现了两次")
        known.add(product.id)
        sheet = _sheet(product)
        sheets.append(sheet)
        faults = _faults_as_written(product) + faults_of(sheet)
        problems.found += [replace(one, field=f"{place}.{one.field}") for one in faults]
    if problems.found:
        raise RefusedRules(problems.found)
    return tuple(sheets)


def _faults_as_written(given: _Product) -> list[FieldProblem]:
    """What a sheet no longer shows: things said twice, and codes that are nobody's."""
    problems = Problems()
    grades = [price.grade for price in given.prices]
    problems.check(_once(grades), "prices", "同一信用等级只能填写一个价格")
    for name in _LISTS:
        field = alias_generators.to_camel(name)
        problems.check(_once(getattr(given, name)), field, "有重复的内容")
    for number, group in enumerate(given.tag_groups):
        problems.check(_once(group), f"tagGroups.{number}", "同一组里有重复的资质")
    unknown = [code for code in given.regions if not is_region(code)]
    problems.check(not unknown, "regions", f"没有这样的区划代码：{'、'.join(unknown[:5])}")
    kinds = given.guarantee_kinds
    beside = GuaranteeKind.CREDIT in kinds and len(kinds) > 1
    problems.check(
        given.unsecured_from is None or beside,
        "unsecuredFrom",
        "只有信用与其他担保方式并列时才有意义",
    )
    return problems.found


_LISTS = (
    *("regions", "industries", "sizes", "tag_groups", "guarantee_kinds", "repayment_methods"),
    *("materials", "schemes", "fees"),
)


def _once(values: Sequence[Any]) -> bool:
    return len(set(values)) == len(values)


def _sheet(given: _Product) -> rules.ProductSheet:
    return rules.ProductSheet(
        product_id=given.id,
        version=given.version,
        name=given.name,
        institution_id=given.institution,
        required_grade=given.required_grade,
        regions=tuple(Place(code, code) for code in given.regions),
        industries=given.industries,
        sizes=frozenset(given.sizes),
        accepts_sole_traders=given.sole_traders,
        tag_groups=given.tag_groups,
        min_age_months=given.min_age_months,
        figures=rules.FigureBounds(**dict(given.figures)),
        min_amount=given.min_amount,
        max_amount=given.max_amount,
        min_term_months=given.min_term_months,
        max_term_months=given.max_term_months,
        guarantee_kinds=given.guarantee_kinds,
        unsecured_from=given.unsecured_from or unsecured_from(given.guarantee_kinds),
        prices={
            one.grade: rules.GradePrice(one.annual_rate, one.limit_percent) for one in given.prices
        },
        fees=tuple(
            rules.Fee(
                name=fee.name,
                amount=fee.amount,
                percent_of_principal=fee.percent_of_principal,
                per_year=fee.per_year,
            )
            for fee in given.fees
        ),
        repayment_methods=given.repayment_methods,
    )
