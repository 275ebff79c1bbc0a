"""指标定性法, Annex 2 三.1: from letters to a level, and what would raise it."""

from collections.abc import Sequence
from dataclasses import dataclass

from credit.indicators import LETTERED, IndicatorResult
from credit.indicators.records import CountedRecords
from credit.levels import GradeLevel, Letter
from credit.methods.gates import gate

A_FOR_ADVANCED = 9
A_FOR_FIRST = 6


@dataclass(frozen=True)
class LettersResult:
    """The level by letters; `summary` says what was counted, `explanation` what would raise it."""

    level: GradeLevel
    many_a: int
    has_c: bool
    summary: str
    explanation: str


def level_of_letters(letters: Sequence[Letter]) -> GradeLevel:
    """九个以上 A 且无 C → 高级, 六个以上 A 且无 C → 一级, else 备选 (A2-1 to A2-4).

    Letters that were not classified count as neither; the thresholds are not pro-rated.
    """
    if Letter.C in letters:
        return GradeLevel.CANDIDATE
    many_a = sum(letter is Letter.A for letter in letters)
    if many_a >= A_FOR_ADVANCED:
        return GradeLevel.ADVANCED
    return GradeLevel.FIRST if many_a >= A_FOR_FIRST else GradeLevel.CANDIDATE


def applicable(indicators: Sequence[IndicatorResult]) -> int:
    """How many of the twelve gave a letter (A2-4)."""
    return sum(one.letter is not Letter.NOT_CLASSIFIED for one in indicators)


def by_letters(indicators: Sequence[IndicatorResult], counted: CountedRecords) -> LettersResult:
    """The level by the letters alone; the records only say what curing a C would lead to."""
    level = level_of_letters([one.letter for one in indicators])
    many_a = sum(one.letter is Letter.A for one in indicators)
    with_c = [one for one in indicators if one.letter is Letter.C]
    what = f"{LETTERED} 项中 {applicable(indicators)} 项适用，获得 {many_a} 个 A"
    if with_c:
        summary = f"{what}、{len(with_c)} 个 C"
        explanation = f"{what}，{_cure(with_c, many_a, counted)}"
    else:
        summary = f"{what}、无 C"
        explanation = f"{summary}，{_next_step(level, many_a)}"
    return LettersResult(level, many_a, bool(with_c), summary, explanation)


def _cure(with_c: Sequence[IndicatorResult], many_a: int, counted: CountedRecords) -> str:
    named = "、".join(f"第 {one.number} 项“{one.name}”" for one in with_c)
    after = _level_once_cured(many_a, counted)
    if not after.better_than(GradeLevel.CANDIDATE):
        return f"{named}为 C，认证为备选"
    return (
        f"但{named}为 C，按规定认证为备选；"
        f"消除{'这一个' if len(with_c) == 1 else '这些'} C"
        f"{'并修复失信记录' if counted.unrepaired else ''}，即可达到{after.chinese}"
    )


def _level_once_cured(many_a: int, counted: CountedRecords) -> GradeLevel:
    """The level without any C and with every record repaired, other letters as they are."""
    level = level_of_letters([Letter.A] * many_a)
    return gate(level, unrepaired=0, repaired=counted.repaired + counted.unrepaired)


def _next_step(level: GradeLevel, many_a: int) -> str:
    if level is GradeLevel.ADVANCED:
        return "达到高级（9 个以上 A 且无 C）"
    if level is GradeLevel.FIRST:
        return f"达到一级（6 个以上 A 且无 C）；再获得 {A_FOR_ADVANCED - many_a} 个 A 可达到高级"
    return f"认证为备选；再获得 {A_FOR_FIRST - many_a} 个 A 可达到一级"
