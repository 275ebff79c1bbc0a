"""The vocabulary of a product sheet and of a verdict."""

from enum import StrEnum
from typing import NamedTuple


class Place(NamedTuple):
    """An administrative area: its code and the name people know."""

    code: str
    name: str


class GuaranteeKind(StrEnum):
    """信用, 保证, 抵押, 质押."""

    CREDIT = "CREDIT"
    GUARANTEED = "GUARANTEED"
    MORTGAGED = "MORTGAGED"
    PLEDGED = "PLEDGED"

    @property
    def chinese(self) -> str:
        """The kind as the screens write it."""
        return _KINDS[self]


_KINDS = {
    GuaranteeKind.CREDIT: "信用",
    GuaranteeKind.GUARANTEED: "保证",
    GuaranteeKind.MORTGAGED: "抵押",
    GuaranteeKind.PLEDGED: "质押",
}


class RepaymentMethod(StrEnum):
    """How principal and interest come back; the first of a sheet prices it."""

    EQUAL_INSTALMENTS = "EQUAL_INSTALMENTS"
    EQUAL_PRINCIPAL = "EQUAL_PRINCIPAL"
    INTEREST_FIRST = "INTEREST_FIRST"
    ON_DEMAND = "ON_DEMAND"
    BULLET = "BULLET"


class RequiredGrade(StrEnum):
    """The lowest grade a product is open to; also the grade a price is set for."""

    ADVANCED = "ADVANCED"
    FIRST = "FIRST"
    CANDIDATE = "CANDIDATE"

    @property
    def chinese(self) -> str:
        """The grade as the screens write it."""
        return _GRADES[self][0]

    @property
    def height(self) -> int:
        """3 for 高级, 2 for 一级, 1 for 备选: higher is better."""
        return _GRADES[self][1]


_GRADES = {
    RequiredGrade.ADVANCED: ("高级", 3),
    RequiredGrade.FIRST: ("一级", 2),
    RequiredGrade.CANDIDATE: ("备选", 1),
}


class Verdict(StrEnum):
    """What a condition says of an applicant."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAIL = "FAIL"
    NEAR_MISS = "NEAR_MISS"
    UNKNOWN = "UNKNOWN"
