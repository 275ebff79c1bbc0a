"""A product's sheet as the rules read it: everything that binds, nothing that only informs."""

from dataclasses import dataclass
from decimal import Decimal

from credit.levels import EnterpriseSize
from matching.terms import GuaranteeKind, Place, RepaymentMethod, RequiredGrade


@dataclass(frozen=True)
class GradePrice:
    """What a grade pays (percent per year) and may have (percent of the product's maximum)."""

    annual_rate: Decimal
    limit_percent: Decimal


@dataclass(frozen=True, kw_only=True)
class Fee:
    """A fee paid when the loan is paid out: yuan, or percent of principal, once or per year.

    `per_year`: the percentage is for each year of the term (a guarantee fee), all of it paid
    up front.
    """

    name: str
    amount: Decimal | None = None
    percent_of_principal: Decimal | None = None
    per_year: bool = False


@dataclass(frozen=True, kw_only=True)
class FigureBounds:
    """What an enterprise's figures and records must lie between; None asks for nothing.

    Yuan a year; people; unrepaired records of dishonesty; bad entries in the records of loans.
    """

    min_annual_revenue: Decimal | None = None
    max_annual_revenue: Decimal | None = None
    min_annual_tax: Decimal | None = None
    min_employees: int | None = None
    max_employees: int | None = None
    max_public_records: int | None = None
    max_bad_loans: int | None = None


@dataclass(frozen=True, kw_only=True)
class ProductSheet:
    """One version of one product. Money in yuan, rates in percent per year, terms in months.

    Empty `regions`, `industries`, `sizes` and `tag_groups` ask for nothing. Every tag group must
    be met, a group by any one of its tags. `accepts_sole_traders` lets 个体工商户 in whatever
    their size; without it they are judged by size like everybody. `unsecured_from` is the grade
    from which CREDIT is open where it stands beside another kind. `illustrative` names the
    fields whose figures are examples: every sentence that repeats one says 示例.
    """

    product_id: str
    version: int
    name: str
    institution_id: str
    required_grade: RequiredGrade
    regions: tuple[Place, ...] = ()
    industries: tuple[str, ...] = ()
    sizes: frozenset[EnterpriseSize] = frozenset()
    accepts_sole_traders: bool = False
    tag_groups: tuple[tuple[str, ...], ...] = ()
    min_age_months: int | None = None
    figures: FigureBounds = FigureBounds()
    min_amount: Decimal
    max_amount: Decimal
    min_term_months: int
    max_term_months: int
    guarantee_kinds: tuple[GuaranteeKind, ...]
    unsecured_from: RequiredGrade = RequiredGrade.CANDIDATE
    prices: dict[RequiredGrade, GradePrice]
    fees: tuple[Fee, ...] = ()
    repayment_methods: tuple[RepaymentMethod, ...]
    illustrative: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        # One version of one product is one sheet; hashing every field would cost more than the
        # sentences that are kept by it.
        return hash((self.product_id, self.version))
