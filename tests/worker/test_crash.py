"""A worker that is killed loses nothing, and what it had half done is not done twice."""

import asyncio
from contextlib import aclosing

from notifications.arrivals import arrivals
from storage.database import fetch, fetch_one
from storage.models import Notice
from storage.queue import queue_depths
from tests.factories.claims import a_claim
from tests.factories.people import a_person, an_enterprise, an_operator
from tests.processes import a_worker
from tests.servers import Database
from tests.waiting import until

FACTS = 150
WITHIN_S = 180.0


async def count_notices() -> int:
    row = await fetch_one("SELECT count(*) AS n FROM notice")
    assert row is not None
    return int(row["n"])


async def until_notices(at_least: int) -> None:
    async def enough() -> bool:
        return await count_notices() >= at_least

    await until(enough, WITHIN_S)


async def queue_is_empty() -> bool:
    return not await queue_depths()


async def test_killed_between_commit_and_settling_nothing_is_lost_and_nothing_twice(
    database: Database,
) -> None:
    operators = [(await an_operator()).person.id for _ in range(2)]
    claimants = [await a_person() for _ in range(FACTS)]
    enterprise = await an_enterprise()
    arrived: list[Notice] = []

    async def phone() -> None:
        async with aclosing(arrivals(operators[0], None)) as stream:
            async for notice in stream:
                arrived.append(notice)
                if len(arrived) == FACTS:
                    return

    listening = asyncio.create_task(phone())
    await asyncio.sleep(0.5)  # the phone begins to listen
    claims = [await a_claim(enterprise=enterprise, person=one) for one in claimants]

    async with asyncio.timeout(WITHIN_S):
        for kills in (1, 2):
            async with a_worker(database) as worker:
                await until_notices(kills * FACTS // 2)
                worker.kill()
        async with a_worker(database):
            await until_notices(2 * FACTS)
            await until(queue_is_empty, WITHIN_S)
            await listening

    notices = await Notice.filter(recipient_id__in=operators)
    assert len(notices) == 2 * FACTS
    assert len({(n.fact_id, n.recipient_id) for n in notices}) == 2 * FACTS
    assert len(claims) == len({n.fact_id for n in notices})
    assert [n.position for n in arrived] == sorted({n.position for n in arrived})
    (taken,) = await fetch("SELECT count(*) AS n FROM pgqueuer_log WHERE status = 'picked'")
    assert taken["n"] > FACTS, "the kills made some facts be handled again"


async def test_told_to_stop_it_finishes_what_it_has_begun(database: Database) -> None:
    operator = await an_operator()
    enterprise = await an_enterprise()
    claimants = [await a_person() for _ in range(30)]
    async with a_worker(database) as worker:
        for person in claimants:
            await a_claim(enterprise=enterprise, person=person)
        await until_notices(1)
        worker.terminate()
        assert await asyncio.wait_for(worker.wait(), 20) == 0
    states = {state for _, state in await queue_depths()}
    assert states <= {"queued"}, "nothing is left half done"
    left = sum((await queue_depths()).values())
    assert await Notice.filter(recipient_id=operator.person.id).count() == 30 - left
