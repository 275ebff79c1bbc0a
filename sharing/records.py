"""Credit records as the rules read them: the versions in force on a day, by role, not by field.

Two lists may feed one rule; what is read carries its category, so that the first of a city's
lists that has rows can be preferred.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from credit.periods import closed_months_start, year_to_date
from sharing.lists import Category, categories_of
from storage.database import fetch

UTILITY_FEEDS = ("water", "electricity", "gas")
TAX_FEED = "tax"
SEVERE_FEEDS = ("severe", "severe_lifted")
MONTHS_OF_INSURANCE = 3
MAX_RECORDS = 20_000

# The newest version of each row that had been received by $4. Rows that come every month are
# read only as far back as a rule looks.
_OF_ENTERPRISES = """
SELECT DISTINCT ON (uscc, category, key_digest) id, uscc, category, "values", received_on
  FROM credit_record
 WHERE city = $1 AND uscc = ANY($2::text[]) AND received_on <= $4
   AND (category = ANY($3::text[]) OR category = ANY($5::text[]) AND dated_on >= $6)
 ORDER BY uscc, category, key_digest, received_on DESC, id DESC
 LIMIT $7
"""

_BILLS_OF = """
SELECT DISTINCT ON (uscc, category, key_digest) id, uscc, category, "values", received_on
  FROM credit_record
 WHERE city = $1 AND uscc = ANY($2::text[]) AND category = ANY($3::text[]) AND received_on <= $4
   AND dated_on BETWEEN $5 AND $6
 ORDER BY uscc, category, key_digest, received_on DESC, id DESC
"""

_CONNECTED = """
SELECT DISTINCT category FROM import_batch
 WHERE city = $1 AND finished_at IS NOT NULL AND received_on <= $2
"""


@dataclass(frozen=True)
class Record:
    """One row about one enterprise, its values by what the rules call them."""

    category: Category
    values: Mapping[str, str]
    received_on: date
    id: UUID | None = None

    @property
    def source(self) -> str:
        """The category as a person reads it: JS-13 住房公积金缴纳情况."""
        return source_name(self.category)

    def day(self, role: str) -> date | None:
        """A value that is a calendar day."""
        text = self.values.get(role)
        return date.fromisoformat(text) if text else None

    def amount(self, role: str) -> Decimal | None:
        """A value that is a number."""
        text = self.values.get(role)
        return Decimal(text) if text else None

    def says_yes(self, role: str) -> bool:
        """Whether a 是/否 value is 是."""
        return self.values.get(role) == "是"


Records = Mapping[str, Sequence[Record]]
"""Records by what they feed, those of a city's first list first."""

Connected = Mapping[str, Category]
"""What is connected at all, each with the first of the city's categories that feeds it."""


@dataclass(frozen=True)
class Bills:
    """What one enterprise was billed by one utility in 本期 and 上年同期, in yuan.

    `newest_id` is the record of the last bill, `received_on` the day the last one came.
    """

    category: Category
    current: Decimal | None
    base: Decimal | None
    is_complete: bool
    newest_id: UUID | None = None
    received_on: date | None = None


def source_name(category: Category) -> str:
    """A category's code and name, as it stands beside a value."""
    return f"{category.code} {category.name}"


def newest(records: Sequence[Record], role: str, as_of: date) -> Record | None:
    """The record with the latest day in a role, not after the as-of date."""
    dated = [
        record
        for record in records
        if (day := record.values.get(role)) is not None and day <= as_of.isoformat()
    ]
    return max(dated, key=lambda record: record.values[role], default=None)


def is_valid(record: Record, as_of: date) -> bool:
    """Whether a day lies within what a record says of its own validity."""
    day = as_of.isoformat()
    starts = record.values.get("valid_from", day)
    return starts <= day <= record.values.get("valid_until", day)


async def connected_feeds(city: str, as_of: date) -> Connected:
    """What the rules can know anything of: at least one file of its categories was received."""
    rows = await fetch(_CONNECTED, city, as_of)
    codes = {row["category"] for row in rows}
    received = [one for one in _all(city) if one.feeds and one.code in codes]
    # Backwards, so that the first of the city's lists is the one that stays.
    return {one.feeds: one for one in reversed(received)}


async def records_of(
    city: str, usccs: Sequence[str], as_of: date, feeds: Iterable[str] | None = None
) -> dict[str, Records]:
    """What is known of enterprises on a day, except utility bills, in one query.

    Raises RuntimeError rather than judge by a part of the records.
    """
    wanted = [
        one
        for one in _all(city)
        if one.feeds and one.feeds not in UTILITY_FEEDS and (feeds is None or one.feeds in feeds)
    ]
    limit = MAX_RECORDS * max(len(usccs), 1)
    rows = await fetch(
        _OF_ENTERPRISES,
        city,
        list(usccs),
        [one.code for one in wanted if one.feeds != "social_insurance"],
        as_of,
        [one.code for one in wanted if one.feeds == "social_insurance"],
        closed_months_start(as_of, MONTHS_OF_INSURANCE),
        limit,
    )
    if len(rows) >= limit:
        raise RuntimeError("more records than the rules read of one enterprise")
    by_uscc: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_uscc[row["uscc"]].append(row)
    return {uscc: by_feed(city, by_uscc[uscc]) for uscc in usccs}


async def records_of_bills(
    city: str, usccs: Sequence[str], as_of: date, codes: Sequence[str]
) -> dict[str, list[Record]]:
    """The bills of utilities one by one, of 本期 and 上年同期, by USCC; one query."""
    current, base = year_to_date(as_of)
    rows = await fetch(_BILLS_OF, city, list(usccs), list(codes), as_of, base.start, current.end)
    found: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        fed = by_feed(city, [row])
        found[row["uscc"]] += [record for records in fed.values() for record in records]
    return found


async def enterprises_of_batch(batch_id: UUID, city: str) -> list[UUID]:
    """The registered enterprises that a batch has rows about."""
    rows = await fetch(
        "SELECT e.id FROM enterprise e WHERE e.city = $2 AND EXISTS "
        "(SELECT FROM credit_record r WHERE r.uscc = e.uscc AND r.batch_id = $1) ORDER BY e.id",
        batch_id,
        city,
    )
    return [row["id"] for row in rows]


def by_feed(city: str, rows: Sequence[Mapping[str, Any]]) -> Records:
    """Rows of credit records by what they feed, read as they were received."""
    categories = {one.code: one for one in _all(city)}
    order = list(categories)
    found: dict[str, list[Record]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: order.index(row["category"])):
        category = categories[row["category"]]
        as_received = categories_of(city, row["received_on"])[row["category"]]
        values = as_received.by_role(as_received.unpack(row["values"]))
        found[category.feeds].append(Record(category, values, row["received_on"], row["id"]))
    return found


def _all(city: str) -> list[Category]:
    return list(categories_of(city).values())
