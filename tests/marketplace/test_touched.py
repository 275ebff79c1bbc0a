"""Whatever happens on the shelf, kept matches are those of a fresh computation, and only demands
whose matches are others are matched anew.
"""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from credit.levels import EnterpriseSize
from foundation.clock import SystemClock, day_in_shanghai
from marketplace import products
from marketplace.applicants import applicant_of
from marketplace.match_check import check_matches
from marketplace.matchmaking import match_enterprise, match_product, match_read
from marketplace.standing import standing_demands
from matching.engine import order
from matching.terms import RequiredGrade
from storage.database import execute, fetch
from storage.models import AccessLedgerEntry, Demand, DemandOfficer, Match
from storage.models.demand import MatchingState
from storage.models.membership import Role
from tests.factories.credit import a_graded_owner
from tests.factories.demands import a_demand, viewer_of
from tests.factories.people import (
    Someone,
    an_enterprise,
    an_institution,
    an_officer,
    an_operator,
    an_owner,
)
from tests.factories.products import a_product, prices
from tests.queries import recorded_queries
from tests.stillness import nothing_moves
from worker.drain import drain

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
TAGS = ("近12月有纳税", "高新技术企业", "专精特新")


async def differences() -> list[str]:
    found = [one async for one in check_matches("JIANGYIN", SystemClock().now())]
    return [sentence for one in found for sentence in one.differences]


async def runs(demand: Demand) -> int:
    rows = await fetch("SELECT count(*) AS n FROM match_run WHERE demand_id = $1", demand.id)
    return int(rows[0]["n"])


def a_sheet(dice: random.Random) -> dict[str, Any]:
    rate = str(Decimal(dice.randint(20, 60)) / 10)
    return {
        "prices": prices(rate, rate, rate),
        "required_grade": dice.choice(tuple(RequiredGrade)),
        "industries": dice.choice(((), ("C34",), ("F51",), ("I",))),
        "sizes": tuple(dice.sample(tuple(EnterpriseSize)[:4], 2)),
        "tag_groups": tuple((tag,) for tag in TAGS if dice.random() < 0.3),
        "min_age_months": dice.choice((None, 12, 200)),
        "min_amount": Decimal(dice.choice((100_000, 600_000))),
        "max_term_months": dice.choice((6, 24)),
    }


@dataclass
class Shelf:
    """A bank's products and those who decide on them."""

    dice: random.Random
    manager: Someone
    operator: Someone
    on_show: list[UUID] = field(default_factory=list)
    revised: list[UUID] = field(default_factory=list)
    made: int = 0

    async def publish(self) -> None:
        if self.revised and self.dice.random() < 0.6:
            product_id = self.revised.pop(self.dice.randrange(len(self.revised)))
            await products.publish(viewer_of(self.manager), product_id)
            await products.approve(viewer_of(self.operator), product_id, SystemClock().now())
        else:
            self.made += 1
            name = f"示例{self.made}贷"
            bank = self.manager.institution
            product_id = (await a_product(institution=bank, name=name, **a_sheet(self.dice))).id
        self.on_show.append(product_id)

    async def revise(self) -> None:
        if product_id := self._taken():
            changes = {"materials": ("营业执照",)} if self.dice.random() < 0.2 else None
            await products.revise(
                viewer_of(self.manager), product_id, changes or a_sheet(self.dice)
            )
            self.revised.append(product_id)

    async def retire(self) -> None:
        if product_id := self._taken():
            await products.retire(viewer_of(self.manager), product_id)

    def _taken(self) -> UUID | None:
        if not self.on_show:
            return None
        return self.on_show.pop(self.dice.randrange(len(self.on_show)))

    async def anything(self) -> None:
        await self.dice.choice((self.publish, self.publish, self.revise, self.retire))()


async def demands_of_all_kinds() -> list[Demand]:
    graded = await a_graded_owner_today()
    firms = [
        await an_enterprise(industry=industry, established_on=founded, annual_revenue=revenue)
        for industry, founded, revenue in (
            ("F51", date(2001, 3, 1), "8000000"),
            ("I65", None, None),
        )
    ]
    owners = [graded, *[await an_owner(enterprise=firm) for firm in firms]]
    wishes = (("500000", 12), ("3000000", 24), ("800000", 6))
    return [
        await a_demand(owner=owner, amount=amount, term_months=term)
        for owner, (amount, term) in zip(owners, wishes, strict=True)
    ]


async def a_graded_owner_today() -> Someone:
    return await a_graded_owner(SystemClock(), with_peers=False)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
async def test_after_anything_on_the_shelf_the_kept_matches_are_fresh_ones(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "NEAREST", 2)
    demands = await demands_of_all_kinds()
    dice = random.Random(seed)  # noqa: S311 - a made-up shelf is no secret
    shelf = Shelf(dice, await an_officer(role=Role.PRODUCT_MANAGER), await an_operator())
    for _ in range(4):
        await shelf.publish()
    await drain()
    for _ in range(7):
        for _ in range(shelf.dice.choice((1, 1, 2, 3))):
            await shelf.anything()
        await drain()
        assert await differences() == []
    assert all([await Match.filter(demand_id=one.id).exists() for one in demands])


async def test_a_product_that_fails_behind_the_kept_near_misses_touches_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order, "NEAREST", 2)
    for tag in TAGS:
        await a_product(tag_groups=((tag,),))
    demand = await a_demand(now=NOW)
    assert [row.eligible for row in await Match.filter(demand_id=demand.id)] == [False, False]
    foreign = await a_product(industries=("F51",))
    lines = await AccessLedgerEntry.all().count()
    async with nothing_moves():
        await match_product(foreign.id, NOW)
    assert await differences() == []
    assert await AccessLedgerEntry.all().count() == lines + 2, "one for each reading of the grade"


async def test_a_product_touches_the_demands_it_fits_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order, "NEAREST", 1)
    await a_product(tag_groups=(("高新技术企业",),))
    fits, fails = await a_demand(now=NOW), await a_demand(amount="100000", now=NOW)
    new = await a_product(min_amount=Decimal(400_000))
    await match_product(new.id, NOW)
    assert [await runs(one) for one in (fits, fails)] == [2, 1]
    assert [row.rank for row in await Match.filter(product_id=new.id)] == [1]
    assert await differences() == []


async def test_a_product_that_leaves_touches_the_demands_that_keep_a_row_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order, "NEAREST", 1)
    manager = await an_officer(role=Role.PRODUCT_MANAGER)
    await a_product(tag_groups=(("高新技术企业",),))
    leaving = await a_product(institution=manager.institution, min_amount=Decimal(400_000))
    fits, fails = await a_demand(amount="500000"), await a_demand(amount="100000")
    await drain()
    await products.retire(viewer_of(manager), leaving.id)
    await drain()
    assert [await runs(one) for one in (fits, fails)] == [2, 1]
    assert await differences() == []


async def test_a_demand_whose_run_failed_is_matched_by_any_product() -> None:
    await a_product()
    demand = await a_demand(now=NOW)
    await Demand.filter(id=demand.id).update(matching=MatchingState.FAILED)
    await match_product((await a_product()).id, NOW)
    assert (await Demand.get(id=demand.id)).matching is MatchingState.READY
    assert await Match.filter(demand_id=demand.id).count() == 2


async def test_a_run_that_came_between_is_not_overwritten_by_older_facts() -> None:
    await a_product(sizes=(EnterpriseSize.SMALL,))
    demand = await a_demand(now=NOW)
    (batch,) = [one async for one in standing_demands("JIANGYIN", NOW)]
    await execute("UPDATE enterprise SET employees = 5000, annual_revenue = 5000000000")
    later = NOW + timedelta(seconds=1)
    await match_enterprise(demand.enterprise_id, later)
    assert not (await Match.get(demand_id=demand.id)).eligible
    await match_read(batch, later + timedelta(seconds=1))
    assert not (await Match.get(demand_id=demand.id)).eligible
    assert await runs(demand) == 3


async def test_a_batch_is_read_in_a_handful_of_queries_and_as_each_firm_alone() -> None:
    await a_product()
    await a_graded_owner_today()
    counts = []
    for _ in range(2):
        await demands_of_all_kinds()
        with recorded_queries() as queries:
            (batch,) = [one async for one in standing_demands("JIANGYIN", NOW)]
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
    assert len(batch) == 6
    for one in batch:
        assert one.applicant == await applicant_of(one.demand.enterprise_id, day_in_shanghai(NOW))
        assert [row.product_id for row in one.kept] == [
            row.product_id.hex for row in await Match.filter(demand_id=one.demand.id)
        ]


async def test_products_and_grades_that_come_at_once_leave_fresh_matches() -> None:
    for _ in range(3):
        await a_product()
    demands = [await a_demand(now=NOW) for _ in range(6)]
    banks = [await an_institution() for _ in range(3)]
    for bank in banks:
        await an_officer(institution=bank)
    new = [
        await a_product(institution=bank, name=f"示例{number}贷")
        for number, bank in enumerate((*banks, *reversed(banks)))
    ]
    at = SystemClock().now()
    await asyncio.gather(
        *(match_product(one.id, at + timedelta(seconds=n)) for n, one in enumerate(new)),
        *(match_enterprise(one.enterprise_id, at) for one in demands),
    )
    await execute("DELETE FROM pgqueuer")
    assert await differences() == []
    assert await DemandOfficer.all().count() == len(demands) * len(banks)
