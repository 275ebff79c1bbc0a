"""The endpoint on a schema of toys, in this process or behind a real server."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.types import ASGIApp

from api.app import create_app
from api.socket import MAX_MESSAGE
from foundation.settings import Settings
from tests.api.toys import toy_schema

TOYS = toy_schema()
RESPONSE = "application/graphql-response+json"


class Caller:
    """Posts to /graphql and gives the answer back whole."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def post(
        self, body: object, *, accept: str | None = RESPONSE, **headers: str
    ) -> httpx2.Response:
        """Post a body: bytes and text as they are, anything else as JSON."""
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        sent = {"content-type": "application/json", **({"accept": accept} if accept else {})}
        return await self.client.post(
            "/graphql",
            content=content,
            headers=sent | {name.replace("_", "-"): value for name, value in headers.items()},
        )

    async def ask(
        self, query: str, variables: Mapping[str, Any] | None = None, **headers: str
    ) -> dict[str, Any]:
        """The parsed answer to an operation."""
        answer = await self.post({"query": query, "variables": dict(variables or {})}, **headers)
        body: dict[str, Any] = answer.json()
        return body


@asynccontextmanager
async def calling(app: ASGIApp) -> AsyncIterator[Caller]:
    """A caller of an application in this process."""
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        client.headers.pop("accept", None)
        yield Caller(client)


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """The host and port of a real server with an application; its lifespan is not run."""
    config = uvicorn.Config(
        app,
        port=0,
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE,
        ws_per_message_deflate=False,
        lifespan="off",
        log_level="critical",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
            await asyncio.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"{host}:{port}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def settings() -> Settings:
    """Settings of a test without a database."""
    return Settings()


@pytest.fixture
async def toys(settings: Settings) -> AsyncIterator[Caller]:
    """A caller of the toys."""
    async with calling(create_app(settings, schema=TOYS)) as caller:
        yield caller


def codes(body: Mapping[str, Any]) -> list[str]:
    """The code of every entry of `errors`."""
    return [error["extensions"]["code"] for error in body.get("errors", [])]
