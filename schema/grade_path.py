"""The path to the next grade, and where an indicator stands in its ranking group."""

from datetime import date

import strawberry

from credit.indicators.finding import show_ratio
from credit.levels import GradeLevel, Letter
from credit.path import GradePath as FoundPath
from credit.path import Step, StepControl, summary_of
from credit.ranking import Standing
from foundation.industry import industry_name
from schema import grade_enums  # noqa: F401 - describes the enums that are used here


@strawberry.type(
    description="The ranking group in which ① or ② was placed, with its cut values: the letter can "
    "be checked by hand. Ratios are decimals with four places, cut off, never rounded up."
)
class RankingGroup:
    """A place in a group."""

    code: str = strawberry.field(
        description="GB/T 4754 code: a division (C34), or a section (C) where that was too small."
    )
    name: str = strawberry.field(description="Chinese name of the division or section.")
    size: int = strawberry.field(description="N: enterprises with a comparable ratio.")
    rank: int = strawberry.field(description="1 + the number of strictly better ratios.")
    ratio: str = strawberry.field(description="The enterprise's own ratio: 本期 ÷ 上年同期.")
    a_cut: str = strawberry.field(description="The lowest ratio that got an A: 5 · rank ≤ N.")
    b_cut: str = strawberry.field(description="The lowest ratio that got an A or B: 2 · rank ≤ N.")
    widened: bool = strawberry.field(
        description="Whether the division was too small, so that the whole section was ranked."
    )

    @staticmethod
    def of(standing: Standing) -> "RankingGroup":
        """The GraphQL group of a place."""
        return RankingGroup(
            code=standing.group,
            name=industry_name(standing.group),
            size=standing.size,
            rank=standing.rank,
            ratio=show_ratio(standing.ratio),
            a_cut=show_ratio(standing.a_cut),
            b_cut=show_ratio(standing.b_cut),
            widened=len(standing.group) == 1,
        )


@strawberry.type(
    description="One change on a path, of a letter or of what stands above the letters."
)
class GradeStep:
    """One step."""

    indicator: int | None = strawberry.field(
        description="1 to 13; null for what stands beside the letters: a severe record, an honour, "
        "credit points."
    )
    name: str = strawberry.field(description="Chinese name of what changes.")
    from_: Letter | None = strawberry.field(
        name="from", description="The letter now; null above the letters."
    )
    to: Letter | None = strawberry.field(
        description="The letter that it must become; null above the letters."
    )
    control: StepControl = strawberry.field(description="In whose hands it lies.")
    available_on: date | None = strawberry.field(
        description="First day on which a WAITING step counts; null for the others."
    )
    explanation: str = strawberry.field(
        description="A Chinese sentence: what to do or wait for, with the live cut value."
    )

    @staticmethod
    def of(step: Step) -> "GradeStep":
        """The GraphQL step of a step."""
        return GradeStep(
            indicator=step.indicator,
            name=step.name,
            from_=step.before,
            to=step.after,
            control=step.control,
            available_on=step.available_on,
            explanation=step.explanation,
        )


@strawberry.type(
    description="A smallest set of changes that reaches a level: without any one of them it is not "
    "reached. It speaks of the day and the cut values of the grade."
)
class GradePath:
    """A way up."""

    level: GradeLevel = strawberry.field(description="The level it reaches, at least.")
    control: StepControl = strawberry.field(
        description="In whose hands the whole path lies: the step furthest out of reach."
    )
    earliest_on: date | None = strawberry.field(
        description="First day on which every waiting step counts; null where nothing waits."
    )
    summary: str = strawberry.field(description="The path in one Chinese sentence.")
    steps: list[GradeStep] = strawberry.field(description="C's first, then what can be done.")

    @staticmethod
    def of(path: FoundPath) -> "GradePath":
        """The GraphQL path of a path."""
        return GradePath(
            level=path.level,
            control=path.control,
            earliest_on=path.earliest_on,
            summary=summary_of(path),
            steps=[GradeStep.of(step) for step in path.steps],
        )
