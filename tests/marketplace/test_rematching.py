"""Each fact recomputes what it touches: imports, consents, and products that leave the shelf."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from foundation.clock import SystemClock
from marketplace import products
from notifications import compose
from notifications.compose import NamedProduct
from notifications.inbox import Letter, Subject, deliver, key_of
from sharing.consents import revoke
from storage.database import execute
from storage.models import Demand, Match, Notice
from storage.models.membership import Role
from tests.factories.credit import a_grading_consent, a_history, import_histories
from tests.factories.demands import a_demand, viewer_of
from tests.factories.people import Someone, an_officer, an_operator, an_owner
from tests.factories.products import a_product, prices
from worker.drain import drain

pytestmark = pytest.mark.usefixtures("database")


async def runs(demand: Demand) -> set[UUID | None]:
    return {row.run_id for row in await Match.filter(demand_id=demand.id)}


@dataclass
class Two:
    """Two owners with a matched demand each, of which one is touched."""

    owner: Someone
    touched: Demand
    other: Demand

    async def moved(self) -> tuple[bool, bool]:
        before = await runs(self.touched), await runs(self.other)
        await drain()
        after = await runs(self.touched), await runs(self.other)
        return before[0] != after[0], before[1] != after[1]


@pytest.fixture
async def two() -> Two:
    await a_product(name="示例甲贷", prices=prices("3", "3", "3"))
    await a_product(name="示例税贷", tag_groups=(("近12月有纳税",),))
    owner = await an_owner()
    made = Two(owner, await a_demand(owner=owner), await a_demand())
    await drain()
    return made


async def test_an_import_matches_whom_it_speaks_of_and_nobody_else(two: Two) -> None:
    assert two.owner.enterprise is not None
    await import_histories([a_history(two.owner.enterprise)], SystemClock().now(), told=True)
    assert await two.moved() == (True, False)


async def test_a_grading_consent_and_its_end_match_the_enterprise_and_nobody_else(two: Two) -> None:
    assert two.owner.enterprise is not None
    now = SystemClock().now()
    await import_histories([a_history(two.owner.enterprise)], now)
    await drain()
    fits = Match.filter(demand_id=two.touched.id, eligible=True)
    assert await fits.count() == 1
    consent = await a_grading_consent(two.owner, now)
    assert await two.moved() == (True, False)
    assert await fits.count() == 2
    await revoke(viewer_of(two.owner), consent.id, SystemClock().now())
    assert await two.moved() == (True, False)
    assert await fits.count() == 1


async def test_a_product_that_is_retired_leaves_every_standing_demand_of_its_city() -> None:
    manager = await an_officer(role=Role.PRODUCT_MANAGER)
    leaving = await a_product(institution=manager.institution, prices=prices("2", "2", "2"))
    stays = await a_product(prices=prices("5", "5", "5"))
    here = await a_demand()
    await products.retire(viewer_of(manager), leaving.id)
    await drain()
    rows = await Match.filter(demand_id=here.id)
    assert [(row.product_id, row.rank) for row in rows] == [(stays.id, 1)]


async def product_notices(owner: Someone) -> list[UUID]:
    rows = await Notice.filter(recipient_id=owner.person.id, subject_kind="product")
    in_order = sorted(rows, key=lambda row: row.position)
    return [row.subject_id for row in in_order if row.subject_id is not None]


async def test_a_product_that_comes_back_as_it_was_is_no_news_and_a_cheaper_one_is() -> None:
    manager = await an_officer(role=Role.PRODUCT_MANAGER)
    operator = await an_operator()
    await a_product(prices=prices("6", "6", "6"))
    product = await a_product(institution=manager.institution, prices=prices("4", "4", "4"))
    owner = await an_owner()
    await a_demand(owner=owner, matched=False)
    await drain()

    async def revised(**values: object) -> None:
        await products.revise(viewer_of(manager), product.id, values)
        await drain()
        await products.publish(viewer_of(manager), product.id)
        await products.approve(viewer_of(operator), product.id, datetime.now(UTC))
        await drain()

    await revised(materials=("营业执照", "纳税证明"))
    assert await product_notices(owner) == []
    await revised(prices=prices("5", "5", "5"))
    assert await product_notices(owner) == []
    await revised(prices=prices("3", "3", "3"))
    assert await product_notices(owner) == [product.id]


async def test_an_owner_hears_of_so_many_products_a_day_the_best_first() -> None:
    await a_product(prices=prices("9", "9", "9"))
    owner = await an_owner()
    demand = await a_demand(owner=owner)
    await execute("UPDATE product SET status = 'RETIRED'")
    made = [await a_product(prices=prices(rate, rate, rate)) for rate in ("5", "4", "3", "2")]
    await drain()
    told = await product_notices(owner)
    assert len(told) == 3, "as city.toml says"
    assert set(told) <= {one.id for one in made}
    await execute("UPDATE notice SET created_at = created_at - interval '1 day'")
    newest = await a_product(prices=prices("1", "1", "1"))
    await drain()
    assert await product_notices(owner) == [*told, newest.id]
    assert await Match.filter(demand_id=demand.id).count() == 5


async def test_two_deliveries_at_once_keep_the_cap() -> None:
    owner = await an_owner()
    text = compose.a_product_fits_your_demand(NamedProduct("示例贷", "示例银行", False))
    letters = [
        Letter(owner.person.id, key_of("product", n), text, Subject("product", UUID(int=n)))
        for n in range(6)
    ]
    await asyncio.gather(*(deliver([one], most_a_day=2) for one in letters))
    assert len(await product_notices(owner)) == 2
    assert await deliver(letters[:1], most_a_day=2) + await deliver(letters, most_a_day=2) == 0
