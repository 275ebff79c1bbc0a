"""加分项, Annex 2 三.1: what raises a level by one step, and who approved it (A2-25, A2-42).

The text leaves 规定标准 open, so the table that is shipped is empty and nothing can be raised.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from credit.facts import Bonus
from credit.levels import GradeLevel

_TABLE = Path(__file__).parents[1] / "data" / "bonus.toml"
MAX_POINTS = 1_000_000
_ONE_UP = {
    GradeLevel.CANDIDATE: GradeLevel.FIRST,
    GradeLevel.FIRST: GradeLevel.ADVANCED,
}


@dataclass(frozen=True)
class BonusTable:
    """Points per item, and how many of them are 规定标准."""

    version: str
    standard: int
    items: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.version, str) or not self.version:
            raise ValueError("the version of a table is a text")
        if not all(_is_points(points) for points in (self.standard, *self.items.values())):
            raise ValueError(f"{self.version}: points and standard must be whole and positive")


def _is_points(value: object) -> bool:
    """A file may hold anything: fractions, texts, and true, which Python counts as 1."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_POINTS


@dataclass(frozen=True)
class BonusUse:
    """A bonus that raised a level: which items, how many points, and who approved each."""

    table: str
    points: int
    items: tuple[str, ...]
    approvers: tuple[str, ...]
    explanation: str


@cache
def bonus_table() -> BonusTable:
    """The table that is shipped."""
    return read_bonus_table(_TABLE)


def read_bonus_table(table: Path) -> BonusTable:
    """A table from its file. Raises ValueError for a wrong one."""
    body = tomllib.loads(table.read_text("utf-8"))
    return BonusTable(body["version"], body["standard"], body["items"])


def one_up(level: GradeLevel) -> GradeLevel:
    """One step up; 高级 and what is no grade stay."""
    return _ONE_UP.get(level, level)


def bonus_for(
    level: GradeLevel, bonuses: Sequence[Bonus], table: BonusTable, as_of: date
) -> BonusUse | None:
    """The bonus that raises a level on a day; None where the standard is not reached.

    An item counts once, however often it was approved, and only with an approver.
    """
    usable: dict[str, Bonus] = {}
    for bonus in bonuses:
        if bonus.item in table.items and bonus.approver and bonus.is_in_force(as_of):
            usable.setdefault(bonus.item, bonus)
    points = sum(table.items[item] for item in usable)
    raised = one_up(level)
    if points < table.standard or raised is level:
        return None
    approvers = tuple(dict.fromkeys(bonus.approver for bonus in usable.values()))
    named = "、".join(list(usable)[:2]) + (f"等 {len(usable)} 项" if len(usable) > 2 else "")
    return BonusUse(
        table=table.version,
        points=points,
        items=tuple(usable),
        approvers=approvers,
        explanation=(
            f"加分项（{named}，批准：{'、'.join(approvers)[:60]}）计 {points} 分，"
            f"达到规定标准 {table.standard} 分，由{level.chinese}递增为{raised.chinese}"
        ),
    )
