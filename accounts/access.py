"""Who may reach which record: the only road from a viewer to a row.

An institution reaches a demand while it is open and one of its published products fits it, or
while its own offer on it stands; the owner's publishing consent must stand, the audience must
include it and it must be ACTIVE. It reaches
an enterprise only through a demand on which the owner accepted its offer. Missing and foreign
records are both None.
"""

from collections.abc import Sequence
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
    return _only(await demands_for(viewer, _keys(demand_id)))


async def demands_for(viewer: Viewer | None, demand_ids: Sequence[UUID]) -> dict[UUID, Demand]:
    """Those of these demands that `demand_for` would give, by id."""
    return await _seen(
        Demand,
        "SELECT d.* FROM demand d WHERE d.id = ANY($1::uuid[]) AND {sees_demand}",
        viewer,
        demand_ids,
    )


async def match_for(viewer: Viewer | None, match_id: UUID | None) -> Match | None:
    """A kept match, for the owner, or for an officer where the product is the institution's."""
    found = await _seen(
        Match,
        """
        SELECT x.* FROM match x
          JOIN demand d ON d.id = x.demand_id JOIN product p ON p.id = x.product_id
         WHERE x.id = ANY($1::uuid[]) AND {sees_demand}
           AND ($2::uuid IS NOT NULL OR p.institution_id = $3)
        """,
        viewer,
        _keys(match_id),
    )
    return _only(found)


async def offer_for(viewer: Viewer | None, offer_id: UUID | None) -> Offer | None:
    """An offer, for the demand's owner, or for the officers of the institution that made it."""
    return _only(await offers_for(viewer, _keys(offer_id)))


async def offers_for(viewer: Viewer | None, offer_ids: Sequence[UUID]) -> dict[UUID, Offer]:
    """Those of these offers that `offer_for` would give, by id."""
    return await _seen(
        Offer,
        """
        SELECT x.* FROM offer x JOIN demand d ON d.id = x.demand_id
         WHERE x.id = ANY($1::uuid[]) AND {sees_demand}
           AND ($2::uuid IS NOT NULL OR x.institution_id = $3)
        """,
        viewer,
        offer_ids,
    )


async def enterprise_for(viewer: Viewer | None, enterprise_id: UUID | None) -> Enterprise | None:
    """An enterprise, for its owner, or for an officer whose offer its owner accepted."""
    return _only(await enterprises_for(viewer, _keys(enterprise_id)))


async def enterprises_for(
    viewer: Viewer | None, enterprise_ids: Sequence[UUID]
) -> dict[UUID, Enterprise]:
    """Those of these enterprises that `enterprise_for` would give, by id."""
    return await _seen(
        Enterprise,
        """
        SELECT e.* FROM enterprise e
         WHERE e.id = ANY($1::uuid[]) AND (e.id = $2 OR EXISTS (
           SELECT FROM demand d JOIN offer x ON x.demand_id = d.id
            WHERE d.enterprise_id = e.id AND x.institution_id = $3 AND x.status = 'ACCEPTED'
              AND {sees_demand}))
        """,
        viewer,
        enterprise_ids,
    )


async def product_for(viewer: Viewer | None, product_id: UUID | None) -> Product | None:
    """A product: published ones for everyone; others for their institution's people, and from
    review on for the operators of their city.
    """
    return _only(await products_for(viewer, _keys(product_id)))


async def products_for(viewer: Viewer | None, product_ids: Sequence[UUID]) -> dict[UUID, Product]:
    """Those of these products that `product_for` would give, by id."""
    rows = await fetch_models(
        Product,
        """
        SELECT p.* FROM product p
         WHERE p.id = ANY($1::uuid[]) AND (
           p.status = 'PUBLISHED'
           OR p.institution_id = $2
           OR ($3 AND p.city = $4 AND p.status <> 'DRAFT'))
        """,
        list(product_ids),
        viewer and viewer.institution_id,
        viewer is not None and viewer.role is Role.OPERATOR,
        viewer and viewer.city,
    )
    return {row.id: row for row in rows}


async def institution_for(
    _viewer: Viewer | None, institution_id: UUID | None
) -> Institution | None:
    """An institution; which ones there are is public."""
    if institution_id is None:
        return None
    return await Institution.get_or_none(id=institution_id)


SEES_DEMAND = (
    "(d.enterprise_id = $2 OR "
    + INSTITUTION_SEES_DEMAND.format(institution="$3", city="$4::text")
    + ")"
)
"""Whether a viewer may see the demand `d`: $2 is the enterprise they own, $3 the institution they
are an officer of, $4 the city of that membership, as `seeing` gives them.
"""


async def _seen(
    model: type[M], sql: str, viewer: Viewer | None, keys: Sequence[UUID]
) -> dict[UUID, M]:
    if viewer is None or not keys:
        return {}
    # {sees_demand} stands for a constant of this module; every value is a parameter.
    rows = await fetch_models(
        model, sql.format(sees_demand=SEES_DEMAND), list(keys), *seeing(viewer)
    )
    return {row.pk: row for row in rows}


def _keys(key: UUID | None) -> list[UUID]:
    return [] if key is None else [key]


def _only(found: dict[UUID, M]) -> M | None:
    return next(iter(found.values()), None)


def seeing(viewer: Viewer) -> tuple[UUID | None, UUID | None, str | None]:
    """The values $2 to $4 of SEES_DEMAND. Every other role has none, and so sees nothing."""
    return owned_enterprise(viewer), officers_institution(viewer), viewer.city


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
