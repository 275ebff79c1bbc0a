"""Everything received about an enterprise, for its owner: every version, by the lists' own names.

What a list marks as personal is shown as a name without a value: it was never kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.access import owned_enterprise
from accounts.viewers import Viewer
from foundation.errors import BadUserInput
from foundation.pagination import Keys, Page, PageRequest, page_of
from sharing import ledger
from sharing.ledger import Line, Purpose, What
from sharing.lists import Category, category_on
from storage.database import fetch, fetch_one

NOT_KEPT = "***"

# A row of the same key that was received later is what stands now.
_CURRENT = """
NOT EXISTS (
  SELECT FROM credit_record n
   WHERE n.city = r.city AND n.category = r.category AND n.key_digest = r.key_digest
     AND (n.received_on, n.id) > (r.received_on, r.id))
"""

_RECORD = f"""
SELECT r.id, r.city, r.category, r."values", r.received_on, b.provider, e.id AS enterprise_id,
       e.city AS enterprise_city, {_CURRENT} AS is_current
  FROM enterprise e
  JOIN credit_record r ON r.uscc = e.uscc
  JOIN import_batch b ON b.id = r.batch_id
"""  # noqa: S608 - a constant

_NEWEST_OF_EACH = f"""
SELECT * FROM (
  SELECT f.*, row_number() OVER (
      PARTITION BY f.category ORDER BY f.received_on DESC, f.id DESC) AS place
    FROM ({_RECORD} WHERE e.id = $1 AND {_CURRENT}) AS f) AS placed
 WHERE place <= $2 ORDER BY received_on DESC, id DESC
"""  # noqa: S608 - a constant; every value is a parameter

_COUNTS = """
SELECT r.city, r.category, count(*) AS records, max(r.received_on) AS newest
  FROM enterprise e JOIN credit_record r ON r.uscc = e.uscc
 WHERE e.id = $1 GROUP BY r.city, r.category ORDER BY r.city, r.category
"""


@dataclass(frozen=True)
class HeldField:
    """A field by the list's own name; `masked` where its value is not kept."""

    name: str
    value: str
    masked: bool


@dataclass(frozen=True)
class HeldRecord:
    """One row as it was received. `current` until a later row of the same key came."""

    id: UUID
    enterprise_id: UUID
    enterprise_city: str
    city: str
    category: str
    provider: str
    received_on: date
    current: bool
    fields: tuple[HeldField, ...]


@dataclass(frozen=True)
class HeldCount:
    """How many rows of a category there are, and when the newest came."""

    city: str
    category: str
    records: int
    newest_received_on: date


async def own_page(
    viewer: Viewer | None,
    enterprise_id: UUID,
    request: PageRequest,
    now: datetime,
    *,
    category: str | None = None,
    current_only: bool = False,
) -> Page[HeldRecord]:
    """A page of the viewer's own enterprise, newest received first, which is a line of the
    ledger; empty of anybody else's. Two statements.
    """
    if viewer is None or owned_enterprise(viewer) != enterprise_id:
        return page_of(request, [], _keys)
    beyond = _beyond(request.keys)
    found = await page_of_records(
        enterprise_id,
        beyond,
        request.size + 1,
        backward=request.backward,
        category=category,
        current_only=current_only,
    )
    page = page_of(request, found, _keys)
    await _note(viewer, page.rows, now)
    return page


async def page_of_records(
    enterprise_id: UUID,
    beyond: tuple[date, UUID] | None,
    limit: int,
    *,
    backward: bool = False,
    category: str | None = None,
    current_only: bool = False,
) -> list[HeldRecord]:
    """Records of an enterprise, for whoever has checked that they may be read."""
    sign, order = (">", "ASC") if backward else ("<", "DESC")
    day, key = beyond or (None, None)
    rows = await fetch(
        f"""
        {_RECORD}
         WHERE e.id = $1 AND ($2::text IS NULL OR r.category = $2)
           AND ($3::date IS NULL OR (r.received_on, r.id) {sign} ($3, $4::uuid))
           AND (NOT $5 OR {_CURRENT})
         ORDER BY r.received_on {order}, r.id {order} LIMIT $6
        """,
        enterprise_id,
        category,
        day,
        key,
        current_only,
        limit,
    )
    return [_record(row) for row in rows]


async def current_records(
    enterprise_id: UUID, most: int
) -> tuple[list[HeldRecord], frozenset[str]]:
    """What stands now of every category, the newest `most` of each, and which were cut there."""
    rows = await fetch(_NEWEST_OF_EACH, enterprise_id, most + 1)
    cut = frozenset(row["category"] for row in rows if row["place"] > most)
    return [_record(row) for row in rows if row["place"] <= most], cut


async def own_record(viewer: Viewer | None, record_id: UUID | None) -> HeldRecord | None:
    """A record about the viewer's own enterprise."""
    enterprise_id = owned_enterprise(viewer) if viewer else None
    if enterprise_id is None or record_id is None:
        return None
    row = await fetch_one(f"{_RECORD} WHERE e.id = $1 AND r.id = $2", enterprise_id, record_id)
    return _record(row) if row else None


async def read_own_record(
    viewer: Viewer | None, record_id: UUID, now: datetime
) -> HeldRecord | None:
    """The same, for somebody to look at: the reading is a line of the ledger."""
    found = await own_record(viewer, record_id)
    if viewer is not None and found is not None:
        await _note(viewer, [found], now)
    return found


async def own_counts(viewer: Viewer | None, enterprise_id: UUID) -> list[HeldCount]:
    """How much of each category is held about the viewer's own enterprise."""
    if viewer is None or owned_enterprise(viewer) != enterprise_id:
        return []
    return await counts_of(enterprise_id)


async def counts_of(enterprise_id: UUID) -> list[HeldCount]:
    """The same of any enterprise, for whoever has checked that they may know."""
    rows = await fetch(_COUNTS, enterprise_id)
    return [HeldCount(row["city"], row["category"], row["records"], row["newest"]) for row in rows]


async def _note(viewer: Viewer, records: Sequence[HeldRecord], now: datetime) -> None:
    if not records:
        return
    line = Line(
        enterprise_id=records[0].enterprise_id,
        what=What.DATA_READ,
        purpose=Purpose.OWN,
        categories=sorted({record.category for record in records}),
    )
    await ledger.write(viewer, [line], now)


def _record(row: Mapping[str, Any]) -> HeldRecord:
    category = category_on(row["city"], row["category"], row["received_on"])
    return HeldRecord(
        id=row["id"],
        enterprise_id=row["enterprise_id"],
        enterprise_city=row["enterprise_city"],
        city=row["city"],
        category=row["category"],
        provider=row["provider"],
        received_on=row["received_on"],
        current=row["is_current"],
        fields=fields_of(category, category.unpack(row["values"])),
    )


def fields_of(category: Category, values: Mapping[str, str]) -> tuple[HeldField, ...]:
    """The fields that have a value, and the personal ones, whose value nobody has."""
    found = []
    for rule in category.fields:
        if rule.name in values:
            found.append(HeldField(rule.name, values[rule.name], masked=False))
        elif rule.personal and not rule.repeats:
            found.append(HeldField(rule.name, NOT_KEPT, masked=True))
    return tuple(found)


def _keys(record: HeldRecord) -> Keys:
    return [record.received_on.isoformat(), record.id.hex]


def _beyond(keys: Sequence[object] | None) -> tuple[date, UUID] | None:
    if keys is None:
        return None
    try:
        day, key = keys
        return date.fromisoformat(day), UUID(hex=key)  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        raise BadUserInput("游标无效") from None
