"""Who may reach which record: the only road from a viewer to a row.

An institution reaches a demand while it is open and one of its published products fits it, or
while its own offer on it stands; the owner's publishing consent must stand, the audience must
include it and it must be ACTIVE. It reaches
an enterprise only through a demand on which the owner accepted its offer. Missing and foreign
records are both None.
"""

from uuid import UUID

from accounts.viewers import Viewer
from foundation.errors import Forbidden, Unauthenticated
from storage.database import M, fetch_models
from storage.models.demand import Demand
from storage.models.enterprise import Enterprise
from storage.models.institution import Institution
from storage.models.match import Match
from storage.models.membership import Role
from storage.models.offer import Offer
from storage.models.product import Product

INSTITUTION_SEES_DEMAND = """(
  EXISTS (SELECT FROM institution i WHERE i.id = {institution} AND i.status = 'ACTIVE')
  AND d.city = {city}
  AND EXISTS (SELECT FROM consent c WHERE c.id = d.consent_id AND c.revoked_at IS NULL)
  AND (d.to_all_matched OR EXISTS (
    SELECT FROM demand_audience a
     WHERE a.demand_id = d.id AND a.institution_id = {institution}))
  AND (
    d.status = 'OPEN' AND EXISTS (
      SELECT FROM match m JOIN product p ON p.id = m.product_id
       WHERE m.demand_id = d.id AND m.eligible
         AND p.institution_id = {institution} AND p.status = 'PUBLISHED')
    OR d.status IN ('OPEN', 'MATCHED', 'CONTRACTED') AND EXISTS (
      SELECT FROM offer o
       WHERE o.demand_id = d.id AND o.institution_id = {institution}
         AND o.status IN ('OPEN', 'ACCEPTED')))
)"""
"""Whether an institution may see the demand `d`; {institution} and {city} name parameters."""


def signed_in(viewer: Viewer | None) -> Viewer:
    """The viewer, who must be signed in. Raises Unauthenticated."""
    if viewer is None:
        raise Unauthenticated("请先登录")
    return viewer


def require_role(viewer: Viewer | None, *roles: Role) -> Viewer:
    """The viewer, who must act in one of these roles. Raises Unauthenticated or Forbidden."""
    known = signed_in(viewer)
    if known.role not in roles:
        raise Forbidden("当前身份不能进行这项操作")
    return known


async def demand_for(viewer: Viewer | None, demand_id: UUID | None) -> Demand | None:
    """A demand, for its enterprise's owner or an officer whose institution may see it."""
    if viewer is None or demand_id is None:
        return None
    return await _one(
        Demand, "SELECT d.* FROM demand d WHERE d.id = $1 AND {sees_demand}", viewer, demand_id
    )


async def match_for(viewer: Viewer | None, match_id: UUID | None) -> Match | None:
    """A kept match, for the owner, or for an officer where the product is the institution's."""
    if viewer is None or match_id is None:
        return None
    return await _one(
        Match,
        """
        SELECT x.* FROM match x
          JOIN demand d ON d.id = x.demand_id JOIN product p ON p.id = x.product_id
         WHERE x.id = $1 AND {sees_demand}
           AND ($2::uuid IS NOT NULL OR p.institution_id = $3)
        """,
        viewer,
        match_id,
    )


async def offer_for(viewer: Viewer | None, offer_id: UUID | None) -> Offer | None:
    """An offer, for the demand's owner, or for the officers of the institution that made it."""
    if viewer is None or offer_id is None:
        return None
    return await _one(
        Offer,
        """
        SELECT x.* FROM offer x JOIN demand d ON d.id = x.demand_id
         WHERE x.id = $1 AND {sees_demand}
           AND ($2::uuid IS NOT NULL OR x.institution_id = $3)
        """,
        viewer,
        offer_id,
    )


async def enterprise_for(viewer: Viewer | None, enterprise_id: UUID | None) -> Enterprise | None:
    """An enterprise, for its owner, or for an officer whose offer its owner accepted."""
    if viewer is None or enterprise_id is None:
        return None
    return await _one(
        Enterprise,
        """
        SELECT e.* FROM enterprise e
         WHERE e.id = $1 AND (e.id = $2 OR EXISTS (
           SELECT FROM demand d JOIN offer x ON x.demand_id = d.id
            WHERE d.enterprise_id = e.id AND x.institution_id = $3 AND x.status = 'ACCEPTED'
              AND {sees_demand}))
        """,
        viewer,
        enterprise_id,
    )


async def product_for(viewer: Viewer | None, product_id: UUID | None) -> Product | None:
    """A product: published ones for everyone; others for their institution's people, and from
    review on for the operators of their city.
    """
    if product_id is None:
        return None
    rows = await fetch_models(
        Product,
        """
        SELECT p.* FROM product p
         WHERE p.id = $1 AND (
           p.status = 'PUBLISHED'
           OR p.institution_id = $2
           OR ($3 AND p.city = $4 AND p.status <> 'DRAFT'))
        """,
        product_id,
        viewer and viewer.institution_id,
        viewer is not None and viewer.role is Role.OPERATOR,
        viewer and viewer.city,
    )
    return rows[0] if rows else None


async def institution_for(
    _viewer: Viewer | None, institution_id: UUID | None
) -> Institution | None:
    """An institution; which ones there are is public."""
    if institution_id is None:
        return None
    return await Institution.get_or_none(id=institution_id)


# $2 is the enterprise the viewer owns, $3 the institution the viewer is an officer of, $4 the
# city of that membership; all null for every other role, which therefore sees nothing.
_SEES_DEMAND = (
    "(d.enterprise_id = $2 OR "
    + INSTITUTION_SEES_DEMAND.format(institution="$3", city="$4::text")
    + ")"
)


async def _one(model: type[M], sql: str, viewer: Viewer, key: UUID) -> M | None:
    # {sees_demand} stands for a constant of this module; every value is a parameter.
    rows = await fetch_models(
        model,
        sql.format(sees_demand=_SEES_DEMAND),
        key,
        owned_enterprise(viewer),
        officers_institution(viewer),
        viewer.city,
    )
    return rows[0] if rows else None


def owned_enterprise(viewer: Viewer) -> UUID | None:
    """The enterprise that the viewer acts for as its owner."""
    return viewer.enterprise_id if viewer.role is Role.OWNER else None


def officers_institution(viewer: Viewer) -> UUID | None:
    """The institution that the viewer acts for as an officer."""
    return viewer.institution_id if viewer.role is Role.OFFICER else None


def acting_as(viewer: Viewer) -> UUID:
    """The membership that a viewer with a role acts for: the actor of idempotency keys."""
    if viewer.membership_id is None:
        raise LookupError("a role comes with a membership")
    return viewer.membership_id
