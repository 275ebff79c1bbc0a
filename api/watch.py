"""Ends sockets whose token has expired or whose session has ended: one query for all of them.

While any socket with a viewer is open in this process, everything is looked at every two seconds,
which keeps the promise of five.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from accounts.viewers import Viewer, open_sessions
from foundation.clock import Clock

INTERVAL_S = 2.0
QUERY_TIMEOUT_S = 2.0

log = structlog.get_logger("api")


@dataclass(eq=False)
class _Watched:
    viewer: Viewer
    end: Callable[[], None]


class SessionWatch:
    """Every open socket of this process that has a viewer."""

    def __init__(self, clock: Clock, *, interval_s: float = INTERVAL_S) -> None:
        self._clock = clock
        self._interval_s = interval_s
        self._watched: set[_Watched] = set()
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def over(self, viewer: Viewer, end: Callable[[], None]) -> AsyncIterator[None]:
        """Call `end` once as soon as the viewer's token or session is found to have ended."""
        watched = _Watched(viewer, end)
        self._watched.add(watched)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._watched.discard(watched)

    async def close(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while self._watched:
            await asyncio.sleep(self._interval_s)
            try:
                await self._look()
            except Exception as error:  # a database that is away ends no session
                log.warning("session watch could not look", kind=type(error).__qualname__)

    async def _look(self) -> None:
        now = self._clock.now()
        present = list(self._watched)
        for watched in present:
            if watched.viewer.expires_at is not None and watched.viewer.expires_at <= now:
                self._end(watched)
        sessions = {watched.viewer.session_id for watched in self._watched}
        if not sessions:
            return
        async with asyncio.timeout(QUERY_TIMEOUT_S):
            still_open = await open_sessions(sessions, now)
        for watched in present:
            if watched.viewer.session_id in sessions - still_open:
                self._end(watched)

    def _end(self, watched: _Watched) -> None:
        if watched in self._watched:
            self._watched.discard(watched)
            watched.end()
