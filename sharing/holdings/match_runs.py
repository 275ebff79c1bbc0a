"""What was computed about an enterprise to match its demands, for its owner to read (FN-16)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.access import owned_enterprise
from accounts.viewers import Viewer
from foundation.pagination import Keys, Page, PageRequest, page_of
from sharing.ledger import Line, Purpose, What, write
from storage.database import fetch


@dataclass(frozen=True)
class HeldMatchRun:
    """One kept run of matches. `facts` is JSON text whose SHA-256, in UTF-8, is `facts_digest`."""

    id: UUID
    demand_id: UUID
    rules_version: str
    computed_at: datetime
    facts: str
    facts_digest: str


async def own_match_runs(
    viewer: Viewer | None,
    enterprise_id: UUID,
    request: PageRequest,
    beyond: UUID | None,
    now: datetime,
) -> Page[HeldMatchRun]:
    """A page about the viewer's own enterprise, newest first, which is a line of the ledger; empty
    of anybody else's. Two statements.
    """
    if viewer is None or owned_enterprise(viewer) != enterprise_id:
        return page_of(request, [], _keys)
    sign, order = (">", "ASC") if request.backward else ("<", "DESC")
    rows = await fetch(
        f"""
        SELECT r.id, r.demand_id, r.rules_version, r.computed_at, r.facts,
               encode(r.digest, 'hex') AS digest
          FROM match_run r JOIN demand d ON d.id = r.demand_id
         WHERE d.enterprise_id = $1 AND ($2::uuid IS NULL OR r.id {sign} $2)
         ORDER BY r.id {order} LIMIT $3
        """,  # noqa: S608 - ASC or DESC, < or >; every value is a parameter
        enterprise_id,
        beyond,
        request.size + 1,
    )
    page = page_of(request, [_run(row) for row in rows], _keys)
    if page.rows:
        line = Line(enterprise_id=enterprise_id, what=What.DATA_READ, purpose=Purpose.OWN)
        await write(viewer, [line], now)
    return page


def _run(row: Mapping[str, Any]) -> HeldMatchRun:
    facts = json.loads(row["facts"]) if isinstance(row["facts"], str) else row["facts"]
    return HeldMatchRun(
        id=row["id"],
        demand_id=row["demand_id"],
        rules_version=row["rules_version"],
        computed_at=row["computed_at"],
        # As the digest was made: sorted keys, no blanks.
        facts=json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        facts_digest=row["digest"],
    )


def _keys(run: HeldMatchRun) -> Keys:
    return [run.id.hex]
