"""`tools matches check` finds a kept match that is not what a fresh computation says."""

import asyncio
import os
import sys

from foundation.settings import ROOT
from marketplace.facts import ProductPublished
from storage.database import execute, fetch, transaction
from storage.models import AccessLedgerEntry, Match
from storage.queue import enqueue
from tests.factories.demands import a_demand
from tests.factories.people import an_enterprise, an_owner
from tests.factories.products import a_product, prices
from tests.servers import Database
from worker.schedules import match_the_cities


async def tools_check(database: Database) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools", "matches", "check", "--city", "JIANGYIN",
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database.url},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_a_city_that_agrees_one_that_waits_and_one_that_differs(database: Database) -> None:
    for rate in ("3", "4"):
        product = await a_product(prices=prices(rate, rate, rate))
    demand = await a_demand()
    code, output = await tools_check(database)
    assert (code, "核对 1 条需求：0 条不一致，0 条等待" in output) == (0, True)

    await execute("UPDATE match SET rank = 3 - rank")
    async with transaction():
        await enqueue(ProductPublished(product_id=product.id))
    code, output = await tools_check(database)
    assert (code, "0 条不一致，1 条等待" in output) == (0, True)

    await execute("DELETE FROM pgqueuer")
    code, output = await tools_check(database)
    assert code == 1
    assert f"需求 {demand.id}：2 处不一致" in output
    rows = await Match.filter(demand_id=demand.id).order_by("position")
    assert [row.rank for row in rows] == [2, 1], "a check changes nothing"
    assert await AccessLedgerEntry.filter(purpose_id=demand.id, what="GRADE_READ").count() == 4


async def test_the_night_mends_what_the_days_changed_and_nothing_else(database: Database) -> None:
    await a_product(min_age_months=12)
    enterprise = await an_enterprise()
    young, old = await a_demand(owner=await an_owner(enterprise=enterprise)), await a_demand()
    await execute("UPDATE enterprise SET established_on = now()::date WHERE id = $1", enterprise.id)
    runs = "SELECT DISTINCT run_id FROM match WHERE demand_id = $1"
    before = [await fetch(runs, one.id) for one in (young, old)]
    await match_the_cities()
    after = [await fetch(runs, one.id) for one in (young, old)]
    assert before[0] != after[0]
    assert before[1] == after[1]
    assert not (await Match.get(demand_id=young.id)).eligible
    assert (await tools_check(database))[0] == 0
