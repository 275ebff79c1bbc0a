"""`tools matches check` finds a kept match that is not what a fresh computation says."""

import asyncio
import csv
import os
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from foundation.clock import SystemClock
from foundation.facts import Fact
from foundation.identifiers import new_id
from foundation.settings import ROOT
from marketplace import match_check
from marketplace.facts import DemandPublished, ProductLeftShelf, ProductPublished
from marketplace.match_check import NAMED_BY, check_matches, mend_matches
from marketplace.matchmaking import match_enterprise, match_read
from marketplace.product_sheet import Figures
from marketplace.standing import how_many_stand
from matching.movements import Movement
from sharing.facts import BatchImported, ConsentRevoked, GradeChanged
from storage.database import execute, fetch, transaction
from storage.models import AccessLedgerEntry, Demand, Match
from storage.models.credit_record import ImportBatch
from storage.models.demand import MatchingState
from storage.queue import enqueue
from tests.factories.credit import a_history, import_histories
from tests.factories.demands import a_demand
from tests.factories.people import an_enterprise, an_owner
from tests.factories.products import a_product, prices
from tests.servers import Database
from worker.handlers import HANDLERS
from worker.schedules import match_the_cities


async def tools_check(database: Database, *more: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools", "matches", "check", "--city", "JIANGYIN", *more,
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database.url},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_a_city_that_agrees_one_that_waits_and_one_that_differs(
    database: Database, tmp_path: Path
) -> None:
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
    file = tmp_path / "changes.csv"
    code, output = await tools_check(database, "--changes", str(file))
    assert code == 1
    assert f"需求 {demand.id}：2 处不一致" in output
    assert "名次留存为1，重新计算为2" in output
    assert "前 10 名与上次相比：新进 0，退出 0，降价 0，涨价 0，上升 1，下降 1" in output
    with file.open(encoding="utf-8", newline="") as lines:
        changes = list(csv.DictReader(lines))
    assert [(one["demand_id"], one["product_id"]) for one in changes] == [
        (str(demand.id), str(row.product_id))
        for row in await Match.filter(demand_id=demand.id).order_by("position")
    ]
    assert [(one["change"], one["rank_before"], one["rank_after"]) for one in changes] == [
        ("ROSE", "2", "1"),
        ("FELL", "1", "2"),
    ]
    assert all(one["all_in_cost_before"] == one["all_in_cost_after"] for one in changes)
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


async def test_a_night_says_what_moved_among_the_best(database: Database) -> None:
    grown, stays = await a_product(min_age_months=12), await a_product()
    enterprise = await an_enterprise()
    demand = await a_demand(owner=await an_owner(enterprise=enterprise))
    now = datetime.now(UTC)
    assert (await mend_matches("JIANGYIN", now)).mended == 0
    await execute("UPDATE enterprise SET established_on = now()::date WHERE id = $1", enterprise.id)
    night = await mend_matches("JIANGYIN", now)
    assert (night.looked_at, night.mended) == (1, 1)
    assert night.moved == {Movement.LEFT: 1, Movement.ROSE: 1}
    rows = await Match.filter(demand_id=demand.id).order_by("position")
    assert [(row.product_id, row.rank) for row in rows] == [(stays.id, 1), (grown.id, None)]
    assert (await mend_matches("JIANGYIN", now)).moved == {}


async def test_a_reason_that_repeats_a_figure_of_before_is_found_and_rewritten(
    database: Database,
) -> None:
    await a_product(figures=Figures(min_annual_revenue=Decimal(50_000_000)))
    enterprise = await an_enterprise(annual_revenue="8000000")
    demand, other = await a_demand(owner=await an_owner(enterprise=enterprise)), await a_demand()

    async def told() -> str:
        reasons = (await Match.get(demand_id=demand.id)).reasons
        return str(next(one["distance"] for one in reasons if one["code"] == "revenue"))

    assert await told() == "还差4200万元"
    await execute("UPDATE enterprise SET annual_revenue = 9000000 WHERE id = $1", enterprise.id)
    now = datetime.now(UTC)
    found = {one.demand.id: one async for one in check_matches("JIANGYIN", now)}
    assert found[demand.id].differences == ["规则或企业事实与匹配时不同，匹配理由须重写"]
    assert found[demand.id].moved == {}
    assert found[other.id].differences == []
    assert (await mend_matches("JIANGYIN", now)).mended == 1
    assert await told() == "还差4100万元"
    assert (await mend_matches("JIANGYIN", now)).mended == 0


async def test_what_another_run_matched_in_the_night_is_not_counted_as_mended(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_product(min_age_months=12)
    young, other = [await a_demand() for _ in range(2)]
    await execute("UPDATE enterprise SET established_on = now()::date")
    now = datetime.now(UTC)

    async def after_another_run(*values: Any) -> set[UUID]:
        await match_enterprise(young.enterprise_id, SystemClock().now())
        return await match_read(*values)

    monkeypatch.setattr(match_check, "match_read", after_another_run)
    night = await mend_matches("JIANGYIN", now)
    assert (night.looked_at, night.mended) == (2, 1)
    assert night.moved == {Movement.LEFT: 1}
    for one in (young, other):
        assert not (await Match.get(demand_id=one.id)).eligible


async def test_a_fact_excuses_the_demands_that_it_may_mend_and_no_others(
    database: Database,
) -> None:
    here, elsewhere = await a_product(), await a_product(city="CHANGZHOU")
    owner, stranger = await an_owner(), await an_owner()
    demand = await a_demand(owner=owner)
    assert owner.enterprise is not None
    assert stranger.enterprise is not None
    now = datetime.now(UTC)
    await import_histories([a_history(owner.enterprise)], now)
    await import_histories([a_history(stranger.enterprise)], now)
    batches = await ImportBatch.all().order_by("id")
    mine, foreign = owner.enterprise.id, stranger.enterprise.id
    await execute("UPDATE match SET product_version = 7")

    async def waits_for(fact: Fact) -> bool:
        await execute("DELETE FROM pgqueuer")
        async with transaction():
            await enqueue(fact)
        (checked,) = [one async for one in check_matches("JIANGYIN", now)]
        assert checked.differences
        return checked.waits

    may = (
        ProductPublished(product_id=here.id),
        ProductLeftShelf(product_id=here.id),
        DemandPublished(demand_id=demand.id),
        GradeChanged(enterprise_id=mine, grade_id=new_id()),
        ConsentRevoked(enterprise_id=mine, consent_id=new_id()),
        BatchImported(batch_id=batches[0].id),
    )
    may_not = (
        ProductPublished(product_id=elsewhere.id),
        ProductLeftShelf(product_id=elsewhere.id),
        DemandPublished(demand_id=new_id()),
        GradeChanged(enterprise_id=foreign, grade_id=new_id()),
        ConsentRevoked(enterprise_id=foreign, consent_id=new_id()),
        BatchImported(batch_id=batches[-1].id),
    )
    assert [await waits_for(fact) for fact in may] == [True] * len(may)
    assert [await waits_for(fact) for fact in may_not] == [False] * len(may_not)


async def test_what_former_rules_kept_is_written_anew_though_no_figure_moved(
    database: Database,
) -> None:
    await a_product()
    demand = await a_demand()
    now = datetime.now(UTC)
    keeper = await asyncpg.connect(database.admin_url, timeout=30)
    await keeper.execute("SET session_replication_role = replica")  # runs are never changed
    await keeper.execute("UPDATE match_run SET rules_version = 'former'")
    await keeper.close()
    (found,) = [one async for one in check_matches("JIANGYIN", now)]
    assert found.differences == ["规则或企业事实与匹配时不同，匹配理由须重写"]
    assert (await mend_matches("JIANGYIN", now)).mended == 1
    assert (await mend_matches("JIANGYIN", now)).mended == 0
    assert (await Match.get(demand_id=demand.id)).rank == 1


async def test_a_demand_whose_own_run_never_came_is_matched_in_the_night(
    database: Database,
) -> None:
    await a_product()
    now = datetime.now(UTC)
    demand = await a_demand(matched=False, now=now)
    await execute("DELETE FROM pgqueuer")  # its fact is parked
    soon, late = now + timedelta(minutes=59), now + timedelta(minutes=61)
    assert await how_many_stand("JIANGYIN", soon) == 0
    assert (await mend_matches("JIANGYIN", soon)).looked_at == 0
    assert await how_many_stand("JIANGYIN", late) == 1
    assert (await mend_matches("JIANGYIN", late)).mended == 1
    assert (await Demand.get(id=demand.id)).matching is MatchingState.READY
    assert await Match.filter(demand_id=demand.id).count() == 1
    bodies = [row["payload"] for row in await fetch("SELECT payload FROM pgqueuer")]
    assert any(b"DemandMatched" in body for body in bodies)


def test_every_fact_that_matches_standing_demands_may_excuse_a_difference() -> None:
    matching = {
        kind.__name__
        for kind, handlers in HANDLERS.items()
        if any(one.__name__.startswith("keep_matches") for one in handlers)
    }
    assert matching == set(NAMED_BY)
