"""A population that nobody can be found in: firms that are alike, as one typical firm each.

Ten firms or more become a cohort, and only its typical member is ever asked about. So every count
is a sum of whole cohorts: no cell under ten can be shown, and two questions, however they are put,
differ by whole cohorts and never by one firm.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from matching.applicant import Applicant, Tags

SMALLEST_CELL = 10

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Cohort:
    """A typical firm and how many firms it stands for."""

    typical: Applicant
    size: int


def cohorts_of(applicants: Iterable[Applicant], smallest: int = SMALLEST_CELL) -> list[Cohort]:
    """Firms in cohorts of at least `smallest` and less than twice as many.

    The firms' order changes nothing. Fewer firms than that give no cohort at all.
    """
    alike = sorted(applicants, key=_likeness)
    whole = len(alike) // smallest
    if not whole:
        return []
    # As even as can be: the remainder is spread instead of left over.
    edges = [len(alike) * number // whole for number in range(whole + 1)]
    return [
        Cohort(_typical(alike[start:end], f"cohort-{number}"), end - start)
        for number, (start, end) in enumerate(pairwise(edges))
    ]


def _likeness(one: Applicant) -> tuple[Any, ...]:
    """What decides most comes first; the id only settles between firms that are the same."""
    return (
        -one.grade.standing,
        one.grade.value,
        one.industry[:1],
        one.place.code,
        one.size.value,
        one.sole_trader,
        one.annual_revenue or 0,
        one.employees or 0,
        one.established_on or date.max,
        one.enterprise_id,
    )


def _typical(firms: Sequence[Applicant], name: str) -> Applicant:
    size, possible = _most(firms, lambda one: (one.size, one.possible_sizes))
    place, codes = _most(firms, lambda one: (one.place, one.region_codes))
    return Applicant(
        enterprise_id=name,
        grade=_most(firms, lambda one: one.grade),
        place=place,
        region_codes=codes,
        industry=_most(firms, lambda one: one.industry),
        size=size,
        possible_sizes=possible,
        sole_trader=_most(firms, lambda one: one.sole_trader),
        established_on=_middle(firms, lambda one: one.established_on),
        tags=_tags(firms),
        annual_revenue=_middle(firms, lambda one: one.annual_revenue),
        annual_tax=_middle(firms, lambda one: one.annual_tax),
        employees=_middle(firms, lambda one: one.employees),
        public_records=_middle(firms, lambda one: one.public_records),
        bad_loans=_middle(firms, lambda one: one.bad_loans),
    )


def _most(firms: Sequence[Applicant], read: Callable[[Applicant], T]) -> T:
    """The most frequent value; of equally frequent ones the first in the order of likeness."""
    return Counter(read(one) for one in firms).most_common(1)[0][0]


def _middle(firms: Sequence[Applicant], read: Callable[[Applicant], Any]) -> Any:
    """The lower median of what is known, rounded; None where it is known of less than half."""
    known = sorted(value for one in firms if (value := read(one)) is not None)
    if not known or 2 * len(known) < len(firms):
        return None
    return _rounded(known[(len(known) - 1) // 2])


def _rounded(value: Decimal | int | date) -> Decimal | int | date:
    """Two digits that count, or the first day of a month.

    A median is some firm's own value, and bounds that are tried one after the other would find it.
    """
    if isinstance(value, date):
        return value.replace(day=1)
    unit: int = 10 ** max(Decimal(value).adjusted() - 1, 0)
    return value // unit * unit


def _tags(firms: Sequence[Applicant]) -> Tags:
    """A tag is held, or lacked, when more than half of the firms hold, or lack, it."""
    held = Counter(tag for one in firms for tag in one.tags.held)
    lacking = Counter(tag for one in firms for tag in one.tags.lacking)
    return Tags(
        held=frozenset(tag for tag, many in held.items() if 2 * many > len(firms)),
        lacking=frozenset(tag for tag, many in lacking.items() if 2 * many > len(firms)),
    )
