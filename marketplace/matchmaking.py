"""Keeps every open demand's matches: when it is published, and when a product or a grade changes.

A run may be repeated: rows keep their ids, and a fact is enqueued only for what is newly found.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from foundation.clock import SystemClock, day_in_shanghai
from marketplace.applicants import applicants_of
from marketplace.catalogue import (
    CatalogueMovedError,
    changes_are_over,
    check_shelf,
    compiled,
    hold_shelf,
)
from marketplace.facts import DemandPublished, ProductPublished
from marketplace.match_keeping import Found, keep_all
from marketplace.standing import StandingDemand, standing_demands, wish_of
from marketplace.touched import touched_by
from matching.applicant import Applicant
from sharing.facts import GradeChanged
from sharing.ledger import record_readings
from storage.database import fetch, fetch_models, transaction
from storage.models.demand import Demand, DemandStatus, MatchingState
from storage.models.product import Product, ProductStatus

if TYPE_CHECKING:
    from matching.engine.catalogue import Catalogue

_LOCKED = "SELECT * FROM demand WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"
FAILED_NOTE = "匹配时遇到故障，系统会自动重试，无需重新发布"
_STANDING = (DemandStatus.OPEN, DemandStatus.MATCHED)
# In one transaction: their locks keep nobody waiting long, and their rows are a few MB.
_AT_ONCE = 25
# What is on show rarely changes twice while a run lasts; the queue tries again after a pause.
_TRIES = 5


async def keep_matches_for_the_demand(fact: DemandPublished) -> None:
    """Match a demand that was published."""
    await match_demand(fact.demand_id, SystemClock().now())


async def keep_matches_of_the_product(fact: ProductPublished) -> None:
    """Match a product that came on show with the demands that stand."""
    await match_product(fact.product_id, SystemClock().now())


async def keep_matches_by_the_new_grade(fact: GradeChanged) -> None:
    """Match the standing demands of an enterprise whose grade changed anew."""
    await match_enterprise(fact.enterprise_id, SystemClock().now())


async def match_demand(demand_id: UUID, now: datetime) -> None:
    """Compute and keep a new demand's matches, choose the officers it rings, say so in a fact.

    A demand that has ended or whose matches are ready stays as it is. What goes wrong is raised,
    with the demand marked FAILED until a later try succeeds; a shelf that moves is nothing wrong.
    """
    demand = await Demand.get_or_none(id=demand_id)
    if demand is None or not _awaits_matching(demand):
        return
    try:
        await _run([demand], now, _awaits_matching)
    except CatalogueMovedError:
        raise
    except Exception:
        await _mark_failed(demand_id)
        raise


async def match_product(product_id: UUID, now: datetime) -> None:
    """Match the demands that a product on show touches: whose rows are others because of it.

    Its owner and the bank's officer are rung by a fact, once for each version that newly fits.
    """
    product = await Product.get_or_none(id=product_id)
    if product is None or product.status is not ProductStatus.PUBLISHED:
        return
    async for batch in standing_demands(product.city, now):
        await match_read(await touched_by(product, batch, now), now, product_id)


async def match_read(
    standing: Sequence[StandingDemand], now: datetime, product_id: UUID | None = None
) -> set[UUID]:
    """Match demands of one city that have just been read, with the facts as they were read; the
    ids of those that were kept so, and not by a run that came between.

    `product_id` is the product that gave rise to it.
    """
    kept: set[UUID] = set()
    for start in range(0, len(standing), _AT_ONCE):
        part = standing[start : start + _AT_ONCE]
        applicants = {one.demand.enterprise_id: one.applicant for one in part}
        kept |= await _run([one.demand for one in part], now, _stands, product_id, applicants)
    return kept


async def match_enterprise(enterprise_id: UUID, now: datetime) -> None:
    """Match the demands of an enterprise that stand, by its grade and profile of today."""
    await match_standing("enterprise_id = $3", enterprise_id, now)


async def match_standing(condition: str, value: object, now: datetime) -> None:
    """Match the standing demands that a condition over `demand` chooses; $3 stands for the value.

    The condition is a constant of the caller's module.
    """
    last = UUID(int=0)
    while demands := await fetch_models(
        Demand,
        f"SELECT * FROM demand WHERE status IN ('OPEN', 'MATCHED') AND id > $1 "  # noqa: S608 - the condition is a constant of the caller
        f"AND {condition} ORDER BY id LIMIT $2",
        last,
        _AT_ONCE,
        value,
    ):
        for city in {one.city for one in demands}:
            await _run([one for one in demands if one.city == city], now, _stands)
        last = demands[-1].id


def _awaits_matching(demand: Demand) -> bool:
    return demand.status is DemandStatus.OPEN and demand.matching is not MatchingState.READY


def _stands(demand: Demand) -> bool:
    # A pending one too: its own run may have read the facts before they changed.
    return demand.status in _STANDING


class _Done(NamedTuple):
    """The demands that a run kept, and those it left, because another run came between."""

    kept: Collection[UUID]
    left: Collection[UUID] = ()


async def _run(
    demands: Sequence[Demand],
    now: datetime,
    still_wanted: Callable[[Demand], bool],
    product_id: UUID | None = None,
    applicants: Mapping[UUID, Applicant] | None = None,
) -> set[UUID]:
    """Runs for demands of one city, in one transaction; `applicants` by enterprise where they were
    read already. Whom another run has matched meanwhile is read and matched anew under the locks.
    The ids of those that were kept as they were read.
    """
    as_read = partial(_run_as_read, demands, now, still_wanted, product_id, applicants)
    done = await _on_a_shelf_that_stands(as_read)
    if done.left:
        await _on_a_shelf_that_stands(
            partial(_run_under_locks, done.left, now, still_wanted, product_id)
        )
    return set(done.kept)


async def _on_a_shelf_that_stands(run: Callable[[], Awaitable[_Done]]) -> _Done:
    """A run is kept only where the shelf at its commit is the one it was computed from.

    Whoever commits a change later finds what was kept, and its fact mends that; whoever committed
    one before is in what was kept. Raises CatalogueMovedError when it never stands still.
    """
    for _ in range(_TRIES - 1):
        try:
            return await run()
        except CatalogueMovedError:
            await changes_are_over()
    return await run()


async def _run_as_read(
    demands: Sequence[Demand],
    now: datetime,
    still_wanted: Callable[[Demand], bool],
    product_id: UUID | None,
    applicants: Mapping[UUID, Applicant] | None,
) -> _Done:
    """Runs that are computed before anything is locked.

    A demand that was matched meanwhile is left: that run has read the enterprise's facts later
    than they were read here.
    """
    columns = await compiled(demands[0].city)
    read = applicants or await _read(demands, now)
    found = await asyncio.to_thread(_ranked, columns, read, demands, day_in_shanghai(now))
    seen = {one.id: one.matched_at for one in demands}
    async with transaction():
        locked = await fetch_models(Demand, _LOCKED, list(seen))
        wanted = {one.id: one for one in locked if still_wanted(one)}
        kept = [
            replace(one, demand=wanted[key])
            for one in found
            if (key := one.demand.id) in wanted and wanted[key].matched_at == seen[key]
        ]
        if applicants is None:
            await record_readings([one.demand for one in kept], now)
        await _keep(kept, columns, now, product_id)
    ids = {one.demand.id for one in kept}
    return _Done(ids, wanted.keys() - ids)


async def _run_under_locks(
    demand_ids: Collection[UUID],
    now: datetime,
    still_wanted: Callable[[Demand], bool],
    product_id: UUID | None,
) -> _Done:
    async with transaction():
        locked = await fetch_models(Demand, _LOCKED, list(demand_ids))
        wanted = [one for one in locked if still_wanted(one)]
        if not wanted:
            return _Done(())
        columns = await compiled(wanted[0].city)
        read = await _read(wanted, now)
        found = await asyncio.to_thread(_ranked, columns, read, wanted, day_in_shanghai(now))
        await record_readings(wanted, now)
        await _keep(found, columns, now, product_id)
    return _Done([one.id for one in wanted])


async def _keep(
    found: Sequence[Found], columns: "Catalogue", now: datetime, product_id: UUID | None
) -> None:
    if not found:
        return
    city = found[0].demand.city
    # Spares the writing where it would be in vain.
    await check_shelf(city, columns.sheets)
    await keep_all(found, columns.sheets, now, product_id)
    await hold_shelf(city, columns.sheets)


async def _read(demands: Sequence[Demand], now: datetime) -> Mapping[UUID, Applicant]:
    return await applicants_of({one.enterprise_id for one in demands}, day_in_shanghai(now))


def _ranked(
    columns: "Catalogue",
    applicants: Mapping[UUID, Applicant],
    demands: Sequence[Demand],
    today: date,
) -> list[Found]:
    # Columns need numpy, which the API does not load at its start.
    from matching.engine.order import kept_positions, order_digest, placed_at
    from matching.engine.shelf import shelf_for

    found = []
    for demand in demands:
        applicant = applicants[demand.enterprise_id]
        shelf = shelf_for(columns, applicant, wish_of(demand), today)
        kept = kept_positions(shelf)
        explained = shelf.explained(kept)
        placed = placed_at(shelf, kept)
        found.append(Found(demand, applicant, placed, explained, order_digest(shelf)))
    return found


async def _mark_failed(demand_id: UUID) -> None:
    await fetch(
        "UPDATE demand SET matching = 'FAILED', matching_note = $2 "
        "WHERE id = $1 AND status = 'OPEN' AND matching <> 'READY'",
        demand_id,
        FAILED_NOTE,
    )
