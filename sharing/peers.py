"""The firms that are ranked together: who they are, and what ranks and excludes each of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from credit.periods import Period, rolling_years, year_to_date
from sharing.lists import Category, every_version, feeding
from sharing.records import SEVERE_FEEDS, TAX_FEED, UTILITY_FEEDS, Bills, Records, by_feed
from storage.database import fetch
from storage.models.consent import COVERS, STANDS

# In the order of ids, which is the order of registration, so that a page follows the one before.
_RANKED_TOGETHER = f"""
SELECT e.id, e.uscc FROM enterprise e
 WHERE e.city = $1 AND e.industry LIKE $2 || '%' AND e.in_business
   AND ($4::uuid IS NULL OR e.id > $4) AND EXISTS (
   SELECT FROM consent c
    WHERE c.enterprise_id = e.id AND c.purpose = 'GRADING' AND {STANDS.format(c="c", today="$3")})
 ORDER BY e.id LIMIT $5
"""  # noqa: S608 - a constant; every value is a parameter

# What a consent leaves out is not used for a ranking either.
_COVERED = COVERS.format(consent="p.consent_id", category="r.category")

# ② is a sum: a part of it is another ratio, which neither counts nor ranks (A2-43). $4 has the
# codes of every utility.
_COVERED_WHOLE = """(
  NOT EXISTS (SELECT FROM consent_scope s WHERE s.consent_id = p.consent_id)
  OR NOT EXISTS (
    SELECT FROM unnest($4::text[]) AS u (category) WHERE NOT EXISTS (
      SELECT FROM consent_scope s
       WHERE s.consent_id = p.consent_id AND s.category = u.category)))"""

_PEERS = f"""
SELECT e.uscc, e.industry, c.id AS consent_id FROM enterprise e
  LEFT JOIN consent c ON c.enterprise_id = e.id AND c.purpose = 'GRADING'
   AND {STANDS.format(c="c", today="$3")}
 WHERE e.city = $1 AND e.uscc = ANY($2)
"""  # noqa: S608 - a constant; every value is a parameter

_PEERS_RECORDS = f"""
WITH peers AS ({_PEERS})
SELECT DISTINCT ON (r.uscc, r.category, r.key_digest)
       r.id, r.uscc, p.industry, r.category, r."values", r.received_on
  FROM peers p JOIN credit_record r ON r.uscc = p.uscc
 WHERE r.city = $1 AND r.received_on <= $3
   AND (r.category = ANY($4::text[])
     OR r.category = ANY($5::text[]) AND r.received_on >= $6 AND {_COVERED})
 ORDER BY r.uscc, r.category, r.key_digest, r.received_on DESC, r.id DESC
"""  # noqa: S608 - a constant; every value is a parameter

_PEERS_BILLS = f"""
WITH peers AS ({_PEERS}), bills AS (
  SELECT DISTINCT ON (r.uscc, r.category, r.key_digest)
         r.id, r.uscc, p.industry, r.category, r.dated_on, r.received_on,
         r."values"[f.place]::numeric AS amount
    FROM peers p
    JOIN credit_record r ON r.uscc = p.uscc
    JOIN unnest($4::text[], $5::int[], $10::date[], $11::date[])
      AS f (category, place, since, until)
      ON f.category = r.category AND r.received_on BETWEEN f.since AND f.until
   WHERE r.city = $1 AND r.received_on <= $3
     AND (r.dated_on BETWEEN $6 AND $7 OR r.dated_on BETWEEN $8 AND $9) AND {_COVERED_WHOLE}
   ORDER BY r.uscc, r.category, r.key_digest, r.received_on DESC, r.id DESC
)
SELECT uscc, industry, category,
       sum(amount) FILTER (WHERE dated_on >= $8) AS current,
       sum(amount) FILTER (WHERE dated_on <= $7) AS base,
       count(DISTINCT date_trunc('month', dated_on)) FILTER (WHERE dated_on >= $8) AS months,
       count(DISTINCT date_trunc('month', dated_on)) FILTER (WHERE dated_on <= $7) AS base_months,
       (array_agg(id ORDER BY dated_on DESC, id))[1] AS newest_id, max(received_on) AS received_on
  FROM bills GROUP BY uscc, industry, category
"""  # noqa: S608 - a constant; every value is a parameter


@dataclass(frozen=True)
class Peer:
    """A consenting enterprise in business of one industry: what ranks it, what excludes it."""

    uscc: str
    industry: str
    records: Records
    bills: tuple[Bills, ...]


async def ranked_together(
    city: str, scope: str, as_of: date, *, beyond: UUID | None, limit: int
) -> list[tuple[UUID, str]]:
    """Id and USCC of the next consenting enterprises in business of a section or division, of the
    whole city for an empty scope, behind one of them.
    """
    rows = await fetch(_RANKED_TOGETHER, city, scope, as_of, beyond, limit)
    return [(row["id"], row["uscc"]) for row in rows]


async def peers_of(city: str, usccs: Sequence[str], as_of: date) -> list[Peer]:
    """What ranks these enterprises, and what excludes them: two queries. Those of whom there is
    nothing are left out.
    """
    tax_since = rolling_years(as_of)[1].start
    severe, tax = feeding(city, *SEVERE_FEEDS), feeding(city, TAX_FEED)
    rows = await fetch(
        _PEERS_RECORDS, city, list(usccs), as_of, _codes(severe), _codes(tax), tax_since
    )
    bills = await bills_of_peers(city, usccs, as_of)
    industries = {row["uscc"]: row["industry"] for row in rows}
    industries |= {uscc: code for uscc, (code, _) in bills.items()}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["uscc"]].append(row)
    return [
        Peer(uscc, code, by_feed(city, found[uscc]), bills.get(uscc, ("", ()))[1])
        for uscc, code in industries.items()
    ]


async def bills_of_peers(
    city: str, usccs: Sequence[str], as_of: date
) -> dict[str, tuple[str, tuple[Bills, ...]]]:
    """By USCC: the industry, and what each utility billed (A2-14, A2-15)."""
    categories = {one.code: one for one in feeding(city, *UTILITY_FEEDS)}
    versions = [one for one in every_version(city) if one.code in categories]
    current, base = year_to_date(as_of)
    rows = await fetch(
        _PEERS_BILLS,
        city,
        list(usccs),
        as_of,
        [one.code for one in versions],
        [one.position("amount") for one in versions],
        base.start,
        base.end,
        current.start,
        current.end,
        [one.valid_from for one in versions],
        [one.valid_until or date.max for one in versions],
    )
    found: dict[str, tuple[str, tuple[Bills, ...]]] = {}
    for row in sorted(rows, key=lambda row: list(categories).index(row["category"])):
        bills = Bills(
            category=categories[row["category"]],
            current=row["current"],
            base=row["base"],
            is_complete=row["months"] == row["base_months"] == _months(current),
            newest_id=row["newest_id"],
            received_on=row["received_on"],
        )
        _, before = found.get(row["uscc"], ("", ()))
        found[row["uscc"]] = (row["industry"], (*before, bills))
    return found


def _codes(categories: Iterable[Category]) -> list[str]:
    return [one.code for one in categories]


def _months(period: Period) -> int:
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
