"""The access ledger as its readers see it: the owner at once and whole, and those who supervise
the platform, whose look at it is a line of its own.

An owner's look at the own ledger is no line: reading would change what is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.access import owned_enterprise, require_role
from accounts.viewers import Viewer
from foundation.pagination import Page, PageRequest, number_key, page_of
from sharing import ledger
from sharing.access import words
from sharing.ledger import Line, Purpose, Refusal, What
from storage.database import fetch, fetch_one
from storage.models.membership import Role

_ENTRY = """
SELECT l.id, l.at, l.role, l.institution_id, l.enterprise_id, l.what, l.purpose_kind, l.purpose_id,
       l.consent_id, l.allowed, l.refusal, l.categories, l.field_names, c.position, c.digest,
       i.name AS institution
  FROM access_ledger l
  JOIN access_chain c ON c.line_id = l.id
  LEFT JOIN institution i ON i.id = l.institution_id
"""


@dataclass(frozen=True)
class Entry:
    """A line with its place in the chain, and the words for it."""

    line_id: int
    position: int
    digest: str
    at: datetime
    what: What
    purpose: Purpose
    purpose_id: UUID | None
    enterprise_id: UUID
    institution_id: UUID | None
    consent_id: UUID | None
    allowed: bool
    unanswered: bool
    reader: str
    categories: tuple[str, ...]
    explanation: str


async def own_page(
    viewer: Viewer | None, enterprise_id: UUID, request: PageRequest, *, refused_only: bool
) -> Page[Entry]:
    """A page of the viewer's own enterprise, newest first; empty of anybody else's. One query."""
    if viewer is None or owned_enterprise(viewer) != enterprise_id:
        return page_of(request, [], _keys)
    return await _page(enterprise_id, request, refused_only=refused_only)


async def entry_for(viewer: Viewer | None, line_id: int) -> Entry | None:
    """A line about the viewer's own enterprise."""
    enterprise_id = owned_enterprise(viewer) if viewer else None
    if enterprise_id is None:
        return None
    row = await fetch_one(
        f"{_ENTRY} WHERE l.id = $1 AND l.enterprise_id = $2", line_id, enterprise_id
    )
    return _entry(row) if row else None


async def entries_after(enterprise_id: UUID, line_id: int, limit: int) -> list[Entry]:
    """Lines of an enterprise behind one, oldest first, for whoever has checked the access."""
    rows = await fetch(
        f"{_ENTRY} WHERE l.enterprise_id = $1 AND l.id > $2 ORDER BY l.id LIMIT $3",
        enterprise_id,
        line_id,
        limit,
    )
    return [_entry(row) for row in rows]


async def supervised_page(
    viewer: Viewer | None, uscc: str, request: PageRequest, now: datetime
) -> Page[Entry] | None:
    """A page about an enterprise of the viewer's city, for those who run or watch the platform.

    The look is a line before the page is read, and so stands on it. None where there is no such
    enterprise in the city; of another city's the refusal is a line. Raises Unauthenticated and
    Forbidden.
    """
    known = require_role(viewer, Role.OPERATOR, Role.REGULATOR)
    row = await fetch_one("SELECT id, city FROM enterprise WHERE uscc = $1", uscc)
    if row is None:
        return None
    allowed = row["city"] == known.city
    line = Line(
        enterprise_id=row["id"],
        what=What.LEDGER_READ,
        purpose=Purpose.SUPERVISION,
        allowed=allowed,
        refusal=None if allowed else Refusal.OUT_OF_SCOPE,
    )
    await ledger.write(known, [line], now)
    return await _page(row["id"], request, refused_only=False) if allowed else None


async def _page(enterprise_id: UUID, request: PageRequest, *, refused_only: bool) -> Page[Entry]:
    sign, order = (">", "ASC") if request.backward else ("<", "DESC")
    rows = await fetch(
        f"""
        {_ENTRY}
         WHERE l.enterprise_id = $1 AND ($2::bigint IS NULL OR l.id {sign} $2)
           AND (NOT $3 OR NOT l.allowed AND l.refusal IS DISTINCT FROM 'UNAVAILABLE')
         ORDER BY l.id {order} LIMIT $4
        """,
        enterprise_id,
        number_key(request.keys),
        refused_only,
        request.size + 1,
    )
    return page_of(request, [_entry(row) for row in rows], _keys)


def _entry(row: Mapping[str, Any]) -> Entry:
    what, purpose = What(row["what"]), Purpose(row["purpose_kind"])
    reader = words.reader_name(row["role"], row["institution"])
    recipient = row["institution"] if row["institution"] != reader else None
    return Entry(
        line_id=row["id"],
        position=row["position"],
        digest=bytes(row["digest"]).hex(),
        at=row["at"],
        what=what,
        purpose=purpose,
        purpose_id=row["purpose_id"],
        enterprise_id=row["enterprise_id"],
        institution_id=row["institution_id"],
        consent_id=row["consent_id"],
        allowed=row["allowed"],
        unanswered=not row["allowed"] and row["refusal"] == Refusal.UNAVAILABLE,
        reader=reader,
        categories=tuple(words.categories_in_words(row["categories"], row["field_names"])),
        explanation=words.explanation_of(
            reader,
            what,
            purpose,
            None if row["allowed"] else row["refusal"] or Refusal.NO_PURPOSE.value,
            recipient=recipient,
        ),
    )


def _keys(entry: Entry) -> list[str | int | float | None]:
    return [entry.line_id]
