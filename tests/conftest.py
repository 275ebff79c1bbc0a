"""What every test may ask for: a clean database, a Redis, a clock that stands, a GraphQL caller."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import hypothesis
import pytest
import redis.asyncio
from tortoise.exceptions import ConfigurationError

# Before anything of ours reads its settings: what the machine's owner set is not for tests.
for _name in [
    name
    for name in os.environ
    if name.startswith(("RQ_", "PGQUEUER")) or name in ("DATABASE_URL", "REDIS_URL", "HOST", "PORT")
]:
    del os.environ[_name]
os.environ["RQ_ENV"] = "test"
_DATA_DIR = Path(tempfile.mkdtemp(prefix="rongqiao-test-"))
os.environ["RQ_DATA_DIR"] = str(_DATA_DIR)

from foundation.clock import FrozenClock  # noqa: E402 - after the environment
from foundation.settings import Settings  # noqa: E402
from storage.database import close_database, fetch, open_database  # noqa: E402
from tests.servers import Database, TestPostgres, TestRedis  # noqa: E402

# A machine that is busy with something else is not a slow function.
hypothesis.settings.register_profile(
    "busy machine",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("busy machine")


def pytest_unconfigure() -> None:
    """Take away what the tests wrote as their data folder, and, as root, where it points to."""
    cluster = _DATA_DIR / "postgres"
    if cluster.is_symlink():
        shutil.rmtree(cluster.readlink().parent, ignore_errors=True)
    shutil.rmtree(_DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[TestPostgres]:
    """The server with this worker's database; ask for `database` instead."""
    server = TestPostgres(os.environ.get("PYTEST_XDIST_WORKER", "only"))
    try:
        await server.open()
        yield server
    finally:
        await close_database()
        await server.close()


@pytest.fixture
async def database(postgres: TestPostgres) -> AsyncIterator[Database]:
    """An empty, migrated database, open in this process as the application's role."""
    if not await _is_open():
        await open_database(postgres.database.url)
    yield postgres.database
    await postgres.clean()


async def _is_open() -> bool:
    try:
        await fetch("SELECT 1")
    except (ConfigurationError, RuntimeError):
        return False
    return True


@pytest.fixture(scope="session")
def redis_server() -> Iterator[TestRedis]:
    """The Redis of this process; ask for `redis_url` instead."""
    server = TestRedis()
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def redis_url(redis_server: TestRedis) -> str:
    """The address of an empty Redis."""
    client = redis.asyncio.from_url(redis_server.url)
    await client.flushall()
    await client.aclose()
    return redis_server.url


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that stands at a working day's noon in Shanghai until a test moves it."""
    return FrozenClock(datetime(2026, 3, 18, 4, 0, tzinfo=UTC))


class GraphQL:
    """Posts operations to the application in this process, as a signed-in or signed-out caller."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def __call__(
        self,
        document: str,
        *,
        variables: Mapping[str, Any] | None = None,
        token: str | None = None,
    ) -> dict[str, Any]:
        """The parsed body of the answer."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self.client.post(
            "/graphql",
            json={"query": document, "variables": dict(variables or {})},
            headers=headers,
        )
        body: dict[str, Any] = answer.json()
        return body

    async def data(
        self,
        document: str,
        *,
        variables: Mapping[str, Any] | None = None,
        token: str | None = None,
    ) -> dict[str, Any]:
        """The answer's data; an error of the endpoint fails the test and is shown."""
        body = await self(document, variables=variables, token=token)
        assert "errors" not in body, body["errors"]
        data: dict[str, Any] = body["data"]
        return data


@pytest.fixture
async def gql(database: Database) -> AsyncIterator[GraphQL]:
    """A caller of the application on this test's database."""
    # Here, so that tests of the floors below need not import the whole application.
    from api.app import create_app

    transport = httpx2.ASGITransport(app=create_app(Settings(DATABASE_URL=database.url)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield GraphQL(client)
