"""直接定性法, Annex 2 三.2: honours with three clean years, and the level of credit points.

It may raise what the base method gave; only credit points of C and below lower it (A2-22).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credit.facts import CreditPoints, Facts, Honour
from credit.levels import GradeLevel
from credit.periods import years_from

CLEAN_YEARS = 3
_NAMED = 2


class DirectGround(StrEnum):
    """What a direct result rests on."""

    HONOUR = "HONOUR"
    CREDIT_POINTS = "CREDIT_POINTS"
    CREDIT_POINTS_CAP = "CREDIT_POINTS_CAP"


@dataclass(frozen=True)
class DirectResult:
    """What the direct method gives; no level and no ground where it does not apply."""

    level: GradeLevel | None
    ground: DirectGround | None
    explanation: str

    @property
    def is_cap(self) -> bool:
        """Whether it lowers to 备选 and keeps there (A2-22, A2-23)."""
        return self.ground is DirectGround.CREDIT_POINTS_CAP


def level_of_points(level: str) -> GradeLevel:
    """A 级以上 → 高级, B 级 → 一级, C 级及以下 → 备选 (三.2(2))."""
    if level.startswith("A"):
        return GradeLevel.ADVANCED
    return GradeLevel.FIRST if level == "B" else GradeLevel.CANDIDATE


def negative_days(facts: Facts, as_of: date) -> tuple[date, ...]:
    """The days of 负面信用记录 of the last three years: of every one, repaired or not (A2-24).

    A severe record counts too, also once it was lifted.
    """
    start = years_from(as_of, -CLEAN_YEARS)
    found = facts.public_records.records if facts.public_records else ()
    days = [one.recorded_on for one in found] + [one.confirmed_on for one in facts.severe_records]
    return tuple(day for day in days if start <= day <= as_of)


def by_direct(facts: Facts, as_of: date) -> DirectResult:
    """The result on a day: a cap before everything else (A2-23), then the best that applies."""
    points = facts.credit_points
    if points and level_of_points(points.level) is GradeLevel.CANDIDATE:
        return _cap(points)
    held = [honour for honour in facts.honours if honour.is_held(as_of)]
    obstacle = _obstacle(facts, held, as_of)
    if not obstacle:
        return DirectResult(GradeLevel.ADVANCED, DirectGround.HONOUR, _honoured(held))
    if points:
        level = level_of_points(points.level)
        return DirectResult(
            level,
            DirectGround.CREDIT_POINTS,
            f"企业公共信用积分等级为 {points.level} 级，直接认证为{level.chinese}",
        )
    return DirectResult(None, None, f"{obstacle}，也没有企业公共信用积分等级，直接定性法不适用")


def _cap(points: CreditPoints) -> DirectResult:
    return DirectResult(
        GradeLevel.CANDIDATE,
        DirectGround.CREDIT_POINTS_CAP,
        f"企业公共信用积分等级为 {points.level} 级（C 级及以下），认证为备选",
    )


def _obstacle(facts: Facts, held: Sequence[Honour], as_of: date) -> str | None:
    """Why honours give nothing; None when they do."""
    if not held:
        return "荣誉已过有效期" if facts.honours else "没有规定的荣誉"
    if facts.public_records is None:
        return "没有公共信用记录来源，不能认定最近三年无负面记录"
    negative = len(negative_days(facts, as_of))
    return f"有荣誉，但最近三年有 {negative} 条负面信用记录" if negative else None


def _honoured(held: Sequence[Honour]) -> str:
    kinds = list(dict.fromkeys(honour.kind.value for honour in held))
    more = f"等 {len(kinds)} 项" if len(kinds) > _NAMED else ""
    named = "、".join(kinds[:_NAMED])
    return f"获得{named}{more}且最近三年无负面信用记录，直接认证为高级"
