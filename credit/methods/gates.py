"""The standards of Annex 2 二.2 as gates: what a level asks of the public record (A2-6)."""

from credit.indicators.records import CountedRecords
from credit.levels import GradeLevel


def gate(level: GradeLevel, *, unrepaired: int, repaired: int) -> GradeLevel:
    """Lower a level to what the standards allow (A2-6, A2-36).

    高级 needs a clean record, 一级 needs every record repaired.
    """
    allowed = GradeLevel.ADVANCED
    if unrepaired:
        allowed = GradeLevel.CANDIDATE
    elif repaired:
        allowed = GradeLevel.FIRST
    return allowed if level.better_than(allowed) else level


def why_gated(level: GradeLevel, allowed: GradeLevel, counted: CountedRecords) -> str:
    """Why the standards allow no more, in Chinese."""
    many = counted.unrepaired
    why = f"有 {many} 条失信记录未修复" if many else "两年内有失信记录（已修复）"
    return f"但{why}，按认定标准由{level.chinese}降为{allowed.chinese}"
