"""Bring a database to the tables of this release: our migrations, the queue's schema, the rights.

Safe to repeat and safe to start twice at once: all of it runs in one transaction under an advisory
lock, so that a failure leaves the database as it was. Only the queue's upgrade stands outside,
because PostgreSQL does not use a new enum value in the transaction that adds it.
"""

from typing import Any

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor
from tortoise.transactions import in_transaction

from storage.database import close_database, tortoise_config
from storage.queue import queries_over
from storage.roles import grant_roles

# Any constant will do, as long as every release uses the same one.
MIGRATION_LOCK = 0x726F6E67
LOCK_TIMEOUT_MS = 60_000
COMMAND_TIMEOUT_S = 900


async def migrate(url: str) -> list[str]:
    """Apply what is missing, as the owner of the tables; the names of what was applied.

    No database may be open in this process.
    """
    config = _patient(tortoise_config(url, pool_size=1))
    await Tortoise.init(config=config, _enable_global_fallback=True)
    try:
        applied = await _apply(config["apps"])
        await _upgrade_queue()
    finally:
        await close_database()
    return applied


def _patient(config: dict[str, Any]) -> dict[str, Any]:
    """Time for an index over a large table, but not for a lock that somebody keeps."""
    config["connections"]["default"]["credentials"] |= {
        "command_timeout": COMMAND_TIMEOUT_S,
        "server_settings": {"lock_timeout": str(LOCK_TIMEOUT_MS)},
    }
    return config


async def _apply(apps: dict[str, dict[str, Any]]) -> list[str]:
    applied: list[str] = []

    def note(event: str, _app: str, name: str) -> None:
        if event == "apply_done":
            applied.append(name)

    async with in_transaction() as connection:
        await connection.execute_query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK])
        # The connection of the transaction, so that what is applied and what is recorded as
        # applied commit together.
        executor = MigrationExecutor(connection, apps)
        # First of all the table of applied migrations: reading it before it exists fails, and
        # a failed statement would end the transaction.
        await executor.recorder.ensure_schema(AsyncpgSchemaEditor(connection, atomic=False))
        await executor.migrate(direction="forward", progress=note)
        if await _install_queue():
            applied.append("pgqueuer")
        await grant_roles()
    return applied


async def _install_queue() -> bool:
    async with get_connection("default").acquire_connection() as raw:
        queries = queries_over(AsyncpgDriver(raw))
        if await queries.schema_is_installed():
            return False
        await queries.install()
        return True


async def _upgrade_queue() -> None:
    async with get_connection("default").acquire_connection() as raw:
        await queries_over(AsyncpgDriver(raw)).upgrade()
