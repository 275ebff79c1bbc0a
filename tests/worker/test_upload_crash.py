"""A worker that is killed in the middle of a file leaves the rest of it to the next one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from foundation.identifiers import new_id
from sharing.receiving import tickets, uploads
from sharing.receiving.upload_files import Draft, path_of
from storage.database import fetch
from storage.models import ImportBatch, Upload
from tests.factories.credit_files import housing_fund
from tests.factories.demands import viewer_of
from tests.factories.people import a_uscc
from tests.factories.providers import a_data_provider
from tests.graphql.upload_scene import csv_bytes
from tests.processes import a_worker
from tests.servers import Database
from tests.waiting import until

FIRMS, YEARS = 100, 15
ROWS = FIRMS * YEARS * 12
WITHIN_S = 120.0


async def received(body: bytes, now: datetime) -> Upload:
    """The upload of a file that came in by a ticket, as POST /uploads takes it."""
    provider = await a_data_provider(now=now)
    issued = await tickets.issue(
        viewer_of(provider),
        city="JIANGYIN",
        category="JS-13",
        file_name="公积金.csv",
        idempotency_key=f"upload-{new_id().hex}",
        now=now,
    )
    ticket = await tickets.use(issued.text, now)
    assert ticket is not None
    draft = Draft(path_of(upload_id := new_id(), ticket.file_name), len(body))

    async def pieces() -> AsyncIterator[bytes]:
        yield body

    await draft.take(pieces())
    return await uploads.receive(
        ticket, uploads.WholeFile(upload_id, draft.digest, draft.size), now
    )


async def test_a_killed_import_is_taken_up_again(database: Database) -> None:
    now = datetime.now(UTC)
    months = [f"{2010 + number // 12}-{number % 12 + 1:02}" for number in range(YEARS * 12)]
    firms = [a_uscc() for _ in range(FIRMS)]
    rows = [
        housing_fund(uscc=uscc, from_month=month, to_month=month)
        for uscc in firms
        for month in months
    ]
    upload = await received(csv_bytes(rows), now)

    async def begun() -> bool:
        return (await ImportBatch.get(id=upload.batch_id)).lines_read > 0

    async def ended() -> bool:
        return (await Upload.get(id=upload.id)).ended_at is not None

    async with asyncio.timeout(WITHIN_S):
        async with a_worker(database) as worker:
            await until(begun, WITHIN_S)
            worker.kill()
        async with a_worker(database):
            await until(ended, WITHIN_S)

    batch = await ImportBatch.get(id=upload.batch_id)
    assert batch.finished_at is not None
    assert (batch.accepted, batch.quarantined) == (ROWS, 0)
    [kept] = await fetch("SELECT count(*) AS n FROM credit_record")
    assert kept["n"] == ROWS
    assert not path_of(upload.id, upload.file_name).exists()
