"""Whether an enterprise may have a product, condition by condition, in words."""

from typing import Protocol

import strawberry

from matching.terms import Verdict
from schema import terms  # noqa: F401 - describes the enums that are used here


class JudgedCondition(Protocol):
    """One condition as the rules judged it."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def verdict(self) -> Verdict: ...  # noqa: D102
    @property
    def required(self) -> str: ...  # noqa: D102
    @property
    def actual(self) -> str | None: ...  # noqa: D102
    @property
    def distance(self) -> str | None: ...  # noqa: D102
    @property
    def explanation(self) -> str: ...  # noqa: D102


@strawberry.type(
    description="One condition, with the enterprise's value, the limit and how near it is. Seen by "
    "the enterprise's own people, and with a match by the institution whose product it is."
)
class ConditionResult:
    """A verdict and a sentence."""

    code: str = strawberry.field(
        description="grade, region, industry, size, tags, age, revenue, tax, employees, records, "
        "loans, amount, term, guarantee or rate."
    )
    verdict: Verdict = strawberry.field(description="What it says of the enterprise.")
    required: str = strawberry.field(
        description="What the product asks for, in Chinese; an example's figure is marked 示例."
    )
    actual: str | None = strawberry.field(
        description="The enterprise's own value, in Chinese; null when it is not known."
    )
    distance: str | None = strawberry.field(
        description="How far apart both are, in Chinese; null where there is nothing to measure."
    )
    explanation: str = strawberry.field(description="A Chinese sentence for the owner.")

    @staticmethod
    def of(result: JudgedCondition) -> "ConditionResult":
        """The GraphQL face of a judged condition."""
        return ConditionResult(
            code=result.code,
            verdict=result.verdict,
            required=result.required,
            actual=result.actual,
            distance=result.distance,
            explanation=result.explanation,
        )


@strawberry.type(description="A product's verdict for the viewer's enterprise. Its owner's only.")
class Eligibility:
    """All conditions together."""

    verdict: Verdict = strawberry.field(
        description="PASS: eligible; NEAR_MISS: nothing fails but something is open or missing by "
        "little; FAIL: something fails."
    )
    conditions: list[ConditionResult] = strawberry.field(
        description="Every condition that the product sets and the demand raises, in fixed order."
    )
