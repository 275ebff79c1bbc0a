"""Facts live and die with the rows they speak of."""

import asyncio
import json
import logging
from datetime import timedelta

import asyncpg
import pytest

from accounts.facts import CodeRequested
from foundation.facts import Fact
from foundation.identifiers import new_id
from marketplace.facts import DemandPublished, OfferMade
from storage.database import execute, fetch, transaction
from storage.queue import (
    NoTransactionError,
    enqueue,
    fact_of,
    oldest_queued_seconds,
    parked_facts,
    queue,
    queue_depths,
    retry_parked,
    trim_queue_log,
)
from tests.factories.people import a_person
from tests.servers import Database

pytestmark = pytest.mark.usefixtures("database")


async def queued() -> list[Fact]:
    rows = await fetch("SELECT payload FROM pgqueuer ORDER BY priority DESC, id")
    return [Fact.from_payload(json.loads(row["payload"])) for row in rows]


async def park(fact: Fact, reason: str) -> int:
    async with transaction():
        await enqueue(fact)
    row = await fetch("SELECT max(id) AS id FROM pgqueuer")
    job_id: int = row[0]["id"]
    await execute("UPDATE pgqueuer SET status = 'failed', attempts = 15 WHERE id = $1", job_id)
    await execute(
        "INSERT INTO pgqueuer_log (job_id, status, priority, entrypoint, traceback) "
        "VALUES ($1, 'failed', 0, $2, $3::jsonb)",
        job_id,
        type(fact).__name__,
        json.dumps({"exception_message": reason}),
    )
    return job_id


async def test_a_fact_is_queued_as_it_was_given() -> None:
    fact = DemandPublished(demand_id=new_id())
    async with transaction():
        await enqueue(fact)
    assert await queued() == [fact]


async def test_outside_a_transaction_it_is_refused_and_nothing_is_queued() -> None:
    with pytest.raises(NoTransactionError):
        await enqueue(DemandPublished(demand_id=new_id()))
    assert await queued() == []


async def test_a_rollback_takes_rows_and_facts_back_together() -> None:
    async def fail() -> None:
        async with transaction():
            await a_person(name="示例")
            await enqueue(DemandPublished(demand_id=new_id()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await queued() == []
    assert await fetch("SELECT FROM person") == []
    assert await fetch("SELECT FROM pgqueuer_log") == []


async def test_nobody_sees_a_fact_before_the_commit(database: Database) -> None:
    other = await asyncpg.connect(database.url, timeout=30)
    async with transaction():
        await enqueue(DemandPublished(demand_id=new_id()))
        assert await other.fetchval("SELECT count(*) FROM pgqueuer") == 0
    assert await other.fetchval("SELECT count(*) FROM pgqueuer") == 1
    await other.close()


async def test_the_commit_wakes_who_listens(database: Database) -> None:
    woken = asyncio.Event()
    other = await asyncpg.connect(database.url, timeout=30)
    await other.add_listener("ch_pgqueuer", lambda *_: woken.set())
    async with transaction():
        await enqueue(DemandPublished(demand_id=new_id()))
    await asyncio.wait_for(woken.wait(), 30)
    await other.close()


@pytest.mark.parametrize("count", [1, 50])
async def test_any_number_of_facts_is_one_round_trip(
    count: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "tortoise.db_client"):
        async with transaction():
            caplog.clear()
            await enqueue(*(OfferMade(offer_id=new_id()) for _ in range(count)))
            statements = [r for r in caplog.records if r.name == "tortoise.db_client"]
    assert len(statements) == 1
    assert len(await queued()) == count


async def test_no_fact_is_no_statement(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "tortoise.db_client"):
        async with transaction():
            caplog.clear()
            await enqueue()
            assert not [r for r in caplog.records if r.name == "tortoise.db_client"]


async def test_who_waits_for_a_code_goes_first() -> None:
    demand, code = DemandPublished(demand_id=new_id()), CodeRequested(challenge_id=new_id())
    async with transaction():
        await enqueue(demand, code)
    assert await queued() == [code, demand]


async def test_a_payload_holds_ids_and_nothing_else() -> None:
    fact = OfferMade(offer_id=new_id())
    async with transaction():
        await enqueue(fact)
    (row,) = await fetch("SELECT payload, entrypoint FROM pgqueuer")
    assert row["entrypoint"] == "OfferMade"
    assert json.loads(row["payload"]) == {
        "kind": "OfferMade",
        "version": 1,
        "body": {"fact_id": str(fact.fact_id), "offer_id": str(fact.offer_id)},
    }


async def test_depths_and_age_are_counted() -> None:
    assert (await queue_depths(), await oldest_queued_seconds()) == ({}, 0.0)
    async with transaction():
        await enqueue(OfferMade(offer_id=new_id()), OfferMade(offer_id=new_id()))
    await execute("UPDATE pgqueuer SET execute_after = now() - interval '90 seconds'")
    assert await queue_depths() == {("OfferMade", "queued"): 2}
    assert 89 < await oldest_queued_seconds() < 120


async def test_a_parked_fact_is_listed_with_its_reason_and_can_be_retried() -> None:
    fact, other = OfferMade(offer_id=new_id()), OfferMade(offer_id=new_id())
    first, second = await park(fact, "no such thing"), await park(other, "neither")
    parked = await parked_facts()
    assert [(row["job_id"], row["kind"], row["reason"]) for row in parked] == [
        (first, "OfferMade", "no such thing"),
        (second, "OfferMade", "neither"),
    ]
    assert [row["fact_id"] for row in parked] == [fact.fact_id, other.fact_id]
    assert await retry_parked([first]) == 1
    assert await queue_depths() == {("OfferMade", "queued"): 1, ("OfferMade", "failed"): 1}
    (row,) = await fetch("SELECT attempts FROM pgqueuer WHERE id = $1", first)
    assert row["attempts"] == 0
    assert await retry_parked() == 1
    assert await parked_facts() == []
    assert await retry_parked() == 0


async def test_the_log_is_trimmed_by_age_and_only_what_was_counted() -> None:
    async with transaction():
        await enqueue(*(OfferMade(offer_id=new_id()) for _ in range(3)))
    await execute("UPDATE pgqueuer_log SET created = now() - interval '8 days'")
    assert await trim_queue_log() == 0, "pgqueuer has not yet added these to its statistics"
    await queue().aggregate_logs()
    await execute(
        "UPDATE pgqueuer_log SET created = now() WHERE id = (SELECT max(id) FROM pgqueuer_log)"
    )
    assert await trim_queue_log(batch=1) == 2
    assert len(await fetch("SELECT FROM pgqueuer_log")) == 1


async def test_a_kind_that_nobody_declared_is_named() -> None:
    async with transaction():
        await enqueue(OfferMade(offer_id=new_id()))
    await execute(
        'UPDATE pgqueuer SET payload = convert_to(\'{"kind": "Unheard", "body": {}}\', \'UTF8\')'
    )
    jobs = await queue().dequeue(
        batch_size=1,
        entrypoints={"OfferMade": _unlimited()},  # type: ignore[dict-item]
        queue_manager_id=new_id(),  # type: ignore[arg-type]
        global_concurrency_limit=None,
        heartbeat_timeout=timedelta(seconds=5),
    )
    with pytest.raises(KeyError, match="Unheard"):
        fact_of(jobs[0])


def _unlimited() -> object:
    from pgqueuer.ports.repository import EntrypointExecutionParameter

    return EntrypointExecutionParameter(concurrency_limit=0)
