"""Kept matches against a fresh computation: what differs, what moved among the best, and whether a
fact is on its way.
"""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
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
from storage.models.demand import Demand
from storage.queue import waiting_facts

# What concerns a whole city, and what names the demand or the enterprise.
_OF_THE_CITY = frozenset({"ProductPublished", "ProductLeftShelf", "BatchImported"})
_OF_ONE = frozenset(
    {"DemandPublished", "GradeChanged", "ConsentGranted", "ConsentNarrowed", "ConsentRevoked"}
)


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
        await match_read([one.standing for one in wrong], now)
        for one in wrong:
            night.moved.update(moved.movement for moved in one.moved.values())
        night.looked_at += len(batch)
        night.mended += len(wrong)
    return night


async def _check(city: str, batch: Sequence[StandingDemand], now: datetime) -> list[Checked]:
    found = await _compared(city, batch, now)
    differing = [one.demand for one in found if one.differences]
    if not differing:
        return found
    waiting = await _waiting(differing)
    # What waited may have been handled since the first look.
    unexplained = [one.id for one in differing if one.id not in waiting]
    again = await _compared(city, await standing_again(unexplained, now), now)
    second = {one.demand.id: one for one in again}
    return [_settled(one, waiting, second) for one in found]


def _settled(one: Checked, waiting: Collection[UUID], second: Mapping[UUID, Checked]) -> Checked:
    if not one.differences:
        return one
    if one.demand.id in waiting:
        return Checked(one.standing, one.differences, one.moved, waits=True)
    # One that has ended meanwhile is nobody's business any more.
    return second.get(one.demand.id, Checked(one.standing))


async def _compared(city: str, batch: Sequence[StandingDemand], now: datetime) -> list[Checked]:
    best = cities()[city].notices.best_matches
    fresh = await fresh_rows(city, batch, now)
    return [_compare(one, rows, best) for one, rows in zip(batch, fresh, strict=True)]


def _compare(one: StandingDemand, fresh: Sequence[KeptRow], best: int) -> Checked:
    if one.kept == fresh:
        return Checked(one)
    moved = movements(_spots(one.kept), _spots(fresh), best)
    return Checked(one, _differences(one.kept, fresh), moved)


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
    facts = await waiting_facts(_OF_THE_CITY | _OF_ONE)
    if any(kind in _OF_THE_CITY for kind, _ in facts):
        return {one.id for one in demands}
    named = {body.get(name) for _, body in facts for name in ("demand_id", "enterprise_id")}
    return {one.id for one in demands if named & {str(one.id), str(one.enterprise_id)}}
