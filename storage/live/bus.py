"""Waking the subscribers of a person, whichever process holds their sockets.

A wake-up carries nothing but who: the subscriber reads the inbox again, from where it stood. So
a wake-up that comes twice does no harm, and one that is lost costs time, not a notice.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from contextvars import Context
from uuid import UUID

import structlog

LISTEN_TIMEOUT_S = 5.0
FIRST_RECONNECT_S = 0.1
LAST_RECONNECT_S = 5.0

log = structlog.get_logger()


class Wake:
    """One subscriber's bell."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the subscriber; ringing twice before it looks counts once."""
        self._rung.set()

    async def wait(self, timeout_s: float) -> bool:
        """Wait until rung, at most `timeout_s` seconds; whether it was. The bell is then quiet."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), timeout_s)
        rung = self._rung.is_set()
        self._rung.clear()
        return rung


class LiveBus(ABC):
    """Announces people who have news, and wakes their subscribers in this process.

    A writer calls both `announce`, inside its transaction, and `publish`, after the commit: an
    implementation does its work in one of them. Who repeats the write calls both again.
    """

    def __init__(self) -> None:
        self._subscribers: dict[UUID, set[Wake]] = {}
        self._ready = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None

    @abstractmethod
    async def announce(self, people: Collection[UUID]) -> None:
        """Say, inside the transaction that writes it, that these people have news."""

    @abstractmethod
    async def publish(self, people: Collection[UUID]) -> None:
        """Say, after the commit, that these people have news. Never raises: readers look again."""

    @abstractmethod
    async def _listen(self, ready: Callable[[], None], heard: Callable[[str], None]) -> None:
        """Listen until the connection is lost; call `ready` once when what comes will be heard."""

    @asynccontextmanager
    async def subscribe(self, person: UUID) -> AsyncIterator[Wake]:
        """A bell for a person's news. News after this has been entered rings it.

        While nobody can listen (a lost connection), it is entered all the same after five
        seconds, and rung as soon as somebody listens again.
        """
        wake = Wake()
        self._subscribers.setdefault(person, set()).add(wake)
        try:
            self._start()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ready.wait(), LISTEN_TIMEOUT_S)
            yield wake
        finally:
            self._subscribers[person].discard(wake)
            if not self._subscribers[person]:
                del self._subscribers[person]
            if not self._subscribers:
                await self._stop()

    async def close(self) -> None:
        """Stop listening and give the connections back."""
        await self._stop()

    def _start(self) -> None:
        if self._listener is None:
            self._ready = asyncio.Event()
            # An empty context, because the subscriber's may hold an open transaction.
            self._listener = asyncio.create_task(self._keep_listening(), context=Context())

    async def _stop(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)

    async def _keep_listening(self) -> None:
        pause = FIRST_RECONNECT_S
        while True:
            try:
                await self._listen(self._started_listening, self._heard)
            except Exception as error:
                log.warning("live_bus_lost", bus=type(self).__name__, error=type(error).__name__)
            pause = FIRST_RECONNECT_S if self._ready.is_set() else min(pause * 2, LAST_RECONNECT_S)
            self._ready.clear()
            await asyncio.sleep(pause)

    def _started_listening(self) -> None:
        self._ready.set()
        # What was said while nobody listened is found by reading again.
        for wakes in self._subscribers.values():
            for wake in wakes:
                wake.ring()

    def _heard(self, message: str) -> None:
        try:
            person = UUID(hex=message)
        except ValueError:
            return
        for wake in self._subscribers.get(person, ()):
            wake.ring()
