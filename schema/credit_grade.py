"""Credit grades: the level with its reason, and the indicators it was counted from."""

from collections.abc import Mapping
from datetime import date

import strawberry

from credit.grade import GradeReason
from credit.grade import MethodResult as FoundMethod
from credit.indicators import IndicatorResult
from credit.indicators.finding import rule_of
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.path import paths_from
from foundation.city import cities
from foundation.identifiers import encode_id
from schema import grade_enums  # noqa: F401 - describes the enums that are used here
from schema.context import Info
from schema.grade_path import GradePath, RankingGroup
from sharing.grades.basis import Basis
from sharing.readings import GradeReading


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
    group: RankingGroup | None = strawberry.field(
        description="For ① and ②: the group it was ranked in, with its cut values. Shown with the "
        "value; null where nothing was ranked."
    )
    source_date: date | None = strawberry.field(
        description="Day on which the source record was received. Shown with the value."
    )
    record_id: strawberry.ID | None = strawberry.field(
        description="Id of the credit record that the letter was read from, the newest where there "
        "are several. Shown with the value."
    )
    withheld: bool = strawberry.field(
        description="Whether the grading consent leaves this indicator out: it then counts as "
        "neither. Everybody who sees the letter sees this."
    )

    @staticmethod
    def of(
        one: IndicatorResult, reading: GradeReading, amounts: Mapping[int, str]
    ) -> "GradeIndicator":
        """The GraphQL indicator of a result; `amounts` end the values of those who may see them."""
        shown = GradeIndicator(
            number=one.number,
            name=one.name,
            letter=one.letter,
            value=None,
            source=None,
            explanation=rule_of(one.number, one.letter),
            group=None,
            source_date=None,
            record_id=None,
            withheld=one.number in reading.held.withheld,
        )
        if reading.shows(one.number):
            basis = reading.held.bases.get(one.number, Basis())
            record_id = basis.record_id
            shown.value = one.value and one.value + amounts.get(one.number, "")
            shown.source = one.source
            shown.explanation = one.explanation
            shown.group = RankingGroup.of(one.standing) if one.standing else None
            shown.source_date = basis.source_date
            shown.record_id = (
                strawberry.ID(encode_id("credit_record", record_id))
                if record_id and reading.is_own
                else None
            )
        return shown


@strawberry.type(description="What one method of Annex 2 三 gave; one of them decided.")
class MethodResult:
    """A method's own result."""

    method: GradingMethod = strawberry.field(description="Which method.")
    level: GradeLevel | None = strawberry.field(
        description="What it gave, before gates and bonus; null where it does not apply."
    )
    decided: bool = strawberry.field(description="Whether the grade rests on it.")
    explanation: str | None = strawberry.field(
        description="A Chinese sentence: why. The owner's own; null to others."
    )

    @staticmethod
    def of(one: FoundMethod, is_own: bool) -> "MethodResult":
        """The GraphQL result of a method."""
        return MethodResult(
            method=one.method,
            level=one.level,
            decided=one.decided,
            explanation=one.explanation if is_own else None,
        )


@strawberry.type(
    description="A credit grade as of a day. Its owner sees everything; an officer whose offer the "
    "owner accepted sees level, reason and letters. Each reading stands in the access ledger."
)
class CreditGrade:
    """The grade that stands for an enterprise."""

    id: strawberry.ID | None = strawberry.field(
        description="Id of the kept grade; null where the level was read on the spot."
    )
    scheme: str = strawberry.field(
        description="Which city's scale this is: the Annex 2 scale itself, or a configured mapping "
        "to it, which is marked 示例."
    )
    rule_version: str | None = strawberry.field(
        description="The rules it was computed by; null where nothing was computed."
    )
    level: GradeLevel = strawberry.field(description="The level.")
    reason: str | None = strawberry.field(
        description="A Chinese sentence: what the level rests on, and what would raise it. Others "
        "than the owner are told the rule, without scores or points."
    )
    reason_code: GradeReason = strawberry.field(description="The same, for programs.")
    as_of: date | None = strawberry.field(
        description="As of which day it was computed; null where nothing was."
    )
    method: GradingMethod | None = strawberry.field(
        description="Which method decided; null for UNRATED and NOT_CERTIFIED."
    )
    methods: list[MethodResult] = strawberry.field(
        description="What each method gave; empty for UNRATED and NOT_CERTIFIED."
    )
    applicable: int | None = strawberry.field(
        description="How many of the twelve lettered indicators gave a letter (A2-4); null for "
        "UNRATED and NOT_CERTIFIED."
    )
    withheld: list[int] = strawberry.field(
        description="Indicators that the grading consent leaves out (A2-43): whoever reads the "
        "grade is told which, not what they would have said."
    )
    withheld_methods: list[GradingMethod] = strawberry.field(
        description="Methods that the grading consent leaves something out of, as the level of "
        "credit points, which can cap a grade at 备选 (A2-43). Whoever reads the grade is told."
    )
    reading: strawberry.Private[GradeReading]

    @strawberry.field(
        description="All thirteen in the annex's order; empty for UNRATED and NOT_CERTIFIED."
    )
    async def indicators(self, info: Info) -> list[GradeIndicator]:
        """The letters, with what this viewer may see of each."""
        held = self.reading.held
        own = self.reading.is_own
        amounts = await info.context.loaders.amounts_behind(held) if own else {}
        return [GradeIndicator.of(one, self.reading, amounts) for one in held.indicators]

    @strawberry.field(
        description="OWNER: the smallest sets of changes that reach each better level, the next "
        "level first, at most six each, what is in the enterprise's own hands first. Empty for "
        "高级, where no known change reaches a level, and to others."
    )
    async def path(self, info: Info) -> list[GradePath]:
        """The ways up."""
        held = self.reading.held
        outlook = held.outlook
        if self.reading.is_own and outlook is None and held.grade_id:
            papers = await info.context.loaders.grade_papers.load(held.grade_id)
            outlook = papers.outlook if papers else None
        found = paths_from(outlook) if self.reading.is_own and outlook else ()
        return [GradePath.of(one) for one in found]

    @strawberry.field(
        description="OWNER: the grade's signed receipt, a compact JWS, for `tools grade verify`: "
        "letters, groups with cut values, sources, digests. Null where nothing was kept, and to "
        "others."
    )
    async def receipt(self, info: Info) -> str | None:
        """The receipt."""
        grade_id = self.reading.held.grade_id
        if not self.reading.is_own or grade_id is None:
            return None
        papers = await info.context.loaders.grade_papers.load(grade_id)
        return papers.receipt if papers else None

    @strawberry.field(
        description="异议中: whether a record that a letter was read from is under an open "
        "objection. Everybody who reads the grade is told."
    )
    async def under_objection(self, info: Info) -> bool:
        """Whether somebody objects to what it rests on."""
        bases = self.reading.held.bases.values()
        rests_on = [basis.record_id for basis in bases if basis.record_id]
        return bool(await info.context.loaders.objected_among(rests_on)) if rests_on else False

    @staticmethod
    def of(reading: GradeReading) -> "CreditGrade":
        """The GraphQL grade of a reading."""
        held = reading.held
        letters = [one.letter for one in held.indicators]
        known = sum(letter is not Letter.NOT_CLASSIFIED for letter in letters)
        return CreditGrade(
            id=strawberry.ID(encode_id("grade", held.grade_id)) if held.grade_id else None,
            scheme=cities()[held.city].grading.scheme,
            rule_version=held.rule_version,
            level=held.level,
            reason=reading.reason,
            reason_code=held.reason_code,
            as_of=held.as_of,
            method=held.method,
            methods=[MethodResult.of(one, reading.is_own) for one in held.methods],
            applicable=known if letters else None,
            withheld=list(held.withheld),
            withheld_methods=[one.method for one in held.methods if one.withheld],
            reading=reading,
        )
