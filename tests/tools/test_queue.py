"""`tools queue` shows what is parked and puts it back."""

import asyncio
import os
import sys

from foundation.identifiers import new_id
from foundation.settings import ROOT
from marketplace.facts import OfferMade
from storage.database import execute, fetch, transaction
from storage.queue import enqueue, queue_depths
from tests.servers import Database


async def tools_queue(database: Database, *arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools", "queue", *arguments,
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database.url},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_parked_facts_are_shown_and_queued_again(database: Database) -> None:
    parked, waiting = OfferMade(offer_id=new_id()), OfferMade(offer_id=new_id())
    async with transaction():
        await enqueue(parked, waiting)
    (row,) = await fetch("SELECT min(id) AS id FROM pgqueuer")
    await execute("UPDATE pgqueuer SET status = 'failed' WHERE id = $1", row["id"])

    code, output = await tools_queue(database)
    assert code == 1, "something is parked"
    assert f"parked {row['id']} OfferMade {parked.fact_id}" in output
    assert str(waiting.fact_id) not in output

    code, output = await tools_queue(database, "--retry", str(row["id"]))
    assert code == 0
    assert "queued again: 1" in output
    assert await queue_depths() == {("OfferMade", "queued"): 2}


async def test_an_empty_queue_is_fine(database: Database) -> None:
    assert await tools_queue(database) == (0, "oldest waiting: 0.0 s\n")
