"""A kept grade after a person's consent has lapsed: read without that person's letter.

A revocation is graded at once; a consent that ends by its last day is not, until the night's run.
Until then whoever reads the grade sees ⑦ without a letter and the level by the others (A2-38).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from credit.grade import GradeReason, MethodResult
from credit.indicators import IndicatorResult
from credit.indicators.records import CountedRecords
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.methods.letters import by_letters
from sharing.grades.verifying import recomputed_level
from storage.models.consent import REPRESENTS_STILL, STANDS

PERSONS = 7
ENDED = "本人的授权已经到期，不进行分类"

PERSON_LAPSED = f"""EXISTS (
  SELECT FROM consent p
   WHERE p.enterprise_id = {{grade}}.enterprise_id AND p.purpose = 'PERSONAL_CREDIT'
     AND p.revoked_at IS NULL AND p.superseded_at IS NULL
     AND p.until < {{today}} AND p.until >= {{grade}}.as_of AND NOT EXISTS (
       SELECT FROM consent q
        WHERE q.enterprise_id = p.enterprise_id AND q.purpose = 'PERSONAL_CREDIT'
          AND q.subject = p.subject AND {STANDS.format(c="q", today="{today}")}
          AND {REPRESENTS_STILL.format(p="q")}))
"""  # noqa: S608 - constants
"""Whether a person's consent that the grade {grade} could rest on has lapsed by {today}."""


@dataclass(frozen=True)
class WithoutPersons:
    """What is left of a grade: its level, why, and its parts."""

    level: GradeLevel
    reason_code: GradeReason
    reason: str
    indicators: tuple[IndicatorResult, ...]
    methods: tuple[MethodResult, ...]


def without_persons(
    row: Mapping[str, Any],
    indicators: tuple[IndicatorResult, ...],
    methods: tuple[MethodResult, ...],
    gate: str,
) -> WithoutPersons:
    """A kept grade's row without ⑦, by the steps that decided it."""
    rest = tuple(
        replace(one, letter=Letter.NOT_CLASSIFIED, value=None, source=None, explanation=ENDED)
        if one.number == PERSONS
        else one
        for one in indicators
    )
    letters = by_letters(rest, CountedRecords(0, 0))
    claims = {
        "methods": [{"method": one.method.value, "level": one.level} for one in methods],
        "gate": gate,
        "reason_code": row["reason_code"],
    }
    level = recomputed_level(claims, [one.letter for one in rest])
    reason_code, reason = GradeReason(row["reason_code"]), row["reason"]
    if row["method"] == GradingMethod.INDICATORS.value:
        reason = f"个人授权已经到期，按其余指标：{letters.summary}，认证为{level.chinese}"
        if level.value != row["level"]:
            reason_code = _code_of(level, has_c=letters.has_c)
    return WithoutPersons(
        level,
        reason_code,
        reason,
        rest,
        tuple(
            replace(one, level=letters.level, explanation=letters.explanation)
            if one.method is GradingMethod.INDICATORS
            else one
            for one in methods
        ),
    )


def _code_of(level: GradeLevel, *, has_c: bool) -> GradeReason:
    if level is not GradeLevel.CANDIDATE:
        return GradeReason.ENOUGH_A
    return GradeReason.HAS_C if has_c else GradeReason.TOO_FEW_A
