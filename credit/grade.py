"""One enterprise graded by Annex 2: every method's result, the one that decided, and why.

The order is: out of scope (A2-55), severe records (A2-7), consent (A2-33); then the base method,
the direct method, the gates and the bonus (A2-22).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from credit.facts import Facts, SevereRecord
from credit.indicators import IndicatorResult, classify
from credit.indicators.records import CountedRecords, counted_records
from credit.levels import GradeLevel, GradingMethod
from credit.methods.bonus import BonusUse, bonus_for, one_up
from credit.methods.direct import DirectGround, DirectResult, by_direct
from credit.methods.gates import gate, why_gated
from credit.methods.letters import LettersResult, applicable, by_letters
from credit.methods.rules import STANDARD_RULES, Rules
from credit.methods.score import ScoreResult, by_score
from credit.ranking import Populations

RULE_VERSION = "annex2-2024-06-29.2"
"""Names the readings that a grade was computed by; it changes whenever an outcome could."""


class GradeReason(StrEnum):
    """Why a level is what it is, for programs; the sentence beside it is for people.

    It names the last step that made the level what it is.
    """

    NOT_IN_BUSINESS = "NOT_IN_BUSINESS"
    NO_CREDIT_SOURCE = "NO_CREDIT_SOURCE"
    SEVERE_RECORD = "SEVERE_RECORD"
    AUTHORISE_TO_BE_GRADED = "AUTHORISE_TO_BE_GRADED"
    ENOUGH_A = "ENOUGH_A"
    HAS_C = "HAS_C"
    TOO_FEW_A = "TOO_FEW_A"
    SCORE = "SCORE"
    HONOUR = "HONOUR"
    CREDIT_POINTS = "CREDIT_POINTS"
    CREDIT_POINTS_CAP = "CREDIT_POINTS_CAP"
    STANDARD_GATE = "STANDARD_GATE"
    BONUS = "BONUS"


@dataclass(frozen=True)
class MethodResult:
    """What one method gave, None where it does not apply; `decided` marks the one that counts,
    `withheld` one that the consent does not let read all it is decided from (A2-43).
    """

    method: GradingMethod
    level: GradeLevel | None
    decided: bool
    explanation: str
    withheld: bool = False


@dataclass(frozen=True)
class GradeResult:
    """A level with its reason, and what it was computed from.

    `gated`: the standards lowered it. `withheld`: indicators that the consent leaves out (A2-43).
    """

    level: GradeLevel
    reason_code: GradeReason
    reason: str
    method: GradingMethod | None = None
    indicators: tuple[IndicatorResult, ...] = ()
    methods: tuple[MethodResult, ...] = ()
    gated: bool = False
    bonus: BonusUse | None = None
    withheld: tuple[int, ...] = ()

    @property
    def applicable(self) -> int:
        """How many of the twelve indicators gave a letter (A2-4)."""
        return applicable(self.indicators)


@dataclass(frozen=True)
class _Decision:
    """How far the steps of A2-22 have come; `summary` is the reason when another step follows."""

    level: GradeLevel
    code: GradeReason
    reason: str
    summary: str
    method: GradingMethod
    gated: bool = False
    bonus: BonusUse | None = None


_GROUNDS = {
    DirectGround.HONOUR: GradeReason.HONOUR,
    DirectGround.CREDIT_POINTS: GradeReason.CREDIT_POINTS,
    DirectGround.CREDIT_POINTS_CAP: GradeReason.CREDIT_POINTS_CAP,
}


def grade(
    facts: Facts, populations: Populations, as_of: date, rules: Rules = STANDARD_RULES
) -> GradeResult:
    """Grade one enterprise as of a day by a city's rules."""
    return (
        _out_of_scope(facts)
        or _severe(facts, as_of)
        or _without_consent(facts)
        or _by_methods(facts, populations, as_of, rules)
    )


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


def _by_methods(facts: Facts, populations: Populations, as_of: date, rules: Rules) -> GradeResult:
    indicators = classify(facts, populations, as_of)
    records = facts.public_records
    counted = counted_records(records, as_of) if records else CountedRecords(0, 0)
    letters = by_letters(indicators, counted)
    score = by_score(facts.score_sheet, rules.score) if rules.score else None
    direct = by_direct(facts, as_of)

    decision = _directed(_base(letters, score), direct)
    if rules.standard_gates:
        decision = _gated(decision, counted)
    if not direct.is_cap:
        use = bonus_for(decision.level, facts.bonuses, rules.bonus, as_of)
        decision = _raised(decision, use) if use else decision
    return GradeResult(
        decision.level,
        decision.code,
        decision.reason,
        decision.method,
        indicators,
        _methods(letters, direct, score, decision.method),
        decision.gated,
        decision.bonus,
        tuple(sorted(facts.withheld)),
    )


def _base(letters: LettersResult, score: ScoreResult | None) -> _Decision:
    """The score where it is switched on and complete (A2-44, A2-52), else the letters."""
    if score and score.level:
        level, text = score.level, score.explanation
        return _Decision(level, GradeReason.SCORE, text, text, GradingMethod.SCORE)
    instead = f"{score.explanation}：" if score else ""
    return _Decision(
        letters.level,
        _code_of(letters),
        instead + letters.explanation,
        instead + letters.summary,
        GradingMethod.INDICATORS,
    )


def _code_of(letters: LettersResult) -> GradeReason:
    if letters.level is not GradeLevel.CANDIDATE:
        return GradeReason.ENOUGH_A
    return GradeReason.HAS_C if letters.has_c else GradeReason.TOO_FEW_A


def _directed(base: _Decision, direct: DirectResult) -> _Decision:
    """The direct method raises, or caps at 备选; otherwise the base method decides (A2-22)."""
    if direct.level is None or direct.ground is None:
        return base
    changes = (
        base.level.better_than(direct.level)
        if direct.is_cap
        else direct.level.better_than(base.level)
    )
    if not changes:
        return base
    text = direct.explanation
    return _Decision(direct.level, _GROUNDS[direct.ground], text, text, GradingMethod.DIRECT)


def _gated(decision: _Decision, counted: CountedRecords) -> _Decision:
    allowed = gate(decision.level, unrepaired=counted.unrepaired, repaired=counted.repaired)
    if allowed is decision.level:
        return decision
    reason = f"{decision.summary}，{why_gated(decision.level, allowed, counted)}"
    return replace(
        decision,
        level=allowed,
        code=GradeReason.STANDARD_GATE,
        reason=reason,
        summary=reason,
        gated=True,
    )


def _raised(decision: _Decision, use: BonusUse) -> _Decision:
    reason = f"{decision.summary}；{use.explanation}"
    return replace(
        decision, level=one_up(decision.level), code=GradeReason.BONUS, reason=reason, bonus=use
    )


def _methods(
    letters: LettersResult,
    direct: DirectResult,
    score: ScoreResult | None,
    decided: GradingMethod,
) -> tuple[MethodResult, ...]:
    """Every method's own result, before gates and bonus; the score only where it is switched on."""
    found: Sequence[tuple[GradingMethod, GradeLevel | None, str]] = (
        (GradingMethod.INDICATORS, letters.level, letters.explanation),
        (GradingMethod.DIRECT, direct.level, direct.explanation),
        *([(GradingMethod.SCORE, score.level, score.explanation)] if score else []),
    )
    return tuple(
        MethodResult(method, level, method is decided, text) for method, level, text in found
    )
