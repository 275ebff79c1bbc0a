"""/healthz says that the process lives; /readyz that it can serve: database, migrations, Redis."""

import asyncio
from collections.abc import Awaitable, Callable

import redis.asyncio
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from storage.migrations.state import pending_migrations

DATABASE_TIMEOUT_S = 3.0
REDIS_TIMEOUT_S = 0.05
_HEADERS = {"cache-control": "no-store"}


async def healthz(_: Request) -> Response:
    """The process lives."""
    return PlainTextResponse("ok\n", headers=_HEADERS)


class Readiness:
    """GET /readyz: 200 when every part answers, else 503 with what does not."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis = None
        if redis_url is not None:
            self._redis = redis.asyncio.Redis.from_url(redis_url)

    async def readyz(self, _: Request) -> Response:
        """Ask every part at once."""
        checks: dict[str, Callable[[], Awaitable[str]]] = {"database": _database}
        if self._redis is not None:
            checks["redis"] = self._ping
        found = await asyncio.gather(*(check() for check in checks.values()))
        parts = dict(zip(checks, found, strict=True))
        ready = all(state == "ok" for state in parts.values())
        body = {"ready": ready, **parts}
        if not ready:
            body["message"] = "服务尚未就绪，请稍后重试"
        return JSONResponse(body, status_code=200 if ready else 503, headers=_HEADERS)

    async def close(self) -> None:
        """Close the connection to Redis."""
        if self._redis is not None:
            await self._redis.aclose()

    async def _ping(self) -> str:
        if self._redis is None:
            return "ok"
        try:
            async with asyncio.timeout(REDIS_TIMEOUT_S):
                await self._redis.ping()
        except Exception:
            return "unreachable"
        return "ok"


async def _database() -> str:
    try:
        async with asyncio.timeout(DATABASE_TIMEOUT_S):
            pending = await pending_migrations()
    except Exception:
        return "unreachable"
    return f"migrations pending: {', '.join(pending)}" if pending else "ok"
