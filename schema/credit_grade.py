"""Credit grades: the level with its reason, and the indicators it was counted from."""

from datetime import date

import strawberry

from credit.grade import GradeReason
from credit.indicators import IndicatorResult
from credit.indicators.finding import rule_of
from credit.levels import GradeLevel, GradingMethod, Letter
from foundation.city import cities
from schema.enums import describe_enum
from sharing.readings import GradeReading

describe_enum(
    GradeLevel,
    "A credit grade (江阴“澄易贷”附件2), or why there is none.",
    {
        "ADVANCED": "高级: at least nine A's and no C, and a clean public record.",
        "FIRST": "一级: at least six A's and no C, and no record left unrepaired.",
        "CANDIDATE": "备选: every other certified enterprise; its loans take the normal procedure.",
        "NOT_CERTIFIED": "不予认证: a severe dishonesty record stands.",
        "UNRATED": "未评级: not graded, for the reason given; stands as 备选 where products ask.",
    },
)
describe_enum(
    Letter,
    "What one indicator gives.",
    {
        "A": "The best class.",
        "B": "The middle class.",
        "C": "The worst class; a single C keeps from 高级 and 一级.",
        "NOT_CLASSIFIED": "不进行分类: counts as neither.",
    },
)
describe_enum(
    GradingMethod,
    "Which method of Annex 2 三 decided.",
    {
        "INDICATORS": "指标定性法: by the letters of the indicators.",
        "DIRECT": "直接定性法: by honours or by the level of public credit points.",
        "SCORE": "指标得分法: by a score out of 100.",
    },
)
describe_enum(
    GradeReason,
    "Why a level is what it is, for programs; `reason` says it for people.",
    {
        "NOT_IN_BUSINESS": "UNRATED: the enterprise is not in business.",
        "NO_CREDIT_SOURCE": "UNRATED: the city's lists of public and severe records are not "
        "connected.",
        "AUTHORISE_TO_BE_GRADED": "UNRATED: no grading consent is in force.",
        "SEVERE_RECORD": "NOT_CERTIFIED: a severe record stands; the sentence names it.",
        "ENOUGH_A": "ADVANCED or FIRST: enough A's and no C.",
        "HAS_C": "CANDIDATE: at least one C; the sentence names it.",
        "TOO_FEW_A": "CANDIDATE: fewer than six A's.",
        "SCORE": "By the score out of 100, where the city has switched the score method on.",
        "HONOUR": "ADVANCED by the direct method: an honour and three clean years.",
        "CREDIT_POINTS": "ADVANCED or FIRST by the direct method: the level of public credit "
        "points.",
        "CREDIT_POINTS_CAP": "CANDIDATE: public credit points of C or below cap every method.",
        "STANDARD_GATE": "The method would give more, but the public record does not allow it.",
        "BONUS": "Raised by one step for approved bonus items that reach the standard.",
    },
)


@strawberry.type(
    description="One of the thirteen indicators of Annex 2 三.1(3). Whoever may see the grade sees "
    "number, name and letter."
)
class GradeIndicator:
    """An indicator of one grading."""

    number: int = strawberry.field(description="1 to 13, as the annex counts them (① to ⑬).")
    name: str = strawberry.field(description="Chinese name in the annex.")
    letter: Letter = strawberry.field(description="What it gave.")
    value: str | None = strawberry.field(
        description="The value behind the letter, in Chinese with its unit. The owner's own, or "
        "covered by a consent; null otherwise."
    )
    source: str | None = strawberry.field(
        description="Code and name of the category that the value came from, for example JS-13 "
        "住房公积金缴纳情况; a code that begins with LOCAL is a category of the platform's own. "
        "The owner's own, or covered by a consent; null otherwise."
    )
    explanation: str = strawberry.field(
        description="A Chinese sentence: why this letter. To others than the owner it says what "
        "the letter means and nothing of the enterprise's data."
    )

    @staticmethod
    def of(one: IndicatorResult, shows_values: bool) -> "GradeIndicator":
        """The GraphQL indicator of a result."""
        return GradeIndicator(
            number=one.number,
            name=one.name,
            letter=one.letter,
            value=one.value if shows_values else None,
            source=one.source if shows_values else None,
            explanation=one.explanation if shows_values else rule_of(one.number, one.letter),
        )


@strawberry.type(
    description="A credit grade as of a day. Its owner sees everything; an officer whose offer the "
    "owner accepted sees level, reason and letters. Each reading stands in the access ledger."
)
class CreditGrade:
    """The grade that stands for an enterprise."""

    scheme: str = strawberry.field(
        description="Which city's scale this is: the Annex 2 scale itself, or a configured mapping "
        "to it, which is marked 示例."
    )
    level: GradeLevel = strawberry.field(description="The level.")
    reason: str | None = strawberry.field(
        description="A Chinese sentence: what the level rests on, and what would raise it."
    )
    reason_code: GradeReason = strawberry.field(description="The same, for programs.")
    as_of: date | None = strawberry.field(
        description="As of which day it was computed; null where nothing was."
    )
    method: GradingMethod | None = strawberry.field(
        description="Which method decided; null for UNRATED and NOT_CERTIFIED."
    )
    indicators: list[GradeIndicator] = strawberry.field(
        description="All thirteen in the annex's order; empty for UNRATED and NOT_CERTIFIED."
    )

    @staticmethod
    def of(reading: GradeReading) -> "CreditGrade":
        """The GraphQL grade of a reading."""
        held = reading.held
        return CreditGrade(
            scheme=cities()[held.city].grading.scheme,
            level=held.level,
            reason=held.reason,
            reason_code=held.reason_code,
            as_of=held.as_of,
            method=held.method,
            indicators=[GradeIndicator.of(one, reading.shows_values) for one in held.indicators],
        )
