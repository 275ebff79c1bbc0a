"""Financing demands: published, withdrawn, expired; and the pages on which they are read."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.access import acting_as, require_role
from accounts.viewers import Viewer
from foundation.city import City, cities
from foundation.errors import NotAllowedNow, NotFound, NotVerified
from foundation.free_text import tidy
from foundation.identifiers import new_id
from foundation.redaction import redact
from marketplace.demand_rules import Draft, advance, check
from marketplace.facts import DemandExpired, DemandPublished, DemandWithdrawn
from storage.database import execute, fetch, fetch_models, fetch_one, transaction
from storage.idempotency import CLAIM, Attempt, attempt
from storage.models.consent import ConsentPurpose
from storage.models.demand import Demand, DemandStatus, MatchingState
from storage.models.enterprise import RegistrationState
from storage.models.membership import Role
from storage.queue import enqueue

EXPIRY_BATCH = 200

# The lock keeps two demands published at once from passing the limit of open ones together.
_CLAIM_AND_READ = f"""
WITH claim AS ({CLAIM})
SELECT claim.*, e.name, e.uscc, e.city,
       e.real_name_verified_at IS NOT NULL AS is_verified,
       (SELECT coalesce(array_agg(i.id), '{{}}') FROM institution i
         WHERE i.id = ANY($9::uuid[]) AND i.status = 'ACTIVE') AS admitted
  FROM claim, enterprise e
 WHERE e.id = $8
   FOR NO KEY UPDATE OF e
"""  # noqa: S608 - two constants; every value is a parameter

_WRITE = """
WITH room AS (
  SELECT 1 WHERE (SELECT count(*) FROM demand WHERE enterprise_id = $2 AND status = 'OPEN') < $16
), agreed AS (
  INSERT INTO consent (id, enterprise_id, person_id, purpose, text_version, text_digest, granted_at)
  SELECT $4, $2, $3, 'PUBLISH_DEMAND', $15, $19, $13 FROM room
), published AS (
  INSERT INTO demand (id, enterprise_id, publisher_id, consent_id, city, status, amount,
    term_months, purpose, guarantee_kinds, max_annual_rate, to_all_matched, matching,
    published_at, expires_at)
  SELECT $1, $2, $3, $4, $5, 'OPEN', $6, $7, $8, $9::jsonb, $10, $11, $12, $13, $14 FROM room
  RETURNING id
), audience AS (
  INSERT INTO demand_audience (id, demand_id, institution_id)
  SELECT named.id, $1, named.institution_id
    FROM room, unnest($17::uuid[], $18::uuid[]) AS named (id, institution_id)
)
SELECT id FROM published
"""


async def publish(viewer: Viewer | None, draft: Draft, key: str, now: datetime) -> Demand:
    """Publish a demand of the viewer's enterprise and agree to the text in force.

    The same key with the same input gives the demand as it stands now. Raises Unauthenticated,
    Forbidden, BadUserInput, IdempotencyKeyReused, NotVerified before real name (product rule:
    no demand of an unverified firm reaches a bank), ValidationFailed, and NotAllowedNow when the
    enterprise has as many open demands as its city allows.
    """
    owner = require_role(viewer, Role.OWNER)
    this = attempt(acting_as(owner), "demandPublish", key, asdict(draft), new_id(), now)
    async with transaction():
        known = await _claim_and_read(this, owner, draft)
        earlier = this.earlier_object(known)
        if earlier is not None:
            return await Demand.get(id=earlier)
        if not known["is_verified"]:
            raise NotVerified("请先完成企业实名认证，再发布融资需求", RegistrationState.REGISTERED)
        city = cities()[known["city"]]
        check(draft, city, known["admitted"])
        demand = _demand_of(draft, owner, this, city, known)
        await _write(demand, draft, city)
        await enqueue(DemandPublished(demand_id=demand.id))
    return demand


async def _claim_and_read(this: Attempt, owner: Viewer, draft: Draft) -> dict[str, Any]:
    named = [one for one in draft.institution_ids or () if one is not None]
    row = await fetch_one(_CLAIM_AND_READ, *this.values, owner.enterprise_id, named)
    if row is None:
        raise LookupError("an owner without an enterprise")
    return row


def _demand_of(
    draft: Draft, owner: Viewer, this: Attempt, city: City, known: Mapping[str, Any]
) -> Demand:
    return Demand(
        id=this.object_id,
        enterprise_id=owner.enterprise_id,
        publisher_id=owner.person_id,
        consent_id=new_id(),
        city=city.code,
        amount=draft.amount,
        term_months=draft.term_months,
        purpose=redact(tidy(draft.purpose), names=[known["name"]], numbers=[known["uscc"]]),
        guarantee_kinds=[kind.value for kind in draft.guarantee_kinds],
        max_annual_rate=draft.max_annual_rate,
        to_all_matched=draft.all_matched,
        published_at=this.at,
        expires_at=this.at + timedelta(days=city.demand.expires_after_days),
    )


async def _write(demand: Demand, draft: Draft, city: City) -> None:
    named = list(draft.institution_ids or ())
    text = city.consent_text(ConsentPurpose.PUBLISH_DEMAND)
    most = city.demand.max_open_per_enterprise
    row = await fetch_one(
        _WRITE,
        demand.id,
        demand.enterprise_id,
        demand.publisher_id,
        demand.consent_id,
        demand.city,
        demand.amount,
        demand.term_months,
        demand.purpose,
        json.dumps(demand.guarantee_kinds),
        demand.max_annual_rate,
        demand.to_all_matched,
        MatchingState.PENDING,
        demand.published_at,
        demand.expires_at,
        text.version,
        most,
        [new_id() for _ in named],
        named,
        text.digest,
    )
    if row is None:
        raise NotAllowedNow(f"本企业已有{most}条进行中的需求，请先撤回一条，或等其中一条结束")


async def withdraw(viewer: Viewer | None, demand_id: UUID | None, now: datetime) -> Demand:
    """Take a demand back: no institution sees it any more, and offers still open on it lapse.

    Raises Unauthenticated, Forbidden, NotFound, and NotAllowedNow unless it is OPEN.
    """
    owner = require_role(viewer, Role.OWNER)
    async with transaction():
        demand = await locked_demand(demand_id, owner)
        advance(demand, DemandStatus.WITHDRAWN)
        await _end([demand.id], DemandStatus.WITHDRAWN, now)
        demand.ended_at = now
        await execute(
            "UPDATE consent SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
            demand.consent_id,
            now,
        )
        await enqueue(DemandWithdrawn(demand_id=demand.id))
    return demand


async def withdraw_for_consent(consent_id: UUID, now: datetime) -> None:
    """Withdraw the open demand, if any, whose publishing consent was revoked; safe to repeat."""
    async with transaction():
        rows = await fetch(
            "SELECT id FROM demand WHERE consent_id = $1 AND status = 'OPEN' FOR UPDATE", consent_id
        )
        ids = [row["id"] for row in rows]
        await _end(ids, DemandStatus.WITHDRAWN, now)
        await enqueue(*(DemandWithdrawn(demand_id=one) for one in ids))


async def expire_due(now: datetime) -> int:
    """Expire every open demand whose time is over, with the offers open on it; how many.

    A scheduled job; safe to repeat, and safe beside another one.
    """
    count = 0
    while True:
        async with transaction():
            rows = await fetch(
                "SELECT id FROM demand WHERE status = 'OPEN' AND expires_at <= $1 "
                "ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED",
                now,
                EXPIRY_BATCH,
            )
            ids = [row["id"] for row in rows]
            await _end(ids, DemandStatus.EXPIRED, now)
            await enqueue(*(DemandExpired(demand_id=one) for one in ids))
        count += len(ids)
        if len(ids) < EXPIRY_BATCH:
            return count


async def _end(demand_ids: list[UUID], status: DemandStatus, now: datetime) -> None:
    await fetch(
        """
        WITH ended AS (
          UPDATE demand SET status = $2, ended_at = $3 WHERE id = ANY($1::uuid[])
        )
        UPDATE offer SET status = 'EXPIRED', ended_at = $3
         WHERE demand_id = ANY($1::uuid[]) AND status = 'OPEN'
        """,
        demand_ids,
        status,
        now,
    )


async def locked_demand(demand_id: UUID | None, owner: Viewer) -> Demand:
    """A demand of the owner's enterprise, locked in the open transaction. Raises NotFound."""
    rows = await fetch_models(
        Demand,
        "SELECT * FROM demand WHERE id = $1 AND enterprise_id = $2 FOR UPDATE",
        demand_id,
        owner.enterprise_id,
    )
    if not rows:
        raise NotFound
    return rows[0]
