"""`tools match` from tables of PostgreSQL: the same matches as from files, and again the same."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import polars as pl
import pytest

from foundation.settings import ROOT
from tests.matching import files
from tests.matching.sheets import TODAY
from tests.matching.worlds import a_world
from tests.servers import Database
from tools.__main__ import main

COLUMNS = (
    "demand_id text, enterprise_id text, position int, verdict text, product_id text,"
    " product_version int, annual_rate_e4 bigint, limit_fen bigint, granted_fen bigint,"
    " full_amount boolean, asked_kind boolean, all_in_cost_e4 bigint, score float8"
)
TABLES = f"""
CREATE TABLE given_enterprise (enterprise_id text PRIMARY KEY, grade text, region text,
  region_codes text[], industry text, size text, possible_sizes text[], sole_trader boolean,
  established_on date, tags_held text[], tags_lacking text[], annual_revenue_fen bigint,
  annual_tax_fen bigint, employees int, public_records smallint, bad_loans int);
CREATE TABLE given_demand (demand_id text PRIMARY KEY, enterprise_id text, amount_fen bigint,
  term_months int, guarantee_kinds text[]);
CREATE TABLE found_match (part int, {COLUMNS});
GRANT SELECT ON given_enterprise, given_demand TO rq_app;
GRANT SELECT, INSERT, DELETE ON found_match TO rq_app;
"""


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """The tables, for as long as the test takes."""
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(TABLES)
    yield connection
    await connection.execute("DROP TABLE given_enterprise, given_demand, found_match")
    await connection.close()


async def fill(owner: asyncpg.Connection, table: str, frame: pl.DataFrame) -> None:
    await owner.copy_records_to_table(
        table, columns=frame.columns, records=[tuple(row) for row in frame.iter_rows()]
    )


async def match(database: Database, products: Path, *more: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools", "match", "--products", str(products)),
        *("--day", TODAY.isoformat(), "--threads", "1", "--rows-per-part", "7", *more),
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database.url},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), 120)
    return process.returncode or 0, said.decode()


async def test_tables_give_what_files_give_and_a_second_run_changes_nothing(
    database: Database, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    world = files.for_files(a_world(5, products=30, enterprises=20))
    files.write_world(world, tmp_path)
    # Tables are read in the order of the demands' ids.
    demands = files.demands(world).sort("demand_id")
    demands.write_parquet(tmp_path / files.DEMANDS)
    await fill(owner, "given_enterprise", files.enterprises(world))
    await fill(owner, "given_demand", demands)
    products = tmp_path / files.PRODUCTS
    where = ("--enterprises", str(tmp_path / files.ENTERPRISES), "--products", str(products))
    asking = ("--demands", str(tmp_path / files.DEMANDS), "--out", str(tmp_path / "M.parquet"))
    day = ("--day", TODAY.isoformat(), "--threads", "1", "--near", "3")
    assert main(["match", *where, *asking, *day]) == 0
    expected = pl.read_parquet(tmp_path / "M.parquet").rows()
    assert expected

    for _ in range(2):
        tables = ("pg:given_enterprise", "--demands", "pg:given_demand", "--out", "pg:found_match")
        assert await match(database, products, "--enterprises", *tables, "--near", "3") == (0, "")
        rows = await owner.fetch("SELECT * FROM found_match ORDER BY part, demand_id, position")
        assert [tuple(row)[1:] for row in rows] == expected


@pytest.mark.parametrize("name", ["found match", 'found"; DROP TABLE x; --', "Found"])
async def test_a_name_that_is_no_plain_name_reaches_no_statement(
    database: Database, tmp_path: Path, name: str
) -> None:
    products = tmp_path / files.PRODUCTS
    products.write_text('{"products": []}', "utf-8")
    tables = ("--enterprises", "pg:given_enterprise", "--out", f"pg:{name}")
    code, said = await match(database, products, *tables)
    assert code == 1
    assert "表名须为小写字母、数字和下划线" in said
