"""A product's sheet as it is kept (JSON, by version) and as the pure rules read it."""

from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from credit.levels import EnterpriseSize
from foundation.city import City, cities
from matching.applicant import REFERENCE_WISH
from matching.rank import Terms, terms_for
from matching.sheet import Fee as PricedFee
from matching.sheet import FigureBounds, GradePrice, ProductSheet
from matching.terms import GuaranteeKind, Place, RepaymentMethod, RequiredGrade

# Which format the JSON has; a later one migrates what it reads.
FORMAT = 1


class Provenance(StrEnum):
    """Where a figure comes from: a policy text, a public source or the bank, or nowhere."""

    POLICY = "POLICY"
    SOURCE = "SOURCE"
    ILLUSTRATIVE = "ILLUSTRATIVE"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Price(_Part):
    """What a grade pays, percent per year, and may have, percent of the maximum."""

    annual_rate: Decimal
    limit_percent: Decimal


class Fee(_Part):
    """A fee: yuan, or percent of principal, for each year of the term when `per_year`."""

    name: str
    payee: str
    amount: Decimal | None = None
    percent_of_principal: Decimal | None = None
    per_year: bool = False
    paid_when: str


class Figures(_Part):
    """Bounds of an enterprise's figures and records; None asks for nothing. Yuan a year."""

    min_annual_revenue: Decimal | None = None
    max_annual_revenue: Decimal | None = None
    min_annual_tax: Decimal | None = None
    min_employees: int | None = None
    max_employees: int | None = None
    max_public_records: int | None = None
    max_bad_loans: int | None = None


class FieldProvenance(_Part):
    """Where one field of a product comes from; `field` is its name in the API."""

    field: str
    provenance: Provenance
    source: str | None = None


class Sheet(_Part):
    """Everything a product's page says and everything that binds. Yuan, percent, months.

    Empty districts mean the whole city; empty industries and sizes ask for nothing.
    `schemes` names the risk-sharing and subsidy schemes behind it; `shipped_key` names the shipped
    record that a product came from.
    """

    format: int = FORMAT
    name: str
    description: str | None = None
    guarantee_kinds: tuple[GuaranteeKind, ...]
    unsecured_from: RequiredGrade = RequiredGrade.CANDIDATE
    min_amount: Decimal
    max_amount: Decimal
    limit_formula: str | None = None
    prices: dict[RequiredGrade, Price]
    rate_basis: str
    fees: tuple[Fee, ...] = ()
    min_term_months: int
    max_term_months: int
    repayment_methods: tuple[RepaymentMethod, ...]
    required_grade: RequiredGrade
    districts: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    sizes: tuple[EnterpriseSize, ...] = ()
    sole_traders: bool = False
    tag_groups: tuple[tuple[str, ...], ...] = ()
    min_age_months: int | None = None
    figures: Figures = Figures()
    materials: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    risk_sharing: str | None = None
    channel: str | None = None
    policy_reference: str | None = None
    provenance: tuple[FieldProvenance, ...] = ()
    shipped_key: str | None = None

    @property
    def min_annual_rate(self) -> Decimal:
        """The lowest price of any grade."""
        return min(price.annual_rate for price in self.prices.values())

    @property
    def max_annual_rate(self) -> Decimal:
        """The highest price of any grade."""
        return max(price.annual_rate for price in self.prices.values())

    @property
    def illustrative(self) -> frozenset[str]:
        """The fields whose figures are examples."""
        return frozenset(
            one.field for one in self.provenance if one.provenance is Provenance.ILLUSTRATIVE
        )

    def to_json(self) -> dict[str, Any]:
        """The sheet as JSON values; decimals are strings."""
        return self.model_dump(mode="json", exclude_defaults=True) | {"format": FORMAT}

    @staticmethod
    def from_json(text: str | bytes) -> "Sheet":
        """The sheet in a JSON text."""
        return _read(text)


# A sheet never changes, and every card on a page asks for its own: reading the same text again
# costs more than everything else that a page of matches does.
@lru_cache(maxsize=2_048)
def _read(text: str | bytes) -> Sheet:
    return Sheet.model_validate_json(text)


def matching_sheet(
    sheet: Sheet, *, product_id: UUID, version: int, institution_id: UUID, city: City
) -> ProductSheet:
    """The sheet as the rules read it, with its places named."""
    return ProductSheet(
        product_id=product_id.hex,
        version=version,
        name=sheet.name,
        institution_id=institution_id.hex,
        required_grade=sheet.required_grade,
        regions=regions_of(sheet.districts, city),
        industries=sheet.industries,
        sizes=frozenset(sheet.sizes),
        accepts_sole_traders=sheet.sole_traders,
        tag_groups=sheet.tag_groups,
        min_age_months=sheet.min_age_months,
        figures=FigureBounds(**dict(sheet.figures)),
        min_amount=sheet.min_amount,
        max_amount=sheet.max_amount,
        min_term_months=sheet.min_term_months,
        max_term_months=sheet.max_term_months,
        guarantee_kinds=sheet.guarantee_kinds,
        unsecured_from=sheet.unsecured_from,
        prices={
            grade: GradePrice(price.annual_rate, price.limit_percent)
            for grade, price in sheet.prices.items()
        },
        fees=tuple(
            PricedFee(
                name=fee.name,
                amount=fee.amount,
                percent_of_principal=fee.percent_of_principal,
                per_year=fee.per_year,
            )
            for fee in sheet.fees
        ),
        repayment_methods=sheet.repayment_methods,
        illustrative=sheet.illustrative,
    )


@lru_cache(maxsize=16_384)
def kept_sheet(
    text: str, product_id: UUID, version: int, institution_id: UUID, city: str
) -> ProductSheet:
    """A sheet in a JSON text as the rules read it: the same object for the same sheet, so that
    whatever is remembered by it is found without comparing its fields one by one.
    """
    return matching_sheet(
        Sheet.from_json(text),
        product_id=product_id,
        version=version,
        institution_id=institution_id,
        city=cities()[city],
    )


def regions_of(districts: tuple[str, ...], city: City) -> tuple[Place, ...]:
    """The places a sheet names; the whole city when it names none."""
    if not districts:
        return tuple(Place(code, city.name) for code in city.area_codes)
    named = ((code, city.district(code)) for code in districts)
    return tuple(Place(code, found.name if found else code) for code, found in named)


def reference_terms(sheet: ProductSheet) -> Terms:
    """100万 over 12 months, or the nearest the product offers, at its best price."""
    return terms_for(RequiredGrade.ADVANCED, REFERENCE_WISH, sheet)


def card_of(sheet: Sheet) -> dict[str, Any]:
    """What of a sheet a product's card shows."""
    return {
        "name": sheet.name,
        "min_amount": sheet.min_amount,
        "max_amount": sheet.max_amount,
        "min_annual_rate": sheet.min_annual_rate,
        "max_annual_rate": sheet.max_annual_rate,
        "min_term_months": sheet.min_term_months,
        "max_term_months": sheet.max_term_months,
        "required_grade": sheet.required_grade,
        "guarantee_kinds": list(sheet.guarantee_kinds),
        "repayment_methods": list(sheet.repayment_methods),
        "is_example": "institution" in sheet.illustrative,
    }


def columns_of(sheet: Sheet, rules: ProductSheet) -> dict[str, Any]:
    """What of a sheet is searched and sorted by, as the product's columns."""
    reference = reference_terms(rules)
    return card_of(sheet) | {
        "sheet": sheet.to_json(),
        "lends_reference": reference.is_full,
        "reference_cost": reference.cost.compound,
    }
