"""指标得分法, Annex 2 三.3: nine aspects, weights that are data, and no rounding (A2-26).

The text gives no weights. Those that are shipped are marked 示例 and no city has switched them on.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from credit.facts import ScoreAspect, ScoreSheet
from credit.levels import GradeLevel

FULL_SCORE = 100
FOR_ADVANCED = 90
FOR_FIRST = 75
_TABLE = Path(__file__).parents[1] / "data" / "score_weights.toml"


@dataclass(frozen=True)
class ScoreWeights:
    """One version of the weights, from the day it takes effect; they add up to 100."""

    version: str
    valid_from: date
    weights: Mapping[ScoreAspect, int]

    def __post_init__(self) -> None:
        weights = [self.weights.get(aspect, 0) for aspect in ScoreAspect]
        if min(weights) <= 0 or sum(weights) != FULL_SCORE:
            raise ValueError(f"{self.version}: nine positive weights that add up to {FULL_SCORE}")


@dataclass(frozen=True)
class ScoreResult:
    """The level by score; no level and no total where the sheet is incomplete (A2-52)."""

    level: GradeLevel | None
    total: Decimal | None
    missing: tuple[ScoreAspect, ...]
    explanation: str


@cache
def score_weights() -> tuple[ScoreWeights, ...]:
    """Every version that is shipped, oldest first. Raises ValueError for a wrong table."""
    return read_score_weights(_TABLE)


def read_score_weights(table: Path) -> tuple[ScoreWeights, ...]:
    """The versions of a table, oldest first. Raises ValueError for a wrong one."""
    body = tomllib.loads(table.read_text("utf-8"))
    versions = [
        ScoreWeights(
            version=one["version"],
            valid_from=one["valid_from"],
            weights={ScoreAspect[name]: weight for name, weight in one["weights"].items()},
        )
        for one in body["versions"]
    ]
    return tuple(sorted(versions, key=lambda one: one.valid_from))


def weights_on(day: date) -> ScoreWeights:
    """The version in force on a day. Raises LookupError before the first."""
    found = [one for one in score_weights() if one.valid_from <= day]
    if not found:
        raise LookupError(f"no score weights in force on {day.isoformat()}")
    return found[-1]


def level_of_score(total: Decimal) -> GradeLevel:
    """90 分以上（含） → 高级, 75 分以上（含） → 一级, else 备选; 89.99 is 一级 (A2-26)."""
    if total >= FOR_ADVANCED:
        return GradeLevel.ADVANCED
    return GradeLevel.FIRST if total >= FOR_FIRST else GradeLevel.CANDIDATE


def by_score(sheet: ScoreSheet | None, weights: ScoreWeights) -> ScoreResult:
    """The weighted total of a sheet, exact, and its level."""
    scores = sheet.scores if sheet else {}
    missing = tuple(aspect for aspect in ScoreAspect if aspect not in scores)
    if missing:
        named = "、".join(missing) if len(missing) <= 3 else f"{len(missing)} 个方面"
        text = f"评分表不完整（缺少{named}），改按指标定性法"
        return ScoreResult(None, None, missing, text)
    weighted = (weights.weights[aspect] * scores[aspect] for aspect in ScoreAspect)
    total = sum(weighted, Decimal(0)) / FULL_SCORE
    level = level_of_score(total)
    shown = f"{total:f}".rstrip("0").rstrip(".") if "." in f"{total:f}" else f"{total:f}"
    text = f"综合评分 {shown} 分（权重版本 {weights.version}），认证为{level.chinese}"
    return ScoreResult(level, total, (), text)
