"""From what gateways answered about an enterprise to the figures that grading keeps of it.

The answers stand beside what files brought, the newest of each row first; what is derived is what
the indicators' own rules make of both. Nothing here is written anywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from credit.facts import YearOnYear
from credit.periods import Period, rolling_years, year_to_date
from foundation.sealing import keyed_digest
from sharing.evidence import tax_of, utilities_of
from sharing.grades.basis import answer_digest
from sharing.grades.figures import Figure, without_amounts
from sharing.grades.unheard import bills_unheard
from sharing.interfaces.answers import Answered
from sharing.lists import Category, categories_of
from sharing.peers import bills_of_peers
from sharing.records import TAX_FEED, UTILITY_FEEDS, Bills, Record, records_of, records_of_bills

_ZERO = Decimal(0)


def _owing(records: Sequence[Record]) -> Record:
    """A2-34: arrears anywhere are arrears; two lists may name two places to owe to."""
    return next((one for one in records if one.says_yes("in_arrears")), records[0])


def _last_paid(records: Sequence[Record]) -> Record:
    """A2-35: the last regular payment, wherever it was made."""
    return max(records, key=lambda one: one.day("last_paid_on") or date.min)


# Which role of an answer the rules read of a feed, and which of several answers they go by; each
# category answers one row at most (sharing/interfaces/checking.py).
_READ: Mapping[str, tuple[str, Callable[[Sequence[Record]], Record]]] = {
    "social_insurance_arrears": ("in_arrears", _owing),
    "housing_fund": ("last_paid_on", _last_paid),
}


def is_derived(feed: str) -> bool:
    """Whether a figure can be made of what feeds this."""
    return feed == TAX_FEED or feed in UTILITY_FEEDS or feed in _READ


def a_year_before(as_of: date) -> date:
    """The day whose figure ① compares with (A2-56)."""
    return rolling_years(as_of)[1].end


@dataclass(frozen=True)
class Heard:
    """What sources answered about one enterprise for one indicator: by category and by the day
    that was asked about.
    """

    enterprise_id: UUID
    uscc: str
    consent_id: UUID
    answers: Mapping[tuple[str, date], Answered]

    @property
    def codes(self) -> tuple[str, ...]:
        """The categories that answered."""
        return tuple(sorted({code for code, _ in self.answers}))

    @property
    def digest(self) -> str:
        """Recognises the answers, in whatever order they were asked for. Keyed: one of yes or no
        would be found by trying both.
        """
        digests = b"".join(self.answers[key].digest for key in sorted(self.answers))
        return keyed_digest("grade run answer", digests).hex()

    def records(self, city: str) -> list[Record]:
        """The rows as the rules read them, each received on the day that it speaks of."""
        known = categories_of(city)
        return [
            Record(known[code], known[code].by_role(values), day)
            for (code, day), answer in self.answers.items()
            for values in answer.rows
        ]


async def figures_of(
    city: str, as_of: date, heard: Sequence[Heard], awaited: frozenset[str]
) -> list[tuple[UUID, Figure]]:
    """The figure of one indicator about each enterprise, by its id; none of one whose whole is
    not known even so. All of them were asked about the same indicator. At most two queries.
    """
    if not heard:
        return []
    feeds = {categories_of(city)[code].feeds for one in heard for code in one.codes}
    if feeds == {TAX_FEED}:
        return await _of_taxes(city, as_of, heard)
    if feeds <= set(UTILITY_FEEDS):
        return await _of_bills(city, as_of, heard, awaited)
    return [(one.enterprise_id, _of_records(city, as_of, one)) for one in heard]


async def _of_taxes(city: str, as_of: date, heard: Sequence[Heard]) -> list[tuple[UUID, Figure]]:
    stored = await records_of(city, [one.uscc for one in heard], as_of, (TAX_FEED,))
    found = []
    for one in heard:
        known = _merged(one.records(city), stored[one.uscc].get(TAX_FEED, ()))
        tax = tax_of({TAX_FEED: known}, as_of)
        found.append((one.enterprise_id, _of_parts(one, as_of, [tax] if tax else [])))
    return found


async def _of_bills(
    city: str, as_of: date, heard: Sequence[Heard], awaited: frozenset[str]
) -> list[tuple[UUID, Figure]]:
    usccs = [one.uscc for one in heard]
    codes = sorted({code for one in heard for code in one.codes})
    sums = await bills_of_peers(city, usccs, as_of)
    kept = await records_of_bills(city, usccs, as_of, codes)
    order = list(categories_of(city))
    found = []
    for one in heard:
        _, stored = sums.get(one.uscc, ("", ()))
        bills = [each for each in stored if each.category.code not in one.codes]
        answered = _merged(one.records(city), kept.get(one.uscc, ()))
        for code in one.codes:
            of_code = [each for each in answered if each.category.code == code]
            bills += _summed(categories_of(city)[code], of_code, as_of)
        bills.sort(key=lambda each: order.index(each.category.code))
        feeds = {categories_of(city)[code].feeds for code in one.codes}
        if not bills_unheard(bills, awaited, feeds):
            found.append((one.enterprise_id, _of_parts(one, as_of, utilities_of(bills))))
    return found


def _of_parts(one: Heard, as_of: date, parts: Sequence[YearOnYear]) -> Figure:
    digest = answer_digest(parts)
    return Figure(one.codes, as_of, digest, one.consent_id, without_amounts(parts))


def _of_records(city: str, as_of: date, one: Heard) -> Figure:
    """The one row that its rule would read, with what the rule reads of it."""
    records = one.records(city)
    record = None
    if records:
        role, choose = _READ[records[0].category.feeds]
        chosen = choose(records)
        read = {role: chosen.values[role]} if role in chosen.values else {}
        record = Record(chosen.category, read, as_of)
    return Figure(one.codes, as_of, one.digest, one.consent_id, record=record)


def _merged(answered: Sequence[Record], stored: Sequence[Record]) -> list[Record]:
    """Both, the answers first; of the same row the answered one alone."""
    keys = {_key(one) for one in answered}
    return [*answered, *(one for one in stored if _key(one) not in keys)]


def _key(record: Record) -> tuple[object, ...]:
    category = record.category
    parts = tuple(record.values.get(role) for role in category.key)
    # A snapshot is a row of the day on which it was received.
    return (category.code, record.received_on if category.snapshot else None, *parts)


def _summed(category: Category, records: Sequence[Record], as_of: date) -> list[Bills]:
    current, base = year_to_date(as_of)
    dated = category.dated or ""
    now, before = _within(records, dated, current), _within(records, dated, base)
    if not now and not before:
        return []
    months = _months_of(now, dated) == _months_of(before, dated) == current.end.month
    received = max(one.received_on for one in (*now, *before))
    return [Bills(category, _sum(now), _sum(before), months, None, received)]


def _sum(records: Sequence[Record]) -> Decimal | None:
    amounts = [one.amount("amount") or _ZERO for one in records]
    return sum(amounts, _ZERO) if amounts else None


def _within(records: Sequence[Record], role: str, period: Period) -> list[Record]:
    return [one for one in records if (day := one.day(role)) is not None and period.holds(day)]


def _months_of(records: Sequence[Record], role: str) -> int:
    return len({one.values[role][:7] for one in records})
