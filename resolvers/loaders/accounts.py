"""Loads people, memberships and enterprises."""

from collections import defaultdict
from uuid import UUID

from accounts.memberships import memberships_of
from accounts.registration import states_of
from foundation.clock import Clock, day_in_shanghai
from resolvers.loaders.batching import Read, rows_by_id
from storage.models.enterprise import Enterprise, RegistrationState
from storage.models.membership import Membership
from storage.models.person import Person


async def read_people(keys: list[UUID]) -> list[Person | None]:
    """People by id."""
    return await rows_by_id(Person, keys)


async def read_enterprises(keys: list[UUID]) -> list[Enterprise | None]:
    """Enterprises by id."""
    return await rows_by_id(Enterprise, keys)


async def read_memberships_of_people(keys: list[UUID]) -> list[list[Membership]]:
    """The active memberships of people, oldest first, at most 50 each."""
    found: dict[UUID, list[Membership]] = defaultdict(list)
    for membership in await memberships_of(keys):
        found[membership.person_id].append(membership)
    return [found[key][:50] for key in keys]


def registration_states_on(clock: Clock) -> Read[RegistrationState]:
    """How far enterprises have come, as of the clock's day."""

    async def read(keys: list[UUID]) -> list[RegistrationState]:
        states = await states_of(keys, day_in_shanghai(clock.now()))
        return [states[key] for key in keys]

    return read
