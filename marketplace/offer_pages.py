"""A demand's offers as they are read, newest first."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from accounts.access import officers_institution
from accounts.viewers import Viewer
from foundation.pagination import Page
from marketplace.nested_pages import Asked, Manner, by_manner, id_key
from storage.database import fetch_models
from storage.models.offer import Offer


async def pages_of(viewer: Viewer | None, asked: Sequence[Asked]) -> list[Page[Offer]]:
    """Pages of the offers on demands that the viewer may see; an officer sees the institution's
    own. Raises BadUserInput for a forged cursor.
    """
    found: dict[tuple[Manner, UUID], list[Offer]] = defaultdict(list)
    for manner, demand_ids in by_manner(asked).items():
        for offer in await _read(viewer, manner, demand_ids):
            found[manner, offer.demand_id].append(offer)
    return [one.page(found[one.manner, one.parent], lambda row: [row.id.hex]) for one in asked]


async def _read(viewer: Viewer | None, manner: Manner, demand_ids: list[UUID]) -> list[Offer]:
    order = manner.order(newest_first=True)
    return await fetch_models(
        Offer,
        f"""
        SELECT x.* FROM unnest($1::uuid[]) AS parent (id), LATERAL (
          SELECT o.* FROM offer o
           WHERE o.demand_id = parent.id AND ($2::uuid IS NULL OR o.institution_id = $2)
             AND ($3::uuid IS NULL OR o.id {manner.beyond(newest_first=True)} $3)
           ORDER BY o.id {order} LIMIT $4) AS x
         ORDER BY x.id {order}
        """,  # noqa: S608 - ASC or DESC, < or >; every value is a parameter
        demand_ids,
        viewer and officers_institution(viewer),
        id_key(manner.keys),
        manner.size + 1,
    )
