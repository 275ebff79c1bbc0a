"""What people may act for."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from storage.models.data_provider import DataProvider
from storage.models.institution import Institution
from storage.models.membership import Membership, Role
from storage.models.person import Person

MAX_PER_PERSON = 50


async def memberships_of(person_ids: Iterable[UUID]) -> list[Membership]:
    """The memberships of some people that have not ended, oldest first."""
    ids = list(person_ids)
    active = Membership.filter(person_id__in=ids, ended_at=None)
    return await active.order_by("created_at", "id").limit(MAX_PER_PERSON * len(ids))


async def add_staff_member(
    *,
    name: str,
    role: Role,
    city: str,
    institution: str | None,
    provider: str | None = None,
    now: datetime,
) -> Person:
    """A new person with a role, in the open transaction.

    Raises LookupError for an institution that is not let in or a provider that the city does not
    have, ValueError for a role that lacks its institution or provider or cannot have one.
    """
    of_institution = role in (Role.OFFICER, Role.PRODUCT_MANAGER, Role.INSTITUTION_ADMIN)
    if role is Role.OWNER:
        raise ValueError("owners register their enterprises themselves")
    if of_institution is not (institution is not None):
        raise ValueError(f"{role} {'needs an' if of_institution else 'goes with no'} institution")
    if (role is Role.DATA_PROVIDER) is not (provider is not None):
        raise ValueError("a data provider's person needs --provider, and nobody else has one")
    unit = await DataProvider.get_or_none(city=city, name=provider) if provider else None
    if provider and unit is None:
        raise LookupError(f"{city} has no data provider called {provider}: tools provider add")
    employer = await Institution.get_or_none(name=institution) if institution else None
    if institution and employer is None:
        raise LookupError(f"no institution is called {institution}")
    person = await Person.create(name=name, created_at=now)
    await Membership.create(
        person=person,
        role=role,
        city=city,
        institution=employer,
        provider=unit,
        created_at=now,
    )
    return person
