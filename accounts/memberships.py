"""What people may act for."""

from collections.abc import Iterable
from uuid import UUID

from storage.models.membership import Membership

MAX_PER_PERSON = 50


async def memberships_of(person_ids: Iterable[UUID]) -> list[Membership]:
    """The memberships of some people that have not ended, oldest first."""
    ids = list(person_ids)
    active = Membership.filter(person_id__in=ids, ended_at=None)
    return await active.order_by("created_at", "id").limit(MAX_PER_PERSON * len(ids))
