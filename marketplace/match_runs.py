"""What a run of matches was computed from: facts, rules and shelf, kept with the rows they gave."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.identifiers import new_id
from marketplace.product_sheet import Sheet, matching_sheet
from matching.applicant import Applicant, Wish
from matching.factors import RULES_VERSION
from matching.placed import Placed, digest_of_order
from matching.replay import digest_of, facts_kept
from matching.sheet import ProductSheet
from storage.database import fetch, fetch_one
from storage.models.demand import Demand
from storage.models.match import MatchRun, MatchShelf

_SALT_BYTES = 16

# A shelf is kept once, however many demands it is matched with.
_KEEP_SHELF = """
WITH kept AS (
  INSERT INTO match_shelf (id, city, digest, products, kept_at) VALUES ($1, $2, $3, $4::jsonb, $5)
  ON CONFLICT (city, digest) DO NOTHING RETURNING id
)
SELECT id FROM kept UNION ALL SELECT id FROM match_shelf WHERE city = $2 AND digest = $3 LIMIT 1
"""

_SHEETS = """
SELECT v.product_id, v.number, v.sheet, p.institution_id
  FROM match_shelf s, jsonb_array_elements(s.products) AS one
  JOIN product_version v ON v.product_id = (one->>0)::uuid AND v.number = (one->>1)::int
  JOIN product p ON p.id = v.product_id
 WHERE s.id = $1 ORDER BY v.product_id
"""


async def keep_run(
    demand: Demand, applicant: Applicant, wish: Wish, order: Sequence[Placed], now: datetime
) -> UUID:
    """Keep what an order came from, in the open transaction; the run's id."""
    salt = secrets.token_hex(_SALT_BYTES)
    facts = facts_kept(applicant, wish, day_in_shanghai(now), salt)
    run = await MatchRun.create(
        demand_id=demand.id,
        shelf_id=await _keep_shelf(demand.city, order, now),
        rules_version=RULES_VERSION,
        facts=facts,
        digest=digest_of(facts),
        order_digest=digest_of_order(order),
        computed_at=now,
    )
    return run.id


async def _keep_shelf(city: str, order: Sequence[Placed], now: datetime) -> UUID:
    products = sorted([one.product_id, one.version] for one in order)
    shelf = MatchShelf(
        id=new_id(), city=city, digest=digest_of(products), products=products, kept_at=now
    )
    for _ in range(2):
        # The second look finds what another transaction has just kept.
        row = await fetch_one(_KEEP_SHELF, shelf.id, city, shelf.digest, json.dumps(products), now)
        if row is not None:
            key: UUID = row["id"]
            return key
    raise RuntimeError("a shelf that is there cannot be read")


async def sheets_of_run(run: MatchRun) -> tuple[MatchShelf, list[ProductSheet]]:
    """The shelf of a run, and every version of a sheet on it that is still kept."""
    shelf = await MatchShelf.get(id=run.shelf_id)
    rows = await fetch(_SHEETS, shelf.id)
    return shelf, [
        matching_sheet(
            Sheet.from_json(row["sheet"]),
            product_id=row["product_id"],
            version=row["number"],
            institution_id=row["institution_id"],
            city=cities()[shelf.city],
        )
        for row in rows
    ]
