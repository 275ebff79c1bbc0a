"""What stands beside a demand: who asks, whom to call, and what the viewer may do next.

Whoever names a demand here has been given access to it. An institution learns the enterprise's
name and contact only from a demand on which the owner accepted its offer.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from accounts.access import officers_institution, owned_enterprise
from accounts.viewers import Viewer
from matching.conditions import add_months
from storage.database import fetch, models_of
from storage.models.demand import DemandStatus
from storage.models.enterprise import Enterprise

LET_IN = """(d.enterprise_id = $2 OR EXISTS (
  SELECT FROM offer o
   WHERE o.demand_id = d.id AND o.institution_id = $3 AND o.status = 'ACCEPTED'))"""
"""Whether a viewer learns who stands behind the demand `d`: $2 is the enterprise they own, $3 the
institution they are an officer of.
"""

_AGE_BANDS = ((1, "不满1年"), (3, "1至3年"), (5, "3至5年"), (10, "5至10年"))


class DemandAction(StrEnum):
    """What a viewer may do with a demand as it stands now."""

    WITHDRAW = "WITHDRAW"
    OFFER = "OFFER"
    ACCEPT_OFFER = "ACCEPT_OFFER"


def age_band(established_on: date | None, today: date) -> str:
    """How long an enterprise has existed, in a band wide enough not to name it."""
    if established_on is None:
        return "成立时间未知"
    for years, name in _AGE_BANDS:
        if today < add_months(established_on, 12 * years):
            return name
    return "10年以上"


async def enterprises_of(
    viewer: Viewer | None, demand_ids: Sequence[UUID]
) -> list[Enterprise | None]:
    """The enterprises behind demands, None where the viewer has not been let in."""
    if viewer is None:
        return [None] * len(demand_ids)
    rows = await fetch(
        f"""
        SELECT d.id AS demand_id, e.* FROM demand d JOIN enterprise e ON e.id = d.enterprise_id
         WHERE d.id = ANY($1::uuid[]) AND {LET_IN}
        """,  # noqa: S608 - a constant
        list(demand_ids),
        owned_enterprise(viewer),
        officers_institution(viewer),
    )
    models = models_of(Enterprise, rows)
    found = {row["demand_id"]: model for row, model in zip(rows, models, strict=True)}
    return [found.get(key) for key in demand_ids]


async def actions_on(
    viewer: Viewer | None, demand_ids: Sequence[UUID], now: datetime
) -> list[list[DemandAction]]:
    """What the viewer may do with each demand now."""
    if viewer is None:
        return [[] for _ in demand_ids]
    rows = await fetch(
        """
        SELECT d.id, d.enterprise_id = $2 AS is_own,
               EXISTS (SELECT FROM offer o
                        WHERE o.demand_id = d.id AND o.status = 'OPEN' AND o.expires_at > $4
               ) AS has_offer,
               EXISTS (SELECT FROM match m JOIN product p ON p.id = m.product_id
                        WHERE m.demand_id = d.id AND m.eligible AND p.institution_id = $3
                          AND p.status = 'PUBLISHED' AND NOT EXISTS (
                            SELECT FROM offer o
                             WHERE o.demand_id = d.id AND o.product_id = p.id
                               AND o.status = 'OPEN')
               ) AS may_offer
          FROM demand d
         WHERE d.id = ANY($1::uuid[]) AND d.status = $5 AND d.expires_at > $4
        """,
        list(demand_ids),
        owned_enterprise(viewer),
        officers_institution(viewer),
        now,
        DemandStatus.OPEN,
    )
    found = {
        row["id"]: [
            action
            for action, possible in (
                (DemandAction.WITHDRAW, row["is_own"]),
                (DemandAction.ACCEPT_OFFER, row["is_own"] and row["has_offer"]),
                (DemandAction.OFFER, row["may_offer"]),
            )
            if possible
        ]
        for row in rows
    }
    return [found.get(key, []) for key in demand_ids]
