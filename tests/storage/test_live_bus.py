"""One contract, two buses: who subscribes is rung by news, whatever process wrote it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
import redis.asyncio
from tortoise.connection import get_connection

from foundation.identifiers import new_id
from storage.database import fetch, transaction
from storage.live import LiveBus, PostgresBus, RedisBus
from storage.live.postgres import CHANNEL as POSTGRES_CHANNEL
from storage.live.redis import CHANNEL as REDIS_CHANNEL

SOON_S = 30.0
QUIET_S = 0.2


@pytest.fixture(params=["postgres", "redis"])
def new_bus(request: pytest.FixtureRequest, database: object) -> Callable[[], LiveBus]:
    if request.param == "postgres":
        return PostgresBus
    url = request.getfixturevalue("redis_url")
    return lambda: RedisBus(url)


@pytest.fixture
async def bus(new_bus: Callable[[], LiveBus]) -> AsyncIterator[LiveBus]:
    bus = new_bus()
    yield bus
    await bus.close()


@pytest.fixture
async def other_process(new_bus: Callable[[], LiveBus]) -> AsyncIterator[LiveBus]:
    bus = new_bus()
    yield bus
    await bus.close()


@pytest.fixture
def cut(bus: LiveBus, request: pytest.FixtureRequest) -> Callable[[], Awaitable[None]]:
    """Ends the listening connection from the server's side."""

    async def cut_postgres() -> None:
        rows = await fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND query LIKE 'LISTEN%'"
        )
        assert rows

    async def cut_redis() -> None:
        client = redis.asyncio.Redis.from_url(request.getfixturevalue("redis_url"))
        assert await client.client_kill_filter(_type="pubsub") >= 1
        await client.aclose()

    return cut_postgres if isinstance(bus, PostgresBus) else cut_redis


async def tell(bus: LiveBus, *people: object) -> None:
    async with transaction():
        await bus.announce(people)  # type: ignore[arg-type]
    await bus.publish(people)  # type: ignore[arg-type]


async def test_news_rings_the_subscriber(bus: LiveBus, other_process: LiveBus) -> None:
    person = new_id()
    async with bus.subscribe(person) as wake:
        await wake.wait(0)
        await tell(other_process, person)
        assert await wake.wait(SOON_S)
        assert not await wake.wait(QUIET_S)


async def test_nobody_else_is_rung(bus: LiveBus) -> None:
    person, somebody_else = new_id(), new_id()
    async with bus.subscribe(person) as wake, bus.subscribe(somebody_else) as other:
        await wake.wait(0)
        await other.wait(0)
        await tell(bus, person)
        assert await wake.wait(SOON_S)
        assert not await other.wait(QUIET_S)


async def test_every_subscriber_of_a_person_is_rung(bus: LiveBus, other_process: LiveBus) -> None:
    person = new_id()
    async with (
        bus.subscribe(person) as phone,
        bus.subscribe(person) as tablet,
        other_process.subscribe(person) as desk,
    ):
        for wake in (phone, tablet, desk):
            await wake.wait(0)
        await tell(bus, person)
        assert [await wake.wait(SOON_S) for wake in (phone, tablet, desk)] == [True] * 3


async def test_many_people_are_told_at_once(bus: LiveBus) -> None:
    people = [new_id() for _ in range(50)]
    async with bus.subscribe(people[7]) as first, bus.subscribe(people[42]) as second:
        await first.wait(0)
        await second.wait(0)
        await tell(bus, *people)
        assert await first.wait(SOON_S)
        assert await second.wait(SOON_S)


async def test_a_rollback_rings_nobody(bus: LiveBus) -> None:
    person = new_id()

    async def fail() -> None:
        async with transaction():
            await bus.announce([person])
            raise ZeroDivisionError

    async with bus.subscribe(person) as wake:
        await wake.wait(0)
        with pytest.raises(ZeroDivisionError):
            await fail()
        assert not await wake.wait(QUIET_S)


async def test_a_lost_connection_is_made_again_and_what_was_missed_rings(
    bus: LiveBus, other_process: LiveBus, cut: Callable[[], Awaitable[None]]
) -> None:
    person = new_id()
    async with bus.subscribe(person) as wake:
        await wake.wait(0)
        await cut()
        await tell(other_process, person)
        assert await wake.wait(SOON_S), "listening again rings, in case something was missed"
        while await wake.wait(QUIET_S):
            pass
        await tell(other_process, person)
        assert await wake.wait(SOON_S), "and it hears again"


async def test_what_is_no_person_is_passed_over(
    bus: LiveBus, request: pytest.FixtureRequest
) -> None:
    person = new_id()
    async with bus.subscribe(person) as wake:
        await wake.wait(0)
        if isinstance(bus, PostgresBus):
            await fetch("SELECT pg_notify($1, 'nobody')", POSTGRES_CHANNEL)
        else:
            client = redis.asyncio.Redis.from_url(request.getfixturevalue("redis_url"))
            await client.publish(REDIS_CHANNEL, "nobody")
            await client.aclose()
        assert not await wake.wait(QUIET_S)
        await tell(bus, person)
        assert await wake.wait(SOON_S)


async def test_no_connection_is_kept_when_the_last_subscriber_leaves(bus: LiveBus) -> None:
    async with bus.subscribe(new_id()):
        assert await _listeners(bus) == 1
    for _ in range(50):
        if await _listeners(bus) == 0:
            break
        await asyncio.sleep(0.02)
    assert await _listeners(bus) == 0


async def _listeners(bus: LiveBus) -> int:
    if isinstance(bus, RedisBus):
        return (await bus._client.pubsub_numsub(REDIS_CHANNEL))[0][1]
    pool: asyncpg.Pool = get_connection("default")._pool  # type: ignore[attr-defined]
    return pool.get_size() - pool.get_idle_size()


async def test_redis_that_does_not_answer_fails_no_fact() -> None:
    bus = RedisBus("redis://127.0.0.1:1/0")
    await bus.publish([new_id()])
    await bus.close()
