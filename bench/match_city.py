"""A city's demands before a catalogue: the engine, DuckDB, and PostgreSQL on a twentieth.

All three are given the same table of costs, and what a place and an industry mean to each product.
The results must be the same to the last product.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg
import numpy as np

from bench.figures import Figure
from bench.match_duckdb import filled
from bench.match_sql import BEST, Table, tables
from bench.match_timing import alternated, seconds
from bench.match_world import TERMS, TODAY, asks, population, sheets
from foundation.settings import ROOT
from matching.engine.batch import NOBODY, Batch
from matching.engine.catalogue import Catalogue, compile_sheets
from matching.engine.units import Integers
from storage.embedded import EmbeddedPostgres

DEMANDS, PRODUCTS, TOP, THREADS = 160_000, 1_000, 10, 2
PART = 20  # PostgreSQL gets a twentieth
OF_DUCKDB, OF_POSTGRES = 5.0, 25.0
_BEST = BEST.format(top=TOP)
_TIME_OUT_S = 1_800.0


async def peers() -> list[Figure]:
    """How many times as fast as each peer the engine is."""
    catalogue = compile_sheets(sheets(PRODUCTS))
    catalogue.costs.table(TERMS)
    return [*_against_duckdb(catalogue), *await _against_postgres(catalogue)]


def _against_duckdb(catalogue: Catalogue) -> list[Figure]:
    people, demands = population(DEMANDS), asks(DEMANDS)
    batch = Batch.of(catalogue, people, TODAY, top=TOP)
    database = filled(tables(catalogue, people, demands, TODAY), threads=THREADS)

    def engine() -> Integers:
        return np.concatenate([best.product for best in batch.blocks(demands, THREADS)])

    def duckdb() -> Integers:
        found: Integers = database.execute(_BEST).fetchnumpy()["product"]
        return found

    _same(engine(), duckdb())
    ours, theirs = alternated([engine, duckdb])
    database.close()
    pairs = DEMANDS * PRODUCTS / 1e6
    return [
        Figure("match.city.seconds", ours, "s"),
        Figure("match.city.rate", pairs / ours, "million_pairs/s"),
        Figure("match.city.duckdb.rate", pairs / theirs, "million_pairs/s"),
        Figure("match.city.duckdb", theirs / ours, "times_duckdb", at_least=OF_DUCKDB),
    ]


async def _against_postgres(catalogue: Catalogue) -> list[Figure]:
    count = DEMANDS // PART
    people, demands = population(count), asks(count)
    batch = Batch.of(catalogue, people, TODAY, top=TOP)

    def engine() -> Integers:
        return np.concatenate([best.product for best in batch.blocks(demands, THREADS)])

    async with _postgres(tables(catalogue, people, demands, TODAY)) as connection:
        loop = asyncio.get_running_loop()
        started = loop.time()
        rows = await connection.fetch(_BEST, timeout=_TIME_OUT_S)
        theirs = loop.time() - started
    _same(engine(), np.array([row["product"] for row in rows]))
    ours = min(seconds(engine) for _ in range(5))
    return [
        Figure("match.city.postgres.rate", count * PRODUCTS / theirs / 1e6, "million_pairs/s"),
        Figure("match.city.postgres", theirs / ours, "times_postgres", at_least=OF_POSTGRES),
    ]


def _same(ours: Integers, theirs: Integers) -> None:
    if not np.array_equal(ours[ours != NOBODY], theirs):
        raise RuntimeError("the peer found other products, or another order")


@asynccontextmanager
async def _postgres(given: Mapping[str, Table]) -> AsyncIterator[asyncpg.Connection]:
    """A cluster of this benchmark's own that holds the tables, analysed, on both cores."""
    with EmbeddedPostgres(ROOT / ".data" / "bench", "bench-postgres") as server:
        connection = await asyncpg.connect(server.url("rq_owner"))
        try:
            await connection.execute("CREATE SCHEMA IF NOT EXISTS bench_match")
            await connection.execute("SET search_path TO bench_match")
            await connection.execute("SET statement_timeout = 0; SET work_mem = '512MB'")
            for name, table in given.items():
                kinds = ", ".join(f"{column} {kind}" for column, kind in table.types().items())
                await connection.execute(f"DROP TABLE IF EXISTS {name}")
                await connection.execute(f"CREATE TABLE {name} ({kinds})")
                await connection.copy_records_to_table(
                    name, records=table.rows(), schema_name="bench_match", timeout=_TIME_OUT_S
                )
            await connection.execute("CREATE INDEX ON open (region, industry)")
            await connection.execute("ANALYZE")
            yield connection
        finally:
            await connection.execute("DROP SCHEMA IF EXISTS bench_match CASCADE")
            await connection.close()
