"""Which standing demands a product on show touches: those whose kept matches are others with it."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from foundation.clock import day_in_shanghai
from marketplace.catalogue import compiled
from marketplace.standing import StandingDemand, fresh_rows, wish_of
from storage.database import fetch
from storage.models.product import Product

if TYPE_CHECKING:
    from matching.engine.catalogue import Catalogue

# Demands whose last kept match is a near miss: what fails comes behind it.
_END_NEAR = """
SELECT parent.id FROM unnest($1::uuid[]) AS parent (id), LATERAL (
  SELECT m.eligible, m.reasons FROM match m
   WHERE m.demand_id = parent.id ORDER BY m.position DESC LIMIT 1) AS last
 WHERE NOT last.eligible AND NOT last.reasons @> '[{"verdict": "FAIL"}]'
"""


async def touched_by(
    product: Product, batch: Sequence[StandingDemand], now: datetime
) -> list[StandingDemand]:
    """Those of a batch whose kept matches the product changes, and those that a run failed for.

    The product is put before all of them at once. Whom it fails, and whose kept near misses leave
    no room for it, keeps every row; the others are compared with a fresh order.
    """
    columns = await compiled(product.city)
    today = day_in_shanghai(now)
    failed = await asyncio.to_thread(_failed, columns, product.id.hex, batch, today)
    rows = await fetch(_END_NEAR, list(failed))
    as_they_are = {row["id"] for row in rows}
    others = [one for one in batch if one.demand.id not in as_they_are]
    fresh = await fresh_rows(product.city, others, now)
    return [
        one
        for one, kept in zip(others, fresh, strict=True)
        if one.kept != kept or not one.is_matched
    ]


def _failed(
    columns: "Catalogue", product_id: str, batch: Sequence[StandingDemand], today: date
) -> set[UUID]:
    """The demands that a product fails for, that keep no row of it, and as many as they can."""
    # Columns need numpy, which the API does not load at its start.
    from matching.engine.audience import audience_of, demands_for
    from matching.engine.order import NEAREST
    from matching.engine.population import compile_applicants, compile_wishes
    from matching.engine.units import FAILS

    ids = [sheet.product_id for sheet in columns.sheets]
    if product_id not in ids:
        return set()
    people = compile_applicants([one.applicant for one in batch])
    asks = compile_wishes([wish_of(one.demand) for one in batch])
    audience = audience_of(columns, ids.index(product_id), people, today)
    states = demands_for(columns, ids.index(product_id), audience, asks).states.tolist()
    return {
        one.demand.id
        for one, state in zip(batch, states, strict=True)
        if state == FAILS and one.is_matched and _is_full(one, product_id, NEAREST)
    }


def _is_full(one: StandingDemand, product_id: str, nearest: int) -> bool:
    beyond = sum(not row.fits for row in one.kept)
    return beyond == nearest and all(row.product_id != product_id for row in one.kept)
