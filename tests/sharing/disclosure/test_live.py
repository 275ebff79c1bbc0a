"""What is asked for a reader and outlives the reader: finished at shutdown, or ended."""

import asyncio

import pytest

from foundation.clock import FrozenClock
from sharing.disclosure import live
from sharing.disclosure.live import STILL_ASKING, ask_sources, finish_asking
from sharing.interfaces.calls import Pace
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.port import Question, Row
from sharing.interfaces.sources import standing_in
from sharing.lists import categories_of
from storage.database import fetch
from tests.factories.demands import a_demand, viewer_of
from tests.factories.people import an_officer, an_owner

pytestmark = pytest.mark.usefixtures("database")


class Slow(MemorySource):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let, self.ended, self.reached = asyncio.Event(), False, asyncio.Event()

    async def ask(self, question: Question, *, seconds: float) -> tuple[Row, ...]:
        self.reached.set()
        try:
            await self.let.wait()
        except asyncio.CancelledError:
            self.ended = True
            raise
        return await super().ask(question, seconds=seconds)


@pytest.mark.parametrize("answers", [True, False])
async def test_a_call_that_outlives_its_reader_is_finished_at_shutdown_or_ended(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, *, answers: bool
) -> None:
    monkeypatch.setattr(live, "WITHIN_S", 0.0)
    owner = await an_owner(now=clock.now())
    assert owner.enterprise is not None
    demand = await a_demand(owner=owner, now=clock.now())
    officer = viewer_of(await an_officer(now=clock.now()))
    wanted = {"JS-7": (categories_of("JIANGYIN")["JS-7"], None)}
    source = Slow()
    with standing_in("JIANGYIN", "court", source):
        found = await ask_sources(officer, owner.enterprise, demand, wanted, Pace(clock))
        await source.reached.wait()
        if answers:
            source.let.set()
        await finish_asking(within_s=60.0 if answers else 0.0)

    assert found["JS-7"].missing == STILL_ASKING
    assert source.ended is not answers
    assert not live._running
    kept = await fetch("SELECT what FROM access_ledger WHERE what = 'INTERFACE_CALLED'")
    assert len(kept) == int(answers)
    await finish_asking()
