"""The access ledger: lines that are chained as they commit, against the same lines without a chain.

Eight connections, one line or a hundred in each transaction, in alternated rounds on a durable
cluster of the benchmark's own; then the rate at which the whole chain is verified.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import asyncpg

from bench.figures import Figure
from foundation.settings import ROOT
from sharing.access.verification import verify
from storage.database import close_database, open_database
from storage.embedded import EmbeddedPostgres
from storage.migrations.apply import migrate

CONNECTIONS = 8
ROUNDS = 5
SECONDS = 1.5
CHAINED_AT_LEAST = 0.05

# The table without its trigger, with the same columns, indexes and checks.
_BARE = """
DROP TABLE IF EXISTS bare_ledger;
CREATE TABLE bare_ledger (LIKE access_ledger INCLUDING ALL);
GRANT INSERT, SELECT ON bare_ledger TO rq_app;
"""
_WRITE = """
INSERT INTO {table} (at, person_id, role, institution_id, enterprise_id, what, purpose_kind,
                     purpose_id, consent_id, allowed, categories)
SELECT now(), $1, 'OFFICER', $1, $1, 'DATA_READ', 'DEMAND', $1, $1, true, '{{JS-13,JS-14}}'
  FROM generate_series(1, $2)
"""
_SOMEBODY = UUID(int=1)


@asynccontextmanager
async def _database() -> AsyncIterator[str]:
    with EmbeddedPostgres(ROOT / ".data" / "bench", "bench-postgres") as server:
        await migrate(server.url("rq_owner"))
        owner = await asyncpg.connect(server.url("rq_owner"))
        await owner.execute(_BARE)
        try:
            yield server.url("rq_app")
        finally:
            await owner.execute("DROP TABLE bare_ledger")
            await owner.close()


async def measure() -> list[Figure]:
    """Every figure of this benchmark."""
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(_database())
        pool = [await stack.enter_async_context(_connection(address)) for _ in range(CONNECTIONS)]
        figures: list[Figure] = []
        for lines in (1, 100):
            rates = await _rates(pool, lines)
            figures += _figures(lines, rates)
        await open_database(address)
        try:
            began = time.perf_counter()
            verdict = await verify()
            seconds = time.perf_counter() - began
        finally:
            await close_database()
    if verdict.found is not None:
        raise RuntimeError(f"the chain broke under load: {verdict.found}")
    rate = verdict.head.position / seconds
    return [*figures, Figure("ledger.verified.rate", rate, "lines/s")]


@asynccontextmanager
async def _connection(address: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(address, timeout=10, command_timeout=60)
    try:
        yield connection
    finally:
        await connection.close()


async def _rates(pool: list[asyncpg.Connection], lines: int) -> dict[str, float]:
    """Lines a second into each table, medians over alternated rounds."""
    found: dict[str, list[float]] = {"bare_ledger": [], "access_ledger": []}
    for _ in range(ROUNDS):
        for table, rates in found.items():
            rates.append(await _rate(pool, _WRITE.format(table=table), lines))
    return {table: statistics.median(rates) for table, rates in found.items()}


async def _rate(pool: list[asyncpg.Connection], sql: str, lines: int) -> float:
    began = time.perf_counter()

    async def write(connection: asyncpg.Connection) -> int:
        written = 0
        while time.perf_counter() - began < SECONDS:
            await connection.execute(sql, _SOMEBODY, lines)
            written += lines
        return written

    written = await asyncio.gather(*map(write, pool))
    return sum(written) / (time.perf_counter() - began)


def _figures(lines: int, rates: dict[str, float]) -> list[Figure]:
    bare, chained = rates["bare_ledger"], rates["access_ledger"]
    each = f"ledger.{lines}_a_transaction"
    return [
        Figure(f"{each}.bare.rate", bare, "lines/s"),
        Figure(f"{each}.chained.rate", chained, "lines/s"),
        Figure(f"{each}.chained", chained / bare, "of_bare", at_least=CHAINED_AT_LEAST),
    ]
