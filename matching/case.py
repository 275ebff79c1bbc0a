"""What every condition is judged on and what it answers: one applicant before one sheet."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from matching.applicant import Applicant, Wish
from matching.pricing import treated_as
from matching.sheet import ProductSheet
from matching.terms import RequiredGrade, Verdict


class ConditionResult(NamedTuple):
    """One condition: what is required, what the applicant has, how far apart, in words.

    `excludes` is False for what only orders: such a condition is said, and changes nothing else.
    """

    code: str
    verdict: Verdict
    required: str
    actual: str | None
    distance: str | None
    explanation: str
    excludes: bool = True

    @property
    def is_obstacle(self) -> bool:
        """Whether it keeps the product from being eligible."""
        return self.excludes and self.verdict is not Verdict.PASS


@dataclass(frozen=True)
class Case:
    """One applicant before one sheet; no wish: what they may have, not what they asked for."""

    applicant: Applicant
    wish: Wish | None
    sheet: ProductSheet
    today: date

    @cached_property
    def grade(self) -> RequiredGrade | None:
        """The grade that decides; None when NOT_CERTIFIED."""
        return treated_as(self.applicant.grade)
