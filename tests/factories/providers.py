"""Data providers and their people, signed in."""

from collections.abc import Sequence
from datetime import datetime

from accounts.data_providers import keep_provider
from storage.models.membership import Membership, Role
from tests.factories.people import Someone, a_person, access_token_for

FUND = "示例公积金中心"


async def a_data_provider(
    *,
    now: datetime,
    city: str = "JIANGYIN",
    name: str = FUND,
    categories: Sequence[str] = ("JS-13",),
) -> Someone:
    """Somebody who sends credit records for a unit that may send these categories."""
    unit = await keep_provider(city=city, name=name, categories=categories, now=now)
    person = await a_person(now=now)
    membership = await Membership.create(
        person=person, role=Role.DATA_PROVIDER, city=city, provider=unit, created_at=now
    )
    return Someone(person, membership, await access_token_for(person, membership, now=now))
