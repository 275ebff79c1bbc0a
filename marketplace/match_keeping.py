"""Keeps what runs found for some demands, in the open transaction: rows, officers rung, news.

The demands are locked; each statement serves all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from credit.levels import GradeLevel
from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.facts import Fact
from marketplace.facts import DemandMatched, MatchImproved, ProductMatched
from marketplace.match_news import (
    Standing,
    former_sheet,
    former_standing,
    improvements,
    is_new_version,
    standings_of,
)
from marketplace.match_rows import choose_officers, keep_rows
from marketplace.match_runs import keep_runs
from marketplace.standing import wish_of
from matching.applicant import Applicant
from matching.placed import Placed
from matching.rank import Ranked
from matching.sheet import ProductSheet
from storage.database import execute
from storage.models.demand import Demand, DemandStatus, MatchingState
from storage.models.product import Product
from storage.queue import enqueue

NOTHING_FITS_NOTE = "目前没有完全符合条件的产品，可以查看差一点的产品和还差哪些条件"

_MATCHED = """
UPDATE demand d SET matching = 'READY', matching_note = n.note, matched_at = $3
  FROM unnest($1::uuid[], $2::text[]) AS n (id, note) WHERE d.id = n.id
"""


@dataclass(frozen=True)
class Found:
    """A demand as it is locked, its enterprise's facts, what is kept of the order in figures and
    with every reason, and the digest of the whole order.
    """

    demand: Demand
    applicant: Applicant
    order: Sequence[Placed]
    kept: Sequence[Ranked]
    order_digest: bytes

    def standings(self) -> dict[UUID, Standing]:
        """The products that fit."""
        return {
            UUID(hex=one.product_id): Standing(
                one.version, one.rank, None if one.cost is None else Decimal(one.cost) / 10_000
            )
            for one in self.order
            if one.fits
        }


async def keep_all(
    found: Sequence[Found],
    sheets: Sequence[ProductSheet],
    now: datetime,
    product_id: UUID | None,
) -> None:
    """Keep what was found for demands of one city on its shelf; `product_id` gave rise to it, if
    one did.
    """
    demands = [one.demand for one in found]
    before = await standings_of([one.id for one in demands])
    runs = [(one.demand, one.applicant, one.order_digest) for one in found]
    run_ids = await keep_runs(runs, sheets, now)
    await keep_rows([(one.demand.id, one.kept) for one in found], run_ids, now)
    rung = await choose_officers(demands, now)
    arrived = await _arrived(product_id)
    facts: list[Fact] = []
    for one in found:
        was: Mapping[UUID, Standing] = before[one.demand.id]
        if arrived is not None:
            was = _with_the_former(was, one, arrived, now)
        facts += _news(one, was, rung[one.demand.id], arrived)
    notes = [_note(one) for one in found]
    await execute(_MATCHED, [one.id for one in demands], notes, now)
    await enqueue(*facts)


@dataclass(frozen=True)
class _Arrived:
    """A product that gave rise to a run, with the sheet of the version before, if there is one."""

    product: Product
    former: ProductSheet | None


async def _arrived(product_id: UUID | None) -> _Arrived | None:
    if product_id is None:
        return None
    return _Arrived(await Product.get(id=product_id), await former_sheet(product_id))


def _with_the_former(
    before: Mapping[UUID, Standing], one: Found, arrived: _Arrived, now: datetime
) -> Mapping[UUID, Standing]:
    """A product leaves the shelf while it is revised; that it comes back as it was is no news."""
    if arrived.former is None or arrived.product.id in before:
        return before
    today = day_in_shanghai(now)
    former = former_standing(arrived.former, one.applicant, wish_of(one.demand), today)
    return before if former is None else {**before, arrived.product.id: former}


def _news(
    found: Found,
    before: Mapping[UUID, Standing],
    rung: frozenset[UUID],
    arrived: _Arrived | None,
) -> list[Fact]:
    """What has to be told: nothing of a demand that an offer has matched, nothing twice."""
    demand = found.demand
    if demand.status is not DemandStatus.OPEN:
        return []
    if demand.matching is not MatchingState.READY:
        return [DemandMatched(demand_id=demand.id)]
    after = found.standings()
    facts: list[Fact] = []
    if arrived is not None and is_new_version(arrived.product.id, before, after):
        facts.append(ProductMatched(demand_id=demand.id, product_id=arrived.product.id))
        rung -= {arrived.product.institution_id}
    if rung or (after and not before and not facts):
        facts.append(DemandMatched(demand_id=demand.id))
    if before or not any(isinstance(fact, DemandMatched) for fact in facts):
        # Otherwise the owner is told of everything that fits at once.
        limits = cities()[demand.city].notices
        better = improvements(before, after, limits.best_matches)[: limits.products_a_day]
        facts += [MatchImproved(demand_id=demand.id, product_id=one) for one in better]
    return facts


def _note(found: Found) -> str | None:
    applicant = found.applicant
    if applicant.grade is GradeLevel.NOT_CERTIFIED:
        why = applicant.grade_reason or "存在严重失信记录"
        return f"{why}；相关记录修复或移出后，可重新认证并匹配产品"
    return None if found.order and found.order[0].fits else NOTHING_FITS_NOTE
