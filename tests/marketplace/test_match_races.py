"""A shelf or a fact that changes in the middle of a run: each test forces one order of events."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from marketplace import catalogue, matchmaking, products
from marketplace.facts import ProductLeftShelf
from marketplace.matchmaking import match_demand, match_enterprise, match_product
from marketplace.rematching import keep_matches_without_the_product
from storage.database import execute, fetch, transaction
from storage.models import Demand, Match
from storage.models.demand import MatchingState
from storage.models.institution import Institution
from storage.models.membership import Role
from tests.factories.demands import a_demand, viewer_of
from tests.factories.people import an_institution, an_officer
from tests.factories.products import a_product, prices
from tests.servers import Database
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)

Step = Callable[..., Awaitable[Any]]


class Meanwhile:
    """Something that another task does, once, when a run has come to a place."""

    def __init__(self, does: Callable[[], Awaitable[object]]) -> None:
        """A task of its own from the start: it must not see the run's transaction."""
        self._now = asyncio.Event()
        self._task = asyncio.create_task(self._wait(does))

    async def _wait(self, does: Callable[[], Awaitable[object]]) -> None:
        await self._now.wait()
        await does()

    async def happens(self) -> None:
        """Let it happen; the run goes on when it is over."""
        self._now.set()
        await asyncio.wait_for(asyncio.shield(self._task), 30)

    def begins(self) -> None:
        """Let it begin; the run goes on at once."""
        self._now.set()

    async def is_over(self) -> None:
        """Wait for its end."""
        await asyncio.wait_for(self._task, 30)


def first_time(monkeypatch: pytest.MonkeyPatch, name: str, stops: Callable[[Step], Step]) -> None:
    """Replace a function that the runs call, for its first call alone."""
    real: Step = getattr(matchmaking, name)

    async def once(*values: Any) -> Any:
        monkeypatch.setattr(matchmaking, name, real)
        return await stops(real)(*values)

    monkeypatch.setattr(matchmaking, name, once)


def before(meanwhile: Meanwhile) -> Callable[[Step], Step]:
    """Something happens before a step."""

    def stops(real: Step) -> Step:
        async def step(*values: Any) -> Any:
            await meanwhile.happens()
            return await real(*values)

        return step

    return stops


def after(meanwhile: Meanwhile) -> Callable[[Step], Step]:
    """Something happens after a step."""

    def stops(real: Step) -> Step:
        async def step(*values: Any) -> Any:
            found = await real(*values)
            await meanwhile.happens()
            return found

        return step

    return stops


async def kept(demand: Demand) -> list[UUID]:
    return [row.product_id for row in await Match.filter(demand_id=demand.id).order_by("position")]


async def runs(demand: Demand) -> int:
    rows = await fetch("SELECT count(*) AS n FROM match_run WHERE demand_id = $1", demand.id)
    return int(rows[0]["n"])


class Publishing:
    """A product that comes on show, and the run that this gives rise to."""

    def __init__(self, bank: Institution) -> None:
        self.bank = bank
        self.ids: list[UUID] = []

    async def __call__(self) -> None:
        cheap = await a_product(institution=self.bank, prices=prices("2", "2", "2"))
        self.ids.append(cheap.id)
        await match_product(cheap.id, LATER)


@pytest.fixture
async def publishing() -> Publishing:
    await a_product()
    return Publishing(await an_institution())


@pytest.mark.parametrize("step", ["check_shelf", "keep_all"])
@pytest.mark.parametrize("stops", [before, after])
async def test_a_product_that_comes_while_a_new_demand_is_matched_is_kept(
    monkeypatch: pytest.MonkeyPatch,
    publishing: Publishing,
    step: str,
    stops: Callable[[Meanwhile], Callable[[Step], Step]],
) -> None:
    demand = await a_demand(matched=False, now=NOW)
    first_time(monkeypatch, step, stops(Meanwhile(publishing)))
    await match_demand(demand.id, NOW)
    assert (await kept(demand))[0] == publishing.ids[0]
    assert await runs(demand) == 1, "what was computed from the shelf of before was taken back"


@pytest.mark.parametrize("step", ["check_shelf", "keep_all"])
async def test_a_product_that_comes_while_a_standing_demand_is_matched_is_kept(
    monkeypatch: pytest.MonkeyPatch, publishing: Publishing, step: str
) -> None:
    demand = await a_demand(now=NOW)

    async def comes_on_show() -> None:
        # Its own run cannot wait for this one here: it would wait for us.
        publishing.ids.append((await a_product(prices=prices("2", "2", "2"))).id)

    first_time(monkeypatch, step, after(Meanwhile(comes_on_show)))
    await match_enterprise(demand.enterprise_id, LATER)
    assert (await kept(demand))[0] == publishing.ids[0]
    assert await runs(demand) == 2


@pytest.mark.parametrize("stops", [before, after])
async def test_a_product_that_leaves_while_a_run_writes_its_row_leaves_no_row(
    monkeypatch: pytest.MonkeyPatch, stops: Callable[[Meanwhile], Callable[[Step], Step]]
) -> None:
    stays = await a_product()
    demand = await a_demand(now=NOW)
    manager = await an_officer(role=Role.PRODUCT_MANAGER)
    leaving = await a_product(institution=manager.institution)

    async def leaves() -> None:
        await products.retire(viewer_of(manager), leaving.id)
        await keep_matches_without_the_product(ProductLeftShelf(product_id=leaving.id))

    first_time(monkeypatch, "keep_all", stops(Meanwhile(leaves)))
    await match_enterprise(demand.enterprise_id, LATER)
    assert await kept(demand) == [stays.id]


async def test_a_product_that_comes_between_the_last_look_and_the_commit_waits_for_the_commit(
    monkeypatch: pytest.MonkeyPatch, publishing: Publishing, database: Database
) -> None:
    demand = await a_demand(matched=False, now=NOW)
    meanwhile = Meanwhile(publishing)

    def stops(real: Step) -> Step:
        async def hold(*values: Any) -> Any:
            await real(*values)
            meanwhile.begins()
            await until(waits_for_a_lock(database, "product"))
            assert await kept(demand) != []
            assert publishing.ids == []

        return hold

    first_time(monkeypatch, "hold_shelf", stops)
    await match_demand(demand.id, NOW)
    await meanwhile.is_over()
    assert (await kept(demand))[0] == publishing.ids[0]
    assert await runs(demand) == 2, "its own run found the demand matched without it"


def waits_for_a_lock(database: Database, what: str) -> Callable[[], Awaitable[bool]]:
    """Whether a statement that speaks of something waits for a lock, asked beside the pool."""

    async def waits() -> bool:
        connection = await asyncpg.connect(database.admin_url)
        try:
            found = await connection.fetchval(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() "
                "AND wait_event_type = 'Lock' AND query ILIKE '%' || $1 || '%')",
                what,
            )
            return bool(found)
        finally:
            await connection.close()

    return waits


@pytest.fixture
async def publisher(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Somebody whose transaction has changed what is on show, and goes on."""
    connection = await asyncpg.connect(database.url)
    yield connection
    await connection.close()


@pytest.mark.parametrize("ends", ["COMMIT", "ROLLBACK"])
async def test_a_run_waits_for_a_change_on_its_way_without_a_lock_of_its_own(
    publisher: asyncpg.Connection, database: Database, ends: str
) -> None:
    stays, leaving = await a_product(), await a_product(prices=prices("2", "2", "2"))
    demand = await a_demand(matched=False, now=NOW)
    await publisher.execute("BEGIN")
    await publisher.execute("UPDATE product SET status = 'RETIRED' WHERE id = $1", leaving.id)
    run = asyncio.create_task(match_demand(demand.id, NOW))
    await until(waits_for_a_lock(database, "catalogue_revision"))
    await execute("SELECT FROM demand WHERE id = $1 FOR UPDATE NOWAIT", demand.id)
    assert await kept(demand) == []
    await publisher.execute(ends)
    await asyncio.wait_for(run, 30)
    assert await kept(demand) == ([stays.id] if ends == "COMMIT" else [leaving.id, stays.id])


async def test_the_first_product_ever_waits_for_a_run_on_an_empty_shelf(
    publisher: asyncpg.Connection, database: Database
) -> None:
    product = await a_product()
    await execute("UPDATE product SET status = 'DRAFT'")
    await execute("DELETE FROM catalogue_revision")
    async with transaction():
        await catalogue.hold_shelf("JIANGYIN", await catalogue.sheets_of("JIANGYIN"))
        await publisher.execute("SET lock_timeout = '50ms'")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await publisher.execute("UPDATE product SET status = 'PUBLISHED'")
    await publisher.execute("UPDATE product SET status = 'PUBLISHED'")
    assert [one.product_id for one in await catalogue.sheets_of("JIANGYIN")] == [product.id.hex]


async def test_a_shelf_that_never_stands_still_is_tried_again_by_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await a_product()
    demand = await a_demand(matched=False, now=NOW)

    async def moved(*_: object) -> None:
        raise catalogue.CatalogueMovedError

    with monkeypatch.context() as moving:
        moving.setattr(matchmaking, "hold_shelf", moved)
        with pytest.raises(catalogue.CatalogueMovedError):
            await match_demand(demand.id, NOW)
    assert await runs(demand) == 0
    assert await kept(demand) == []
    assert (await Demand.get(id=demand.id)).matching is MatchingState.PENDING, "nothing is wrong"
    await match_demand(demand.id, NOW)
    assert (await Demand.get(id=demand.id)).matching is MatchingState.READY


async def test_a_change_on_another_citys_shelf_takes_nothing_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await a_product()
    demand = await a_demand(matched=False, now=NOW)
    sheets = await catalogue.sheets_of("JIANGYIN")

    async def elsewhere() -> None:
        await a_product(city="CHANGZHOU")

    first_time(monkeypatch, "keep_all", after(Meanwhile(elsewhere)))
    await match_demand(demand.id, NOW)
    assert await catalogue.sheets_of("JIANGYIN") is sheets
    assert await runs(demand) == 1


@pytest.mark.parametrize("state", [MatchingState.PENDING, MatchingState.FAILED])
async def test_a_fact_that_changes_while_a_new_demand_is_matched_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, state: MatchingState
) -> None:
    await a_product()
    demand = await a_demand(matched=False, now=NOW)
    await Demand.filter(id=demand.id).update(matching=state)

    async def grows() -> None:
        await execute("UPDATE enterprise SET employees = 5000, annual_revenue = 5000000000")
        await match_enterprise(demand.enterprise_id, LATER)

    first_time(monkeypatch, "_read", after(Meanwhile(grows)))
    await match_demand(demand.id, NOW)
    assert [row.eligible for row in await Match.filter(demand_id=demand.id)] == [False]
    assert await runs(demand) == 1, "by whichever comes first, and told once"
    rows = await fetch("SELECT count(*) AS n FROM pgqueuer WHERE entrypoint = 'DemandMatched'")
    assert rows[0]["n"] == 1


async def test_a_change_that_takes_longer_than_a_statement_may_is_no_fault_of_the_demand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def too_slow(sql: str, *values: object) -> list[dict[str, Any]]:
        if sql.endswith("FOR SHARE"):
            raise asyncpg.QueryCanceledError("canceling statement due to statement timeout")
        return await fetch(sql, *values)

    async def moved(*_: object) -> None:
        raise catalogue.CatalogueMovedError

    await a_product(now=NOW)
    demand = await a_demand(matched=False, now=NOW)
    monkeypatch.setattr(matchmaking, "hold_shelf", moved)
    monkeypatch.setattr(catalogue, "fetch", too_slow)
    with pytest.raises(catalogue.CatalogueMovedError):
        await match_demand(demand.id, NOW)
    assert (await Demand.get(id=demand.id)).matching is MatchingState.PENDING
