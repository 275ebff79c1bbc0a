"""Walks the chain of the access ledger and says where it is broken first, if it is.

Everything is read in batches and computed here: neither the database's functions nor its triggers
are believed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sharing.access import canonical
from storage.database import fetch, fetch_one

BATCH = 5_000

_HEAD = "SELECT position, digest FROM access_chain ORDER BY position DESC LIMIT 1"

_LINKS = """
SELECT c.position, c.line_id, c.recorded_at, c.digest, l.id, l.at, l.person_id, l.role,
       l.institution_id, l.enterprise_id, l.what, l.purpose_kind, l.purpose_id, l.consent_id,
       l.allowed, l.refusal, l.categories, l.field_names
  FROM access_chain c LEFT JOIN access_ledger l ON l.id = c.line_id
 WHERE c.position > $1 ORDER BY c.position LIMIT $2
"""

# A line and its link commit together, so no snapshot has the one without the other.
_UNCHAINED = """
SELECT max(l.id) AS last, min(l.id) FILTER (WHERE c.line_id IS NULL) AS loose
  FROM (SELECT id FROM access_ledger WHERE id > $1 ORDER BY id LIMIT $2) l
  LEFT JOIN access_chain c ON c.line_id = l.id
"""


class Fault(StrEnum):
    """What is wrong where the chain breaks."""

    CHANGED = "CHANGED"
    LINE_GONE = "LINE_GONE"
    LINK_GONE = "LINK_GONE"
    NOT_CHAINED = "NOT_CHAINED"
    REWRITTEN = "REWRITTEN"
    CUT_OFF = "CUT_OFF"


@dataclass(frozen=True)
class Head:
    """Where a chain ends: the position of its last link (how many there are), and its digest."""

    position: int
    digest: bytes


@dataclass(frozen=True)
class Break:
    """The first place that is not as it was written; the line's id where one is concerned."""

    fault: Fault
    position: int
    line_id: int | None = None


@dataclass(frozen=True)
class Verdict:
    """How far the chain was followed, and the first break, None for a whole one."""

    head: Head
    found: Break | None


Progress = Callable[[int, int], None]


async def head_of_chain() -> Head:
    """Where the chain ends now; position 0 before the first line."""
    row = await fetch_one(_HEAD)
    return Head(row["position"], bytes(row["digest"])) if row else Head(0, canonical.START)


async def link_at(position: int) -> tuple[str, bytes] | None:
    """The text of the line at a position, as it stands now, and the digest in its link.

    None where there is no such link, or its line is gone.
    """
    rows = await fetch(_LINKS, max(position, 1) - 2, 2)
    found = {row["position"]: row for row in rows}
    row = found.get(position)
    if row is None or row["id"] is None:
        return None
    before = bytes(found[position - 1]["digest"]) if position - 1 in found else canonical.START
    return canonical.text_of(position, before, row), bytes(row["digest"])


async def verify(
    signed: Sequence[Head] = (), progress: Progress | None = None, *, since: Head | None = None
) -> Verdict:
    """Follow the chain, against heads that were signed earlier as well.

    `since`: only from this signed head on, as long as it still stands in the chain.
    """
    end = await head_of_chain()
    if since is not None:
        return await _verify_since(since, end, progress or _silent)
    known = {one.position: one.digest for one in signed}
    conflicting = next((one for one in signed if known[one.position] != one.digest), None)
    if conflicting is not None:
        return Verdict(end, Break(Fault.REWRITTEN, conflicting.position))
    reached, found = await _follow(Head(0, canonical.START), end, known, progress or _silent)
    if found is None:
        found = _beyond(reached, signed) or await _loose_line(reached.position)
    return Verdict(reached, found)


async def _verify_since(since: Head, end: Head, progress: Progress) -> Verdict:
    if end.position < since.position:
        return Verdict(end, Break(Fault.CUT_OFF, end.position + 1))
    here = await fetch_one("SELECT digest FROM access_chain WHERE position = $1", since.position)
    if here is None or bytes(here["digest"]) != since.digest:
        return Verdict(end, Break(Fault.REWRITTEN, since.position))
    return Verdict(*await _follow(since, end, {}, progress))


async def _follow(
    start: Head, end: Head, known: Mapping[int, bytes], progress: Progress
) -> tuple[Head, Break | None]:
    reached = start
    while rows := await fetch(_LINKS, reached.position, BATCH):
        for row in rows:
            fault = _fault_of(row, reached, known)
            if fault is not None:
                return reached, Break(fault, reached.position + 1, row["line_id"])
            reached = Head(row["position"], bytes(row["digest"]))
        progress(reached.position, max(end.position, reached.position))
    return reached, None


def _fault_of(row: Mapping[str, Any], before: Head, known: Mapping[int, bytes]) -> Fault | None:
    position, digest = row["position"], bytes(row["digest"])
    if position != before.position + 1:
        return Fault.LINK_GONE
    if row["id"] is None:
        return Fault.LINE_GONE
    if canonical.digest_of(canonical.text_of(position, before.digest, row)) != digest:
        return Fault.CHANGED
    return Fault.REWRITTEN if known.get(position, digest) != digest else None


def _beyond(reached: Head, signed: Sequence[Head]) -> Break | None:
    """Positions that were signed, and that the chain does not reach any more."""
    missing = [one.position for one in signed if one.position > reached.position]
    return Break(Fault.CUT_OFF, reached.position + 1) if missing else None


async def _loose_line(position: int) -> Break | None:
    """A line that no link speaks of, which only a hand past the triggers leaves behind."""
    last = -1
    while True:
        row = await fetch_one(_UNCHAINED, last, BATCH)
        if row is None or row["last"] is None:
            return None
        if row["loose"] is not None:
            return Break(Fault.NOT_CHAINED, position + 1, row["loose"])
        last = row["last"]


def _silent(_done: int, _total: int) -> None:
    """No progress is shown."""
