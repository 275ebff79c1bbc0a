"""A full disk or a stopped database: a clear message with a retry, and never a half-written row."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from foundation.clock import FrozenClock
from tests.conftest import GraphQL
from tests.factories.people import an_owner
from tests.graphql.publishing import PUBLISH, an_input, publish
from tests.servers import Database
from tests.stillness import nothing_moves

DISK_FULL = """
CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_space BEFORE INSERT ON {table} EXECUTE FUNCTION no_space();
"""


@asynccontextmanager
async def a_full_disk(database: Database, table: str) -> AsyncIterator[None]:
    """Every insert into a table fails as on a full disk."""
    owner = await asyncpg.connect(database.admin_url)
    await owner.execute(DISK_FULL.format(table=table))
    try:
        yield
    finally:
        await owner.execute("DROP FUNCTION no_space CASCADE")
        await owner.close()


@pytest.mark.parametrize("table", ["consent", "demand", "idempotency_key", "pgqueuer"])
async def test_a_disk_that_fills_up_during_a_publish_leaves_nothing_behind(
    api: GraphQL, database: Database, clock: FrozenClock, table: str
) -> None:
    owner = await an_owner(now=clock.now())
    wanted = an_input()
    async with nothing_moves(), a_full_disk(database, table):
        body = await api(PUBLISH, variables={"input": wanted}, token=owner.token)

    (error,) = body["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["retryAfterSeconds"] == 5
    assert "没有保存" in error["message"]
    retried = await api.data(PUBLISH, variables={"input": wanted}, token=owner.token)
    assert retried["demandPublish"]["__typename"] == "Demand"


async def test_connections_that_the_server_drops_are_made_anew(
    api: GraphQL, database: Database, clock: FrozenClock
) -> None:
    owner = await an_owner(now=clock.now())
    await publish(api, owner)
    server = await asyncpg.connect(database.admin_url)
    await server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND usename = 'rq_app'"
    )
    await server.close()

    answers = [await api("{viewer{id}}", token=owner.token) for _ in range(12)]

    for answer in answers:
        codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
        assert codes in ([], ["INTERNAL"])
    assert answers[-1]["data"]["viewer"]["id"]
