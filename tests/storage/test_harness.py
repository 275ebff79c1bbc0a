"""The harness itself: what a test is promised about its database and its Redis."""

from datetime import UTC, datetime

import asyncpg
import pytest
import redis.asyncio

from storage.database import close_database, execute, fetch_one
from storage.models import Person
from tests.servers import Database

NOON = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)


async def test_the_first_of_two_tests_leaves_a_person(database: Database) -> None:
    await Person.create(phone="+8614000000001", created_at=NOON)
    row = await fetch_one("SELECT count(*) AS n FROM person")
    assert row == {"n": 1}


async def test_the_second_of_two_tests_finds_none(database: Database) -> None:
    row = await fetch_one("SELECT count(*) AS n FROM person")
    assert row == {"n": 0}


async def test_a_test_that_closes_the_database_harms_no_other(database: Database) -> None:
    await close_database()


async def test_the_database_is_open_after_somebody_closed_it(database: Database) -> None:
    assert await fetch_one("SELECT current_user AS who") == {"who": "rq_app"}


async def test_the_application_changes_no_table(database: Database) -> None:
    with pytest.raises(Exception, match="must be owner of table person"):
        await execute("ALTER TABLE person ADD COLUMN extra integer")


async def test_readers_read_only(database: Database) -> None:
    reader = await asyncpg.connect(database.read_url)
    assert await reader.fetchval("SELECT count(*) FROM person") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.execute("DELETE FROM person")
    await reader.close()


async def test_redis_is_real_and_empty(redis_url: str) -> None:
    client = redis.asyncio.from_url(redis_url)
    assert await client.dbsize() == 0
    await client.set("left", "behind")
    await client.aclose()


async def test_redis_is_empty_again(redis_url: str) -> None:
    client = redis.asyncio.from_url(redis_url)
    assert await client.dbsize() == 0
    await client.aclose()
