"""Kept matches against a fresh computation: what differs, and whether a fact is on its way."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from foundation.clock import day_in_shanghai
from marketplace.applicants import applicant_of
from marketplace.catalogue import sheets_of
from marketplace.matchmaking import match_enterprise, wish_of
from matching.rank import Ranked, rank
from sharing.ledger import record_reading
from storage.database import fetch, fetch_models
from storage.models.demand import Demand
from storage.models.match import Match
from storage.queue import waiting_facts

_STANDING = """
SELECT * FROM demand
 WHERE city = $1 AND status IN ('OPEN', 'MATCHED') AND matching <> 'PENDING' AND id > $2
 ORDER BY id LIMIT 100
"""
# What concerns a whole city, and what names the demand or the enterprise.
_OF_THE_CITY = frozenset({"ProductPublished", "ProductLeftShelf", "BatchImported"})
_OF_ONE = frozenset(
    {"DemandPublished", "GradeChanged", "ConsentGranted", "ConsentNarrowed", "ConsentRevoked"}
)


@dataclass(frozen=True)
class Checked:
    """A standing demand: how its kept matches differ from fresh ones, in Chinese sentences, and
    whether a fact that may mend it still waits.
    """

    demand: Demand
    differences: Sequence[str]
    waits: bool

    @property
    def is_wrong(self) -> bool:
        """Whether it differs and nothing is on its way."""
        return bool(self.differences) and not self.waits


async def check_matches(city: str, now: datetime) -> AsyncIterator[Checked]:
    """Every standing demand of a city, one after the other.

    Each comparison reads the enterprise's grade for its demand, which is a line of the ledger.
    """
    last = UUID(int=0)
    while demands := await fetch_models(Demand, _STANDING, city, last):
        for demand in demands:
            yield await _check(demand, now)
        last = demands[-1].id


async def mend_matches(city: str, now: datetime) -> tuple[int, int]:
    """Match anew what has become another with the days: how many demands were looked at, and how
    many of them differed with nothing on its way.
    """
    looked_at, mended = 0, 0
    async for checked in check_matches(city, now):
        looked_at += 1
        if checked.is_wrong:
            mended += 1
            await match_enterprise(checked.demand.enterprise_id, now)
    return looked_at, mended


async def _check(demand: Demand, now: datetime) -> Checked:
    await record_reading(demand, now)
    differences = await _differences(demand, now)
    if not differences:
        return Checked(demand, (), False)
    if await _waits(demand):
        return Checked(demand, differences, True)
    # What waited may have been handled since the first look.
    return Checked(demand, await _differences(demand, now), False)


async def _differences(demand: Demand, now: datetime) -> list[str]:
    today = day_in_shanghai(now)
    applicant = await applicant_of(demand.enterprise_id, today)
    sheets = await sheets_of(demand.city)
    fresh = await asyncio.to_thread(rank, applicant, wish_of(demand), sheets, today)
    kept = {row.product_id: row for row in await Match.filter(demand_id=demand.id)}
    found = []
    for one in fresh:
        product_id = UUID(hex=one.sheet.product_id)
        row = kept.pop(product_id, None)
        if row is None:
            found.append(f"产品 {product_id} 没有留存")
        elif (told := _told(row)) != (now_told := _told_fresh(one)):
            found.append(f"产品 {product_id}：留存 {told}，重新计算 {now_told}")
    return found + [f"产品 {product_id} 已不在货架" for product_id in kept]


def _told(row: Match) -> tuple[Any, ...]:
    figures = (row.annual_rate, row.limit_amount, row.all_in_cost)
    return (row.product_version, row.eligible, row.rank, *map(_plain, figures))


def _told_fresh(one: Ranked) -> tuple[Any, ...]:
    terms = one.terms
    figures = (
        (None, None, None)
        if terms is None
        else (terms.annual_rate, terms.limit, terms.cost.compound)
    )
    return (one.sheet.version, one.eligible, one.rank, *map(_plain, figures))


def _plain(figure: Any) -> str | None:
    return None if figure is None else f"{figure:.4f}"


async def _waits(demand: Demand) -> bool:
    for kind, body in await waiting_facts(_OF_THE_CITY | _OF_ONE):
        if kind in _OF_THE_CITY:
            return True
        if str(demand.id) == body.get("demand_id"):
            return True
        if str(demand.enterprise_id) == body.get("enterprise_id"):
            return True
    return False


async def how_many_stand(city: str) -> int:
    """How many demands a check of a city looks at."""
    rows = await fetch(
        "SELECT count(*)::int AS n FROM demand WHERE city = $1 "
        "AND status IN ('OPEN', 'MATCHED') AND matching <> 'PENDING'",
        city,
    )
    return int(rows[0]["n"])
