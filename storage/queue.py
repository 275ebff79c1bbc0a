"""The queue: a fact is a row in pgqueuer's table, written in the transaction it speaks of.

One entrypoint per kind of fact, so that a worker never takes a kind it does not know.
"""

import asyncio
import json
from collections.abc import Collection
from typing import Any, Self
from uuid import UUID

from pgqueuer.adapters.persistence.qb import (
    DBSettings,
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.tm import TaskManager
from pgqueuer.domain.types import Channel
from pgqueuer.models import Job
from pgqueuer.ports.driver import Driver, NotifyCallback
from tortoise.backends.base.client import TransactionalDBClient
from tortoise.connection import get_connection

from foundation.facts import Fact
from storage.database import execute, fetch, fetch_one

# Spelled out because pgqueuer also reads bare variables such as FUNCTION, TRIGGER and CHANNEL.
SETTINGS = DBSettings(
    prefix="",
    db_schema=None,
    channel=Channel("ch_pgqueuer"),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
)


def queries_over(driver: Driver) -> Queries:
    """pgqueuer's queries over a driver, with this project's table names."""
    return Queries(
        driver,
        qbe=QueryBuilderEnvironment(SETTINGS),
        qbq=QueryQueueBuilder(SETTINGS),
        qbs=QuerySchedulerBuilder(SETTINGS),
    )


class CurrentConnection(Driver):
    """pgqueuer's driver on the pool, or on the transaction that is open in the current task."""

    def __init__(self) -> None:
        self._shutdown = asyncio.Event()

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Rows of a query."""
        return await fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement."""
        return f"{await execute(query, *args)}"

    async def notify(self, channel: str, payload: str) -> None:
        """Notify a channel; inside a transaction it is sent at commit."""
        await fetch("SELECT pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        """Refused: a pooled connection is given back after each statement."""
        raise NotImplementedError(f"listen to {channel} on a connection of its own")

    @property
    def shutdown(self) -> asyncio.Event:
        """Never set: this driver runs no loop."""
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        """A task manager without tasks."""
        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...


class NoTransactionError(RuntimeError):
    """A fact was enqueued outside a transaction, where it could outlive rows that failed."""


def queue() -> Queries:
    """The queue as the current task sees it."""
    return queries_over(CurrentConnection())


async def enqueue(*facts: Fact) -> None:
    """Put facts on the queue, in the open transaction, in one statement.

    Raises NoTransactionError outside a transaction.
    """
    if not isinstance(get_connection("default"), TransactionalDBClient):
        raise NoTransactionError("enqueue() needs `async with transaction():` around it")
    if not facts:
        return
    await queue().enqueue(
        [type(fact).__name__ for fact in facts],
        [json.dumps(fact.to_payload(), separators=(",", ":")).encode() for fact in facts],
        [fact.PRIORITY for fact in facts],
    )


def fact_of(job: Job) -> Fact:
    """The fact that a job carries. Raises KeyError for a kind that nobody declared."""
    return Fact.from_payload(json.loads(job.payload or b"null"))


async def give_back(job_ids: list[int]) -> None:
    """Return taken facts to the queue unhandled, as if nobody had taken them."""
    await execute(
        "UPDATE pgqueuer SET status = 'queued', queue_manager_id = NULL, updated = now() "
        "WHERE status = 'picked' AND id = ANY($1::bigint[])",
        job_ids,
    )


async def queue_depths() -> dict[tuple[str, str], int]:
    """How many facts stand in the queue by (kind, state): queued, picked, or failed (parked)."""
    rows = await fetch(
        "SELECT entrypoint, status::text AS state, count(*) AS n FROM pgqueuer GROUP BY 1, 2"
    )
    return {(row["entrypoint"], row["state"]): row["n"] for row in rows}


async def oldest_queued_seconds() -> float:
    """How long the oldest fact that is due has been waiting, in seconds; 0 when none is."""
    row = await fetch_one(
        "SELECT coalesce(extract(epoch FROM now() - min(execute_after)), 0)::float8 AS seconds "
        "FROM pgqueuer WHERE status = 'queued' AND execute_after <= now()"
    )
    return float(row["seconds"]) if row else 0.0


async def waiting_facts(kinds: Collection[str]) -> list[tuple[str, dict[str, Any]]]:
    """The bodies of facts of some kinds that are not handled yet, each with its kind."""
    rows = await fetch(
        """
        SELECT entrypoint, convert_from(payload, 'UTF8')::jsonb -> 'body' AS body FROM pgqueuer
         WHERE entrypoint = ANY($1::text[]) AND status IN ('queued', 'picked')
        """,
        list(kinds),
    )
    return [(row["entrypoint"], json.loads(row["body"])) for row in rows]


async def parked_facts(limit: int = 100) -> list[dict[str, Any]]:
    """Facts whose handlers failed too often, oldest first: job_id, kind, fact_id, reason, since.

    The reason is the exception's type; its text could carry somebody's data.
    """
    rows = await fetch(
        """
        SELECT q.id AS job_id, q.entrypoint AS kind, q.updated AS since,
               convert_from(q.payload, 'UTF8')::jsonb #>> '{body,fact_id}' AS fact_id,
               (SELECT l.traceback ->> 'exception_message' FROM pgqueuer_log l
                 WHERE l.job_id = q.id AND l.status = 'failed'
                 ORDER BY l.created DESC LIMIT 1) AS reason
          FROM pgqueuer q
         WHERE q.status = 'failed'
         ORDER BY q.id
         LIMIT $1
        """,
        limit,
    )
    return [row | {"fact_id": row["fact_id"] and UUID(row["fact_id"])} for row in rows]


async def retry_parked(job_ids: list[int] | None = None) -> int:
    """Queue parked facts again, these or all of them; how many there were."""
    rows = await fetch(
        """
        WITH again AS (
          UPDATE pgqueuer
             SET status = 'queued', execute_after = now(), updated = now(), attempts = 0,
                 queue_manager_id = NULL
           WHERE status = 'failed' AND ($1::bigint[] IS NULL OR id = ANY($1::bigint[]))
          RETURNING id, entrypoint, priority
        ), logged AS (
          INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority)
          SELECT id, 'queued', entrypoint, priority FROM again
        )
        SELECT id FROM again
        """,
        job_ids,
    )
    return len(rows)


async def trim_queue_log(keep_days: int = 7, batch: int = 20_000) -> int:
    """Delete what the queue logged more than `keep_days` ago, in batches; how many rows.

    pgqueuer never trims its log. TRUNCATE would take yesterday's failures too, and a right that
    the application's role does not have.
    """
    deleted = 0
    while True:
        count = await execute(
            """
            DELETE FROM pgqueuer_log WHERE id IN (
              SELECT id FROM pgqueuer_log
               WHERE created < now() - make_interval(days => $1) AND aggregated
               ORDER BY created LIMIT $2)
            """,
            keep_days,
            batch,
        )
        deleted += count
        if count < batch:
            return deleted
