"""Writes what a matching run found: the rows of a demand, and the officers it rings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from accounts.access import INSTITUTION_SEES_DEMAND
from foundation.identifiers import new_id
from matching.case import ConditionResult
from matching.rank import Ranked
from matching.terms import Verdict
from storage.database import execute, fetch
from storage.models.demand import Demand

COST = "cost"

_UPSERT = """
INSERT INTO match (id, demand_id, product_id, product_version, eligible, position, rank, score,
  annual_rate, limit_amount, all_in_cost, all_in_cost_simple, reasons, computed_at, run_id)
SELECT r.id, r.demand_id, r.product_id, r.product_version, r.eligible, r.position, r.rank, r.score,
       r.annual_rate, r.limit_amount, r.all_in_cost, r.all_in_cost_simple, r.reasons, $2, r.run_id
  FROM jsonb_to_recordset($1::jsonb) AS r (id uuid, demand_id uuid, run_id uuid,
       product_id uuid, product_version int, eligible boolean, position int, rank int,
       score float8, annual_rate numeric, limit_amount numeric, all_in_cost numeric,
       all_in_cost_simple numeric, reasons jsonb)
ON CONFLICT (demand_id, product_id) DO UPDATE SET
  product_version = excluded.product_version, eligible = excluded.eligible,
  position = excluded.position, rank = excluded.rank, score = excluded.score,
  annual_rate = excluded.annual_rate, limit_amount = excluded.limit_amount,
  all_in_cost = excluded.all_in_cost, all_in_cost_simple = excluded.all_in_cost_simple,
  reasons = excluded.reasons, computed_at = excluded.computed_at, run_id = excluded.run_id
"""

# What a run did not write again is off the shelf, or no longer among what is kept.
_DELETE = """
DELETE FROM match m USING unnest($1::uuid[], $2::uuid[]) AS now (demand_id, run_id)
 WHERE m.demand_id = now.demand_id AND m.run_id IS DISTINCT FROM now.run_id
"""

_TO_RING = f"""
 d.id = ANY($1::uuid[]) AND d.status = 'OPEN'
   AND {INSTITUTION_SEES_DEMAND.format(institution="bank.id", city="d.city")}
   AND EXISTS (
     SELECT FROM membership m WHERE m.institution_id = bank.id AND m.role = 'OFFICER'
        AND m.city = d.city AND m.ended_at IS NULL)
   AND NOT EXISTS (
     SELECT FROM demand_officer x WHERE x.demand_id = d.id AND x.institution_id = bank.id)
"""  # noqa: S608 - a constant

# The banks are locked in one order, so that demands matched at once take turns, and the second
# sees whom the first has rung.
_LOCK_BANKS = f"""
SELECT bank.id FROM institution bank WHERE EXISTS (SELECT FROM demand d WHERE {_TO_RING})
 ORDER BY bank.id FOR NO KEY UPDATE OF bank
"""  # noqa: S608 - constants; every value is a parameter

_BANKS_TO_RING = f"""
SELECT d.id AS demand_id, bank.id AS bank_id FROM institution bank, demand d
 WHERE bank.id = ANY($2::uuid[]) AND {_TO_RING} ORDER BY d.id, bank.id
"""  # noqa: S608 - constants; every value is a parameter

_RING = """
WITH rung AS (
  INSERT INTO demand_officer (id, demand_id, institution_id, membership_id, assigned_at)
  SELECT bank.key, $1, bank.id, officer.id, $5
    FROM unnest($2::uuid[], $3::uuid[]) AS bank (key, id),
         LATERAL (
           SELECT m.id FROM membership m
            WHERE m.institution_id = bank.id AND m.role = 'OFFICER' AND m.city = $4
              AND m.ended_at IS NULL
            ORDER BY (SELECT max(x.assigned_at) FROM demand_officer x
                       WHERE x.membership_id = m.id) NULLS FIRST,
                     (SELECT count(*) FROM demand_officer x WHERE x.membership_id = m.id), m.id
            LIMIT 1) AS officer
  ON CONFLICT (demand_id, institution_id) DO NOTHING
  RETURNING institution_id
)
SELECT institution_id FROM rung
"""


async def keep_rows(
    found: Sequence[tuple[UUID, Sequence[Ranked]]], run_ids: Sequence[UUID], now: datetime
) -> None:
    """Write the matches of some demands, by their ids, instead of those that they had; `run_ids`
    name what each demand's were computed from.
    """
    rows = [
        _row(one) | {"demand_id": demand_id.hex, "run_id": run_id.hex}
        for (demand_id, kept), run_id in zip(found, run_ids, strict=True)
        for one in kept
    ]
    await execute(_UPSERT, orjson.dumps(rows).decode(), now)
    await execute(_DELETE, [demand_id for demand_id, _ in found], list(run_ids))


async def choose_officers(
    demands: Sequence[Demand], now: datetime
) -> Mapping[UUID, frozenset[UUID]]:
    """Give each bank that a demand matches and that has none yet the officer rung longest ago, of
    equals the one rung least; the banks that were rung, by demand.
    """
    ids = [one.id for one in demands]
    rung: dict[UUID, frozenset[UUID]] = dict.fromkeys(ids, frozenset())
    locked = [row["id"] for row in await fetch(_LOCK_BANKS, ids)]
    pairs = await fetch(_BANKS_TO_RING, ids, locked) if locked else []
    banks: dict[UUID, list[UUID]] = defaultdict(list)
    for row in pairs:
        banks[row["demand_id"]].append(row["bank_id"])
    cities = {one.id: one.city for one in demands}
    for demand_id, matched in banks.items():
        keys = [new_id() for _ in matched]
        rows = await fetch(_RING, demand_id, keys, matched, cities[demand_id], now)
        rung[demand_id] = frozenset(row["institution_id"] for row in rows)
    return rung


def reasons_of(ranked: Ranked) -> list[dict[str, Any]]:
    """The conditions as JSON values; a missing all-in cost is a further one, with its reason."""
    reasons = [*ranked.reasons]
    if ranked.terms is not None and ranked.terms.cost.reason is not None:
        reasons.append(
            ConditionResult(
                COST, Verdict.UNKNOWN, "综合年化成本", None, None, ranked.terms.cost.reason, False
            )
        )
    return [
        {
            "code": one.code,
            "verdict": one.verdict,
            "required": one.required,
            "actual": one.actual,
            "distance": one.distance,
            "explanation": one.explanation,
        }
        for one in reasons
    ]


def _row(ranked: Ranked) -> dict[str, Any]:
    terms = ranked.terms
    figures = (
        (None, None, None, None)
        if terms is None
        else (terms.annual_rate, terms.limit, terms.cost.compound, terms.cost.simple)
    )
    annual_rate, limit, compound, simple = (
        None if figure is None else str(figure) for figure in figures
    )
    return {
        "id": new_id().hex,
        "product_id": ranked.sheet.product_id,
        "product_version": ranked.sheet.version,
        "eligible": ranked.eligible,
        "position": ranked.position,
        "rank": ranked.rank,
        "score": ranked.score,
        "annual_rate": annual_rate,
        "limit_amount": limit,
        "all_in_cost": compound,
        "all_in_cost_simple": simple,
        "reasons": reasons_of(ranked),
    }
