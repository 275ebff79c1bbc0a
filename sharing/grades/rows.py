"""A grading as the row that keeps it, and back: indicators with their basis, and the outlook."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from credit.facts import Facts
from credit.grade import RULE_VERSION, GradeResult, MethodResult
from credit.indicators import IndicatorResult
from credit.indicators.finding import show_ratio
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.methods.rules import Rules
from credit.path import GradePath, Outlook, Step, StepControl
from credit.ranking import Standing
from sharing.grades.basis import Basis


@dataclass(frozen=True)
class Graded:
    """What one grading found, and the digest of everything it was computed from."""

    result: GradeResult
    bases: Mapping[int, Basis]
    outlook: Outlook
    digest: bytes

    @property
    def standings(self) -> dict[int, Standing]:
        """By indicator number, the place in its group."""
        indicators = self.result.indicators
        return {one.number: one.standing for one in indicators if one.standing}


def seen_of(result: GradeResult) -> tuple[str, ...]:
    """What a reader notices of a grade at a glance."""
    letters = [one.letter.value for one in result.indicators]
    return (result.level.value, result.reason_code.value, *letters)


def facts_digest(facts: Facts, result: GradeResult, as_of: date, rules: Rules) -> bytes:
    """SHA-256 over the rules, the day, an enterprise's facts and what the rankings made of them."""
    inputs = {
        "rules": RULE_VERSION,
        "city_rules": rules,
        "as_of": as_of,
        "facts": facts,
        # What the rankings made of the facts stands in the explanations of ① and ②.
        "indicators": [_indicator_row(one, Basis(), result) for one in result.indicators],
        "methods": method_rows(result),
        "bonus": result.bonus,
    }
    text = json.dumps(inputs, default=_opened, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).digest()


def indicator_rows(graded: Graded) -> list[dict[str, Any]]:
    """The indicators as JSON values, each with its basis."""
    result = graded.result
    return [
        _indicator_row(one, graded.bases.get(one.number, Basis()), result)
        for one in result.indicators
    ]


def _indicator_row(one: IndicatorResult, basis: Basis, result: GradeResult) -> dict[str, Any]:
    """Of ① and ② the ratio alone, never the amounts (A2-45)."""
    standing = one.standing
    return {
        "number": one.number,
        "name": one.name,
        "letter": one.letter.value,
        "value": f"比值 {show_ratio(standing.ratio)}" if standing else one.value,
        "source": one.source,
        "explanation": one.explanation,
        "severe_check": one.severe_check,
        "standing": standing.plain() if standing else None,
        "withheld": one.number in result.withheld,
        **basis.plain(),
    }


def indicator_of(row: Mapping[str, Any]) -> IndicatorResult:
    """The indicator of a row."""
    standing = row.get("standing")
    return IndicatorResult(
        number=row["number"],
        name=row["name"],
        letter=Letter(row["letter"]),
        value=row["value"],
        source=row["source"],
        explanation=row["explanation"],
        severe_check=row["severe_check"],
        standing=Standing.read(standing) if standing else None,
    )


def method_rows(result: GradeResult) -> list[dict[str, Any]]:
    """What each method gave, as JSON values."""
    return [
        {
            "method": one.method.value,
            "level": one.level and one.level.value,
            "decided": one.decided,
            "explanation": one.explanation,
            **({"withheld": True} if one.withheld else {}),
        }
        for one in result.methods
    ]


def methods_from(rows: Iterable[Mapping[str, Any]]) -> tuple[MethodResult, ...]:
    """What each method gave, from its rows."""
    return tuple(
        MethodResult(
            method=GradingMethod(row["method"]),
            level=GradeLevel(row["level"]) if row["level"] else None,
            decided=row["decided"],
            explanation=row["explanation"],
            withheld=row.get("withheld", False),
        )
        for row in rows
    )


def outlook_row(outlook: Outlook) -> dict[str, Any]:
    """The outlook as JSON values; the letters stand beside it."""
    return {
        "gate": outlook.gate.value,
        "cap": outlook.cap.value,
        "options": [[_step_row(step) for step in options] for options in outlook.options],
        "required": [_step_row(step) for step in outlook.required],
        "routes": [
            {"level": one.level.value, "steps": [_step_row(step) for step in one.steps]}
            for one in outlook.routes
        ],
    }


def outlook_from(row: Mapping[str, Any], level: GradeLevel, letters: tuple[Letter, ...]) -> Outlook:
    """The outlook of a row; an empty one of a grade that was kept before there were any."""
    if not row:
        return Outlook(level=level, letters=letters)
    return Outlook(
        level=level,
        letters=letters,
        gate=GradeLevel(row["gate"]),
        cap=GradeLevel(row["cap"]),
        options=tuple(tuple(_step(step) for step in options) for options in row["options"]),
        required=tuple(_step(step) for step in row["required"]),
        # Grades that were kept before there were any have none.
        routes=tuple(
            GradePath(
                level=GradeLevel(one["level"]), steps=tuple(_step(step) for step in one["steps"])
            )
            for one in row.get("routes", ())
        ),
    )


def _step_row(step: Step) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(step).items() if value is not None}


def _step(row: Mapping[str, Any]) -> Step:
    day = row.get("available_on")
    return Step(
        indicator=row.get("indicator"),
        name=row["name"],
        before=Letter(row["before"]) if "before" in row else None,
        after=Letter(row["after"]) if "after" in row else None,
        control=StepControl(row["control"]),
        explanation=row["explanation"],
        available_on=date.fromisoformat(day) if day else None,
        gate=GradeLevel(row["gate"]) if "gate" in row else None,
        cap=GradeLevel(row["cap"]) if "cap" in row else None,
        # Rows of before it was told apart: the cap alone was lifted so.
        direct=row.get("direct", "cap" in row),
    )


def _opened(value: object) -> object:
    """As JSON sees it: a dataclass by its fields, which a run opens by the million."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _names_of(type(value))}
    return _plain(value)


@cache
def _names_of(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, int) else str(value)
