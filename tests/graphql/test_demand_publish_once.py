"""demandPublish sent twice, sent at once, sent too often."""

import asyncio
from typing import Any

import pytest

from foundation.clock import FrozenClock
from storage.models import Consent, Demand
from tests.conftest import GraphQL
from tests.factories.demands import a_key
from tests.factories.people import Someone, an_owner
from tests.graphql.publishing import publish
from tests.stillness import nothing_moves, queued


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_owner(now=clock.now())


async def test_the_same_key_and_input_give_the_demand_as_it_stands(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    key = a_key()
    first = await publish(api, owner, idempotencyKey=key)
    await Demand.all().update(status="EXPIRED", ended_at=clock.now())
    async with nothing_moves():
        second = await publish(api, owner, idempotencyKey=key, amount="500000.00")
    assert second == first | {"status": "EXPIRED"}


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "500001"},
        {"termMonths": 13},
        {"purpose": "采购设备"},
        {"guaranteeKinds": []},
        {"maxAnnualRate": None},
        {"consentTextVersion": "another"},
        {"audience": {"institutionIds": ["institution_" + "0" * 32]}},
    ],
)
async def test_the_same_key_with_another_input_is_refused(
    api: GraphQL, owner: Someone, changes: dict[str, Any]
) -> None:
    key = a_key()
    await publish(api, owner, idempotencyKey=key)
    async with nothing_moves():
        result = await publish(api, owner, idempotencyKey=key, **changes)
    assert result["__typename"] == "IdempotencyKeyReused"
    assert result["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_a_key_belongs_to_its_actor(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    key = a_key()
    other = await an_owner(now=clock.now())
    first = await publish(api, owner, idempotencyKey=key)
    second = await publish(api, other, idempotencyKey=key)
    assert first["id"] != second["id"]


async def test_a_refused_attempt_does_not_use_up_its_key(api: GraphQL, owner: Someone) -> None:
    key = a_key()
    refused = await publish(api, owner, idempotencyKey=key, amount="1")
    accepted = await publish(api, owner, idempotencyKey=key)
    assert [refused["__typename"], accepted["__typename"]] == ["ValidationFailed", "Demand"]


async def test_of_the_same_publish_sent_at_once_only_one_is_made(
    api: GraphQL, owner: Someone
) -> None:
    key = a_key()
    results = await asyncio.gather(*(publish(api, owner, idempotencyKey=key) for _ in range(6)))
    assert len({result["id"] for result in results}) == 1
    assert await Demand.all().count() == 1
    assert await Consent.all().count() == 1
    assert await queued() == {"DemandPublished": 1}


async def test_of_two_inputs_sent_at_once_under_one_key_one_is_refused(
    api: GraphQL, owner: Someone
) -> None:
    key = a_key()
    results = await asyncio.gather(
        publish(api, owner, idempotencyKey=key),
        publish(api, owner, idempotencyKey=key, amount="600000"),
    )
    assert {result["__typename"] for result in results} == {"Demand", "IdempotencyKeyReused"}
    assert await Demand.all().count() == 1


async def test_no_more_open_demands_than_the_city_allows_even_at_once(
    api: GraphQL, owner: Someone
) -> None:
    results = await asyncio.gather(*(publish(api, owner) for _ in range(8)))
    kinds = [result["__typename"] for result in results]
    assert kinds.count("Demand") == 5
    assert kinds.count("NotAllowedNow") == 3
    async with nothing_moves():
        refused = await publish(api, owner)
    assert refused["message"] == "本企业已有5条进行中的需求，请先撤回一条，或等其中一条结束"
    assert await Demand.all().count() == 5
    assert await queued() == {"DemandPublished": 5}


async def test_an_ended_demand_makes_room(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    for _ in range(5):
        await publish(api, owner)
    one = await Demand.all().first()
    assert one is not None
    await Demand.filter(id=one.id).update(status="WITHDRAWN", ended_at=clock.now())
    assert (await publish(api, owner))["__typename"] == "Demand"
