"""A real worker in a process of its own, on the test's database."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from foundation.settings import ROOT
from tests.servers import Database

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 25.0


@asynccontextmanager
async def a_worker(
    database: Database, *, redis_url: str | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker that takes facts already; it is told to stop at the end, unless it was killed."""
    environment = os.environ | {"DATABASE_URL": database.url}
    if redis_url is not None:
        environment["REDIS_URL"] = redis_url
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "worker",
        cwd=ROOT,
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    reading = None
    try:
        await asyncio.wait_for(_until_ready(process.stderr), START_TIMEOUT_S)
        # Somebody has to read what it logs, or it would wait for a full pipe.
        reading = asyncio.create_task(process.stderr.read())
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        if reading is not None:
            await reading


async def _until_ready(lines: asyncio.StreamReader) -> None:
    said = b""
    while b"worker_ready" not in said:
        line = await lines.readline()
        assert line, f"the worker ended: {said.decode()}"
        said += line
