"""Kept matches against a fresh computation: what differs, what moved among the best, and whether a
fact is on its way.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from foundation.city import cities
from marketplace.matchmaking import match_read
from marketplace.standing import (
    KeptRow,
    StandingDemand,
    fresh_rows,
    standing_again,
    standing_demands,
)
from matching.movements import Moved, Movement, Spot, movements
from storage.database import fetch
from storage.models.demand import Demand
from storage.queue import waiting_facts

# The facts that match standing demands anew, and what each names: see worker/handlers.py.
NAMED_BY = {
    "ProductPublished": "product_id",
    "ProductLeftShelf": "product_id",
    "BatchImported": "batch_id",
    "DemandPublished": "demand_id",
    "GradeChanged": "enterprise_id",
    "ConsentGranted": "enterprise_id",
    "ConsentNarrowed": "enterprise_id",
    "ConsentRevoked": "enterprise_id",
}

_THAT_MAY_BE_MENDED = """
SELECT d.id FROM demand d JOIN enterprise e ON e.id = d.enterprise_id
 WHERE d.id = ANY($1::uuid[]) AND (
   d.id = ANY($2::uuid[]) OR e.id = ANY($3::uuid[])
   OR EXISTS (SELECT FROM product p WHERE p.id = ANY($4::uuid[]) AND p.city = d.city)
   OR EXISTS (SELECT FROM credit_record r
               WHERE r.batch_id = ANY($5::uuid[]) AND r.uscc = e.uscc AND r.city = e.city))
"""


@dataclass(frozen=True)
class Checked:
    """A standing demand: how its kept matches differ from fresh ones, in Chinese sentences; what
    moved among the best, by product; and whether a fact that may mend it still waits.
    """

    standing: StandingDemand
    differences: Sequence[str] = ()
    moved: Mapping[UUID, Moved] = field(default_factory=dict)
    waits: bool = False

    @property
    def demand(self) -> Demand:
        """The demand."""
        return self.standing.demand

    @property
    def is_wrong(self) -> bool:
        """Whether it differs and nothing is on its way."""
        return bool(self.differences) and not self.waits


@dataclass
class Night:
    """What a night's run did: demands that were looked at, those matched anew because they
    differed with nothing on its way, and what moved among their best.
    """

    looked_at: int = 0
    mended: int = 0
    moved: Counter[Movement] = field(default_factory=Counter)


async def check_matches(city: str, now: datetime) -> AsyncIterator[Checked]:
    """Every standing demand of a city in the order of their ids, read and compared in batches.

    Each comparison reads the enterprise's grade for its demand, which is a line of the ledger.
    """
    async for batch in standing_demands(city, now):
        for checked in await _check(city, batch, now):
            yield checked


async def mend_matches(city: str, now: datetime) -> Night:
    """Match anew what has become another with the days, and nothing else."""
    night = Night()
    async for batch in standing_demands(city, now):
        wrong = [one for one in await _check(city, batch, now) if one.is_wrong]
        kept = await match_read([one.standing for one in wrong], now)
        # What another run has matched meanwhile is that run's.
        mended = [one for one in wrong if one.demand.id in kept]
        for one in mended:
            night.moved.update(moved.movement for moved in one.moved.values())
        night.looked_at += len(batch)
        night.mended += len(mended)
    return night


async def _check(city: str, batch: Sequence[StandingDemand], now: datetime) -> list[Checked]:
    found = await _compared(city, batch, now)
    wrong = [one.demand.id for one in found if one.is_wrong]
    if not wrong:
        return found
    # What waited may have been handled since the first look.
    again = await _compared(city, await standing_again(wrong, now), now)
    second = {one.demand.id: one for one in again}
    # One that has ended meanwhile is nobody's business any more.
    return [
        second.get(one.demand.id, Checked(one.standing)) if one.is_wrong else one for one in found
    ]


async def _compared(city: str, batch: Sequence[StandingDemand], now: datetime) -> list[Checked]:
    best = cities()[city].notices.best_matches
    fresh = await fresh_rows(city, batch, now)
    found = [_compare(one, rows, best) for one, rows in zip(batch, fresh, strict=True)]
    waiting = await _waiting([one.demand for one in found if one.differences])
    return [replace(one, waits=one.demand.id in waiting) for one in found]


def _compare(one: StandingDemand, fresh: Sequence[KeptRow], best: int) -> Checked:
    differences: list[str] = []
    moved: dict[UUID, Moved] = {}
    if one.kept != fresh:
        differences = _differences(one.kept, fresh)
        moved = movements(_spots(one.kept), _spots(fresh), best)
    if not one.tells_the_facts:
        differences.append("规则或企业事实与匹配时不同，匹配理由须重写")
    return Checked(one, differences, moved)


def _spots(rows: Sequence[KeptRow]) -> dict[UUID, Spot]:
    return {
        UUID(hex=row.product_id): Spot(row.rank, _decimal(row.cost, 10_000))
        for row in rows
        if row.rank is not None
    }


def _differences(kept: Sequence[KeptRow], fresh: Sequence[KeptRow]) -> list[str]:
    was, now = ({row.product_id: row for row in rows} for rows in (kept, fresh))
    found = []
    for key, row in now.items():
        if key not in was:
            found.append(f"产品 {UUID(hex=key)} 没有留存")
        elif was[key] != row:
            found.append(f"产品 {UUID(hex=key)}：{_told(was[key], row)}")
    return found + [f"产品 {UUID(hex=key)} 不应再留存" for key in was if key not in now]


def _told(kept: KeptRow, fresh: KeptRow) -> str:
    pairs = zip(_NAMES, _figures(kept), _figures(fresh), strict=True)
    told = (f"{name}留存为{was}，重新计算为{now}" for name, was, now in pairs if was != now)
    return "；".join(told)


_NAMES = ("产品版本", "是否符合条件", "排位", "名次", "年利率", "额度", "综合年化成本")


def _figures(row: KeptRow) -> list[Any]:
    places = (row.position, "无" if row.rank is None else row.rank)
    figures = ((row.annual_rate, 10_000), (row.limit, 100), (row.cost, 10_000))
    said = ["无" if value is None else _decimal(value, scale) for value, scale in figures]
    return [row.version, "是" if row.fits else "否", *places, *said]


def _decimal(value: int | None, scale: int) -> Decimal | None:
    return None if value is None else Decimal(value) / scale


async def _waiting(demands: Sequence[Demand]) -> set[UUID]:
    """Those of some demands that a waiting fact may mend."""
    if not demands:
        return set()
    named: dict[str, list[str]] = defaultdict(list)
    for kind, body in await waiting_facts(NAMED_BY):
        # One that an earlier release wrote may name nothing.
        if value := body.get(NAMED_BY[kind]):
            named[NAMED_BY[kind]].append(value)
    ids = (named[name] for name in ("demand_id", "enterprise_id", "product_id", "batch_id"))
    rows = await fetch(_THAT_MAY_BE_MENDED, [one.id for one in demands], *ids)
    return {row["id"] for row in rows}
