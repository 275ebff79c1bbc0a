"""The one connection pool to PostgreSQL: open, close, transactions, and SQL for hot paths.

SQL is always parametrised ($1, $2 …). Services use models where a row is changed, SQL where a
screen needs one round trip. Both see the transaction that is open in the current task.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any, TypeVar

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.connection import get_connection
from tortoise.models import Model
from tortoise.transactions import in_transaction

APP = "rongqiao"
STATEMENT_TIMEOUT_MS = 15_000
CONNECT_TIMEOUT_S = 5
COMMAND_TIMEOUT_S = 20

M = TypeVar("M", bound=Model)


def tortoise_config(url: str, *, pool_size: int = 10) -> dict[str, Any]:
    """Tortoise's configuration for a database URL; a socket folder goes into ?host=."""
    connection = expand_db_url(url.replace("postgresql://", "asyncpg://", 1))
    connection["credentials"] |= {
        "minsize": 1,
        "maxsize": pool_size,
        "timeout": CONNECT_TIMEOUT_S,
        "command_timeout": COMMAND_TIMEOUT_S,
        "server_settings": {"statement_timeout": str(STATEMENT_TIMEOUT_MS)},
        "reset": _end_open_transaction,
    }
    return {
        "connections": {"default": connection},
        "apps": {
            APP: {
                "models": ["storage.models"],
                "default_connection": "default",
                "migrations": "storage.migrations.versions",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


async def _end_open_transaction(connection: asyncpg.Connection) -> None:
    # asyncpg's own reset costs a round trip for every query; nothing here changes the state of
    # a session through the pool, so only a transaction left open has to be ended.
    if connection.is_in_transaction():
        await connection.reset()


async def open_database(url: str, *, pool_size: int = 10) -> None:
    """Open the pool of this process. Connections are made when first used."""
    config = tortoise_config(url, pool_size=pool_size)
    await Tortoise.init(config=config, _enable_global_fallback=True)


async def close_database() -> None:
    """Close the pool; safe to call when none is open."""
    await Tortoise.close_connections()


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Run what is inside in one transaction: models, SQL and enqueued facts alike."""
    async with in_transaction():
        yield


async def fetch(sql: str, *values: object) -> list[dict[str, Any]]:
    """Rows of a query as dicts; jsonb arrives as text."""
    return list(await get_connection("default").execute_query_dict(sql, list(values)))


async def fetch_models(model: type[M], sql: str, *values: object) -> list[M]:
    """Instances of a model from a query that selects all of its columns, perhaps more."""
    return models_of(model, await fetch(sql, *values))


def models_of(model: type[M], rows: Iterable[Mapping[str, Any]]) -> list[M]:
    """Instances of a model from rows that hold all of its columns, perhaps more."""
    # Tortoise has no public way to read a model from parametrised SQL.
    return [model._init_from_db(**row) for row in rows]  # noqa: SLF001


async def fetch_one(sql: str, *values: object) -> dict[str, Any] | None:
    """The only row of a query, or None."""
    rows = await fetch(sql, *values)
    return rows[0] if rows else None


async def execute(sql: str, *values: object) -> int:
    """Run a statement; the number of rows it touched, 0 for a plain INSERT: use RETURNING there."""
    count, _ = await get_connection("default").execute_query(sql, list(values))
    return count


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of one's own beside the pool, whose statements may take as long as they do."""
    connection = await asyncpg.connect(url, timeout=30, server_settings={"statement_timeout": "0"})
    try:
        yield connection
    finally:
        await connection.close()


async def copy_text(table: str, columns: Sequence[str], body: bytes) -> bool:
    """Store rows in the text form of PostgreSQL's COPY; False, and none of them, when a unique
    index refuses one. Inside a transaction, which stays usable.
    """
    if not body:
        return True
    async with get_connection("default").acquire_connection() as connection:
        try:
            async with connection.transaction():
                await connection.copy_to_table(table, source=BytesIO(body), columns=columns)
        except asyncpg.UniqueViolationError:
            return False
    return True


async def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows by COPY, in the open transaction; jsonb goes in as text."""
    async with get_connection("default").acquire_connection() as connection:
        await connection.copy_records_to_table(table, records=rows, columns=columns)
