"""The indicator method of Annex 2 三.1: from letters to a level, with the reason in words.

The order is: out of scope (A2-55), severe records (A2-7), consent (A2-33), then the method and
the gates (A2-6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credit.facts import Facts, SevereRecord
from credit.indicators import LETTERED, IndicatorResult, classify
from credit.indicators.records import CountedRecords, counted_records
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.ranking import Populations

RULE_VERSION = "annex2-2024-06-29.1"
"""Names the readings that a grade was computed by; it changes whenever an outcome could."""

A_FOR_ADVANCED = 9
A_FOR_FIRST = 6


class GradeReason(StrEnum):
    """Why a level is what it is, for programs; the sentence beside it is for people."""

    NOT_IN_BUSINESS = "NOT_IN_BUSINESS"
    NO_CREDIT_SOURCE = "NO_CREDIT_SOURCE"
    SEVERE_RECORD = "SEVERE_RECORD"
    AUTHORISE_TO_BE_GRADED = "AUTHORISE_TO_BE_GRADED"
    ENOUGH_A = "ENOUGH_A"
    HAS_C = "HAS_C"
    TOO_FEW_A = "TOO_FEW_A"
    STANDARD_GATE = "STANDARD_GATE"


@dataclass(frozen=True)
class GradeResult:
    """A level with its reason, and the indicators it was counted from."""

    level: GradeLevel
    reason_code: GradeReason
    reason: str
    method: GradingMethod | None = None
    indicators: tuple[IndicatorResult, ...] = ()


def grade(facts: Facts, populations: Populations, as_of: date) -> GradeResult:
    """Grade one enterprise as of a day."""
    return (
        _out_of_scope(facts)
        or _severe(facts, as_of)
        or _without_consent(facts)
        or _by_letters(facts, populations, as_of)
    )


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


def gate(level: GradeLevel, *, unrepaired: int, repaired: int) -> GradeLevel:
    """Lower a level to what the standards of Annex 2 二.2 allow (A2-6, A2-36).

    高级 needs a clean record, 一级 needs every record repaired.
    """
    allowed = GradeLevel.ADVANCED
    if unrepaired:
        allowed = GradeLevel.CANDIDATE
    elif repaired:
        allowed = GradeLevel.FIRST
    return allowed if level.better_than(allowed) else level


def _out_of_scope(facts: Facts) -> GradeResult | None:
    if not facts.in_business:
        return GradeResult(
            GradeLevel.UNRATED,
            GradeReason.NOT_IN_BUSINESS,
            "企业不在业，不在认证范围内",
        )
    if not facts.sources_connected:
        return GradeResult(
            GradeLevel.UNRATED,
            GradeReason.NO_CREDIT_SOURCE,
            "本市的公共信用记录和严重失信名单尚未接入，暂不评级",
        )
    return None


def _severe(facts: Facts, as_of: date) -> GradeResult | None:
    standing = [record for record in facts.severe_records if record.stands(as_of)]
    if not standing:
        return None
    named = "；".join(_named(record) for record in standing[:2])
    more = f"等 {len(standing)} 条" if len(standing) > 2 else ""
    return GradeResult(
        GradeLevel.NOT_CERTIFIED,
        GradeReason.SEVERE_RECORD,
        f"存在严重失信记录：{named}{more}。完成信用修复或移出名单后可重新认证",
    )


def _named(record: SevereRecord) -> str:
    return f"{record.kind[:40]}（{record.document[:60]}，{record.confirmed_on.isoformat()}）"


def _without_consent(facts: Facts) -> GradeResult | None:
    if facts.consented:
        return None
    return GradeResult(
        GradeLevel.UNRATED,
        GradeReason.AUTHORISE_TO_BE_GRADED,
        "尚未授权评级：授权使用本企业信用信息后即可评定等级",
    )


def _by_letters(facts: Facts, populations: Populations, as_of: date) -> GradeResult:
    indicators = classify(facts, populations, as_of)
    records = facts.public_records
    counted = counted_records(records, as_of) if records else CountedRecords(0, 0)
    level = level_of_letters([one.letter for one in indicators])
    allowed = gate(level, unrepaired=counted.unrepaired, repaired=counted.repaired)
    if allowed is level:
        code, reason = _code_of(level, indicators), _explain(level, indicators, counted)
    else:
        code = GradeReason.STANDARD_GATE
        reason = f"{_counted(indicators)}、无 C，{_explain_gate(level, allowed, counted)}"
    return GradeResult(allowed, code, reason, GradingMethod.INDICATORS, indicators)


def _code_of(level: GradeLevel, indicators: Sequence[IndicatorResult]) -> GradeReason:
    if level is not GradeLevel.CANDIDATE:
        return GradeReason.ENOUGH_A
    has_c = any(one.letter is Letter.C for one in indicators)
    return GradeReason.HAS_C if has_c else GradeReason.TOO_FEW_A


def _many_a(indicators: Sequence[IndicatorResult]) -> int:
    return sum(one.letter is Letter.A for one in indicators)


def _counted(indicators: Sequence[IndicatorResult]) -> str:
    applicable = sum(one.letter is not Letter.NOT_CLASSIFIED for one in indicators)
    return f"{LETTERED} 项中 {applicable} 项适用，获得 {_many_a(indicators)} 个 A"


def _explain(
    level: GradeLevel, indicators: Sequence[IndicatorResult], counted: CountedRecords
) -> str:
    many_a = _many_a(indicators)
    with_c = [one for one in indicators if one.letter is Letter.C]
    if not with_c:
        return f"{_counted(indicators)}、无 C，{_next_step(level, many_a)}"
    named = "、".join(f"第 {one.number} 项“{one.name}”" for one in with_c)
    after = _level_once_cured(many_a, counted)
    if not after.better_than(GradeLevel.CANDIDATE):
        return f"{_counted(indicators)}，{named}为 C，认证为备选"
    return (
        f"{_counted(indicators)}，但{named}为 C，按规定认证为备选；"
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


def _explain_gate(level: GradeLevel, allowed: GradeLevel, counted: CountedRecords) -> str:
    many = counted.unrepaired
    why = f"有 {many} 条失信记录未修复" if many else "两年内有失信记录（已修复）"
    return f"但{why}，按认定标准由{level.chinese}降为{allowed.chinese}"
