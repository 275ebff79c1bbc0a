"""A product's row made from its sheet: checked, with its columns, its provenance and its mark."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from foundation.city import cities
from foundation.errors import FieldProblem, ValidationFailed
from marketplace import product_rules
from marketplace.facts import ProductPublished
from marketplace.product_sheet import (
    FieldProvenance,
    Figures,
    Provenance,
    Sheet,
    columns_of,
    matching_sheet,
)
from matching.pricing import unsecured_from
from storage.models.institution import Institution
from storage.models.product import Product, ProductStatus, ProductVersion
from storage.queue import enqueue

MAX_PRODUCTS = 500
BANKS_OWN = "机构填报"

SHOWN_AS = {
    "name": ("name",),
    "description": ("description",),
    "guarantee_kinds": ("guaranteeKinds",),
    "min_amount": ("minAmount",),
    "max_amount": ("maxAmount",),
    "limit_formula": ("limitFormula",),
    "prices": ("prices", "minAnnualRate", "maxAnnualRate"),
    "rate_basis": ("rateBasis",),
    "fees": ("fees",),
    "min_term_months": ("minTermMonths",),
    "max_term_months": ("maxTermMonths",),
    "repayment_methods": ("repaymentMethods",),
    "required_grade": ("requiredGrade",),
    "districts": ("districts",),
    "industries": ("industries",),
    "sizes": ("sizes",),
    "sole_traders": ("soleTraders",),
    "tag_groups": ("tagGroups",),
    "min_age_months": ("minAgeMonths",),
    "figures": ("figures",),
    "materials": ("materials",),
    "schemes": ("schemes",),
}
"""Which fields of the API a value of the sheet stands behind, its own name first."""


def sheet_of(values: Mapping[str, Any]) -> Sheet:
    """A bank's own sheet from the values of its form; every field is the bank's word."""
    kinds = values["guarantee_kinds"]
    provenance = _with_banks_own((), values)
    return Sheet(**values, unsecured_from=unsecured_from(kinds), provenance=provenance)


def changed(former: Sheet, values: Mapping[str, Any]) -> Sheet:
    """A sheet with some values changed by its bank; their provenance becomes the bank's word."""
    different = {name: value for name, value in values.items() if getattr(former, name) != value}
    kinds = different.get("guarantee_kinds", former.guarantee_kinds)
    update = {
        **different,
        "unsecured_from": unsecured_from(kinds),
        "provenance": _with_banks_own(former.provenance, different),
    }
    return former.model_copy(update=update)


def write_sheet(product: Product, sheet: Sheet, institution: Institution) -> None:
    """Check a sheet and write it, with its columns, into an unsaved row.

    Raises ValidationFailed with every fault.
    """
    city = cities()[product.city]
    sheet = product_rules.tidied(sheet)
    rules = matching_sheet(
        sheet,
        product_id=product.id,
        version=product.version,
        institution_id=institution.id,
        city=city,
    )
    product_rules.check_sheet(sheet, rules, city)
    product_rules.check_cost(rules)
    product.update_from_dict(columns_of(sheet, rules))
    product.is_example = product.is_example or institution.illustrative


async def insert(product: Product) -> None:
    """Insert a new row, in the open transaction. Raises ValidationFailed when the bank has too
    many in this city.
    """
    count = (
        await Product.filter(institution_id=product.institution_id, city=product.city)
        .exclude(status=ProductStatus.RETIRED)
        .count()
    )
    if count >= MAX_PRODUCTS:
        raise ValidationFailed([FieldProblem("name", f"在一个城市最多{MAX_PRODUCTS}个产品")])
    await product.save(force_create=True)


async def put_on_shelf(product: Product, now: datetime) -> None:
    """Save a row that became PUBLISHED, keep this version of its sheet and tell it, in the open
    transaction.
    """
    product.published_at = now
    product.refusal_reason = None
    await product.save()
    await ProductVersion.create(
        product_id=product.id, number=product.version, sheet=product.sheet, approved_at=now
    )
    await enqueue(ProductPublished(product_id=product.id))


@asynccontextmanager
async def unique_names() -> AsyncIterator[None]:
    """Say which field is wrong when a bank has another product of that name in the city."""
    try:
        yield
    except IntegrityError as error:
        if "product_name_key" not in str(error):
            raise
        problem = FieldProblem("name", "本机构在该城市已有同名产品", "TAKEN")
        raise ValidationFailed([problem]) from None


def _with_banks_own(
    former: Sequence[FieldProvenance], values: Mapping[str, Any]
) -> tuple[FieldProvenance, ...]:
    """Provenance after its bank wrote some values; a value that was emptied has none."""
    marks = {one.field: one for one in former}
    for name, value in values.items():
        for field in SHOWN_AS[name]:
            if value in (None, (), False, Figures()):
                marks.pop(field, None)
            else:
                marks[field] = FieldProvenance(
                    field=field, provenance=Provenance.SOURCE, source=BANKS_OWN
                )
    return tuple(marks.values())
