"""The rule lab: what a product would do in its city, tried by its bank before it is published."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts.viewers import Viewer
from foundation.city import cities
from foundation.clock import day_in_shanghai
from marketplace import products
from marketplace.lab_cohorts import laboratory_of
from marketplace.product_sheet import Sheet, matching_sheet

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
    product = await products.revised_on_paper(viewer, product_id, values)
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
