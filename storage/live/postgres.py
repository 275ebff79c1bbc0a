"""The live bus on PostgreSQL's LISTEN and NOTIFY: a wake-up is sent when the notice commits."""

import asyncio
from collections.abc import Callable, Collection
from uuid import UUID

from tortoise.connection import get_connection

from storage.database import fetch
from storage.live.bus import LiveBus

CHANNEL = "rq_live"
PROBE_EVERY_S = 15.0
PROBE_TIMEOUT_S = 5.0


class PostgresBus(LiveBus):
    """One pooled connection per process listens while anybody subscribes."""

    async def announce(self, people: Collection[UUID]) -> None:
        """Notify in the open transaction: a rollback takes the wake-up back."""
        if people:
            await fetch(
                "SELECT pg_notify($1, person) FROM unnest($2::text[]) AS person",
                CHANNEL,
                sorted(person.hex for person in people),
            )

    async def publish(self, people: Collection[UUID]) -> None:
        """Nothing is left to do: the commit sent it."""

    async def _listen(self, ready: Callable[[], None], heard: Callable[[str], None]) -> None:
        lost = asyncio.Event()

        def hear(_connection: object, _pid: object, _channel: object, payload: object) -> None:
            heard(str(payload))

        def lose(_connection: object) -> None:
            lost.set()

        async with get_connection("default").acquire_connection() as connection:
            connection.add_termination_listener(lose)
            await connection.add_listener(CHANNEL, hear)
            try:
                ready()
                while not await _is_set_within(lost, PROBE_EVERY_S):
                    # A peer that vanished without a word is noticed only by asking.
                    await connection.fetchval("SELECT 1", timeout=PROBE_TIMEOUT_S)
            finally:
                connection.remove_termination_listener(lose)
                if not connection.is_closed():
                    await connection.remove_listener(CHANNEL, hear)


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        return await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
