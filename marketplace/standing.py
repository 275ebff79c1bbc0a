"""The standing demands of a city in batches: their enterprises' facts, and their kept matches.

A batch costs a handful of queries, however many demands it holds; comparing it with a fresh
computation costs no query at all.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from foundation.clock import day_in_shanghai
from marketplace.applicants import applicants_of
from marketplace.catalogue import compiled
from matching.applicant import Applicant, Wish
from matching.factors import RULES_VERSION
from matching.placed import Placed
from matching.replay import firm_kept
from matching.terms import GuaranteeKind
from sharing.ledger import record_readings
from storage.database import fetch, fetch_models
from storage.models.demand import Demand, MatchingState

if TYPE_CHECKING:
    from matching.engine.catalogue import Catalogue

BATCH = 200

# A pending one waits for its own run, which sees the catalogue as it is then; but not for ever,
# because the fact of one that failed too often is parked.
OWN_RUN_WITHIN = timedelta(hours=1)
_STANDS = "status IN ('OPEN', 'MATCHED') AND (matching <> 'PENDING' OR published_at < $2)"

_NEXT = f"""
SELECT * FROM demand WHERE city = $1 AND {_STANDS} AND id > $3 ORDER BY id LIMIT $4
"""  # noqa: S608 - a constant
_THESE = f"SELECT * FROM demand WHERE id = ANY($1::uuid[]) AND {_STANDS} ORDER BY id"  # noqa: S608 - a constant
_COUNT = f"SELECT count(*)::int AS n FROM demand WHERE city = $1 AND {_STANDS}"  # noqa: S608 - a constant

# A row for each demand: whole numbers in arrays are read many times faster than rows of decimals.
_KEPT = """
SELECT demand_id, array_agg(product_id ORDER BY position) AS product_id,
       array_agg(product_version ORDER BY position) AS version,
       array_agg(eligible ORDER BY position) AS fits,
       array_agg(position ORDER BY position) AS place, array_agg(rank ORDER BY position) AS rank,
       array_agg((annual_rate * 10000)::bigint ORDER BY position) AS annual_rate,
       array_agg((limit_amount * 100)::bigint ORDER BY position) AS "limit",
       array_agg((all_in_cost * 10000)::bigint ORDER BY position) AS cost
  FROM match WHERE demand_id = ANY($1::uuid[]) GROUP BY demand_id
"""
# What the rows of each demand were computed from.
_RUNS = """
SELECT d.id AS demand_id, r.rules_version, r.firm FROM unnest($1::uuid[]) AS d (id), LATERAL (
  SELECT rules_version, facts -> 'applicant' AS firm
    FROM match_run WHERE demand_id = d.id ORDER BY id DESC LIMIT 1) AS r
"""
_COLUMNS = ("version", "fits", "place", "rank", "annual_rate", "limit", "cost")


class KeptRow(NamedTuple):
    """A kept match without its sentences, in the units of matching.engine.order.Placed."""

    product_id: str
    version: int
    fits: bool
    position: int
    rank: int | None
    annual_rate: int | None
    limit: int | None
    cost: int | None


class KeptBy(NamedTuple):
    """What kept matches were computed by: the version of the rules, the enterprise's facts."""

    rules_version: str
    firm: Mapping[str, Any]


@dataclass(frozen=True)
class StandingDemand:
    """A demand, its enterprise's facts of the day, its kept matches in their order, and what those
    were computed by; None for what no run has kept.
    """

    demand: Demand
    applicant: Applicant
    kept: Sequence[KeptRow]
    kept_by: KeptBy | None

    @property
    def is_matched(self) -> bool:
        """Whether its matches were kept by a run that did not fail."""
        return self.demand.matching is MatchingState.READY

    @property
    def tells_the_facts(self) -> bool:
        """Whether the sentences of its matches are those of today's rules and facts."""
        return self.kept_by == KeptBy(RULES_VERSION, firm_kept(self.applicant))


async def how_many_stand(city: str, now: datetime) -> int:
    """How many demands stand in a city."""
    return int((await fetch(_COUNT, city, now - OWN_RUN_WITHIN))[0]["n"])


async def standing_demands(city: str, now: datetime) -> AsyncIterator[list[StandingDemand]]:
    """Every standing demand of a city in the order of their ids, batch after batch.

    Each reads the enterprise's grade for its demand, which is a line of the ledger.
    """
    last = UUID(int=0)
    while demands := await fetch_models(Demand, _NEXT, city, now - OWN_RUN_WITHIN, last, BATCH):
        yield await _read(demands, now)
        last = demands[-1].id


async def standing_again(demand_ids: Sequence[UUID], now: datetime) -> list[StandingDemand]:
    """Those of some demands that still stand, read anew for a batch that was read before."""
    demands = await fetch_models(Demand, _THESE, list(demand_ids), now - OWN_RUN_WITHIN)
    return await _read(demands, now, again=True)


async def _read(
    demands: Sequence[Demand], now: datetime, *, again: bool = False
) -> list[StandingDemand]:
    kept = {
        row["demand_id"]: list(
            map(
                KeptRow,
                [key.hex for key in row["product_id"]],
                *(row[name] for name in _COLUMNS),
            )
        )
        for row in await fetch(_KEPT, [one.id for one in demands])
    }
    runs = {
        row["demand_id"]: KeptBy(row["rules_version"], json.loads(row["firm"]))
        for row in await fetch(_RUNS, [one.id for one in demands])
    }
    enterprises = {one.enterprise_id for one in demands}
    applicants = await applicants_of(enterprises, day_in_shanghai(now))
    if not again:
        await record_readings(demands, now)
    return [
        StandingDemand(one, applicants[one.enterprise_id], kept.get(one.id, []), runs.get(one.id))
        for one in demands
    ]


def wish_of(demand: Demand) -> Wish:
    """What a demand asks for, as the rules read it."""
    return Wish(
        amount=demand.amount,
        term_months=demand.term_months,
        guarantee_kinds=frozenset(map(GuaranteeKind, demand.guarantee_kinds)),
        max_annual_rate=demand.max_annual_rate,
    )


async def fresh_rows(
    city: str, batch: Sequence[StandingDemand], now: datetime
) -> list[list[KeptRow]]:
    """What would be kept today for each demand of a batch, in its order."""
    columns = await compiled(city)
    return await asyncio.to_thread(_fresh_rows, columns, batch, day_in_shanghai(now))


def _fresh_rows(
    columns: "Catalogue", batch: Sequence[StandingDemand], today: date
) -> list[list[KeptRow]]:
    # Columns need numpy, which the API does not load at its start.
    from matching.engine.order import kept_positions, placed_at
    from matching.engine.shelf import shelf_for

    found = []
    for one in batch:
        shelf = shelf_for(columns, one.applicant, wish_of(one.demand), today)
        found.append([_as_kept(placed) for placed in placed_at(shelf, kept_positions(shelf))])
    return found


def _as_kept(one: Placed) -> KeptRow:
    figures = (one.annual_rate, one.limit, one.cost)
    return KeptRow(one.product_id, one.version, one.fits, one.position, one.rank, *figures)
