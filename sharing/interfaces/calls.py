"""One question to one source: within its limits, again where that can help, and counted."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from foundation.city import DataSource
from foundation.clock import Clock, SystemClock, day_in_shanghai
from sharing.interfaces.checking import checked
from sharing.interfaces.counting import count_call, count_turned_away
from sharing.interfaces.guard import Guard
from sharing.interfaces.port import Fault, Question, Row, Source, SourceFault

log = structlog.get_logger("sources")

PATIENCE_S = 10.0
FIRST_PAUSE_S, LAST_PAUSE_S = 0.5, 8.0


@dataclass(frozen=True)
class Pace:
    """What time is to a caller, and chance: a test brings its own."""

    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    stopwatch: Callable[[], float] = time.monotonic


def pause_before_retry(attempt: int, chance: float) -> float:
    """Seconds before the next try, `attempt` ones having failed: exponential, with full jitter
    over its upper half, so that callers who failed together do not come back together.
    """
    whole = min(FIRST_PAUSE_S * 2.0 ** (attempt - 1), LAST_PAUSE_S)
    return whole * (0.5 + chance / 2)


async def ask(
    city: str, source: DataSource, adapter: Source, question: Question, pace: Pace | None = None
) -> tuple[Row, ...]:
    """The rows that a source answers, checked against the category's fields.

    Passing faults are tried again under the same request id: a question changes nothing, so it
    may be repeated. Waits at most ten seconds for a token. Raises SourceFault.
    """
    caller = _Caller(city, source, adapter, question, pace or Pace(SystemClock()))
    for attempt in range(1, source.attempts + 1):
        try:
            return await caller.once()
        except SourceFault as fault:
            if not fault.may_pass or attempt == source.attempts:
                raise
        await caller.pace.sleep(pause_before_retry(attempt, caller.pace.chance()))
    raise SourceFault(Fault.UNREACHABLE)


@dataclass(frozen=True)
class _Caller:
    city: str
    source: DataSource
    adapter: Source
    question: Question
    pace: Pace

    async def once(self) -> tuple[Row, ...]:
        guard = Guard(self.city, self.source)
        await self._admitted(guard)
        started = self.pace.stopwatch()
        try:
            given = await self._given()
            today = day_in_shanghai(self.pace.clock.now())
            rows = checked(self.question.category, self.question.uscc, given, today)
        except SourceFault as fault:
            await self._count(started, failed=True)
            # A refusal is about the question; the source itself is well.
            if fault.fault is Fault.REFUSED:
                await guard.succeeded()
            else:
                await guard.failed(self.pace.clock.now())
            raise
        await self._count(started, failed=False)
        await guard.succeeded()
        return rows

    async def _given(self) -> tuple[Row, ...]:
        """What the adapter gives; a fault of its own is the source's, and ends nobody's work."""
        try:
            return await self.adapter.ask(self.question, seconds=self.source.seconds)
        except SourceFault:
            raise
        except Exception as error:
            # Its kind alone: a message may hold what was answered.
            log.error("source_adapter_failed", source=self.source.name, error=type(error).__name__)
            raise SourceFault(Fault.UNUSABLE) from None

    async def _admitted(self, guard: Guard) -> None:
        left = PATIENCE_S
        while True:
            try:
                await guard.admit(self.pace.clock.now())
            except SourceFault as fault:
                if fault.fault is not Fault.TURNED_AWAY or fault.wait_s > left:
                    now = self.pace.clock.now()
                    await count_turned_away(
                        self.city, self.source.name, self.question.category.code, now
                    )
                    raise
                # At least a little, for a token that somebody else took meanwhile.
                wait = max(fault.wait_s, 0.05)
                left -= wait
                await self.pace.sleep(wait)
            else:
                return

    async def _count(self, started: float, *, failed: bool) -> None:
        await count_call(
            self.city,
            self.source.name,
            self.question.category.code,
            self.pace.clock.now(),
            failed=failed,
            took_ms=(self.pace.stopwatch() - started) * 1000,
        )
