"""The vocabulary of a product sheet and of a verdict."""

from enum import StrEnum


class GuaranteeKind(StrEnum):
    """信用, 保证, 抵押, 质押."""

    CREDIT = "CREDIT"
    GUARANTEED = "GUARANTEED"
    MORTGAGED = "MORTGAGED"
    PLEDGED = "PLEDGED"


class RepaymentMethod(StrEnum):
    """How principal and interest come back; the first of a sheet prices it."""

    EQUAL_INSTALMENTS = "EQUAL_INSTALMENTS"
    EQUAL_PRINCIPAL = "EQUAL_PRINCIPAL"
    INTEREST_FIRST = "INTEREST_FIRST"
    ON_DEMAND = "ON_DEMAND"
    BULLET = "BULLET"


class RequiredGrade(StrEnum):
    """The lowest grade a product is open to."""

    ADVANCED = "ADVANCED"
    FIRST = "FIRST"
    CANDIDATE = "CANDIDATE"


class Verdict(StrEnum):
    """What a condition says of an applicant."""

    PASS = "PASS"  # noqa: S105  # a verdict, no password
    FAIL = "FAIL"
    NEAR_MISS = "NEAR_MISS"
    UNKNOWN = "UNKNOWN"
