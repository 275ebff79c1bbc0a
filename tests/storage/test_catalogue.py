"""What PostgreSQL really has, against what models and migrations say: the migration tool drops
constraints and foreign-key indexes without a word.
"""

import importlib
import pkgutil

import asyncpg
import pytest
from tortoise.models import Model

import storage.migrations.versions
import storage.models
from storage.database import fetch
from storage.roles import APPEND_ONLY, WRITTEN_BY_THE_DATABASE
from tests.servers import Database

_VERSIONS = [
    importlib.import_module(f"{storage.migrations.versions.__name__}.{module.name}")
    for module in pkgutil.iter_modules(storage.migrations.versions.__path__)
]
MODELS: list[type[Model]] = [getattr(storage.models, name) for name in storage.models.__all__]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
async def test_a_table_has_the_columns_of_its_model(model: type[Model], database: Database) -> None:
    rows = await fetch(
        "SELECT column_name, is_nullable FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = $1",
        model._meta.db_table,
    )
    declared = {
        (column, model._meta.fields_map[name].null)
        for name, column in model._meta.fields_db_projection.items()
    }
    assert {(row["column_name"], row["is_nullable"] == "YES") for row in rows} == declared


async def test_every_foreign_key_leads_an_index(database: Database) -> None:
    rows = await fetch(
        """
        SELECT conrelid::regclass::text AS on_table, attname AS on_column
        FROM pg_constraint
        JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace
          AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1]
              AND indpred IS NULL
          )
        """
    )
    assert rows == []


async def test_every_declared_index_exists(database: Database) -> None:
    rows = await fetch("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
    existing = {row["indexname"] for row in rows}
    declared = {
        name
        for version in _VERSIONS
        for kind in ("UNIQUE", "INDEXES")
        for name in getattr(version, kind, {})
    }
    dropped = {name for version in _VERSIONS for name in getattr(version, "DROPPED", ())}
    assert "access_chain_line_key" in declared
    assert declared - dropped <= existing
    assert not dropped & existing


async def test_every_declared_check_exists(database: Database) -> None:
    rows = await fetch("SELECT conname FROM pg_constraint WHERE contype = 'c'")
    declared = {
        f"{table}_{name}_check"
        for version in _VERSIONS
        for table, checks in getattr(version, "CHECKS", {}).items()
        for name in checks
    }
    assert declared <= {row["conname"] for row in rows}


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_an_append_only_table_refuses_even_its_owner(table: str, database: Database) -> None:
    connection = await asyncpg.connect(database.owner_url)
    try:
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_the_application_may_not_change_an_append_only_table(
    table: str, database: Database
) -> None:
    connection = await asyncpg.connect(database.url)
    try:
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
                await connection.execute(statement)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE anything (id int)")
    finally:
        await connection.close()


@pytest.mark.parametrize("table", WRITTEN_BY_THE_DATABASE)
async def test_the_application_may_not_write_what_the_database_writes(
    table: str, database: Database
) -> None:
    connection = await asyncpg.connect(database.url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
            await connection.execute(f"INSERT INTO {table} DEFAULT VALUES")
    finally:
        await connection.close()


async def test_the_reader_reads_and_writes_nothing(database: Database) -> None:
    connection = await asyncpg.connect(database.read_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM demand") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM demand")
    finally:
        await connection.close()
