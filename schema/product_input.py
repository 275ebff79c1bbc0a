"""What a product manager, an operator and a reader of the shelf send, and what they get back."""

from typing import Annotated, Any, TypeAlias

import strawberry

from credit.levels import EnterpriseSize
from foundation import errors
from foundation.identifiers import decode_id
from marketplace import product_filter, product_sheet
from marketplace.catalogue import ProductSort
from matching.terms import GuaranteeKind, RepaymentMethod, RequiredGrade
from schema.city import CityCode
from schema.enums import describe_enum
from schema.failures import (
    IdempotencyKeyReused,
    NotAllowedNow,
    NotFound,
    ValidationFailed,
)
from schema.figure_bounds import FigureBoundsInput
from schema.product import Product
from schema.scalars import Percent, Yuan

describe_enum(
    ProductSort,
    "In which order the shelf is read; equal ones by id.",
    {
        "RECOMMENDED": "For an owner in the own city the order of the enterprise's matches; else "
        "the lowest all-in cost of 100万 over 12 months first, what cannot lend that last.",
        "COST": "Lowest reference cost first; what has none last.",
        "AMOUNT": "Largest loan first.",
        "NEWEST": "Last published first.",
    },
)


@strawberry.input(description="Narrows a list of products; what is left out narrows nothing.")
class ProductFilter:
    """A filter of the shelf."""

    search: str | None = strawberry.field(
        default=None, description="Part of the product's or the bank's name, at most 50 signs."
    )
    institution_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Any of these institutions, at most 50."
    )
    guarantee_kinds: list[GuaranteeKind] | None = strawberry.field(
        default=None, description="Offers any of these kinds."
    )
    amount: Yuan | None = strawberry.field(
        default=None, description="Yuan that lie between its smallest and its largest loan."
    )
    term_months: int | None = strawberry.field(
        default=None, description="Months that lie between its shortest and longest term, 1 to 600."
    )
    max_annual_rate: Percent | None = strawberry.field(
        default=None, description="Its lowest rate is at most this, percent per year."
    )
    required_grade: RequiredGrade | None = strawberry.field(
        default=None, description="Its lowest grade is exactly this."
    )
    tags: list[str] | None = strawberry.field(
        default=None, description="Asks for any of these qualifications, at most 50."
    )

    def to_filter(self) -> product_filter.ProductFilter:
        """The filter of the catalogue."""
        named = self.institution_ids or []
        known = tuple(key for key in (decode_id("institution", one) for one in named) if key)
        return product_filter.ProductFilter(
            search=(self.search or "").strip() or None,
            institution_ids=known,
            guarantee_kinds=tuple(self.guarantee_kinds or ()),
            amount=self.amount,
            term_months=self.term_months,
            max_annual_rate=self.max_annual_rate,
            required_grade=self.required_grade,
            tags=tuple(self.tags or ()),
            matches_nothing=bool(named) and not known,
        )


@strawberry.input(description="What a grade pays and may have.")
class GradePriceInput:
    """A price."""

    grade: RequiredGrade = strawberry.field(description="The grade; at most once each.")
    annual_rate: Percent = strawberry.field(
        description="Nominal, percent per year, above 0 and at most 24; a better grade never more."
    )
    limit_percent: Percent = strawberry.field(
        description="Percent of the maximum, above 0 and at most 100; a better grade never less."
    )


@strawberry.input(description="A fee beside the interest, paid up front.")
class FeeInput:
    """A fee: a sum or a percentage, never both."""

    name: str = strawberry.field(description="What it is for, 1 to 60 signs.")
    payee: str = strawberry.field(description="Who gets it, 1 to 60 signs.")
    amount: Yuan | None = strawberry.field(default=None, description="Yuan.")
    percent_of_principal: Percent | None = strawberry.field(
        default=None, description="Percent of the principal, under 100."
    )
    per_year: bool = strawberry.field(
        default=False,
        description="The percentage is for each year of the term, all of it paid up front.",
    )
    paid_when: str = strawberry.field(description="When it is paid, 1 to 60 signs.")


_OPTIONAL: Any = strawberry.UNSET


@strawberry.input(description="A product's sheet as its bank writes it. Product managers only.")
class ProductDraftInput:
    """A whole sheet."""

    institution_id: strawberry.ID = strawberry.field(description="The manager's own institution.")
    city: CityCode = strawberry.field(description="The city that the manager acts in.")
    name: str = strawberry.field(description="1 to 80 signs, unique among the bank's products.")
    description: str | None = strawberry.field(default=None, description="At most 1,000 signs.")
    guarantee_kinds: list[GuaranteeKind] = strawberry.field(
        description="At least one. CREDIT beside another kind opens at 高级."
    )
    min_amount: Yuan = strawberry.field(description="Smallest loan, yuan, above 0.")
    max_amount: Yuan = strawberry.field(description="Largest loan, yuan, at most 1000000000.")
    limit_formula: str | None = strawberry.field(default=None, description="At most 200 signs.")
    prices: list[GradePriceInput] = strawberry.field(
        description="At least that of the required grade; one left out gets the next lower one's."
    )
    rate_basis: str = strawberry.field(description="How the rate is quoted, 1 to 60 signs.")
    fees: list[FeeInput] = strawberry.field(description="At most 20.")
    min_term_months: int = strawberry.field(description="Shortest term, months, at least 1.")
    max_term_months: int = strawberry.field(description="Longest term, months; the city's limit.")
    repayment_methods: list[RepaymentMethod] = strawberry.field(
        description="At least one; the first prices it."
    )
    required_grade: RequiredGrade = strawberry.field(description="The lowest grade it opens to.")
    districts: list[str] = strawberry.field(
        description="Codes of districts or towns of the city, at most 200; empty: all of it."
    )
    industries: list[str] = strawberry.field(
        description='GB/T 4754 codes of any level ("C", "C3411"), at most 100; empty: all.'
    )
    sizes: list[EnterpriseSize] = strawberry.field(description="Empty: all. Never UNKNOWN.")
    sole_traders: bool = strawberry.field(
        default=False, description="Lets 个体工商户 in whatever their size."
    )
    tag_groups: list[list[str]] = strawberry.field(
        description="Qualifications: every group must be met, a group by any one of its tags. At "
        "most 20 groups of 20, a tag 1 to 40 signs."
    )
    min_age_months: int | None = strawberry.field(
        default=None, description="How long an enterprise must have existed, 1 to 240 months."
    )
    figures: FigureBoundsInput | None = strawberry.field(
        default=None, description="What it asks of figures and records; null: nothing."
    )
    materials: list[str] = strawberry.field(description="At most 50, each 1 to 100 signs.")
    schemes: list[str] | None = strawberry.field(
        default=None, description="Risk-sharing and subsidy schemes, at most 20 of 1 to 60 signs."
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same draft."
    )

    def values(self) -> dict[str, Any]:
        """The values of the sheet."""
        return _values(self, beside={"institution_id", "city", "idempotency_key"})


@strawberry.input(
    description="Changes of a product's sheet; what is left out stays. Same limits as a draft."
)
class ProductReviseInput:
    """Some of a sheet."""

    name: str | None = strawberry.field(default=_OPTIONAL, description="1 to 80 signs.")
    description: str | None = strawberry.field(
        default=_OPTIONAL, description="At most 1,000 signs; null removes it."
    )
    guarantee_kinds: list[GuaranteeKind] | None = strawberry.field(
        default=_OPTIONAL, description="At least one."
    )
    min_amount: Yuan | None = strawberry.field(default=_OPTIONAL, description="Yuan.")
    max_amount: Yuan | None = strawberry.field(default=_OPTIONAL, description="Yuan.")
    limit_formula: str | None = strawberry.field(
        default=_OPTIONAL, description="At most 200 signs; null removes it."
    )
    prices: list[GradePriceInput] | None = strawberry.field(
        default=_OPTIONAL, description="All prices anew."
    )
    rate_basis: str | None = strawberry.field(default=_OPTIONAL, description="1 to 60 signs.")
    fees: list[FeeInput] | None = strawberry.field(
        default=_OPTIONAL, description="All fees anew, at most 20."
    )
    min_term_months: int | None = strawberry.field(default=_OPTIONAL, description="Months.")
    max_term_months: int | None = strawberry.field(default=_OPTIONAL, description="Months.")
    repayment_methods: list[RepaymentMethod] | None = strawberry.field(
        default=_OPTIONAL, description="At least one; the first prices it."
    )
    required_grade: RequiredGrade | None = strawberry.field(
        default=_OPTIONAL, description="The lowest grade it opens to."
    )
    districts: list[str] | None = strawberry.field(
        default=_OPTIONAL, description="All codes anew; empty: the whole city."
    )
    industries: list[str] | None = strawberry.field(
        default=_OPTIONAL, description="All codes anew; empty: all industries."
    )
    sizes: list[EnterpriseSize] | None = strawberry.field(
        default=_OPTIONAL, description="All sizes anew; empty: all."
    )
    sole_traders: bool | None = strawberry.field(
        default=_OPTIONAL, description="Whether 个体工商户 are let in whatever their size."
    )
    tag_groups: list[list[str]] | None = strawberry.field(
        default=_OPTIONAL, description="All groups anew."
    )
    min_age_months: int | None = strawberry.field(
        default=_OPTIONAL, description="1 to 240 months; null removes it."
    )
    figures: FigureBoundsInput | None = strawberry.field(
        default=_OPTIONAL, description="All bounds of figures anew; null removes them."
    )
    materials: list[str] | None = strawberry.field(
        default=_OPTIONAL, description="All papers anew."
    )
    schemes: list[str] | None = strawberry.field(default=_OPTIONAL, description="All schemes anew.")

    def values(self) -> dict[str, Any]:
        """The values that change; null clears what may be empty and otherwise leaves it."""
        return {
            name: value
            for name, value in _values(self, beside=set()).items()
            if value is not strawberry.UNSET and (value is not None or name in _CLEARABLE)
        }


_CLEARABLE = {"description", "limit_formula", "min_age_months", "figures"}


@strawberry.input(description="Why a product goes back to its bank. Operators only.")
class ProductRefuseInput:
    """A reason."""

    reason: str = strawberry.field(description="For the bank's people, 1 to 200 signs.")


def _values(given: Any, *, beside: set[str]) -> dict[str, Any]:
    values = {name: value for name, value in vars(given).items() if name not in beside}
    return {name: _READERS.get(name, _as_is)(value) for name, value in values.items()}


def _as_is(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _prices(given: Any) -> Any:
    if not isinstance(given, list):
        return given
    if len({price.grade for price in given}) < len(given):
        raise errors.ValidationFailed(
            [errors.FieldProblem("prices", "同一信用等级只能填写一个价格")]
        )
    return {
        price.grade: product_sheet.Price(
            annual_rate=price.annual_rate, limit_percent=price.limit_percent
        )
        for price in given
    }


def _fees(given: Any) -> Any:
    if not isinstance(given, list):
        return given
    return tuple(product_sheet.Fee(**vars(fee)) for fee in given)


def _groups(given: Any) -> Any:
    return tuple(map(tuple, given)) if isinstance(given, list) else given


def _figures(given: Any) -> Any:
    if isinstance(given, FigureBoundsInput):
        return given.to_figures()
    return product_sheet.Figures() if given is None else given


def _schemes(given: Any) -> Any:
    return () if given is None else _as_is(given)


_READERS = {
    "prices": _prices,
    "fees": _fees,
    "tag_groups": _groups,
    "figures": _figures,
    "schemes": _schemes,
}

ProductDraftResult: TypeAlias = Annotated[
    Product | ValidationFailed | IdempotencyKeyReused,
    strawberry.union("ProductDraftResult", description="The draft, or why there is none."),
]
ProductReviseResult: TypeAlias = Annotated[
    Product | ValidationFailed | NotFound | NotAllowedNow,
    strawberry.union("ProductReviseResult", description="The changed product, or why not."),
]
ProductPublishResult: TypeAlias = Annotated[
    Product | ValidationFailed | NotFound | NotAllowedNow,
    strawberry.union("ProductPublishResult", description="The product in review, or why not."),
]
ProductApproveResult: TypeAlias = Annotated[
    Product | NotFound | NotAllowedNow,
    strawberry.union("ProductApproveResult", description="The product on the shelf, or why not."),
]
ProductRefuseResult: TypeAlias = Annotated[
    Product | ValidationFailed | NotFound | NotAllowedNow,
    strawberry.union("ProductRefuseResult", description="The product sent back, or why not."),
]
ProductRetireResult: TypeAlias = Annotated[
    Product | NotFound | NotAllowedNow,
    strawberry.union("ProductRetireResult", description="The retired product, or why not."),
]
