"""The integers of the columns: money in fen, rates and costs in 1/10,000 percent, days by ordinal.

A figure that is not known is the lowest number of its column's type. Raises ValueError for what an
integer cannot hold exactly, so that no column is ever rounded.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from credit.levels import EnterpriseSize
from matching.conditions import add_months
from matching.terms import GuaranteeKind, RequiredGrade

Integers: TypeAlias = npt.NDArray[Any]

# After every cost there is, which is at most 9999.9999 %; see matching/rank.py.
NO_COST = 10**9
GRADES = (RequiredGrade.CANDIDATE, RequiredGrade.FIRST, RequiredGrade.ADVANCED)
PASSES, OPEN, FAILS = 0, 1, 2  # a condition's state: OPEN is a near miss or unknown
_SIZES = (
    EnterpriseSize.MICRO,
    EnterpriseSize.SMALL,
    EnterpriseSize.MEDIUM,
    EnterpriseSize.LARGE,
)
EVERY_SIZE = 0b1111
SOLE_TRADER = 0b10000
_KINDS = tuple(GuaranteeKind)


def fen_of(yuan: Decimal) -> int:
    """An amount in fen. Raises ValueError for a part of a fen."""
    return _whole(yuan * 100, yuan)


def units_of(percent: Decimal) -> int:
    """A rate or a cost in 1/10,000 percent. Raises ValueError for more than four places."""
    return _whole(percent * 10_000, percent)


def _whole(scaled: Decimal, given: Decimal) -> int:
    if scaled != int(scaled):
        raise ValueError(f"{given} has too many decimal places")
    return int(scaled)


def day_of(day: date | None) -> int | None:
    """A day as an ordinal number; None is not known."""
    return None if day is None else day.toordinal()


def size_bits(sizes: Iterable[EnterpriseSize]) -> int:
    """Sizes as bits, 微型 first."""
    wanted = set(sizes)
    return sum(1 << place for place, size in enumerate(_SIZES) if size in wanted)


def kind_bits(kinds: Iterable[GuaranteeKind]) -> int:
    """Guarantee kinds as bits, 信用 first."""
    wanted = set(kinds)
    return sum(1 << place for place, kind in enumerate(_KINDS) if kind in wanted)


def unknown_of(column: Integers) -> int:
    """The number that stands for "not known" in a column."""
    return int(np.iinfo(column.dtype).min)


def latest_founding(today: date, months: int) -> int:
    """The last day on which an enterprise can have been founded that is some months old today."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    # From the last day of that month backwards, because a day the later month lacks becomes its
    # last one; a month back is always early enough.
    day = add_months(date(year, month + 1, 1), 1).toordinal() - 1
    while add_months(date.fromordinal(day), months) > today:
        day -= 1
    return day
