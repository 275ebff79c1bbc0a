"""The worker: takes facts from the queue and handles them, until it is told to stop.

It outlives its database: a lost connection is made again. It is told to stop by SIGTERM or
SIGINT, and then finishes what it has begun.
"""

import asyncio
import contextlib
import signal
from datetime import timedelta
from functools import partial

import asyncpg
import structlog
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.errors import FailingListenerError
from pgqueuer.models import Job, Schedule

from foundation.logs import configure_logs
from foundation.settings import settings
from storage.database import close_database, open_database
from storage.live import close_live_bus
from storage.queue import SETTINGS, queries_over
from worker.drain import drain
from worker.executor import FactExecutor
from worker.handlers import HANDLERS
from worker.schedules import SCHEDULES

HEARTBEAT_TIMEOUT = timedelta(seconds=5)
# Also how soon a dead worker's facts, and those put back with a pause, are looked for.
POLL_EVERY = timedelta(seconds=1)
BATCH = 10
AT_ONCE = 20
FINISH_WITHIN_S = 20.0
CONNECT_TIMEOUT_S = 5.0
COMMAND_TIMEOUT_S = 20.0
LAST_PAUSE_S = 10.0

log = structlog.get_logger("worker")


class TablesMissingError(Exception):
    """The database has no queue yet."""


_PASSING = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    FailingListenerError,
    TablesMissingError,
)
"""What may be over when the worker connects again."""


def build(connection: "asyncpg.Connection[asyncpg.Record]") -> PgQueuer:
    """The queue's loop with every handler and schedule, on a connection of its own."""
    driver = AsyncpgDriver(connection)
    loop = PgQueuer(driver, channel=SETTINGS.channel, queries=queries_over(driver))
    for fact in HANDLERS:
        loop.entrypoint(fact.__name__, on_failure="hold", executor_factory=FactExecutor)(_carried)
    for name, (expression, run) in SCHEDULES.items():

        async def scheduled(_: Schedule, run: object = run) -> None:
            await run()  # type: ignore[operator]

        loop.schedule(name, expression, accepts_context=False)(scheduled)
    return loop


async def _carried(_: Job) -> None:
    """What pgqueuer asks for; FactExecutor reads the fact and runs its handlers instead."""


async def work(url: str, stop: asyncio.Event) -> None:
    """Handle facts until `stop` is set, connecting again whenever the connection is lost."""
    pause = 0.5
    while not stop.is_set():
        try:
            await _work_on_one_connection(url, stop)
            pause = 0.5
        except _PASSING as error:
            log.warning("queue_lost", error=type(error).__name__, retry_in_s=pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(pause * 2, LAST_PAUSE_S)


async def _work_on_one_connection(url: str, stop: asyncio.Event) -> None:
    connection = await asyncpg.connect(
        url, timeout=CONNECT_TIMEOUT_S, command_timeout=COMMAND_TIMEOUT_S
    )
    try:
        loop = build(connection)
        if not await queries_over(AsyncpgDriver(connection)).schema_is_installed():
            raise TablesMissingError("run `python -m tools migrate`")
        running = asyncio.create_task(
            loop.run(
                dequeue_timeout=POLL_EVERY,
                batch_size=BATCH,
                max_concurrent_tasks=AT_ONCE,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
            )
        )
        stopping = asyncio.create_task(stop.wait())
        log.info("worker_ready", kinds=len(HANDLERS))
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        loop.shutdown.set()
        await asyncio.wait_for(running, FINISH_WITHIN_S)
    finally:
        # A connection that was lost in the middle of a statement cannot say goodbye, and asyncpg
        # has many ways to say so; it is ended all the same.
        with contextlib.suppress(Exception):
            await connection.close(timeout=CONNECT_TIMEOUT_S)


async def main(*, until_empty: bool = False) -> None:
    """Run the worker of this process; `until_empty`: handle what is queued, then return."""
    configured = settings()
    configure_logs(json_lines=configured.is_production)
    if configured.database_url is None:
        raise SystemExit("the worker needs DATABASE_URL; `make run` starts it with one")
    await open_database(configured.database_url)
    try:
        if until_empty:
            log.info("queue_empty", handled=await drain())
        else:
            await _work_until_told(configured.database_url)
    finally:
        await close_live_bus()
        await close_database()


async def _work_until_told(url: str) -> None:
    stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, partial(_note, stop, told))
    await work(url, stop)
    log.info("worker_stopped")


def _note(stop: asyncio.Event, told: signal.Signals) -> None:
    log.info("worker_stopping", signal=told.name)
    stop.set()
