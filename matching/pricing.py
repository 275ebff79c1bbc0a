"""What a grade gets from a sheet: its price, its limit and the guarantee kinds open to it.

澄易贷附件2 四: 高级 unlocks unsecured variants, 一级 the full limit within policy, 备选 the
normal procedure.
"""

from decimal import Decimal
from functools import lru_cache

from credit.levels import GradeLevel
from matching.sheet import GradePrice, ProductSheet
from matching.terms import GuaranteeKind, RequiredGrade

_FEN = Decimal("0.01")
# What a grade gets from one version of one sheet never changes.
_kept = lru_cache(maxsize=65_536)
_CAPACITY = {
    GradeLevel.ADVANCED: RequiredGrade.ADVANCED,
    GradeLevel.FIRST: RequiredGrade.FIRST,
    GradeLevel.CANDIDATE: RequiredGrade.CANDIDATE,
    GradeLevel.UNRATED: RequiredGrade.CANDIDATE,
}


def treated_as(level: GradeLevel) -> RequiredGrade | None:
    """The grade that decides: UNRATED counts as 备选; None for NOT_CERTIFIED."""
    return _CAPACITY.get(level)


@_kept
def price_for(grade: RequiredGrade, sheet: ProductSheet) -> GradePrice:
    """The price of a grade; one that the sheet leaves out gets that of the next lower grade.

    A grade below every price of the sheet gets the lowest grade's: it is never asked for by an
    eligible applicant.
    """
    downwards = sorted(sheet.prices, key=lambda priced: -priced.height)
    for priced in downwards:
        if priced.height <= grade.height:
            return sheet.prices[priced]
    return sheet.prices[downwards[-1]]


@_kept
def limit_for(grade: RequiredGrade, sheet: ProductSheet) -> Decimal:
    """The most a grade may borrow, in yuan."""
    percent = price_for(grade, sheet).limit_percent
    return (sheet.max_amount * percent / 100).quantize(_FEN)


def reached_grade(grade: RequiredGrade, sheet: ProductSheet) -> RequiredGrade:
    """The grade that an amount is judged at: the one asked for, while that is what is missing.

    Whoever has it may have more than the present grade, so the amount is no obstacle of its own.
    """
    return max(grade, sheet.required_grade, key=lambda one: one.height)


def unsecured_from(kinds: tuple[GuaranteeKind, ...]) -> RequiredGrade:
    """From which grade CREDIT is open: 高级 where it stands beside another kind (附件2 四)."""
    mixed = len(kinds) > 1 and GuaranteeKind.CREDIT in kinds
    return RequiredGrade.ADVANCED if mixed else RequiredGrade.CANDIDATE


@_kept
def kinds_open_to(grade: RequiredGrade, sheet: ProductSheet) -> frozenset[GuaranteeKind]:
    """The guarantee kinds a grade may choose from."""
    kinds = frozenset(sheet.guarantee_kinds)
    if len(kinds) > 1 and grade.height < sheet.unsecured_from.height:
        return kinds - {GuaranteeKind.CREDIT}
    return kinds


@_kept
def kinds_said(grade: RequiredGrade, sheet: ProductSheet) -> str:
    """The same in words, in the order of the sheet."""
    kinds = kinds_open_to(grade, sheet)
    return "、".join(kind.chinese for kind in sheet.guarantee_kinds if kind in kinds)
