"""Keeps every open demand's matches: when it is published, and when a product or a grade changes.

A run may be repeated: rows keep their ids, and a fact is enqueued only for what is newly found.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from credit.levels import GradeLevel
from foundation.city import cities
from foundation.clock import SystemClock, day_in_shanghai
from foundation.facts import Fact
from marketplace.applicants import applicant_of
from marketplace.catalogue import compiled, sheets_of
from marketplace.facts import (
    DemandMatched,
    DemandPublished,
    MatchImproved,
    ProductMatched,
    ProductPublished,
)
from marketplace.match_news import (
    Standing,
    former_standing,
    improvements,
    is_new_version,
    standing_of,
)
from marketplace.match_rows import choose_officers, keep_rows
from marketplace.match_runs import keep_run
from marketplace.standing import StandingDemand, standing_demands
from marketplace.standing import wish_of as wish_of
from marketplace.touched import touched_by
from matching.applicant import Applicant, Wish
from matching.placed import Placed
from matching.rank import Ranked
from sharing.facts import GradeChanged
from sharing.ledger import record_reading
from storage.database import fetch, fetch_models, transaction
from storage.models.demand import Demand, DemandStatus, MatchingState
from storage.models.product import Product, ProductStatus
from storage.queue import enqueue

if TYPE_CHECKING:
    from matching.engine.catalogue import Catalogue

FAILED_NOTE = "匹配时遇到故障，系统会自动重试，无需重新发布"
NOTHING_FITS_NOTE = "目前没有完全符合条件的产品，可以查看差一点的产品和还差哪些条件"
_STANDING = (DemandStatus.OPEN, DemandStatus.MATCHED)
_BATCH = 100
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
    with the demand marked FAILED until a later try succeeds.
    """
    demand = await Demand.get_or_none(id=demand_id)
    if demand is None or not _awaits_matching(demand):
        return
    try:
        await _run(demand, now, _awaits_matching)
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
        for one in await touched_by(product, batch, now):
            await match_read(one, now, product_id)


async def match_read(one: StandingDemand, now: datetime, product_id: UUID | None = None) -> None:
    """Match a demand that has just been read, with the enterprise's facts as they were read.

    `product_id` is the product that gave rise to it. Raises RuntimeError for a catalogue that
    changes all the time.
    """
    await _run(one.demand, now, _was_matched, product_id, one.applicant)


async def match_enterprise(enterprise_id: UUID, now: datetime) -> None:
    """Match the demands of an enterprise that stand, by its grade and profile of today."""
    await match_standing("enterprise_id = $3", enterprise_id, now)


async def match_standing(condition: str, value: object, now: datetime) -> None:
    """Match the standing demands that a condition over `demand` chooses; $3 stands for the value.

    The condition is a constant of the caller's module.
    """
    last = UUID(int=0)
    while True:
        demands = await fetch_models(
            Demand,
            f"SELECT * FROM demand WHERE status IN ('OPEN', 'MATCHED') AND id > $1 "  # noqa: S608 - the condition is a constant of the caller
            f"AND {condition} ORDER BY id LIMIT $2",
            last,
            _BATCH,
            value,
        )
        for demand in demands:
            await _run(demand, now, _was_matched)
        if len(demands) < _BATCH:
            return
        last = demands[-1].id


def _awaits_matching(demand: Demand) -> bool:
    return demand.status is DemandStatus.OPEN and demand.matching is not MatchingState.READY


def _was_matched(demand: Demand) -> bool:
    # A pending one waits for its own run, which sees the catalogue as it is then.
    return demand.status in _STANDING and demand.matching is not MatchingState.PENDING


async def _run(
    demand: Demand,
    now: datetime,
    still_wanted: Callable[[Demand], bool],
    product_id: UUID | None = None,
    applicant: Applicant | None = None,
) -> None:
    """One run. The catalogue is read again under the demand's lock: a product that came on show
    meanwhile would otherwise be missed by both this run and its own. So is the time of the last
    run: one that came between has read the enterprise's facts later than they were read here.
    """
    for _ in range(_TRIES):
        columns = await compiled(demand.city)
        found = await _found(demand, columns, now, applicant)
        async with transaction():
            rows = await fetch_models(
                Demand, "SELECT * FROM demand WHERE id = $1 FOR NO KEY UPDATE", demand.id
            )
            if not rows or not still_wanted(rows[0]):
                return
            is_last = rows[0].matched_at == demand.matched_at
            if is_last and await sheets_of(demand.city) is columns.sheets:
                await _keep(rows[0], found, now, product_id)
                if applicant is None:
                    await record_reading(rows[0], now)
                return
        demand, applicant = rows[0], None
    raise RuntimeError("the catalogue changed during every try")


@dataclass(frozen=True)
class _Found:
    """The whole order in figures, and with every reason what of it is kept."""

    applicant: Applicant
    order: list[Placed]
    kept: list[Ranked]


async def _found(
    demand: Demand, columns: "Catalogue", now: datetime, applicant: Applicant | None
) -> _Found:
    today = day_in_shanghai(now)
    read = applicant or await applicant_of(demand.enterprise_id, today)
    return await asyncio.to_thread(_ranked, columns, read, wish_of(demand), today)


def _ranked(columns: "Catalogue", applicant: Applicant, wish: Wish, today: date) -> _Found:
    # Columns need numpy, which the API does not load at its start.
    from matching.engine.order import kept_positions, placed_at
    from matching.engine.shelf import shelf_for

    shelf = shelf_for(columns, applicant, wish, today)
    order = placed_at(shelf, shelf.positions())
    return _Found(applicant, order, shelf.explained(kept_positions(shelf)))


async def _keep(demand: Demand, found: _Found, now: datetime, product_id: UUID | None) -> None:
    before = await standing_of(demand.id)
    run_id = await keep_run(demand, found.applicant, wish_of(demand), found.order, now)
    await keep_rows(demand, found.kept, now, run_id)
    rung = await choose_officers(demand, now)
    if product_id is not None and product_id not in before:
        before |= await former_standing(product_id, found.applicant, wish_of(demand), now)
    facts = await _news(demand, before, rung, product_id)
    demand.matching = MatchingState.READY
    demand.matching_note = _note(found)
    demand.matched_at = now
    await demand.save(update_fields=["matching", "matching_note", "matched_at"])
    await enqueue(*facts)


async def _news(
    demand: Demand,
    before: Mapping[UUID, Standing],
    rung: frozenset[UUID],
    product_id: UUID | None,
) -> list[Fact]:
    """What has to be told: nothing of a demand that an offer has matched, nothing twice."""
    if demand.status is not DemandStatus.OPEN:
        return []
    if demand.matching is not MatchingState.READY:
        return [DemandMatched(demand_id=demand.id)]
    after = await standing_of(demand.id)
    facts: list[Fact] = []
    if product_id is not None and is_new_version(product_id, before, after):
        facts.append(ProductMatched(demand_id=demand.id, product_id=product_id))
        rung -= {(await Product.get(id=product_id)).institution_id}
    if rung or (after and not before and not facts):
        facts.append(DemandMatched(demand_id=demand.id))
    if before or not any(isinstance(fact, DemandMatched) for fact in facts):
        # Otherwise the owner is told of everything that fits at once.
        limits = cities()[demand.city].notices
        better = improvements(before, after, limits.best_matches)[: limits.products_a_day]
        facts += [MatchImproved(demand_id=demand.id, product_id=one) for one in better]
    return facts


def _note(found: _Found) -> str | None:
    applicant = found.applicant
    if applicant.grade is GradeLevel.NOT_CERTIFIED:
        why = applicant.grade_reason or "存在严重失信记录"
        return f"{why}；相关记录修复或移出后，可重新认证并匹配产品"
    return None if found.order and found.order[0].fits else NOTHING_FITS_NOTE


async def _mark_failed(demand_id: UUID) -> None:
    await fetch(
        "UPDATE demand SET matching = 'FAILED', matching_note = $2 "
        "WHERE id = $1 AND status = 'OPEN' AND matching <> 'READY'",
        demand_id,
        FAILED_NOTE,
    )
