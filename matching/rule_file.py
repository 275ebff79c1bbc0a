"""Rule sets written as JSON, by the names of the API's ProductDraftInput, read into sheets.

What is wrong comes back as a list of places and reasons; nothing is guessed.
"""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, alias_generators

from credit.levels import EnterpriseSize
from foundation.errors import FieldProblem
from matching import sheet as rules
from matching.pricing import unsecured_from
from matching.rules_check import faults_of
from matching.terms import GuaranteeKind, Place, RepaymentMethod, RequiredGrade

MAX_PRODUCTS = 100_000
MAX_TERM_MONTHS = 600


class RefusedRules(ValueError):
    """A file that is no rule set; `problems` say where and why, in Chinese."""

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "；".join(f"{one.field}：{one.message}" for one in self.problems[:20])


def _two_places(amount: Decimal) -> Decimal:
    if amount != amount.quantize(Decimal("0.01")):
        raise ValueError("at most two decimal places")
    return amount


def _four_places(percent: Decimal) -> Decimal:
    if percent != percent.quantize(Decimal("0.0001")):
        raise ValueError("at most four decimal places")
    return percent


_Yuan = Annotated[Decimal, Field(ge=0, le=10**12, allow_inf_nan=False), AfterValidator(_two_places)]
_Percent = Annotated[
    Decimal, Field(ge=0, le=9999, allow_inf_nan=False), AfterValidator(_four_places)
]
_Count = Annotated[int, Field(ge=0, le=10**7, strict=True)]
_Months = Annotated[int, Field(ge=1, le=MAX_TERM_MONTHS, strict=True)]
_Text = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=alias_generators.to_camel
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
    version: int = Field(default=1, ge=1, strict=True)
    name: _Text = "产品"
    institution: str = ""
    required_grade: RequiredGrade
    regions: tuple[_Text, ...] = ()
    industries: tuple[_Text, ...] = ()
    sizes: frozenset[EnterpriseSize] = frozenset()
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


def read_rules(text: str | bytes) -> tuple[rules.ProductSheet, ...]:
    """The rule sets of a JSON text, in its order. Raises RefusedRules with every place that is
    wrong.
    """
    try:
        given = _File.model_validate_json(text)
    except ValidationError as error:
        raise RefusedRules([_problem(one) for one in error.errors(include_url=False)]) from None
    problems: list[FieldProblem] = []
    known: set[str] = set()
    sheets = []
    for number, product in enumerate(given.products):
        place = f"products.{number}"
        if product.id in known:
            problems.append(FieldProblem(f"{place}.id", f"编号{product.id}出现了两次"))
        known.add(product.id)
        if len({price.grade for price in product.prices}) < len(product.prices):
            problems.append(FieldProblem(f"{place}.prices", "同一信用等级只能填写一个价格"))
        sheet = _sheet(product)
        sheets.append(sheet)
        problems += [
            FieldProblem(f"{place}.{fault.field}", fault.message) for fault in faults_of(sheet)
        ]
    if problems:
        raise RefusedRules(problems)
    return tuple(sheets)


def _sheet(given: _Product) -> rules.ProductSheet:
    return rules.ProductSheet(
        product_id=given.id,
        version=given.version,
        name=given.name,
        institution_id=given.institution,
        required_grade=given.required_grade,
        regions=tuple(Place(code, code) for code in given.regions),
        industries=given.industries,
        sizes=given.sizes,
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


_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "json_invalid": "不是有效的 JSON",
    "enum": "不是可选的值之一",
    "too_long": f"最多{MAX_PRODUCTS}个产品",
}


def _problem(error: Any) -> FieldProblem:
    place = ".".join(map(str, error["loc"])) or "文件"
    expected = error.get("ctx", {}).get("expected")
    reason = _REASONS.get(error["type"], "值的类型、范围或小数位数不对")
    return FieldProblem(place, f"{reason}（{expected}）" if expected else reason)
