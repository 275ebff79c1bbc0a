"""The rule lab: what a product would do in its city, tried by its bank before it is published."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts import access
from accounts.viewers import Viewer
from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.errors import Problems
from foundation.identifiers import new_id
from marketplace import products
from marketplace.lab_cohorts import laboratory_of
from marketplace.product_records import SHOWN_AS, sheet_of, write_sheet
from marketplace.product_sheet import Sheet, matching_sheet
from storage.models.institution import Institution
from storage.models.membership import Role
from storage.models.product import Product

if TYPE_CHECKING:
    from matching.lab import Laboratory, Trial
    from matching.sheet import ProductSheet


@dataclass(frozen=True)
class Tried:
    """What came of it; `trial` is None where a city has too few firms to ask."""

    city: str
    drawn_on: date | None
    trial: "Trial | None"


async def try_out(
    viewer: Viewer | None, product_id: UUID | None, values: Mapping[str, Any], now: datetime
) -> Tried:
    """A saved sheet with unsaved changes, tried on the cohorts of its city; nothing is kept.

    Raises Unauthenticated, Forbidden unless a product manager acts, NotFound for another
    institution's or city's, ValidationFailed for every fault of the changed sheet.
    """
    return await _tried_in_its_city(
        await products.revised_on_paper(viewer, product_id, values), now
    )


async def try_out_new(viewer: Viewer | None, values: Mapping[str, Any], now: datetime) -> Tried:
    """A whole sheet of a product that was never saved, for the institution and the city that the
    manager acts for; nothing is kept.

    Raises Unauthenticated, Forbidden unless a product manager acts, ValidationFailed for what is
    left out and for every fault of the sheet.
    """
    manager = access.require_role(viewer, Role.PRODUCT_MANAGER)
    _check_whole(values)
    institution = await Institution.get(id=manager.institution_id)
    product = Product(id=new_id(), institution=institution, city=manager.city)
    write_sheet(product, sheet_of(values), institution)
    return await _tried_in_its_city(product, now)


def _check_whole(values: Mapping[str, Any]) -> None:
    problems = Problems()
    for name, (shown_as, *_) in SHOWN_AS.items():
        missing = Sheet.model_fields[name].is_required() and name not in values
        problems.check(not missing, shown_as, "请填写")
    problems.raise_if_any()


async def _tried_in_its_city(product: Product, now: datetime) -> Tried:
    kept = await laboratory_of(product.city)
    if kept is None:
        return Tried(product.city, None, None)
    sheet = matching_sheet(
        Sheet.model_validate(product.sheet),
        product_id=product.id,
        version=product.version,
        institution_id=product.institution_id,
        city=cities()[product.city],
    )
    found = await asyncio.to_thread(_tried, sheet, kept.laboratory, day_in_shanghai(now))
    return Tried(product.city, kept.drawn_on, found)


def _tried(sheet: "ProductSheet", laboratory: "Laboratory", today: date) -> "Trial":
    # Columns need numpy, which the API does not load at its start.
    from matching.lab import trial

    return trial(sheet, laboratory, today)
