"""What gateways answered for grading, beside what files brought: the newest wins.

Answers are read under the consent that stands, while they last (sharing/interfaces/answers.py).
A record of an answer has no id: it is kept nowhere else, and a grade keeps what it derived (A2-45).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from credit.periods import Period, year_to_date
from sharing.interfaces.answers import answer_in
from sharing.lists import Category, categories_of
from sharing.records import (
    UTILITY_FEEDS,
    Bills,
    Peer,
    Record,
    Records,
    covered_whole,
    records_of_bills,
)
from storage.database import fetch
from storage.models.consent import COVERS, STANDS

_ZERO = Decimal(0)

_ANSWERED = f"""
SELECT e.uscc, e.industry, a.category, a.answered_on, a.rows_sealed, a.digest,
       {covered_whole("c.id", "$4")} AS whole
  FROM enterprise e JOIN interface_answer a ON a.enterprise_id = e.id
  JOIN consent c ON c.id = a.consent_id AND c.purpose = 'GRADING'
   AND {STANDS.format(c="c", today="$3")} AND {COVERS.format(consent="c.id", category="a.category")}
 WHERE e.city = $1 AND e.uscc = ANY($2::text[]) AND a.city = $1 AND a.purpose_kind = 'GRADE_RUN'
   AND a.answered_on <= $3 AND (a.expires_at AT TIME ZONE 'Asia/Shanghai')::date > $3
 ORDER BY e.uscc, a.category, a.answered_on DESC
"""  # noqa: S608 - constants; every value is a parameter


@dataclass
class Answered:
    """What sources answered about one enterprise; `heard` what they were asked about, rows or none.

    `records` are those of an answer as the rules read them, the newest first; `bills` the utility
    bills by category, which only a consent that covers every utility lets count (A2-43).
    """

    industry: str
    records: list[Record] = field(default_factory=list)
    bills: dict[str, list[Record]] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)

    def beside(self, stored: Records, order: Sequence[str]) -> Records:
        """Records with those of the answers; of the same row the answered one."""
        found = {feed: list(rows) for feed, rows in stored.items()}
        for feed in {one.category.feeds for one in self.records}:
            found[feed] = _merged(
                [one for one in self.records if one.category.feeds == feed], found.get(feed, ())
            )
            found[feed].sort(key=lambda one: order.index(one.category.code))
        return found


@dataclass(frozen=True)
class Answers:
    """What sources answered about enterprises of one city, by USCC."""

    city: str
    as_of: date
    by_uscc: Mapping[str, Answered]

    def heard(self, uscc: str) -> frozenset[str]:
        """What sources were asked about an enterprise and answered, rows or none."""
        found = self.by_uscc.get(uscc)
        return frozenset(found.heard) if found else frozenset()

    def records(self, stored: Mapping[str, Records]) -> dict[str, Records]:
        """Records by USCC with those of the answers."""
        order = list(categories_of(self.city))
        return {
            uscc: found.beside(rows, order) if (found := self.by_uscc.get(uscc)) else rows
            for uscc, rows in stored.items()
        }

    async def bills(
        self, stored: Mapping[str, tuple[str, tuple[Bills, ...]]]
    ) -> dict[str, tuple[str, tuple[Bills, ...]]]:
        """Industry and bills by USCC with those of the answers: one query where there are any."""
        answered = {uscc: found for uscc, found in self.by_uscc.items() if found.bills}
        if not answered:
            return dict(stored)
        codes = sorted({code for found in answered.values() for code in found.bills})
        kept = await records_of_bills(self.city, list(answered), self.as_of, codes)
        order = list(categories_of(self.city))
        merged = dict(stored)
        for uscc, found in answered.items():
            industry, before = stored.get(uscc, (found.industry, ()))
            others = [one for one in before if one.category.code not in found.bills]
            for code, rows in found.bills.items():
                of_code = [one for one in kept.get(uscc, ()) if one.category.code == code]
                others += _summed(categories_of(self.city)[code], _merged(rows, of_code), self)
            others.sort(key=lambda one: order.index(one.category.code))
            merged[uscc] = (industry, tuple(others))
        return merged

    async def peers(self, stored: Sequence[Peer]) -> list[Peer]:
        """Peers with what was answered about them, and those of whom there is nothing else."""
        records = self.records(
            {peer.uscc: peer.records for peer in stored}
            | {uscc: {} for uscc in self.by_uscc.keys() - {peer.uscc for peer in stored}}
        )
        bills = await self.bills({peer.uscc: (peer.industry, peer.bills) for peer in stored})
        industries = {peer.uscc: peer.industry for peer in stored}
        return [
            Peer(
                uscc,
                industries.get(uscc) or self.by_uscc[uscc].industry,
                rows,
                bills.get(uscc, ("", ()))[1],
            )
            for uscc, rows in records.items()
        ]


async def answers_about(city: str, usccs: Sequence[str], as_of: date) -> Answers:
    """What sources answered about enterprises that consent, as of a day; one query."""
    utilities = [one.code for one in categories_of(city).values() if one.feeds in UTILITY_FEEDS]
    rows = await fetch(_ANSWERED, city, list(usccs), as_of, utilities) if usccs else []
    found: dict[str, Answered] = {}
    for row in rows:
        _take(found.setdefault(row["uscc"], Answered(row["industry"])), row, city)
    return Answers(city, as_of, found)


def _take(into: Answered, row: Mapping[str, Any], city: str) -> None:
    category = categories_of(city, row["answered_on"]).get(row["category"])
    if category is None or not category.feeds:
        return
    # A later answer says again what an earlier one said, unless each speaks of its own day.
    if category.feeds in into.heard and not category.snapshot:
        return
    into.heard.add(category.feeds)
    answer = answer_in(row)
    records = [
        Record(category, category.by_role(values), answer.answered_on) for values in answer.rows
    ]
    if category.feeds not in UTILITY_FEEDS:
        into.records += records
    elif row["whole"]:
        into.bills[category.code] = records


def _merged(answered: Sequence[Record], stored: Sequence[Record]) -> list[Record]:
    """Both, the answers first; of the same row the answered one alone."""
    keys = {_key(one) for one in answered}
    return [*answered, *(one for one in stored if _key(one) not in keys)]


def _key(record: Record) -> tuple[object, ...]:
    category = record.category
    parts = tuple(record.values.get(role) for role in category.key)
    # A snapshot is a row of the day on which it was received.
    return (category.code, record.received_on if category.snapshot else None, *parts)


def _summed(category: Category, records: Sequence[Record], answers: Answers) -> list[Bills]:
    current, base = year_to_date(answers.as_of)
    dated = category.dated or ""
    now, before = _within(records, dated, current), _within(records, dated, base)
    if not now and not before:
        return []
    newest = max((*now, *before), key=lambda one: (one.values[dated], one.received_on))
    months = _months_of(now, dated) == _months_of(before, dated) == current.end.month
    return [
        Bills(
            category=category,
            current=_sum(now),
            base=_sum(before),
            is_complete=months,
            newest_id=newest.id,
            received_on=max(one.received_on for one in (*now, *before)),
        )
    ]


def _sum(records: Sequence[Record]) -> Decimal | None:
    amounts = [one.amount("amount") or _ZERO for one in records]
    return sum(amounts, _ZERO) if amounts else None


def _within(records: Sequence[Record], role: str, period: Period) -> list[Record]:
    return [one for one in records if (day := one.day(role)) is not None and period.holds(day)]


def _months_of(records: Sequence[Record], role: str) -> int:
    return len({one.values[role][:7] for one in records})
