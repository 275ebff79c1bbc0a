"""Writes what a matching run found: the rows of a demand, and the officers it rings."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.access import INSTITUTION_SEES_DEMAND
from foundation.identifiers import new_id
from matching.case import ConditionResult
from matching.rank import Ranked
from matching.terms import Verdict
from storage.database import execute, fetch
from storage.models.demand import Demand

COST = "cost"
_CONDITION_FIELDS = ("code", "verdict", "required", "actual", "distance", "explanation")

_UPSERT = """
INSERT INTO match (id, demand_id, product_id, product_version, eligible, position, rank, score,
  annual_rate, limit_amount, all_in_cost, all_in_cost_simple, reasons, computed_at, run_id)
SELECT r.id, $1, r.product_id, r.product_version, r.eligible, r.position, r.rank, r.score,
       r.annual_rate, r.limit_amount, r.all_in_cost, r.all_in_cost_simple, r.reasons, $3, $4
  FROM jsonb_to_recordset($2::jsonb) AS r (id uuid, product_id uuid, product_version int,
       eligible boolean, position int, rank int, score float8, annual_rate numeric,
       limit_amount numeric, all_in_cost numeric, all_in_cost_simple numeric, reasons jsonb)
ON CONFLICT (demand_id, product_id) DO UPDATE SET
  product_version = excluded.product_version, eligible = excluded.eligible,
  position = excluded.position, rank = excluded.rank, score = excluded.score,
  annual_rate = excluded.annual_rate, limit_amount = excluded.limit_amount,
  all_in_cost = excluded.all_in_cost, all_in_cost_simple = excluded.all_in_cost_simple,
  reasons = excluded.reasons, computed_at = excluded.computed_at, run_id = excluded.run_id
"""

# The banks are locked in one order, so that two demands matched at once take turns, and the
# second sees whom the first has rung.
_BANKS_TO_RING = f"""
SELECT bank.id FROM institution bank, demand d
 WHERE d.id = $1 AND d.status = 'OPEN'
   AND {INSTITUTION_SEES_DEMAND.format(institution="bank.id", city="d.city")}
   AND NOT EXISTS (
     SELECT FROM demand_officer x WHERE x.demand_id = d.id AND x.institution_id = bank.id)
 ORDER BY bank.id FOR NO KEY UPDATE OF bank
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
                       WHERE x.membership_id = m.id) NULLS FIRST, m.id
            LIMIT 1) AS officer
  ON CONFLICT (demand_id, institution_id) DO NOTHING
  RETURNING institution_id
)
SELECT institution_id FROM rung
"""


async def keep_rows(
    demand: Demand, ranked: Sequence[Ranked], now: datetime, run_id: UUID | None = None
) -> None:
    """Write a demand's matches, eligible and ineligible; rows of products off the shelf go.

    `run_id` names what they were computed from.
    """
    rows = [_row(one) for one in ranked]
    await execute(_UPSERT, demand.id, json.dumps(rows), now, run_id)
    await execute(
        "DELETE FROM match WHERE demand_id = $1 AND product_id <> ALL($2::uuid[])",
        demand.id,
        [row["product_id"] for row in rows],
    )


async def choose_officers(demand: Demand, now: datetime) -> frozenset[UUID]:
    """Give each matched bank that has none yet the officer rung longest ago; the banks."""
    banks = [row["id"] for row in await fetch(_BANKS_TO_RING, demand.id)]
    if not banks:
        return frozenset()
    keys = [new_id() for _ in banks]
    rung = await fetch(_RING, demand.id, keys, banks, demand.city, now)
    return frozenset(row["institution_id"] for row in rung)


def reasons_of(ranked: Ranked) -> list[dict[str, Any]]:
    """The conditions as JSON values; a missing all-in cost is a further one, with its reason."""
    reasons = [*ranked.reasons]
    if ranked.terms is not None and ranked.terms.cost.reason is not None:
        reasons.append(
            ConditionResult(
                COST, Verdict.UNKNOWN, "综合年化成本", None, None, ranked.terms.cost.reason, False
            )
        )
    return [{name: getattr(one, name) for name in _CONDITION_FIELDS} for one in reasons]


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
