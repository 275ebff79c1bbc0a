"""Matches kept as demands, products and grades change: once, fairly, and with every reason."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from marketplace.facts import DemandPublished, ProductPublished
from marketplace.match_keeping import NOTHING_FITS_NOTE
from marketplace.matchmaking import (
    FAILED_NOTE,
    keep_matches_for_the_demand,
    keep_matches_of_the_product,
    match_demand,
    match_enterprise,
    match_product,
)
from matching.terms import RequiredGrade
from storage.database import execute, fetch
from storage.models import AccessLedgerEntry, Demand, DemandOfficer, Match
from storage.models.demand import DemandStatus, MatchingState
from storage.models.institution import InstitutionStatus
from storage.models.product import ProductStatus
from tests.factories.credit_files import a_csv, empty_row, received
from tests.factories.demands import a_demand
from tests.factories.people import an_enterprise, an_institution, an_officer, an_owner
from tests.factories.products import a_product, prices
from tests.stillness import nothing_moves, queued

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)


async def rows_of(demand: Demand) -> list[Match]:
    return await Match.filter(demand_id=demand.id).order_by("position")


async def rung_for(demand: Demand) -> dict[UUID, UUID]:
    return {
        row.institution_id: row.membership_id
        for row in await DemandOfficer.filter(demand_id=demand.id)
    }


async def severe_record(folder: Path, uscc: str, *, lifted: bool = False) -> None:
    columns = {"企业名称": "示例企业", "统一社会信用代码": uscc, "认定文号": "示例文号〔2025〕1号"}
    if lifted:
        row = {**columns, "移出日期": "2026-02-20", "移出原因": "已履行"}
        await received(a_csv(folder, [row]), category="LOCAL-SEVERE-LIFTED")
        return
    row = empty_row("JIANGYIN", "LOCAL-SEVERE") | columns
    row |= {"失信名单类别": "失信被执行人", "确认严重违法失信日期": "2025-06-01"}
    await received(a_csv(folder, [row]), category="LOCAL-SEVERE")


async def test_every_product_on_show_gets_its_row_with_reasons() -> None:
    cheap = await a_product(name="甲", prices=prices("2", "2.5", "3"))
    dear = await a_product(name="乙", prices=prices("4", "4.5", "5"))
    high = await a_product(name="丙", required_grade=RequiredGrade.ADVANCED)
    await a_product(name="草稿", status=ProductStatus.DRAFT)
    await a_product(name="他城", city="CHANGZHOU")
    demand = await a_demand(now=NOW)

    first, second, third = await rows_of(demand)
    assert [first.product_id, second.product_id, third.product_id] == [cheap.id, dear.id, high.id]
    assert (first.eligible, first.rank, first.position) == (True, 1, 1)
    assert first.annual_rate == Decimal("3.0000")
    assert first.limit_amount == Decimal("1500000.00")
    assert first.all_in_cost is not None
    assert first.all_in_cost_simple is not None
    assert first.computed_at == NOW
    assert first.product_version == 1
    assert first.score is not None
    assert second.score is not None
    assert first.score >= second.score
    assert (third.eligible, third.rank, third.score, third.annual_rate) == (False, None, None, None)
    grade = next(reason for reason in third.reasons if reason["code"] == "grade")
    assert grade["verdict"] == "NEAR_MISS"
    assert "提升到高级即可满足" in grade["explanation"]
    assert demand.matching is MatchingState.READY
    assert demand.matched_at == NOW
    assert demand.matching_note is None


async def test_the_fact_the_officer_and_the_ledger_line_come_with_the_rows() -> None:
    product = await a_product()
    officer = await an_officer(institution=await product.institution)
    demand = await a_demand(matched=False, now=NOW)
    await execute("DELETE FROM pgqueuer")

    await match_demand(demand.id, NOW)

    assert await queued() == {"DemandMatched": 1}
    assert await rung_for(demand) == {product.institution_id: officer.membership.id}
    line = await AccessLedgerEntry.get()
    assert (line.what, line.role, line.purpose_kind) == ("GRADE_READ", "PLATFORM", "DEMAND")
    assert (line.enterprise_id, line.purpose_id) == (demand.enterprise_id, demand.id)
    assert (line.consent_id, line.person_id, line.allowed) == (demand.consent_id, None, True)


async def test_a_repeat_changes_nothing() -> None:
    await a_product()
    demand = await a_demand(now=NOW)
    async with nothing_moves():
        await match_demand(demand.id, NOW)
        await keep_matches_for_the_demand(DemandPublished(demand_id=demand.id))
    assert await AccessLedgerEntry.all().count() == 1


async def test_the_same_fact_handled_twice_at_once_has_one_effect() -> None:
    await an_officer(institution=await (await a_product()).institution)
    demand = await a_demand(matched=False, now=NOW)
    await execute("DELETE FROM pgqueuer")
    await asyncio.gather(*(match_demand(demand.id, NOW) for _ in range(4)))
    assert await queued() == {"DemandMatched": 1}
    assert len(await rows_of(demand)) == 1
    assert await DemandOfficer.all().count() == 1
    assert await AccessLedgerEntry.all().count() == 1


@pytest.mark.parametrize("status", [DemandStatus.WITHDRAWN, DemandStatus.EXPIRED])
async def test_a_demand_that_has_ended_is_not_matched(status: DemandStatus) -> None:
    await a_product()
    demand = await a_demand(matched=False, now=NOW)
    await Demand.filter(id=demand.id).update(status=status, ended_at=NOW)
    async with nothing_moves():
        await match_demand(demand.id, NOW)


async def test_an_unknown_demand_or_product_is_nobodys_business() -> None:
    async with nothing_moves():
        await match_demand(UUID(int=1), NOW)
        await match_product(UUID(int=1), NOW)
        await match_enterprise(UUID(int=1), NOW)


async def test_the_officer_rung_longest_ago_is_next() -> None:
    bank = await (await a_product()).institution
    officers = [await an_officer(institution=bank) for _ in range(3)]
    rung = []
    for minutes in range(7):
        demand = await a_demand(now=NOW + timedelta(minutes=minutes))
        rung.append((await rung_for(demand))[bank.id])
    first, second, third = (one.membership.id for one in officers)
    assert rung == [first, second, third, first, second, third, first]


async def test_two_demands_matched_at_once_ring_two_officers() -> None:
    bank = await (await a_product()).institution
    officers = {(await an_officer(institution=bank)).membership.id for _ in range(4)}
    demands = [await a_demand(matched=False, now=NOW) for _ in range(4)]
    await asyncio.gather(*(match_demand(demand.id, NOW) for demand in demands))
    assert {row.membership_id for row in await DemandOfficer.all()} == officers


async def test_only_officers_who_work_here_are_rung() -> None:
    bank = await (await a_product()).institution
    await an_officer(institution=bank, city="CHANGZHOU")
    gone = await an_officer(institution=bank)
    gone.membership.ended_at = NOW
    await gone.membership.save()
    demand = await a_demand(now=NOW)
    assert (await rows_of(demand))[0].eligible
    assert await rung_for(demand) == {}


async def test_a_bank_that_the_owner_did_not_name_is_not_rung() -> None:
    named, other = await an_institution(), await an_institution()
    for bank in (named, other):
        await a_product(institution=bank)
        await an_officer(institution=bank)
    demand = await a_demand(institutions=[named], now=NOW)
    assert len(await rows_of(demand)) == 2
    assert set(await rung_for(demand)) == {named.id}


async def test_a_bank_whose_products_all_miss_is_not_rung() -> None:
    product = await a_product(required_grade=RequiredGrade.FIRST)
    await an_officer(institution=await product.institution)
    demand = await a_demand(now=NOW)
    assert await rung_for(demand) == {}
    assert demand.matching_note == NOTHING_FITS_NOTE


async def test_a_suspended_bank_is_neither_matched_nor_rung() -> None:
    bank = await an_institution()
    await a_product(institution=bank)
    await an_officer(institution=bank)
    bank.status = InstitutionStatus.SUSPENDED
    await bank.save()
    demand = await a_demand(now=NOW)
    assert await rung_for(demand) == {}


async def test_a_severe_record_matches_nothing_and_the_owner_is_told_which(tmp_path: Path) -> None:
    product = await a_product()
    await an_officer(institution=await product.institution)
    enterprise = await an_enterprise(now=NOW)
    await severe_record(tmp_path, enterprise.uscc)
    demand = await a_demand(owner=await an_owner(enterprise=enterprise, now=NOW), now=NOW)
    assert [row.eligible for row in await rows_of(demand)] == [False]
    assert await rung_for(demand) == {}
    assert demand.matching is MatchingState.READY
    assert demand.matching_note is not None
    assert "示例文号〔2025〕1号" in demand.matching_note
    assert demand.matching_note.endswith("相关记录修复或移出后，可重新认证并匹配产品")


async def test_once_the_record_is_lifted_the_open_demand_is_matched(tmp_path: Path) -> None:
    product = await a_product()
    officer = await an_officer(institution=await product.institution)
    enterprise = await an_enterprise(now=NOW)
    await severe_record(tmp_path, enterprise.uscc)
    demand = await a_demand(owner=await an_owner(enterprise=enterprise, now=NOW), now=NOW)
    (before,) = await rows_of(demand)

    await severe_record(tmp_path, enterprise.uscc, lifted=True)
    await match_enterprise(enterprise.id, NOW)

    (after,) = await rows_of(demand)
    assert (before.id, before.eligible, after.eligible) == (after.id, False, True)
    assert await rung_for(demand) == {product.institution_id: officer.membership.id}
    assert await queued() == {"DemandMatched": 1, "BatchImported": 1}
    assert (await Demand.get(id=demand.id)).matching_note is None
    await execute("DELETE FROM pgqueuer")
    await match_enterprise(enterprise.id, NOW)
    assert await queued() == {}


async def test_what_breaks_is_marked_told_and_mended_by_the_next_try() -> None:
    product = await a_product()
    good = (await fetch("SELECT sheet FROM product"))[0]["sheet"]
    await execute("UPDATE product SET sheet = '{}'")
    demand = await a_demand(matched=False, now=NOW)
    await execute("DELETE FROM pgqueuer")

    with pytest.raises(ValueError, match="Sheet"):
        await match_demand(demand.id, NOW)
    failed = await Demand.get(id=demand.id)
    assert (failed.matching, failed.matching_note) == (MatchingState.FAILED, FAILED_NOTE)
    assert await rows_of(demand) == []
    assert await queued() == {}

    await execute("UPDATE product SET sheet = $1::jsonb", good)
    await match_demand(demand.id, NOW)
    mended = await Demand.get(id=demand.id)
    assert (mended.matching, mended.matching_note) == (MatchingState.READY, None)
    assert [row.product_id for row in await rows_of(demand)] == [product.id]
    assert await queued() == {"DemandMatched": 1}


async def test_a_new_product_joins_the_open_demands_it_fits() -> None:
    old = await a_product(prices=prices("4", "4.5", "5"))
    demand = await a_demand(now=NOW)
    new = await a_product(prices=prices("2", "2.5", "3"))
    officer = await an_officer(institution=await new.institution)
    await execute("DELETE FROM pgqueuer")

    await match_product(new.id, NOW)

    assert [(row.product_id, row.rank) for row in await rows_of(demand)] == [
        (new.id, 1),
        (old.id, 2),
    ]
    assert await rung_for(demand) == {new.institution_id: officer.membership.id}
    assert await queued() == {"ProductMatched": 1, "MatchImproved": 1}


async def test_a_product_is_told_once_for_each_version() -> None:
    product = await a_product()
    demand = await a_demand(now=NOW)
    await keep_matches_of_the_product(ProductPublished(product_id=product.id))
    await match_product(product.id, NOW)
    assert await queued() == {}

    await execute("UPDATE product SET version = 2")
    await match_product(product.id, NOW)
    await match_product(product.id, NOW)
    assert await queued() == {"ProductMatched": 1}
    assert (await rows_of(demand))[0].product_version == 2


async def test_a_product_that_does_not_fit_is_kept_with_its_reasons_and_rings_nobody() -> None:
    demand = await a_demand(now=NOW)
    product = await a_product(required_grade=RequiredGrade.ADVANCED)
    await an_officer(institution=await product.institution)
    await execute("DELETE FROM pgqueuer")
    await match_product(product.id, NOW)
    assert [row.eligible for row in await rows_of(demand)] == [False]
    assert await queued() == {}
    assert await rung_for(demand) == {}


async def test_a_product_concerns_the_demands_of_its_city_that_stand() -> None:
    here = await a_demand(now=NOW)
    matched = await a_demand(now=NOW)
    await Demand.filter(id=matched.id).update(status=DemandStatus.MATCHED)
    ended = await a_demand(now=NOW)
    await Demand.filter(id=ended.id).update(status=DemandStatus.WITHDRAWN, ended_at=NOW)
    there = await a_demand(owner=await an_owner(city="CHANGZHOU", now=NOW), now=NOW)
    pending = await a_demand(matched=False, now=NOW)
    product = await a_product()
    await execute("DELETE FROM pgqueuer")
    await match_product(product.id, NOW)
    assert [len(await rows_of(one)) for one in (here, matched, ended, there, pending)] == [
        1,
        1,
        0,
        0,
        0,
    ]
    # A demand that an offer has matched is kept up to date, but nobody is rung for it.
    assert await queued() == {"ProductMatched": 1, "MatchImproved": 1}


async def test_a_product_off_the_shelf_leaves_with_the_next_run() -> None:
    product, other = await a_product(), await a_product()
    demand = await a_demand(now=NOW)
    await execute("UPDATE product SET status = 'RETIRED' WHERE id = $1", product.id)
    await match_product(product.id, NOW)
    assert len(await rows_of(demand)) == 2
    await match_product(other.id, NOW)
    assert [row.product_id for row in await rows_of(demand)] == [other.id]


async def test_ages_are_counted_on_the_day_of_the_run() -> None:
    await a_product(min_age_months=12)
    enterprise = await an_enterprise(established_on=date(2025, 3, 20), now=NOW)
    demand = await a_demand(owner=await an_owner(enterprise=enterprise, now=NOW), now=NOW)
    assert [row.eligible for row in await rows_of(demand)] == [False]
    await match_enterprise(enterprise.id, datetime(2026, 3, 19, 16, 0, tzinfo=UTC))
    assert [row.eligible for row in await rows_of(demand)] == [True]


async def test_a_product_that_fits_many_demands_rings_a_banks_officers_in_turn() -> None:
    bank = await an_institution()
    officers = {(await an_officer(institution=bank)).membership.id for _ in range(3)}
    demands = [await a_demand(now=NOW) for _ in range(6)]
    await match_product((await a_product(institution=bank)).id, NOW)
    rung = [row.membership_id for row in await DemandOfficer.filter(institution_id=bank.id)]
    assert {key: rung.count(key) for key in officers} == dict.fromkeys(officers, 2)
    assert len(rung) == len(demands)
