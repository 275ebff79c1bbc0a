"""Demands as they are read: an enterprise's own, newest first, and an institution's pool."""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from accounts.access import SEES_DEMAND, require_role, seeing
from accounts.viewers import Viewer
from credit.levels import GradeLevel
from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.errors import BadUserInput
from foundation.industry import industries
from foundation.pagination import Keys, Page, PageRequest, page_of
from marketplace.nested_pages import Asked, Manner, by_manner, id_key
from sharing.grading import levels_read_anew
from storage.database import fetch, fetch_models, models_of
from storage.models.consent import STANDS
from storage.models.demand import Demand
from storage.models.membership import Role

MAX_FILTER_VALUES = 50
_STANDS = STANDS.format(c="c", today="$13")


async def pages_of(viewer: Viewer | None, asked: Sequence[Asked]) -> list[Page[Demand]]:
    """Pages of the demands of enterprises, as far as the viewer may see them, newest first.

    Raises BadUserInput for a forged cursor.
    """
    found: dict[tuple[Manner, UUID], list[Demand]] = defaultdict(list)
    for manner, enterprise_ids in by_manner(asked).items():
        for demand in await _of_enterprises(viewer, manner, enterprise_ids):
            found[manner, demand.enterprise_id].append(demand)
    return [one.page(found[one.manner, one.parent], lambda row: [row.id.hex]) for one in asked]


async def _of_enterprises(
    viewer: Viewer | None, manner: Manner, enterprise_ids: list[UUID]
) -> list[Demand]:
    if viewer is None:
        return []
    order = manner.order(newest_first=True)
    return await fetch_models(
        Demand,
        f"""
        SELECT x.* FROM unnest($1::uuid[]) AS parent (id), LATERAL (
          SELECT d.* FROM demand d
           WHERE d.enterprise_id = parent.id AND {SEES_DEMAND}
             AND ($5::uuid IS NULL OR d.id {manner.beyond(newest_first=True)} $5)
           ORDER BY d.id {order} LIMIT $6) AS x
         ORDER BY x.id {order}
        """,  # noqa: S608 - ASC or DESC, < or >; every value is a parameter
        enterprise_ids,
        *seeing(viewer),
        id_key(manner.keys),
        manner.size + 1,
    )


@dataclass(frozen=True, kw_only=True)
class DemandFilter:
    """What a pool is narrowed to; empty means everything. Yuan."""

    districts: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    grade_levels: tuple[GradeLevel, ...] = ()

    def list_name(self) -> str:
        """The name of the list, so that a cursor of another filter is recognised as foreign."""
        told = json.dumps(asdict(self), default=str, sort_keys=True)
        return f"demandPool:{hashlib.sha256(told.encode()).hexdigest()[:8]}"


async def pool(
    viewer: Viewer | None, narrowed: DemandFilter, request: PageRequest, now: datetime
) -> Page[Demand]:
    """Demands that the officer's institution may see, best fit first, in one query, and in one or
    two more where it is narrowed by grades.

    A grade narrows as it is shown: as UNRATED when its consent has ended, and without a person's
    letter when that person's has.
    The fit is the highest score of the institution's own products for the demand; the newer of
    two equal ones comes first. Raises Unauthenticated, Forbidden unless an officer asks, and
    BadUserInput for a forged cursor or a filter that is out of bounds.
    """
    officer = require_role(viewer, Role.OFFICER)
    _check(narrowed)
    score, last = _pool_keys(request.keys)
    sign, order = (">", "ASC") if request.backward else ("<", "DESC")
    today = day_in_shanghai(now)
    anew = await levels_read_anew(str(officer.city), today) if narrowed.grade_levels else {}
    rows = await fetch(
        f"""
        SELECT d.*, fit.score AS fit FROM demand d
          JOIN enterprise e ON e.id = d.enterprise_id
          LEFT JOIN grade g ON g.enterprise_id = e.id AND g.superseded_at IS NULL
            AND (g.method IS NULL OR EXISTS (
              SELECT FROM consent c
               WHERE c.enterprise_id = e.id AND c.purpose = 'GRADING' AND {_STANDS}))
          LEFT JOIN unnest($14::uuid[], $15::text[]) AS anew (id, level)
            ON anew.id = g.enterprise_id
          CROSS JOIN LATERAL (
            SELECT coalesce(max(m.score), -1) AS score
              FROM match m JOIN product p ON p.id = m.product_id
             WHERE m.demand_id = d.id AND m.eligible
               AND p.institution_id = $3 AND p.status = 'PUBLISHED') AS fit
         WHERE d.status IN ('OPEN', 'MATCHED', 'CONTRACTED') AND d.city = $1 AND {SEES_DEMAND}
           AND ($5::text[] IS NULL OR e.district = ANY($5))
           AND ($6::text[] IS NULL OR EXISTS (
             SELECT FROM unnest($6) AS wanted (code) WHERE starts_with(e.industry, wanted.code)))
           AND ($7::numeric IS NULL OR d.amount >= $7)
           AND ($8::numeric IS NULL OR d.amount <= $8)
           AND ($9::text[] IS NULL OR coalesce(anew.level, g.level, 'UNRATED') = ANY($9))
           AND ($10::float8 IS NULL OR (fit.score, d.id) {sign} ($10, $11::uuid))
         ORDER BY fit.score {order}, d.id {order} LIMIT $12
        """,  # noqa: S608 - ASC or DESC, < or >; every value is a parameter
        officer.city,
        *seeing(officer),
        _with_towns(officer.city, narrowed.districts),
        list(narrowed.industries) or None,
        narrowed.min_amount,
        narrowed.max_amount,
        [level.value for level in narrowed.grade_levels] or None,
        score,
        last,
        request.size + 1,
        today,
        list(anew),
        [level.value for level in anew.values()],
    )
    fits: dict[UUID, float] = {row["id"]: row["fit"] for row in rows}
    demands = models_of(Demand, rows)
    return page_of(request, demands, lambda row: [fits[row.id], row.id.hex])


def _check(narrowed: DemandFilter) -> None:
    lists: tuple[Sequence[str], ...] = (
        narrowed.districts,
        narrowed.industries,
        narrowed.grade_levels,
    )
    if any(len(values) > MAX_FILTER_VALUES for values in lists):
        raise BadUserInput(f"每个筛选条件最多{MAX_FILTER_VALUES}项")
    if not industries().keys() >= set(narrowed.industries):
        raise BadUserInput("筛选条件里有不存在的行业代码")


def _with_towns(city: str | None, districts: Sequence[str]) -> list[str] | None:
    if not districts or city is None:
        return None
    wanted = set(districts)
    towns = [one.code for one in cities()[city].districts if one.parent in wanted]
    return [*wanted, *towns]


def _pool_keys(keys: Keys | None) -> tuple[float | None, UUID | None]:
    if keys is None:
        return None, None
    if len(keys) != 2 or not isinstance(keys[0], int | float) or not math.isfinite(keys[0]):
        raise BadUserInput("游标无效")
    return float(keys[0]), id_key(keys[1:])
