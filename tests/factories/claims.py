"""Second claims on enterprises."""

from datetime import UTC, datetime

from accounts.facts import OwnershipClaimed
from storage.database import transaction
from storage.models import Enterprise, OwnershipClaim, Person
from storage.queue import enqueue


async def a_claim(*, enterprise: Enterprise, person: Person) -> OwnershipClaim:
    """An open claim, with its fact on the queue."""
    async with transaction():
        claim = await OwnershipClaim.create(
            enterprise=enterprise, person=person, claimed_at=datetime.now(UTC)
        )
        await enqueue(OwnershipClaimed(claim_id=claim.id))
    return claim
