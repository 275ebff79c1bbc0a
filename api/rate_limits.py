"""How often one person or one address may ask: counted in Redis when there is one, else here.

Redis gets 50 milliseconds. When it does not answer, the counters of this process serve, and it is
left alone for a while: a slow Redis must not slow every request.
"""

import hashlib
import time
from collections.abc import Callable

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from accounts.viewers import Viewer
from api.refusals import Code, Refused, error_body

WINDOW_S = 10
REDIS_TIMEOUT_S = 0.05
REDIS_PAUSE_S = 5.0
MAX_KEYS = 100_000

log = structlog.get_logger("api")


class RateLimits:
    """Counts requests in windows of ten seconds."""

    def __init__(
        self,
        *,
        per_person: int,
        per_address: int,
        redis_url: str | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Both limits are per minute."""
        self._limits = {"p": per_person * WINDOW_S // 60, "a": per_address * WINDOW_S // 60}
        self._wall = wall
        self._window = 0
        self._counts: dict[str, int] = {}
        self._paused_until = 0.0
        self._redis = None
        if redis_url is not None:
            self._redis = redis.asyncio.Redis.from_url(
                redis_url,
                socket_timeout=REDIS_TIMEOUT_S,
                socket_connect_timeout=REDIS_TIMEOUT_S,
            )

    @property
    def are_local(self) -> bool:
        """Whether this process counts alone, so that `count_here` serves."""
        return self._redis is None

    async def count(self, viewer: Viewer | None, address: str) -> None:
        """Count one request. Raises Refused with RATE_LIMITED when it is one too many."""
        if self._redis is None or time.monotonic() < self._paused_until:
            self.count_here(viewer, address)
            return
        key, now = _key(viewer, address), self._wall()
        try:
            found = await self._next_in_redis(self._redis, key, int(now // WINDOW_S))
        except (RedisError, OSError, TimeoutError) as error:
            self._paused_until = time.monotonic() + REDIS_PAUSE_S
            log.warning("rate limits count locally", kind=type(error).__qualname__)
            found = self._next_here(key, int(now // WINDOW_S))
        self._check(key, found, now)

    def count_here(self, viewer: Viewer | None, address: str) -> None:
        """Count one request in this process. Raises Refused with RATE_LIMITED."""
        key, now = _key(viewer, address), self._wall()
        self._check(key, self._next_here(key, int(now // WINDOW_S)), now)

    def _check(self, key: str, found: int, now: float) -> None:
        if found > self._limits[key[0]]:
            raise too_many(WINDOW_S - int(now % WINDOW_S))

    async def close(self) -> None:
        """Close the connection to Redis."""
        if self._redis is not None:
            await self._redis.aclose()

    @staticmethod
    async def _next_in_redis(client: redis.asyncio.Redis, key: str, window: int) -> int:
        # The digest keeps addresses out of Redis; it only has to tell callers apart.
        name = f"rq:rate:{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}:{window}"
        async with client.pipeline(transaction=False) as pipe:
            pipe.incr(name)
            pipe.expire(name, 2 * WINDOW_S)
            count, _ = await pipe.execute()
        return int(count)

    def _next_here(self, key: str, window: int) -> int:
        if window != self._window or len(self._counts) >= MAX_KEYS:
            self._window = window
            self._counts.clear()
        count = self._counts.get(key, 0) + 1
        self._counts[key] = count
        return count


def _key(viewer: Viewer | None, address: str) -> str:
    return f"a:{address}" if viewer is None else f"p:{viewer.person_id.hex}"


def too_many(retry_after_seconds: int) -> Refused:
    """The refusal of a request that is one too many."""
    return Refused(
        [
            error_body(
                Code.RATE_LIMITED,
                f"操作太频繁，请 {retry_after_seconds} 秒后再试",
                retryAfterSeconds=retry_after_seconds,
            )
        ],
        malformed=True,
        headers={"retry-after": str(retry_after_seconds)},
    )
