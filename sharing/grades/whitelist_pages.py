"""Who reads which whitelist: the operator of its city whole, an institution what it was sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.access import signed_in
from accounts.viewers import Viewer
from foundation.clock import day_in_shanghai
from foundation.pagination import Page, PageRequest, page_of
from sharing import ledger
from sharing.grades.whitelist import AGREED_BY, STILL_AGREED
from storage.database import fetch, fetch_models, models_of
from storage.models.membership import Role
from storage.models.whitelist import Whitelist, WhitelistChange, WhitelistEntry

READERS = (Role.OFFICER, Role.PRODUCT_MANAGER)

_SEEN = """
SELECT w.* FROM whitelist w
 WHERE {which} AND ($1 AND w.city = $2 OR EXISTS (
   SELECT FROM whitelist_recipient x JOIN institution i ON i.id = x.institution_id
    WHERE x.whitelist_id = w.id AND i.id = $3 AND i.status = 'ACTIVE'))
"""

_ENTRIES = """
SELECT n.*, {agreed_by} AS consent_id FROM whitelist_entry n
 WHERE n.whitelist_id = $1 AND ($6 OR {still_agreed})
   AND ($3::text IS NULL OR n.change = $3) AND ($4::text IS NULL OR n.uscc {sign} $4)
 ORDER BY n.uscc {order} LIMIT $5
"""


@dataclass(frozen=True)
class Asked:
    """A page of a list's entries, perhaps of one change only."""

    whitelist_id: UUID
    change: WhitelistChange | None
    request: PageRequest


async def whitelist_for(viewer: Viewer | None, whitelist_id: UUID | None) -> Whitelist | None:
    """A list by its id, for the operator of its city and the institutions it was sent to."""
    return await _seen(viewer, "w.id = $4", whitelist_id)


async def whitelist_of_month(viewer: Viewer | None, city: str, month: str) -> Whitelist | None:
    """A city's list of a month, for the same. Raises Unauthenticated."""
    return await _seen(signed_in(viewer), "w.city = $4 AND w.month = $5", city, month)


async def entries_page(viewer: Viewer | None, asked: Asked, now: datetime) -> Page[WhitelistEntry]:
    """A page in the order of codes. Each look is a line of each enterprise's ledger, the operator's
    too; an institution sees those who agree still, and neither who left nor why.

    Whoever names the list has been given access to it.
    """
    known = signed_in(viewer)
    request = asked.request
    sign, order = ("<", "DESC") if request.backward else (">", "ASC")
    rows = await fetch(
        _ENTRIES.format(agreed_by=AGREED_BY, still_agreed=STILL_AGREED, sign=sign, order=order),
        asked.whitelist_id,
        day_in_shanghai(now),
        asked.change.value if asked.change else None,
        str(request.keys[0]) if request.keys else None,
        request.size + 1,
        known.role is Role.OPERATOR,
    )
    consents: dict[UUID, UUID | None] = {row["id"]: row["consent_id"] for row in rows}
    page = page_of(request, models_of(WhitelistEntry, rows), lambda row: [row.uscc])
    await ledger.write(known, [_line(row, consents[row.id]) for row in page.rows], now)
    return page


async def _seen(viewer: Viewer | None, which: str, *keys: object) -> Whitelist | None:
    if viewer is None or any(key is None for key in keys):
        return None
    rows = await fetch_models(
        Whitelist,
        _SEEN.format(which=which),
        viewer.role is Role.OPERATOR,
        viewer.city,
        viewer.institution_id if viewer.role in READERS else None,
        *keys,
    )
    return rows[0] if rows else None


def _line(row: WhitelistEntry, consent_id: UUID | None) -> ledger.Line:
    return ledger.Line(
        enterprise_id=row.enterprise_id,
        what=ledger.What.GRADE_READ,
        purpose=ledger.Purpose.BATCH,
        purpose_id=row.whitelist_id,
        consent_id=consent_id,
    )
