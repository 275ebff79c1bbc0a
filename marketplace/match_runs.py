"""What a run of matches was computed from: facts, rules and shelf, kept with the rows they gave."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from foundation.clock import day_in_shanghai
from foundation.identifiers import new_id
from marketplace.product_sheet import kept_sheet
from marketplace.standing import wish_of
from matching.applicant import Applicant
from matching.factors import RULES_VERSION
from matching.replay import digest_of, facts_kept
from matching.sheet import ProductSheet
from storage.database import execute, fetch, fetch_one
from storage.models.demand import Demand
from storage.models.match import MatchRun, MatchShelf

_SALT_BYTES = 16

# A shelf is kept once, however many demands it is matched with.
_SHELF = "SELECT id FROM match_shelf WHERE city = $1 AND digest = $2"
_KEEP_SHELF = """
INSERT INTO match_shelf (city, digest, id, products, kept_at) VALUES ($1, $2, $3, $4::jsonb, $5)
ON CONFLICT (city, digest) DO NOTHING RETURNING id
"""

_KEEP_RUNS = """
INSERT INTO match_run (id, demand_id, shelf_id, rules_version, facts, digest, order_digest,
  computed_at)
SELECT r.id, r.demand_id, $1, $2, r.facts::jsonb, r.digest, r.order_digest, $3
  FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::bytea[], $8::bytea[])
    AS r (id, demand_id, facts, digest, order_digest)
"""

_SHEETS = """
SELECT v.product_id, v.number, v.sheet, p.institution_id
  FROM match_shelf s, jsonb_array_elements(s.products) AS one
  JOIN product_version v ON v.product_id = (one->>0)::uuid AND v.number = (one->>1)::int
  JOIN product p ON p.id = v.product_id
 WHERE s.id = $1 ORDER BY v.product_id
"""


async def keep_runs(
    runs: Sequence[tuple[Demand, Applicant, bytes]], sheets: Sequence[ProductSheet], now: datetime
) -> list[UUID]:
    """Keep what the orders of some demands of one city came from, in the open transaction; the
    ids of the runs. Each has the digest of its order, and all were computed from these sheets.
    """
    demand, _, _ = runs[0]
    shelf_id = await _keep_shelf(demand.city, sheets, now)
    today, ids = day_in_shanghai(now), [new_id() for _ in runs]
    facts = [
        facts_kept(applicant, wish_of(one), today, secrets.token_hex(_SALT_BYTES))
        for one, applicant, _ in runs
    ]
    await execute(
        _KEEP_RUNS,
        shelf_id,
        RULES_VERSION,
        now,
        ids,
        [one.id for one, _, _ in runs],
        [json.dumps(one) for one in facts],
        [digest_of(one) for one in facts],
        [order_digest for _, _, order_digest in runs],
    )
    return ids


async def _keep_shelf(city: str, sheets: Sequence[ProductSheet], now: datetime) -> UUID:
    products, digest = _in_a_shelf(tuple(sheets))
    for _ in range(2):
        # The second look finds what another transaction has just kept.
        row = await fetch_one(_SHELF, city, digest) or await fetch_one(
            _KEEP_SHELF, city, digest, new_id(), products, now
        )
        if row is not None:
            key: UUID = row["id"]
            return key
    raise RuntimeError("a shelf that is there cannot be read")


@lru_cache(maxsize=32)
def _in_a_shelf(sheets: tuple[ProductSheet, ...]) -> tuple[str, bytes]:
    """Products and versions as they are kept, and their digest: the same for every demand."""
    products = sorted([one.product_id, one.version] for one in sheets)
    return json.dumps(products), digest_of(products)


async def sheets_of_run(run: MatchRun) -> tuple[MatchShelf, list[ProductSheet]]:
    """The shelf of a run, and every version of a sheet on it that is still kept."""
    shelf = await MatchShelf.get(id=run.shelf_id)
    rows = await fetch(_SHEETS, shelf.id)
    return shelf, [
        kept_sheet(
            row["sheet"], row["product_id"], row["number"], row["institution_id"], shelf.city
        )
        for row in rows
    ]
