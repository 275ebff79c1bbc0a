"""Health, readiness and metrics: what each says, and to whom."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx2
import pytest
from starlette.requests import Request

from api.app import create_app
from api.health import Readiness
from foundation.settings import Settings
from foundation.tokens import signing_keys
from storage.database import close_database, open_database
from tests.api.conftest import RESPONSE, TOYS
from tests.servers import Database

# What hangs would hang for ever; a busy machine only takes long.
SOON_S = 30.0


def _client(settings: Settings, *, peer: str = "127.0.0.1") -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=create_app(settings, schema=TOYS), client=(peer, 4000))
    return httpx2.AsyncClient(transport=transport, base_url="http://test")


@pytest.fixture
async def stopped_database(database: Database) -> AsyncIterator[None]:
    """A pool towards a port where nothing listens."""
    await close_database()
    await open_database("postgresql://nobody@127.0.0.1:1/none")
    yield
    await close_database()
    await open_database(database.url)


async def test_healthz_needs_nothing() -> None:
    async with _client(Settings()) as client:
        answer = await client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_readyz_with_a_migrated_database(database: Database) -> None:
    async with _client(Settings()) as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": "ok"}


async def _readyz(redis_url: str) -> tuple[int, dict[str, object]]:
    """What /readyz answers with a Redis, whose connection is closed again."""
    readiness = Readiness(redis_url)
    try:
        answer = await readiness.readyz(Request({"type": "http"}))
        return answer.status_code, json.loads(bytes(answer.body))
    finally:
        await readiness.close()


async def test_readyz_with_redis(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.health.REDIS_TIMEOUT_S", 5)  # a busy machine is not a missing Redis
    assert await _readyz(redis_url) == (200, {"ready": True, "database": "ok", "redis": "ok"})


async def test_readyz_while_the_database_is_stopped(stopped_database: None) -> None:
    async with _client(Settings()) as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "database": "unreachable",
        "message": "服务尚未就绪，请稍后重试",
    }


async def test_readyz_while_a_migration_is_missing(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    (tmp_path / "0999_later.py").touch()
    monkeypatch.setattr("storage.migrations.state._VERSIONS", tmp_path)
    async with _client(Settings()) as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["database"] == "migrations pending: 0999_later"


async def test_readyz_does_not_wait_for_a_redis_that_hangs(database: Database) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()

    silent = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    status, body = await asyncio.wait_for(_readyz(f"redis://127.0.0.1:{port}"), SOON_S)
    silent.close()

    assert status == 503
    assert body["redis"] == "unreachable"


async def test_a_stopped_database_is_told_with_a_retry(stopped_database: None) -> None:
    token, _ = (
        signing_keys()
        .ring()
        .sign_access(person_id=uuid4(), session_id=uuid4(), now=datetime.now(UTC))
    )
    async with _client(Settings()) as client:
        answer = await client.post(
            "/graphql",
            json={"query": "{who}"},
            headers={"authorization": f"Bearer {token}", "accept": RESPONSE},
        )
        public = await client.post("/graphql", json={"query": "{hello}"})

    (error,) = answer.json()["errors"]
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["retryAfterSeconds"] == 5
    assert "稍后重试" in error["message"]
    assert public.json() == {"data": {"hello": "hello world"}}


async def test_metrics_are_for_this_machine(database: Database) -> None:
    async with _client(Settings()) as client:
        await client.post("/graphql", json={"query": "{hello forbidden}"})
        here = await client.get("/metrics")
        forwarded = await client.get("/metrics", headers={"x-forwarded-for": "192.0.2.1"})
    async with _client(Settings(), peer="192.0.2.1") as client:
        away = await client.get("/metrics")

    assert here.status_code == 200
    assert 'rq_requests_total{status="200"} 1.0' in here.text
    assert 'rq_errors_total{code="FORBIDDEN"} 1.0' in here.text
    assert "rq_open_sockets 0.0" in here.text
    assert (forwarded.status_code, away.status_code) == (404, 404)


async def test_metrics_with_a_token_are_for_who_knows_it(database: Database) -> None:
    settings = Settings(RQ_METRICS_TOKEN="m" * 32)
    async with _client(settings, peer="192.0.2.1") as client:
        right = await client.get("/metrics", headers={"authorization": "Bearer " + "m" * 32})
        wrong = await client.get("/metrics", headers={"authorization": "Bearer " + "n" * 32})
        odd = await client.get("/metrics", headers={"authorization": "Bearer é".encode()})
        none = await client.get("/metrics")
    async with _client(settings) as client:
        here = await client.get("/metrics")

    assert (right.status_code, here.status_code) == (200, 200)
    assert {wrong.status_code, odd.status_code, none.status_code} == {404}


async def test_metrics_without_a_database_still_answer(stopped_database: None) -> None:
    async with _client(Settings()) as client:
        answer = await client.get("/metrics")

    assert answer.status_code == 200
    assert "rq_queued_facts{" not in answer.text
