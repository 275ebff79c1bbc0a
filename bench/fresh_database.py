"""A new database on the benchmarks' own cluster, migrated and empty."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg

from foundation.settings import ROOT
from storage.database import close_database, open_database
from storage.embedded import EmbeddedPostgres
from storage.migrations.apply import migrate


class FreshDatabase(NamedTuple):
    """Where it is: for the application, and for who keeps the cluster."""

    address: str
    keeper_address: str


@asynccontextmanager
async def a_fresh_database(name: str) -> AsyncIterator[FreshDatabase]:
    """The database of that name, made anew, for as long as the context lasts."""
    with EmbeddedPostgres(ROOT / ".data" / "bench", "bench-postgres") as server:
        keeper = await asyncpg.connect(server.url("postgres", "postgres"), timeout=10)
        await keeper.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await keeper.execute(f"CREATE DATABASE {name} OWNER rq_owner")
        await keeper.close()
        await migrate(server.url("rq_owner", name))
        yield FreshDatabase(server.url("rq_app", name), server.url("postgres", name))


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[None]:
    """The pool of this process on a database."""
    await open_database(address)
    try:
        yield
    finally:
        await close_database()
