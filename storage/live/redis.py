"""The live bus on Redis: a wake-up is published after the notice has committed.

A crash between commit and publish loses no wake-up: the fact was not yet settled, so its handler
runs again, finds the notice written and publishes again.
"""

import asyncio
from collections.abc import Callable, Collection
from uuid import UUID

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from storage.live.bus import LiveBus

CHANNEL = "rongqiao:live"
TIMEOUT_S = 2.0
PROBE_EVERY_S = 15.0

log = structlog.get_logger()


class RedisBus(LiveBus):
    """One connection per process listens while anybody subscribes; another publishes."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._client = redis.asyncio.Redis.from_url(
            url,
            socket_connect_timeout=TIMEOUT_S,
            socket_timeout=TIMEOUT_S,
            health_check_interval=PROBE_EVERY_S,
            decode_responses=True,
        )

    async def announce(self, people: Collection[UUID]) -> None:
        """Nothing yet: Redis knows no transaction of ours."""

    async def publish(self, people: Collection[UUID]) -> None:
        """Publish each person's wake-up in one round trip; a failure is logged, readers poll."""
        if not people:
            return
        try:
            async with self._client.pipeline(transaction=False) as pipeline:
                for person in people:
                    pipeline.publish(CHANNEL, person.hex)
                await pipeline.execute()
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("live_publish_failed", error=type(error).__name__, people=len(people))

    async def close(self) -> None:
        """Stop listening and close both connections."""
        await super().close()
        await self._client.aclose()

    async def _listen(self, ready: Callable[[], None], heard: Callable[[str], None]) -> None:
        async with self._client.pubsub(ignore_subscribe_messages=False) as pubsub:
            await pubsub.subscribe(CHANNEL)
            while True:
                message = await pubsub.get_message(timeout=PROBE_EVERY_S)
                if message is None:
                    await asyncio.wait_for(pubsub.ping(), TIMEOUT_S)
                elif message["type"] == "subscribe":
                    # The client subscribes again by itself after it reconnects, and says so here.
                    ready()
                elif message["type"] == "message":
                    heard(message["data"])
