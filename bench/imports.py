"""Files of credit records in: a million rows of JS-13 checked, stored and receipted.

Beside it, in turns on the same server, a bare COPY of the same bytes into a table with the same
columns, indexes and constraints. Each import is a process of its own, so that its peak of memory
is its own.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bench.figures import Figure
from bench.provident_files import CHANGED_EVERY, RECEIVED_ON, write_csv
from foundation.settings import ROOT
from sharing.lists import Category, CellType, category_anywhere
from storage.embedded import EmbeddedPostgres
from storage.migrations.apply import migrate

ROWS, TIMES_MORE, ROUNDS = 1_000_000, 4, 3
OF_BARE, MOST_MEGABYTES, MOST_GROWTH = 0.3, 400, 1.1
BATCH = "00000000-0000-7000-8000-000000000001"
TYPES = {
    CellType.DATE: "date",
    CellType.COUNT: "bigint",
    CellType.YUAN: "numeric",
    CellType.DECIMAL: "numeric",
    CellType.PERCENT: "numeric",
}
# Beside the application's tables, whose rights are granted schema by schema.
SCHEMA = "bench"
PLAIN, LEAN = "peer", "lean_peer"
_BATCH_OF_PEER = """
INSERT INTO import_batch (id, city, category, provider, file_digest, received_on, started_at,
  lines_read, accepted, quarantined, unchanged)
VALUES ($1, 'JIANGYIN', 'PEER', '示例', '', $2, now(), 0, 0, 0, 0)
ON CONFLICT DO NOTHING
"""
_EMPTY = (
    "TRUNCATE credit_record, quarantined_row, upload CASCADE",
    "DELETE FROM import_batch WHERE category <> 'PEER'",
    f"TRUNCATE {SCHEMA}.{PLAIN}, {SCHEMA}.{LEAN}",
    "CHECKPOINT",
)


@dataclass(frozen=True)
class _Run:
    """One import: how many rows it kept, in how many seconds, with which peak of memory."""

    accepted: int
    unchanged: int
    seconds: float
    megabytes: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return (self.accepted + self.unchanged) / self.seconds


async def measure() -> list[Figure]:
    """Every figure of this benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder)
        async with _server() as server:
            return await _figures(server, file)


async def _figures(server: "_Server", folder: Path) -> list[Figure]:
    once, again, more = (folder / name for name in ("once.csv", "again.csv", "more.csv"))
    write_csv(once, ROWS)
    rounds = [await _round(server, once) for _ in range(ROUNDS)]
    write_csv(again, ROWS, changed=True)
    second = await server.imported(again)
    if second.accepted != ROWS // CHANGED_EVERY:
        raise RuntimeError(f"not the corrections of the second file: {second}")
    write_csv(more, ROWS * TIMES_MORE)
    await server.empty()
    large = await server.imported(more)
    bare, lean, ours = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    first_peak = server.peak
    return [
        Figure("import.file", once.stat().st_size / 1e6, "MB"),
        Figure("import.bare.rate", bare, "rows/s"),
        Figure("import.lean.rate", lean, "rows/s"),
        Figure("import.rate", ours, "rows/s"),
        Figure("import.corrections.rate", second.rate, "rows/s"),
        Figure("import.4000000.rate", large.rate, "rows/s"),
        Figure("import.of_bare", ours / bare, "times", at_least=OF_BARE),
        Figure("import.of_lean", ours / lean, "times"),
        Figure("import.memory", first_peak, "MB", at_most=MOST_MEGABYTES),
        Figure("import.memory.4_times", large.megabytes / first_peak, "times", at_most=MOST_GROWTH),
    ]


async def _round(server: "_Server", file: Path) -> tuple[float, float, float]:
    """Rows a second of both bare COPYs and of ours, each into empty tables."""
    bare = await server.copied(PLAIN, file)
    lean = await server.copied(LEAN, file)
    await server.empty()
    ours = await server.imported(file)
    if ours.accepted != ROWS:
        raise RuntimeError(f"not every row was kept: {ours}")
    server.peak = max(server.peak, ours.megabytes)
    return bare, lean, ours.rate


class _Server:
    """The database that both write into, as its superuser; the address of the application."""

    def __init__(self, connection: asyncpg.Connection, address: str) -> None:
        self._connection = connection
        self._address = address
        self.peak = 0.0

    async def prepare(self) -> None:
        """The tables to compare with."""
        await self._connection.execute(_BATCH_OF_PEER, BATCH, RECEIVED_ON)
        for statement in (f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE", *_peers()):
            await self._connection.execute(statement)

    async def empty(self) -> None:
        """No rows, and nothing left to be written to the disk."""
        for statement in _EMPTY:
            await self._connection.execute(statement)

    async def copied(self, table: str, file: Path) -> float:
        """Rows a second of a bare COPY of a file's bytes into an empty table."""
        await self.empty()
        names = [field.name for field in _category().fields]
        begun = time.perf_counter()
        await self._connection.copy_to_table(
            table,
            schema_name=SCHEMA,
            source=file,
            columns=names,
            format="csv",
            header=True,
        )
        seconds = time.perf_counter() - begun
        rows = await self._connection.fetchval(f"SELECT count(*) FROM {SCHEMA}.{table}")  # noqa: S608 - ours
        if rows != ROWS:
            raise RuntimeError(f"{rows} rows in {table}")
        return float(rows / seconds)

    async def imported(self, file: Path) -> _Run:
        """What an import of its own process said of itself."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.one_import", str(file)),
            env={**os.environ, "DATABASE_URL": self._address},
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        answer, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"the import ended with {process.returncode}")
        return _Run(**json.loads(answer))


@asynccontextmanager
async def _server() -> AsyncIterator[_Server]:
    with EmbeddedPostgres(ROOT / ".data" / "bench", "bench-import") as embedded:
        await migrate(embedded.url("rq_owner"))
        connection = await asyncpg.connect(embedded.url("postgres"))
        try:
            server = _Server(connection, embedded.url("rq_app"))
            await server.prepare()
            yield server
        finally:
            await connection.close()


def _category() -> Category:
    return category_anywhere("JS-13", RECEIVED_ON)


def _peers() -> list[str]:
    """What credit_record has, by the list's own columns: once typed and whole, once lean."""
    category = _category()
    uscc, start, end = (f'"{category.name_of(role)}"' for role in category.key)
    fields = category.fields
    typed = ", ".join(f'"{field.name}" {TYPES.get(field.type, "text")}' for field in fields)
    plain = ", ".join(f'"{field.name}" text' for field in fields)
    return [
        f"CREATE SCHEMA {SCHEMA}",
        f"CREATE TABLE {SCHEMA}.{PLAIN} (id uuid PRIMARY KEY DEFAULT uuidv7(),"
        f" batch_id uuid NOT NULL DEFAULT '{BATCH}' REFERENCES import_batch,"
        f" {typed}, CHECK ({uscc} IS NOT NULL))",
        f"CREATE UNIQUE INDEX ON {SCHEMA}.{PLAIN} ({uscc}, {start}, {end}, batch_id)",
        f"CREATE INDEX ON {SCHEMA}.{PLAIN} ({uscc})",
        f"CREATE INDEX ON {SCHEMA}.{PLAIN} USING brin (batch_id) WITH (autosummarize = on)",
        f"CREATE TABLE {SCHEMA}.{LEAN} (id uuid PRIMARY KEY DEFAULT uuidv7(), {plain})",
        f"CREATE UNIQUE INDEX ON {SCHEMA}.{LEAN} ({uscc}, {start}, {end})",
        f"CREATE INDEX ON {SCHEMA}.{LEAN} ({uscc})",
    ]
