"""One-time codes behind the API: drawing under repeats, and which addresses count as one."""

from datetime import timedelta
from uuid import UUID

import pytest

from accounts import codes
from foundation.clock import FrozenClock
from foundation.errors import CodeWrong, RateLimited
from foundation.identifiers import new_id
from storage.database import fetch_one, transaction
from tests.factories.people import a_phone
from tests.servers import Database


async def a_challenge(phone: str, clock: FrozenClock, address: str = "192.0.2.1") -> UUID:
    await codes.send(phone=phone, city="JIANGYIN", address=address, now=clock.now())
    row = await fetch_one(
        "SELECT id FROM code_challenge WHERE phone = $1 ORDER BY requested_at DESC LIMIT 1", phone
    )
    assert row is not None
    challenge_id: UUID = row["id"]
    return challenge_id


async def is_right(phone: str, code: str, clock: FrozenClock) -> bool:
    async with transaction():
        refusal = await codes.redeem(phone, code, clock.now())
    assert refusal is None or isinstance(refusal, CodeWrong)
    return refusal is None


async def test_a_repeated_drawing_makes_the_last_code_count(database: Database, clock: FrozenClock):
    phone = a_phone()
    challenge_id = await a_challenge(phone, clock)
    first = await codes.draw(challenge_id, clock.now())
    second = await codes.draw(challenge_id, clock.now())
    assert first is not None
    assert second is not None

    if first.code != second.code:
        assert not await is_right(phone, first.code, clock)
    assert await is_right(phone, second.code, clock)


async def test_after_it_was_sent_nothing_is_drawn_again(database: Database, clock: FrozenClock):
    phone = a_phone()
    challenge_id = await a_challenge(phone, clock)
    drawn = await codes.draw(challenge_id, clock.now())
    await codes.mark_sent(challenge_id, clock.now())

    assert await codes.draw(challenge_id, clock.now()) is None
    assert drawn is not None
    assert await is_right(phone, drawn.code, clock)


async def test_nothing_is_drawn_for_a_challenge_that_is_over_or_unknown(
    database: Database, clock: FrozenClock
):
    challenge_id = await a_challenge(a_phone(), clock)
    clock.advance(codes.LIFETIME)

    assert await codes.draw(challenge_id, clock.now()) is None
    assert await codes.draw(new_id(), clock.now()) is None


async def test_before_the_worker_has_drawn_no_code_is_right(database: Database, clock: FrozenClock):
    phone = a_phone()
    await a_challenge(phone, clock)

    assert not await is_right(phone, "000000", clock)


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("unknown", "unknown", True),
    ],
)
async def test_an_ipv6_network_counts_as_one_address(
    database: Database,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    one: str,
    other: str,
    is_one: bool,
):
    monkeypatch.setattr(codes.settings(), "codes_per_address", 1)
    await a_challenge(a_phone(), clock, one)

    try:
        await a_challenge(a_phone(), clock, other)
        refused = False
    except RateLimited as error:
        refused = error.retry_after_seconds == 3600
    assert refused is is_one


async def test_the_address_is_kept_as_a_keyed_digest(database: Database, clock: FrozenClock):
    await a_challenge(a_phone(), clock, "192.0.2.77")

    row = await fetch_one("SELECT address_digest FROM code_challenge")
    assert row is not None
    assert len(row["address_digest"]) == 32
    assert b"192.0.2.77" not in bytes(row["address_digest"])


@pytest.mark.parametrize(
    ("wait", "spoken"),
    [
        (timedelta(seconds=1), "1秒"),
        (timedelta(seconds=59), "59秒"),
        (timedelta(seconds=60), "1分钟"),
        (timedelta(seconds=61), "2分钟"),
        (timedelta(minutes=59, seconds=59), "60分钟"),
        (timedelta(hours=1), "1小时"),
        (timedelta(hours=23, seconds=1), "24小时"),
    ],
)
def test_a_wait_is_spoken_and_never_too_short(wait: timedelta, spoken: str):
    assert codes.spoken_wait(int(wait.total_seconds())) == spoken
