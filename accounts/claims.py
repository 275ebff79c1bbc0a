"""Second claims on enterprises, as the operator decides them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.viewers import Viewer
from foundation.identifiers import new_id
from storage.database import execute, fetch, fetch_one, transaction
from storage.models.enterprise import ClaimState
from storage.models.membership import Role

_OPEN = """
SELECT c.id, e.uscc, e.name, e.city, c.claimed_at, c.verified_at IS NOT NULL AS verified
FROM ownership_claim c JOIN enterprise e ON e.id = c.enterprise_id
WHERE c.state = 'OPEN' ORDER BY c.claimed_at, c.id LIMIT $1
"""

_TAKE = """
SELECT c.enterprise_id, c.person_id, c.verified_at, e.city
FROM ownership_claim c JOIN enterprise e ON e.id = c.enterprise_id
WHERE c.id = $1 AND c.state = 'OPEN' FOR UPDATE
"""

_DECIDE = "UPDATE ownership_claim SET state = $2, decided_at = $3 WHERE id = $1"

_END = """
UPDATE membership SET ended_at = $2
WHERE enterprise_id = $1 AND role = 'OWNER' AND ended_at IS NULL
"""

_OWN = """
INSERT INTO membership (id, person_id, role, city, enterprise_id, created_at)
VALUES ($1, $2, 'OWNER', $3, $4, $5)
"""

_VERIFIED = "UPDATE enterprise SET real_name_verified_at = $2 WHERE id = $1"


@dataclass(frozen=True)
class OpenClaim:
    """A claim that waits; `verified`: the claimant has proven the real name behind it."""

    id: UUID
    uscc: str
    name: str
    city: str
    claimed_at: datetime
    verified: bool


async def open_claims(limit: int = 100) -> list[OpenClaim]:
    """The claims that wait, oldest first."""
    return [OpenClaim(**row) for row in await fetch(_OPEN, limit)]


async def reject(claim_id: UUID, now: datetime) -> None:
    """Leave the enterprise with its owner. Raises LookupError for a claim that is not open."""
    async with transaction():
        await _take(claim_id)
        await execute(_DECIDE, claim_id, ClaimState.REJECTED.value, now)


async def uphold(claim_id: UUID, now: datetime) -> Viewer:
    """Hand the enterprise over; the new owner as a viewer. What the former one does ends at once.

    Raises LookupError for a claim that is not open, ValueError while the claimant has not proven
    the real name behind the enterprise.
    """
    async with transaction():
        claim = await _take(claim_id)
        if claim["verified_at"] is None:
            raise ValueError("the claimant has not proven the real name behind the enterprise")
        enterprise_id, person_id, city = claim["enterprise_id"], claim["person_id"], claim["city"]
        await execute(_DECIDE, claim_id, ClaimState.UPHELD.value, now)
        await execute(_END, enterprise_id, now)
        membership_id = new_id()
        await execute(_OWN, membership_id, person_id, city, enterprise_id, now)
        await execute(_VERIFIED, enterprise_id, claim["verified_at"])
    return Viewer(
        person_id=person_id,
        session_id=new_id(),
        membership_id=membership_id,
        role=Role.OWNER,
        city=city,
        enterprise_id=enterprise_id,
        institution_id=None,
    )


async def _take(claim_id: UUID) -> Mapping[str, Any]:
    claim = await fetch_one(_TAKE, claim_id)
    if claim is None:
        raise LookupError("no open claim has this id")
    return claim
