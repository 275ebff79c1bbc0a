"""The shipped products: policy names, sourced facts and marked examples, put on the shelf once.

They pass the same checks as a bank's own sheet. A record is known by its key, so that a second
run adds only what is missing and never undoes what a bank has changed since.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from credit.levels import EnterpriseSize
from foundation.city import City, cities
from foundation.errors import ValidationFailed
from foundation.identifiers import new_id
from foundation.rates import round_percent
from marketplace import catalogue
from marketplace.product_records import insert, put_on_shelf, write_sheet
from marketplace.product_sheet import (
    Fee,
    FieldProvenance,
    Price,
    Provenance,
    Sheet,
)
from matching.pricing import unsecured_from
from matching.terms import GuaranteeKind, RepaymentMethod, RequiredGrade
from storage.database import fetch, transaction
from storage.models.institution import Institution, InstitutionKind
from storage.models.product import Product, ProductStatus

SHIPPED = Path(__file__).parent / "data" / "products.json"
_LIMIT_PERCENT = {
    RequiredGrade.ADVANCED: Decimal(100),
    RequiredGrade.FIRST: Decimal(100),
    RequiredGrade.CANDIDATE: Decimal(50),
}


class Source(BaseModel):
    """A public source of a record's facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    url: str


class ShippedProduct(BaseModel):
    """One record of the shipped file. Yuan, percent per year, months; regions are area codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    bank: str
    name: str
    regions: tuple[str, ...]
    description: str | None = None
    guarantee_kinds: tuple[GuaranteeKind, ...]
    min_amount: Decimal
    max_amount: Decimal
    limit_formula: str | None = None
    lowest_rate: Decimal
    highest_rate: Decimal
    rate_basis: str
    guarantee_fee_percent: Decimal | None = None
    guarantor: str | None = None
    min_term_months: int
    max_term_months: int
    repayment_methods: tuple[RepaymentMethod, ...]
    required_grade: RequiredGrade
    industries: tuple[str, ...] = ()
    sizes: tuple[EnterpriseSize, ...]
    sole_traders: bool = False
    tag_groups: tuple[tuple[str, ...], ...] = ()
    materials: tuple[str, ...] = ()
    risk_sharing: str | None = None
    channel: str | None = None
    policy_reference: str | None = None
    source_note: str | None = None
    marks: Mapping[str, Provenance]
    sources: tuple[Source, ...] = ()

    def districts_in(self, city: City) -> tuple[str, ...] | None:
        """The districts of a city that it is open to, none for all of it; None when it is not."""
        if {city.province_code, *city.area_codes} & set(self.regions):
            return ()
        return tuple(code for code in self.regions if city.district(code)) or None


async def import_products(now: datetime) -> int:
    """Put the shipped products that are missing on the shelves of their cities; how many.

    Raises ValueError naming the record when one breaks a rule that banks' own sheets keep.
    """
    added = 0
    async with transaction():
        known = await _known_keys()
        banks = await _banks(shipped_products(), now)
        for shipped in shipped_products():
            for city in cities().values():
                districts = shipped.districts_in(city)
                if districts is not None and (shipped.key, city.code) not in known:
                    sheet = sheet_of_shipped(shipped, districts)
                    await _put_on_shelf(sheet, banks[shipped.bank], city, now)
                    added += 1
    catalogue.forget_version()
    return added


def shipped_products() -> tuple[ShippedProduct, ...]:
    """The records of the shipped file."""
    body: dict[str, Any] = json.loads(SHIPPED.read_text("utf-8"))
    return tuple(ShippedProduct.model_validate(record) for record in body["products"])


def sheet_of_shipped(shipped: ShippedProduct, districts: tuple[str, ...]) -> Sheet:
    """The sheet of a record in one city, priced by grade: the highest rate for 备选, the midpoint
    for 一级, the lowest for 高级; half of the maximum for 备选.
    """
    midpoint = round_percent((shipped.lowest_rate + shipped.highest_rate) / 2)
    rates = (shipped.lowest_rate, midpoint, shipped.highest_rate)
    return Sheet(
        name=shipped.name,
        description=shipped.description,
        guarantee_kinds=shipped.guarantee_kinds,
        unsecured_from=unsecured_from(shipped.guarantee_kinds),
        min_amount=shipped.min_amount,
        max_amount=shipped.max_amount,
        limit_formula=shipped.limit_formula,
        prices={
            grade: Price(annual_rate=rate, limit_percent=_LIMIT_PERCENT[grade])
            for grade, rate in zip(RequiredGrade, rates, strict=True)
        },
        rate_basis=shipped.rate_basis,
        fees=_fees(shipped),
        min_term_months=shipped.min_term_months,
        max_term_months=shipped.max_term_months,
        repayment_methods=shipped.repayment_methods,
        required_grade=shipped.required_grade,
        districts=districts,
        industries=shipped.industries,
        sizes=shipped.sizes,
        sole_traders=shipped.sole_traders,
        tag_groups=shipped.tag_groups,
        materials=shipped.materials,
        risk_sharing=shipped.risk_sharing,
        channel=shipped.channel,
        policy_reference=shipped.policy_reference,
        provenance=tuple(
            FieldProvenance(field=name, provenance=mark, source=_source(shipped, mark))
            for name, mark in shipped.marks.items()
        ),
        shipped_key=shipped.key,
    )


def _fees(shipped: ShippedProduct) -> tuple[Fee, ...]:
    if shipped.guarantee_fee_percent is None:
        return ()
    return (
        Fee(
            name="担保费",
            payee=shipped.guarantor or "担保机构",
            percent_of_principal=shipped.guarantee_fee_percent,
            per_year=True,
            paid_when="放款时按期限一次付清",
        ),
    )


def _source(shipped: ShippedProduct, mark: Provenance) -> str | None:
    if mark is Provenance.POLICY:
        return shipped.policy_reference
    if mark is Provenance.ILLUSTRATIVE:
        return None
    told = "；".join(f"{source.title} {source.url}" for source in shipped.sources)
    return f"{told}（{shipped.source_note}）" if shipped.source_note else told or None


async def _known_keys() -> set[tuple[str, str]]:
    rows = await fetch(
        "SELECT sheet ->> 'shipped_key' AS key, city FROM product WHERE sheet ? 'shipped_key'"
    )
    return {(row["key"], row["city"]) for row in rows}


async def _banks(shipped: tuple[ShippedProduct, ...], now: datetime) -> dict[str, Institution]:
    names = sorted({one.bank for one in shipped})
    found = {bank.name: bank for bank in await Institution.filter(name__in=names)}
    for name in names:
        if name not in found:
            found[name] = await Institution.create(
                name=name, kind=InstitutionKind.BANK, created_at=now
            )
    return found


async def _put_on_shelf(sheet: Sheet, bank: Institution, city: City, now: datetime) -> None:
    product = Product(
        id=new_id(), institution=bank, city=city.code, status=ProductStatus.DRAFT, created_at=now
    )
    try:
        write_sheet(product, sheet, bank)
        await insert(product)
    except ValidationFailed as error:
        faults = "; ".join(f"{one.field}: {one.message}" for one in error.problems)
        raise ValueError(f"{SHIPPED.name} {sheet.shipped_key}: {faults}") from error
    product.status = ProductStatus.PUBLISHED
    await put_on_shelf(product, now)
