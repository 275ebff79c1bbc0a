"""Rows that serve for a time are deleted after it, and none before."""

from datetime import timedelta

import pytest

from accounts import codes
from foundation.clock import FrozenClock
from foundation.identifiers import new_id
from storage.database import execute, fetch
from storage.models import IdempotencyKey
from storage.pruning import KEEP, prune
from tests.factories.people import a_phone

pytestmark = pytest.mark.usefixtures("database")


async def a_key(clock: FrozenClock) -> None:
    await IdempotencyKey.create(
        actor_id=new_id(),
        mutation="demandPublish",
        key=f"key-{new_id()}",
        input_digest=b"",
        object_id=new_id(),
        created_at=clock.now(),
    )


@pytest.mark.parametrize("table", list(KEEP))
async def test_every_table_and_column_exists(table: str) -> None:
    column, keep = KEEP[table]
    assert keep > timedelta(0)
    assert await fetch(f"SELECT {column}, id FROM {table} LIMIT 0") == []  # noqa: S608 - names from KEEP


async def test_only_what_is_old_enough_goes(clock: FrozenClock) -> None:
    _, keep = KEEP["idempotency_key"]
    for step in (timedelta(0), timedelta(seconds=2)):
        clock.advance(step)
        await a_key(clock)
    clock.advance(keep - timedelta(seconds=1))
    assert await prune(clock.now()) == dict.fromkeys(KEEP, 0) | {"idempotency_key": 1}
    assert len(await fetch("SELECT FROM idempotency_key")) == 1
    assert await prune(clock.now()) == dict.fromkeys(KEEP, 0)


async def test_a_code_is_kept_for_as_long_as_its_day_is_counted(clock: FrozenClock) -> None:
    await codes.send(phone=a_phone(), city="JIANGYIN", address="192.0.2.1", now=clock.now())
    clock.advance(codes.DAY)
    assert (await prune(clock.now()))["code_challenge"] == 0
    clock.advance(timedelta(days=1, seconds=1))
    assert (await prune(clock.now()))["code_challenge"] == 1
    await execute("DELETE FROM pgqueuer")
