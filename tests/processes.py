"""The application's own processes, on the test's database and on ports of their own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from foundation.settings import ROOT
from tests.servers import Database, free_port

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 25.0


@asynccontextmanager
async def a_worker(
    database: Database, *, redis_url: str | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker that takes facts already; it is told to stop at the end, unless it was killed."""
    async with _running("worker", "worker_ready", database, redis_url) as process:
        yield process


@asynccontextmanager
async def an_api(database: Database, *, redis_url: str | None = None) -> AsyncIterator[str]:
    """The API behind uvicorn; its host and port."""
    port = free_port()
    # Uvicorn says this once it listens.
    async with _running("api", "Uvicorn running", database, redis_url, PORT=str(port)):
        yield f"127.0.0.1:{port}"


@asynccontextmanager
async def _running(
    module: str, ready: str, database: Database, redis_url: str | None, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = os.environ | {"DATABASE_URL": database.url} | settings
    if redis_url is not None:
        environment["REDIS_URL"] = redis_url
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module,
        cwd=ROOT,
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    reading = None
    try:
        await asyncio.wait_for(_until_said(ready, process.stderr), START_TIMEOUT_S)
        # Somebody has to read what it logs, or it would wait for a full pipe.
        reading = asyncio.create_task(process.stderr.read())
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        if reading is not None:
            # pytest shows it where the test fails.
            sys.stderr.write((await reading).decode())


async def _until_said(ready: str, lines: asyncio.StreamReader) -> None:
    said = ""
    while ready not in said:
        line = await lines.readline()
        assert line, f"the process ended: {said}"
        said += line.decode()
