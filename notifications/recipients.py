"""Who is told: the owner of an enterprise, the officer who answers for an offer or a demand.

Each function reads with one query. People whose membership has ended are told nothing; when an
officer has left, a colleague of the same bank and city is told in their place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from notifications.compose import NamedProduct
from storage.database import fetch, fetch_one

# The officer a membership ($) names, or a colleague when that membership has ended.
_OFFICER = """
LATERAL (
  SELECT m.person_id FROM membership m
   WHERE m.institution_id = {institution} AND m.role = 'OFFICER' AND m.city = {city}
     AND m.ended_at IS NULL
   ORDER BY m.id = {membership} DESC, m.id
   LIMIT 1
) AS officer
"""
_OWNER = """
LATERAL (
  SELECT m.person_id FROM membership m
   WHERE m.enterprise_id = {enterprise} AND m.role = 'OWNER' AND m.ended_at IS NULL
) AS owner
"""


@dataclass(frozen=True)
class OfferParties:
    """Who stands on both sides of an offer; either may be None when nobody is left."""

    owner: UUID | None
    officer: UUID | None
    demand_id: UUID
    product: NamedProduct


@dataclass(frozen=True)
class DemandFit:
    """An open demand's owner, how many products fit it, and the first of them."""

    owner: UUID
    count: int
    first: NamedProduct


@dataclass(frozen=True)
class OfficerOfMatch:
    """An officer whose bank a demand matched, and that bank's best product for it."""

    officer: UUID
    institution_id: UUID
    product: NamedProduct


@dataclass(frozen=True)
class BetterMatch:
    """A product that fits an open demand: whose it is, and which version was matched when."""

    owner: UUID
    city: str
    product: NamedProduct
    version: int
    computed_at: datetime


async def parties_of_offer(offer_id: UUID) -> OfferParties | None:
    """Both sides of an offer; None when there is no such offer."""
    row = await fetch_one(
        f"""
        SELECT o.demand_id, owner.person_id AS owner, officer.person_id AS officer,
               p.name AS product, i.name AS bank, p.is_example AS illustrative
          FROM offer o
          JOIN demand d ON d.id = o.demand_id
          JOIN product p ON p.id = o.product_id
          JOIN institution i ON i.id = o.institution_id
          LEFT JOIN {_OWNER.format(enterprise="d.enterprise_id")} ON true
          LEFT JOIN {
            _OFFICER.format(
                institution="o.institution_id", city="d.city", membership="o.officer_id"
            )
        } ON true
         WHERE o.id = $1
        """,  # noqa: S608 - constants of this module; every value is a parameter
        offer_id,
    )
    if row is None:
        return None
    return OfferParties(row["owner"], row["officer"], row["demand_id"], _product(row))


async def owner_of_enterprise(enterprise_id: UUID) -> UUID | None:
    """The person who owns an enterprise now."""
    row = await fetch_one(
        "SELECT person_id FROM membership "
        "WHERE enterprise_id = $1 AND role = 'OWNER' AND ended_at IS NULL",
        enterprise_id,
    )
    return row["person_id"] if row else None


async def owner_of_demand(demand_id: UUID, *, only_open: bool = False) -> UUID | None:
    """The person who owns a demand's enterprise now; on request only while the demand is open."""
    row = await fetch_one(
        f"""
        SELECT owner.person_id FROM demand d
          JOIN {_OWNER.format(enterprise="d.enterprise_id")} ON true
         WHERE d.id = $1 AND (NOT $2 OR d.status = 'OPEN')
        """,  # noqa: S608 - the same
        demand_id,
        only_open,
    )
    return row["person_id"] if row else None


async def what_fits(demand_id: UUID) -> DemandFit | None:
    """The owner of an open demand and what fits it; None when it has ended or nothing fits."""
    row = await fetch_one(
        f"""
        SELECT owner.person_id AS owner, count(*) OVER () AS n,
               p.name AS product, i.name AS bank, p.is_example AS illustrative
          FROM demand d
          JOIN match x ON x.demand_id = d.id AND x.eligible
          JOIN product p ON p.id = x.product_id AND p.status = 'PUBLISHED'
          JOIN institution i ON i.id = p.institution_id
          JOIN {_OWNER.format(enterprise="d.enterprise_id")} ON true
         WHERE d.id = $1 AND d.status = 'OPEN'
         ORDER BY x.rank, x.id
         LIMIT 1
        """,  # noqa: S608 - the same
        demand_id,
    )
    return DemandFit(row["owner"], row["n"], _product(row)) if row else None


async def officers_to_ring(demand_id: UUID, product_id: UUID | None = None) -> list[OfficerOfMatch]:
    """The one officer of each bank that an open demand rang, or of one product's bank.

    Each comes with the best product that the bank has for the demand.
    """
    rows = await fetch(
        f"""
        SELECT DISTINCT ON (c.institution_id) c.institution_id, officer.person_id AS officer,
               p.name AS product, i.name AS bank, p.is_example AS illustrative
          FROM demand_officer c
          JOIN demand d ON d.id = c.demand_id AND d.status = 'OPEN'
          JOIN institution i ON i.id = c.institution_id AND i.status = 'ACTIVE'
          JOIN product p ON p.institution_id = i.id AND p.status = 'PUBLISHED'
          JOIN match x ON x.demand_id = d.id AND x.product_id = p.id AND x.eligible
          JOIN {
            _OFFICER.format(
                institution="c.institution_id", city="d.city", membership="c.membership_id"
            )
        } ON true
         WHERE c.demand_id = $1
           AND ($2::uuid IS NULL
                OR c.institution_id = (SELECT institution_id FROM product WHERE id = $2))
         ORDER BY c.institution_id, x.rank, x.id
        """,  # noqa: S608 - the same
        demand_id,
        product_id,
    )
    return [OfficerOfMatch(row["officer"], row["institution_id"], _product(row)) for row in rows]


async def officers_with_offers_ended_by(demand_id: UUID) -> list[OfficerOfMatch]:
    """The officers whose offers were open until the demand ended, one for each bank."""
    rows = await fetch(
        f"""
        SELECT DISTINCT ON (o.institution_id) o.institution_id, officer.person_id AS officer,
               p.name AS product, i.name AS bank, p.is_example AS illustrative
          FROM offer o
          JOIN demand d ON d.id = o.demand_id
          JOIN product p ON p.id = o.product_id
          JOIN institution i ON i.id = o.institution_id
          JOIN {
            _OFFICER.format(
                institution="o.institution_id", city="d.city", membership="o.officer_id"
            )
        } ON true
         WHERE o.demand_id = $1
           AND (o.status = 'OPEN' OR o.status = 'EXPIRED' AND o.ended_at >= d.ended_at)
         ORDER BY o.institution_id, o.made_at DESC, o.id
        """,  # noqa: S608 - the same
        demand_id,
    )
    return [OfficerOfMatch(row["officer"], row["institution_id"], _product(row)) for row in rows]


async def operators_for_claim(claim_id: UUID) -> list[UUID]:
    """The operators of the city of the enterprise that an open claim names."""
    rows = await fetch(
        """
        SELECT DISTINCT m.person_id FROM ownership_claim c
          JOIN enterprise e ON e.id = c.enterprise_id
          JOIN membership m ON m.city = e.city AND m.role = 'OPERATOR' AND m.ended_at IS NULL
         WHERE c.id = $1 AND c.state = 'OPEN'
         LIMIT 100
        """,
        claim_id,
    )
    return [row["person_id"] for row in rows]


async def operators_for_objection(objection_id: UUID) -> list[UUID]:
    """The operators of the city that has to hand an objection over."""
    rows = await fetch(
        """
        SELECT DISTINCT m.person_id FROM objection o
          JOIN membership m ON m.city = o.city AND m.role = 'OPERATOR' AND m.ended_at IS NULL
         WHERE o.id = $1 AND o.state = 'FILED'
         LIMIT 100
        """,
        objection_id,
    )
    return [row["person_id"] for row in rows]


async def better_match(demand_id: UUID, product_id: UUID) -> BetterMatch | None:
    """A product on show that fits an open demand, and the demand's owner; None when it does not,
    or no longer.
    """
    row = await fetch_one(
        f"""
        SELECT owner.person_id AS owner, d.city, x.product_version, x.computed_at,
               p.name AS product, i.name AS bank, p.is_example AS illustrative
          FROM demand d
          JOIN match x ON x.demand_id = d.id AND x.product_id = $2 AND x.eligible
          JOIN product p ON p.id = x.product_id AND p.status = 'PUBLISHED'
          JOIN institution i ON i.id = p.institution_id AND i.status = 'ACTIVE'
          JOIN {_OWNER.format(enterprise="d.enterprise_id")} ON true
         WHERE d.id = $1 AND d.status = 'OPEN'
        """,  # noqa: S608 - the same
        demand_id,
        product_id,
    )
    if row is None:
        return None
    return BetterMatch(
        owner=row["owner"],
        city=row["city"],
        product=_product(row),
        version=row["product_version"],
        computed_at=row["computed_at"],
    )


def _product(row: Mapping[str, Any]) -> NamedProduct:
    return NamedProduct(row["product"], row["bank"], row["illustrative"])
