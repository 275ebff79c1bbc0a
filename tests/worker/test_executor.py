"""What becomes of a fact whose handler fails: it waits, it is tried again, it is parked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from accounts import codes
from notifications.channels import CodeMessage, use_sms_channel
from notifications.channels.memory import MemorySms
from storage.database import execute, fetch
from storage.queue import parked_facts, queue_depths, retry_parked
from tests.factories.people import a_phone
from tests.servers import Database
from tests.waiting import until
from worker.executor import LAST_PAUSE, MAX_ATTEMPTS, FactExecutor, pause_after
from worker.main import work


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[None]:
    """The worker's loop in this process."""
    stop = asyncio.Event()
    task = asyncio.create_task(work(database.url, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


async def until_sent(sms: MemorySms, count: int) -> None:
    async def enough() -> bool:
        return len(sms.sent) == count

    await until(enough)


async def until_queue_is(depths: dict[tuple[str, str], int]) -> None:
    async def is_so() -> bool:
        return await queue_depths() == depths

    await until(is_so)


async def ask_for_a_code() -> str:
    phone = a_phone()
    await codes.send(phone=phone, city="JIANGYIN", address="192.0.2.1", now=datetime.now(UTC))
    return phone


def test_pauses_grow_and_end_at_ten_minutes() -> None:
    pauses = [pause_after(attempts) for attempts in range(MAX_ATTEMPTS)]
    assert pauses[:4] == [timedelta(seconds=s) for s in (1, 2, 4, 8)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LAST_PAUSE
    assert timedelta(minutes=45) < sum(pauses[:-1], timedelta()) < timedelta(minutes=90)


async def test_a_failed_handler_is_tried_again_until_it_succeeds(database: Database) -> None:
    sms = MemorySms(failures=1)
    with use_sms_channel(sms):
        phone = await ask_for_a_code()
        async with working(database):
            await until_sent(sms, 1)
            await until_queue_is({})
    assert [message.phone for message in sms.sent] == [phone]
    rows = await fetch("SELECT status::text AS s FROM pgqueuer_log ORDER BY id")
    assert [row["s"] for row in rows] == ["queued", "picked", "queued", "picked", "successful"]


async def test_what_fails_too_often_is_parked_and_can_be_retried(database: Database) -> None:
    sms = MemorySms(failures=1)
    with use_sms_channel(sms):
        await ask_for_a_code()
        await execute("UPDATE pgqueuer SET attempts = $1", MAX_ATTEMPTS - 1)
        async with working(database):
            await until_queue_is({("CodeRequested", "failed"): 1})
            (parked,) = await parked_facts()
            assert "send_the_code_by_sms: SmsError" in parked["reason"]
            assert await retry_parked() == 1
            await until_sent(sms, 1)
            await until_queue_is({})


class Telltale:
    """A channel whose failure quotes what it was given."""

    async def send_code(self, message: CodeMessage) -> None:
        raise RuntimeError(f"cannot reach {message.phone} with {message.code}")


async def test_what_the_queue_keeps_of_a_failure_quotes_nobody(database: Database) -> None:
    async def tracebacks() -> list[str]:
        rows = await fetch("SELECT traceback::text AS t FROM pgqueuer_log")
        return [row["t"] for row in rows if row["t"]]

    async def is_logged() -> bool:
        return bool(await tracebacks())

    with use_sms_channel(Telltale()):
        phone = await ask_for_a_code()
        async with working(database):
            await until(is_logged)
    kept = await tracebacks()
    assert phone not in json.dumps(kept)
    assert "RuntimeError" in kept[0]


async def test_an_interrupted_fact_goes_back_and_is_not_dropped(database: Database) -> None:
    class Slow:
        async def send_code(self, _: CodeMessage) -> None:
            await asyncio.sleep(30)

    await ask_for_a_code()
    (row,) = await fetch("SELECT * FROM pgqueuer")
    job = Job.model_validate(row)
    with use_sms_channel(Slow()):
        running = asyncio.create_task(FactExecutor(None).execute(job, None))  # type: ignore[arg-type]
        await asyncio.sleep(0.1)
        running.cancel()
        with pytest.raises(RetryRequested) as request:
            await running
    assert request.value.delay == timedelta(0)


async def test_a_lost_connection_is_made_again(database: Database) -> None:
    sms = MemorySms()
    with use_sms_channel(sms):
        async with working(database):
            await ask_for_a_code()
            await until_sent(sms, 1)
            cut = await fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND usename = current_user "
                "AND pid <> pg_backend_pid() AND query LIKE '%pgqueuer%'"
            )
            assert cut
            await ask_for_a_code()
            await until_sent(sms, 2)
            await until_queue_is({})


@pytest.mark.parametrize("lack", ["server", "tables"])
async def test_it_waits_for_its_database_and_stops_when_told(
    database: Database, lack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = {
        "server": "postgresql://nobody@127.0.0.1:1/nothing",
        "tables": database.admin_url.replace(await _name(), "postgres"),
    }
    stop = asyncio.Event()
    task = asyncio.create_task(work(urls[lack], stop))
    await asyncio.sleep(0.3)
    assert not task.done()
    stop.set()
    await asyncio.wait_for(task, 20)
    assert "queue_lost" in capsys.readouterr().out


async def _name() -> str:
    (row,) = await fetch("SELECT current_database() AS name")
    name: str = row["name"]
    return name
