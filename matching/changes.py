"""One change that somebody could make, and what it leads to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from credit.levels import GradeLevel


class ChangeKind(StrEnum):
    """What would be changed, the easiest first."""

    AMOUNT = "AMOUNT"
    TERM = "TERM"
    CERTIFICATE = "CERTIFICATE"
    GRADE = "GRADE"
    WAIT = "WAIT"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change: exactly one of yuan, months, a certificate's name, a grade or a day.

    `known_missing` is about a certificate: the records say that it is not held, rather than
    nothing at all.
    """

    kind: ChangeKind
    amount: Decimal | None = None
    term_months: int | None = None
    certificate: str | None = None
    known_missing: bool = False
    grade: GradeLevel | None = None
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What a change leads to.

    `opens` products would fit that do not now, `fills` would lend the whole amount that lend a
    part now, `closes` would no longer fit. `saves_a_year` is whole yuan of all-in cost at the
    principal of afterwards, the first product then against the first one now; None where nothing
    fits now, nothing has a cost, or it is not cheaper.
    """

    change: Change
    opens: int
    fills: int
    closes: int
    fitting: int
    saves_a_year: Decimal | None
    opened: tuple[str, ...]
