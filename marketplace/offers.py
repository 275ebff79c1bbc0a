"""Offers of banks on demands: made, withdrawn, accepted, declined, expired.

Every change locks the demand first and the offer second, so that two can neither be accepted
together nor wait for each other.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from accounts.access import acting_as, demand_for, offer_for, require_role
from accounts.viewers import Viewer
from foundation.city import cities
from foundation.errors import (
    FieldProblem,
    NotAllowedNow,
    NotFound,
    ValidationFailed,
)
from foundation.identifiers import new_id
from marketplace import demand_rules
from marketplace.catalogue import sheets_of
from marketplace.facts import (
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferMade,
    OfferWithdrawn,
)
from marketplace.offer_rules import (
    Terms,
    advance,
    check,
    cost_of,
    kept_message,
    message_problem,
    not_matching,
)
from matching.sheet import ProductSheet
from storage.database import fetch, fetch_models, fetch_one, transaction
from storage.idempotency import attempt, claim, claim_or_earlier
from storage.models.demand import Demand, DemandStatus
from storage.models.institution import InstitutionStatus
from storage.models.membership import Role
from storage.models.offer import Offer, OfferStatus
from storage.models.product import ProductStatus
from storage.queue import enqueue

EXPIRY_BATCH = 200

_INSERT = """
WITH made AS (
  INSERT INTO offer (id, demand_id, product_id, institution_id, officer_id, status, amount,
    annual_rate, all_in_cost, term_months, message, made_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, 'OPEN', $6, $7, $8, $9, $10, $11, $12)
  ON CONFLICT (demand_id, product_id) WHERE status = 'OPEN' DO NOTHING
  RETURNING id
)
SELECT id FROM made
"""


async def make(viewer: Viewer | None, terms: Terms, key: str, now: datetime) -> Offer:
    """Offer one of the institution's products, on show and matched, for a demand it may see.

    The same key with the same input gives the offer as it stands now, while it may be seen. Raises
    Unauthenticated, Forbidden, BadUserInput, IdempotencyKeyReused, NotFound for a demand that may
    not be seen or another bank's product, ValidationFailed, and NotAllowedNow when the demand is
    not open or the product already has an open offer on it.
    """
    officer = require_role(viewer, Role.OFFICER)
    this = attempt(acting_as(officer), "offerMake", key, asdict(terms), new_id(), now)
    async with transaction():
        made = await claim(this)
        if made != this.object_id:
            return await _visible_offer(officer, made)
        demand = await _visible_demand(officer, terms.demand_id, now)
        sheet = await _matched_sheet(officer, demand, terms.product_id)
        check(terms, demand, sheet)
        offer = _offer_of(made, terms, demand, sheet, officer, now)
        await _insert(offer)
        await enqueue(OfferMade(offer_id=offer.id))
    return offer


async def _visible_demand(officer: Viewer, demand_id: UUID | None, now: datetime) -> Demand:
    # The lock comes first: what is read after it stays true until this transaction ends.
    await fetch("SELECT 1 FROM demand WHERE id = $1 FOR SHARE", demand_id)
    demand = await demand_for(officer, demand_id)
    if demand is None:
        raise NotFound
    if demand.status is not DemandStatus.OPEN:
        raise NotAllowedNow(demand_rules.STANDING[demand.status])
    if demand.expires_at <= now:
        raise NotAllowedNow(demand_rules.STANDING[DemandStatus.EXPIRED])
    return demand


async def _matched_sheet(officer: Viewer, demand: Demand, product_id: UUID | None) -> ProductSheet:
    row = await fetch_one(
        """
        SELECT p.status, coalesce(m.eligible, false) AS eligible
          FROM product p LEFT JOIN match m ON m.product_id = p.id AND m.demand_id = $2
         WHERE p.id = $1 AND p.institution_id = $3
        """,
        product_id,
        demand.id,
        officer.institution_id,
    )
    if row is None or product_id is None:
        raise NotFound
    sheets = {sheet.product_id: sheet for sheet in await sheets_of(demand.city)}
    sheet = sheets.get(product_id.hex)
    if row["status"] != ProductStatus.PUBLISHED or not row["eligible"] or sheet is None:
        raise not_matching()
    return sheet


def _offer_of(
    offer_id: UUID,
    terms: Terms,
    demand: Demand,
    sheet: ProductSheet,
    officer: Viewer,
    now: datetime,
) -> Offer:
    days = cities()[demand.city].demand.offer_expires_after_days
    return Offer(
        id=offer_id,
        demand_id=demand.id,
        product_id=terms.product_id,
        institution_id=officer.institution_id,
        officer_id=acting_as(officer),
        amount=terms.amount,
        annual_rate=terms.annual_rate,
        all_in_cost=cost_of(terms, sheet).compound,
        term_months=terms.term_months,
        message=kept_message(terms.message),
        made_at=now,
        expires_at=min(now + timedelta(days=days), demand.expires_at),
    )


async def _insert(offer: Offer) -> None:
    row = await fetch_one(
        _INSERT,
        offer.id,
        offer.demand_id,
        offer.product_id,
        offer.institution_id,
        offer.officer_id,
        offer.amount,
        offer.annual_rate,
        offer.all_in_cost,
        offer.term_months,
        offer.message,
        offer.made_at,
        offer.expires_at,
    )
    if row is None:
        raise NotAllowedNow("该产品对这条需求已有一个报价在等待答复，可以先撤回再重新报价")


async def accept(viewer: Viewer | None, offer_id: UUID | None, key: str, now: datetime) -> Offer:
    """Accept an offer: the demand is MATCHED and this bank alone learns whom to call.

    Other open offers stay open: should this bank withdraw, the demand reopens and they count.
    Raises Unauthenticated, Forbidden, BadUserInput, IdempotencyKeyReused, NotFound, and
    NotAllowedNow when the offer is not open, is past its time, its bank is not ACTIVE, or the
    demand already has an accepted offer.
    """
    owner = require_role(viewer, Role.OWNER)
    if offer_id is None:
        raise NotFound
    this = attempt(acting_as(owner), "offerAccept", key, {"offer": offer_id}, offer_id, now)
    async with transaction():
        if await claim_or_earlier(this) is not None:
            return await _visible_offer(owner, offer_id)
        demand, offer = await _locked(offer_id, owner)
        advance(offer, OfferStatus.ACCEPTED)
        if offer.expires_at <= now:
            raise NotAllowedNow("报价已过有效期，请等待机构重新报价")
        await _refuse_inactive(offer.institution_id)
        demand_rules.advance(demand, DemandStatus.MATCHED)
        await offer.save(update_fields=["status"])
        await demand.save(update_fields=["status"])
        await enqueue(OfferAccepted(offer_id=offer.id))
    return offer


async def _visible_offer(viewer: Viewer, offer_id: UUID) -> Offer:
    offer = await offer_for(viewer, offer_id)
    if offer is None:
        raise NotFound
    return offer


async def _refuse_inactive(institution_id: UUID) -> None:
    row = await fetch_one("SELECT status FROM institution WHERE id = $1", institution_id)
    if row is None or row["status"] != InstitutionStatus.ACTIVE:
        raise NotAllowedNow("该机构已暂停服务，请选择其他机构的报价")


async def decline(
    viewer: Viewer | None, offer_id: UUID | None, reason: str | None, now: datetime
) -> Offer:
    """Decline an offer, with a reason or without.

    Raises Unauthenticated, Forbidden, NotFound, ValidationFailed, and NotAllowedNow unless the
    offer is open.
    """
    owner = require_role(viewer, Role.OWNER)
    problem = message_problem(reason, "理由")
    async with transaction():
        _, offer = await _locked(offer_id, owner)
        if problem is not None:
            raise ValidationFailed([FieldProblem("reason", problem)])
        advance(offer, OfferStatus.DECLINED)
        offer.decline_reason = kept_message(reason)
        offer.ended_at = now
        await offer.save(update_fields=["status", "decline_reason", "ended_at"])
        await enqueue(OfferDeclined(offer_id=offer.id))
    return offer


async def withdraw(viewer: Viewer | None, offer_id: UUID | None, now: datetime) -> Offer:
    """Take an offer of the officer's institution back; an accepted one reopens its demand.

    Raises Unauthenticated, Forbidden, NotFound, and NotAllowedNow unless it is open or accepted.
    """
    officer = require_role(viewer, Role.OFFICER)
    async with transaction():
        if await offer_for(officer, offer_id) is None:
            raise NotFound
        demand, offer = await _locked(offer_id)
        was_accepted = offer.status is OfferStatus.ACCEPTED
        advance(offer, OfferStatus.WITHDRAWN)
        if was_accepted:
            demand_rules.advance(demand, DemandStatus.OPEN)
            await demand.save(update_fields=["status"])
        offer.ended_at = now
        await offer.save(update_fields=["status", "ended_at"])
        await enqueue(OfferWithdrawn(offer_id=offer.id))
    return offer


async def expire_due(now: datetime) -> int:
    """Expire every open offer whose time is over; how many.

    A scheduled job; safe to repeat, and safe beside another one.
    """
    count = 0
    while True:
        async with transaction():
            rows = await fetch(
                """
                WITH due AS (
                  SELECT id FROM offer WHERE status = 'OPEN' AND expires_at <= $1
                   ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)
                UPDATE offer SET status = 'EXPIRED', ended_at = $1
                  FROM due WHERE offer.id = due.id RETURNING offer.id
                """,
                now,
                EXPIRY_BATCH,
            )
            await enqueue(*(OfferExpired(offer_id=row["id"]) for row in rows))
        count += len(rows)
        if len(rows) < EXPIRY_BATCH:
            return count


async def _locked(offer_id: UUID | None, owner: Viewer | None = None) -> tuple[Demand, Offer]:
    demands = await fetch_models(
        Demand,
        """
        SELECT d.* FROM demand d JOIN offer o ON o.demand_id = d.id
         WHERE o.id = $1 AND ($2::uuid IS NULL OR d.enterprise_id = $2)
           FOR UPDATE OF d
        """,
        offer_id,
        owner and owner.enterprise_id,
    )
    offers = await fetch_models(Offer, "SELECT * FROM offer WHERE id = $1 FOR UPDATE", offer_id)
    if not demands or not offers:
        raise NotFound
    return demands[0], offers[0]
