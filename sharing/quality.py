"""How well each source delivers (FN-33, FN-38): how fresh, with how many defects, how often asked.

Computed from the batches of a year and the calls of thirty days; nothing is estimated.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.data_providers import provider_of
from accounts.viewers import Viewer
from foundation.city import DataSource
from foundation.clock import day_in_shanghai
from sharing.categories import Category
from sharing.interfaces.counting import median_ms
from sharing.interfaces.degraded import explain
from sharing.interfaces.port import Fault
from sharing.interfaces.sources import source_for
from sharing.lists import categories_of
from storage.database import fetch
from storage.models.membership import Role

BATCHES_OF = timedelta(days=365)
CALLS_OF = timedelta(days=30)
EXPECTED_DAYS = {"月度": 31, "季度": 92, "年度": 366}
"""How often a category comes by the words of its list; one shared in real time is never late."""

_BATCHES = """
SELECT category, max(received_on) AS last,
       sum(accepted + unchanged + quarantined)::int AS received, sum(quarantined)::int AS refused
  FROM import_batch
 WHERE city = $1 AND category = ANY($2::text[]) AND finished_at IS NOT NULL AND received_on >= $3
 GROUP BY category
"""

_CALLS = """
SELECT category, made, failed, buckets FROM interface_calls
 WHERE city = $1 AND category = ANY($2::text[]) AND hour >= $3
"""

_OPEN = "SELECT name FROM interface_source WHERE city = $1 AND open_until > $2"


@dataclass(frozen=True)
class Quality:
    """What is known of one category of one city. Days are calendar days, durations milliseconds.

    `notice` is what a reader of the category must know now, in Chinese; None when all is well.
    """

    last_received_on: date | None
    expected_every_days: int | None
    days_late: int | None
    rows_received: int
    rows_refused: int
    calls_allowed_per_minute: int | None
    calls_made: int
    calls_failed: int
    median_ms: int | None
    breaker_open: bool
    notice: str | None

    @property
    def defect_percent(self) -> Decimal | None:
        """The share of rows that were refused, with two places; None where none came."""
        if not self.rows_received:
            return None
        return round(Decimal(self.rows_refused) * 100 / self.rows_received, 2)


@dataclass
class _Calls:
    made: int = 0
    failed: int = 0
    buckets: Sequence[int] = ()

    def add(self, row: Mapping[str, Any]) -> None:
        """Count another hour in."""
        more = json.loads(row["buckets"])
        self.made += row["made"]
        self.failed += row["failed"]
        before = self.buckets or [0] * len(more)
        self.buckets = [one + other for one, other in zip(before, more, strict=True)]


async def quality_of(city: str, codes: Sequence[str], now: datetime) -> dict[str, Quality]:
    """The quality of categories of a city, by code: three queries. Unknown codes are left out."""
    today = day_in_shanghai(now)
    known = {code: one for code, one in categories_of(city).items() if code in set(codes)}
    wanted = list(known)
    rows = await fetch(_BATCHES, city, wanted, today - BATCHES_OF)
    batches = {row["category"]: row for row in rows}
    calls: dict[str, _Calls] = {code: _Calls() for code in wanted}
    for row in await fetch(_CALLS, city, wanted, now - CALLS_OF):
        calls[row["category"]].add(row)
    open_names = {row["name"] for row in await fetch(_OPEN, city, now)}
    return {
        code: _quality(city, category, batches.get(code), calls[code], open_names, today)
        for code, category in known.items()
    }


async def may_see_quality(viewer: Viewer | None, city: str) -> frozenset[str]:
    """The categories of a city whose quality a viewer may read: all of them for its operators and
    regulators, those of its own unit for a data provider's person.
    """
    if viewer is None or viewer.city != city:
        return frozenset()
    if viewer.role in (Role.OPERATOR, Role.REGULATOR):
        return frozenset(categories_of(city))
    provider = await provider_of(viewer)
    return frozenset(provider.categories) if provider else frozenset()


def _quality(
    city: str,
    category: Category,
    batch: Mapping[str, Any] | None,
    calls: _Calls,
    open_names: set[str],
    today: date,
) -> Quality:
    source = source_for(city, category.code)
    last: date | None = batch["last"] if batch else None
    expected = EXPECTED_DAYS.get(category.frequency or "")
    late = max(0, (today - last).days - expected) if last and expected else None
    is_open = source is not None and source.name in open_names
    return Quality(
        last_received_on=last,
        expected_every_days=expected,
        days_late=late,
        rows_received=batch["received"] if batch else 0,
        rows_refused=batch["refused"] if batch else 0,
        calls_allowed_per_minute=source.calls_per_minute if source else None,
        calls_made=calls.made,
        calls_failed=calls.failed,
        median_ms=median_ms(calls.buckets),
        breaker_open=is_open,
        notice=_notice(category, source if is_open else None, last, late),
    )


def _notice(
    category: Category, broken: DataSource | None, last: date | None, late: int | None
) -> str | None:
    if broken is not None:
        return explain(Fault.BREAKER_OPEN, category, broken)
    if late and last:
        return (
            f"“{category.name}”最近一次更新是 {last.isoformat()}，已超过应更新时间 {late} 天，"
            "目前以已有记录为准"
        )
    return None
