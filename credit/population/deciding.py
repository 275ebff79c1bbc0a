"""From letters to levels for a whole population: the steps of A2-22, as expressions.

A level is a number here, 0 不予认证 to 3 高级, so that the better of two is the larger.
"""

import polars as pl

from credit.grade import GradeReason
from credit.levels import GradeLevel, GradingMethod
from credit.methods.letters import A_FOR_ADVANCED, A_FOR_FIRST
from credit.methods.rules import Rules
from credit.methods.score import FOR_ADVANCED, FOR_FIRST, ScoreWeights
from credit.population.columns import SCORES

REASONS = tuple(one.value for one in GradeReason)
METHODS = tuple(one.value for one in GradingMethod)
LEVELS = (
    GradeLevel.NOT_CERTIFIED.value,
    GradeLevel.CANDIDATE.value,
    GradeLevel.FIRST.value,
    GradeLevel.ADVANCED.value,
    GradeLevel.UNRATED.value,
)
NOT_CERTIFIED, CANDIDATE, FIRST, ADVANCED, UNRATED = range(5)
CANDIDATE_, FIRST_, ADVANCED_ = (
    pl.lit(level, dtype=pl.UInt8) for level in (CANDIDATE, FIRST, ADVANCED)
)
MICRO = 1_000_000
"""A score's unit in a column is a millionth of a point, so that totals are whole numbers."""


def by_letters() -> pl.Expr:
    """九个以上 A 且无 C → 高级, 六个以上 A 且无 C → 一级, else 备选."""
    many_a = pl.col("many_a")
    return (
        pl.when(pl.col("many_c") > 0)
        .then(CANDIDATE_)
        .when(many_a >= A_FOR_ADVANCED)
        .then(ADVANCED_)
        .when(many_a >= A_FOR_FIRST)
        .then(FIRST_)
        .otherwise(CANDIDATE_)
    )


def by_direct() -> pl.Expr:
    """The level of the direct method, null where it does not apply; a cap wins (A2-23)."""
    points = pl.col("credit_points_level")
    has_good_points = points.str.starts_with("A").fill_null(value=False)
    return (
        pl.when(is_cap())
        .then(CANDIDATE_)
        .when(has_honour() | has_good_points)
        .then(ADVANCED_)
        .when(points == "B")
        .then(FIRST_)
        .otherwise(None)
    )


def is_cap() -> pl.Expr:
    """Whether credit points are C or below."""
    points = pl.col("credit_points_level")
    return (points.is_not_null() & ~points.str.starts_with("A") & (points != "B")).fill_null(
        value=False
    )


def has_honour() -> pl.Expr:
    """An honour held on the day, and three clean years on known records (A2-24)."""
    is_clean = (pl.col("negative") == 0) & pl.col("public_records").is_not_null()
    return (pl.col("honours_held") > 0) & is_clean


def by_score(weights: ScoreWeights | None) -> pl.Expr:
    """The level by score, null while the method is off or the sheet incomplete (A2-52)."""
    if weights is None:
        return pl.lit(None, dtype=pl.UInt8)
    total = pl.sum_horizontal(
        *(pl.col(name) * weights.weights[aspect] for aspect, name in SCORES.items()),
        ignore_nulls=False,
    )
    return (
        pl.when(total.is_null())
        .then(None)
        .when(total >= FOR_ADVANCED * 100 * MICRO)
        .then(ADVANCED_)
        .when(total >= FOR_FIRST * 100 * MICRO)
        .then(FIRST_)
        .otherwise(CANDIDATE_)
    )


def decided(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Level, reason, method, whether gate and bonus worked, and each method's level (A2-22).

    The frame has `letters_level`, `direct_level`, `score_level`, `is_cap`, `has_honour`, the counts
    of records and of letters, and `bonus_points`.
    """
    frame = frame.with_columns(base=pl.coalesce("score_level", "letters_level"))
    changes = (
        pl.when("is_cap")
        .then(pl.col("base") > CANDIDATE)
        .otherwise(pl.col("direct_level") > pl.col("base"))
        .fill_null(value=False)
    )
    frame = frame.with_columns(is_direct=changes)
    frame = frame.with_columns(
        level=pl.when("is_direct").then("direct_level").otherwise("base"),
        method=_method(),
        reason=_reason(),
    )
    gate = _gate() if rules.standard_gates else ADVANCED_
    frame = frame.with_columns(
        gated=pl.col("level") > gate, allowed=pl.min_horizontal("level", gate)
    )
    can_rise = ~pl.col("is_cap") & (pl.col("allowed") < ADVANCED)
    raised = can_rise & (pl.col("bonus_points") >= rules.bonus.standard)
    frame = frame.with_columns(bonus=raised)
    return frame.select(
        level=pl.col("allowed") + pl.col("bonus").cast(pl.UInt8),
        method="method",
        reason=pl.when("bonus")
        .then(_code(GradeReason.BONUS))
        .when("gated")
        .then(_code(GradeReason.STANDARD_GATE))
        .otherwise("reason"),
        gated="gated",
        bonus="bonus",
        letters_level="letters_level",
        direct_level="direct_level",
        score_level="score_level",
    )


def _method() -> pl.Expr:
    direct, score, letters = (
        pl.lit(METHODS.index(one), dtype=pl.UInt8)
        for one in (GradingMethod.DIRECT, GradingMethod.SCORE, GradingMethod.INDICATORS)
    )
    by_base = pl.when(pl.col("score_level").is_not_null()).then(score).otherwise(letters)
    return pl.when("is_direct").then(direct).otherwise(by_base)


def _reason() -> pl.Expr:
    return (
        pl.when(pl.col("is_direct") & pl.col("is_cap"))
        .then(_code(GradeReason.CREDIT_POINTS_CAP))
        .when(pl.col("is_direct") & pl.col("has_honour"))
        .then(_code(GradeReason.HONOUR))
        .when("is_direct")
        .then(_code(GradeReason.CREDIT_POINTS))
        .when(pl.col("score_level").is_not_null())
        .then(_code(GradeReason.SCORE))
        .when(pl.col("base") > CANDIDATE)
        .then(_code(GradeReason.ENOUGH_A))
        .when(pl.col("many_c") > 0)
        .then(_code(GradeReason.HAS_C))
        .otherwise(_code(GradeReason.TOO_FEW_A))
    )


def _gate() -> pl.Expr:
    """What the standards allow (A2-6)."""
    return (
        pl.when(pl.col("unrepaired") > 0)
        .then(CANDIDATE_)
        .when(pl.col("repaired") > 0)
        .then(FIRST_)
        .otherwise(ADVANCED_)
    )


def _code(reason: GradeReason) -> pl.Expr:
    return pl.lit(REASONS.index(reason.value), dtype=pl.UInt8)
