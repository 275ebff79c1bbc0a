"""How often one may ask, with Redis, without it, and with one that does not answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.viewers import Viewer
from api import rate_limits
from api.app import create_app
from api.rate_limits import WINDOW_S, RateLimits
from api.refusals import Refused
from foundation.settings import Settings
from tests.api.conftest import RESPONSE, TOYS, calling, codes
from tests.factories.people import a_person, access_token_for
from tests.servers import Database

ASK = {"query": "{hello}"}


class Wall:
    """A wall clock that stands."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def _viewer() -> Viewer:
    return Viewer(uuid4(), uuid4(), None, None, None, None, None)


async def _allowed(limits: RateLimits, viewer: Viewer | None, address: str, tries: int) -> int:
    """How many of some tries were let through."""
    allowed = 0
    for _ in range(tries):
        try:
            await limits.count(viewer, address)
        except Refused:
            continue
        allowed += 1
    return allowed


@pytest.fixture(params=["here", "redis"])
def counted_in(request: pytest.FixtureRequest) -> str | None:
    """Where the requests are counted: the address of a Redis, or None for this process."""
    return request.getfixturevalue("redis_url") if request.param == "redis" else None


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time for a Redis on a busy machine."""
    monkeypatch.setattr(rate_limits, "REDIS_TIMEOUT_S", 5)


@pytest.fixture
async def limits(counted_in: str | None, patient: None) -> AsyncIterator[RateLimits]:
    """Limits of 3 per person and 5 per address in a window, counted in each of the two places."""
    made = RateLimits(per_person=18, per_address=30, redis_url=counted_in, wall=Wall())
    yield made
    await made.close()


async def test_each_person_and_each_address_has_a_limit_of_its_own(limits: RateLimits) -> None:
    one, other = _viewer(), _viewer()

    assert await _allowed(limits, None, "192.0.2.1", 8) == 5
    assert await _allowed(limits, None, "192.0.2.2", 8) == 5
    assert await _allowed(limits, one, "192.0.2.1", 8) == 3
    assert await _allowed(limits, other, "192.0.2.1", 8) == 3


async def test_the_next_window_begins_anew(limits: RateLimits) -> None:
    wall = limits._wall
    assert isinstance(wall, Wall)
    assert await _allowed(limits, None, "192.0.2.1", 8) == 5

    wall.now += WINDOW_S

    assert await _allowed(limits, None, "192.0.2.1", 8) == 5


async def test_two_processes_count_together_in_redis(redis_url: str, patient: None) -> None:
    wall = Wall()
    one, two = (
        RateLimits(per_person=18, per_address=30, redis_url=redis_url, wall=wall) for _ in range(2)
    )

    assert await _allowed(one, None, "192.0.2.1", 3) == 3
    assert await _allowed(two, None, "192.0.2.1", 8) == 2
    await one.close()
    await two.close()


async def test_a_redis_that_hangs_is_waited_for_once() -> None:
    asked = 0

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.read()
        writer.close()
        await writer.wait_closed()

    silent = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    limits = RateLimits(
        per_person=18, per_address=30, redis_url=f"redis://127.0.0.1:{port}", wall=Wall()
    )

    assert await _allowed(limits, None, "192.0.2.1", 8) == 5
    assert asked <= 1, "the second is told at once"
    await limits.close()
    silent.close()


async def test_the_counters_of_a_process_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_KEYS", 10)
    limits = RateLimits(per_person=18, per_address=30, wall=Wall())

    for n in range(100):
        await limits.count(None, f"192.0.2.{n}")

    assert len(limits._counts) <= 10


@pytest.mark.parametrize("accept", [RESPONSE, "application/json"])
async def test_the_endpoint_answers_429_with_the_seconds_to_wait(accept: str) -> None:
    few = Settings(RQ_REQUESTS_PER_MINUTE_PER_ADDRESS=12)
    async with calling(create_app(few, schema=TOYS)) as caller:
        answers = [await caller.post(ASK, accept=accept) for _ in range(5)]

    refused = answers[-1]
    assert refused.status_code == 429
    assert codes(refused.json()) == ["RATE_LIMITED"]
    seconds = refused.json()["errors"][0]["extensions"]["retryAfterSeconds"]
    assert 0 < seconds <= WINDOW_S
    assert refused.headers["retry-after"] == str(seconds)


async def test_bad_tokens_count_against_the_address(database: Database) -> None:
    few = Settings(RQ_REQUESTS_PER_MINUTE_PER_ADDRESS=12)
    token = await access_token_for(await a_person(), now=datetime.now(UTC) - timedelta(hours=1))
    async with calling(create_app(few, schema=TOYS)) as caller:
        answers = [await caller.post(ASK, authorization=f"Bearer {token}") for _ in range(5)]

    assert codes(answers[0].json()) == ["UNAUTHENTICATED"]
    assert answers[-1].status_code == 429
