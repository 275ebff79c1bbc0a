"""Verification: yes, no or unknown to a question, from rows that are never shown (AU-5)."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from credit.facts import PersonRole

_TABLE = Path(__file__).parent / "verification.toml"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question about a category; `where` says which of its rows are asked."""

    category: str
    question: str
    newest_by: str
    role: str
    yes: Sequence[str]
    where: Mapping[str, str] | None = None

    @property
    def person(self) -> PersonRole | None:
        """The person whose own consent an answer needs, if it is about one (AU-7)."""
        named = self.where["value"] if self.where else None
        return PersonRole(named) if named in set(PersonRole) else None

    def answer(self, rows: Sequence[Mapping[str, str]]) -> str:
        """是, 否, or 无记录; rows by role."""
        asked = [row for row in rows if self._is_asked(row)]
        last = max(asked, key=lambda row: row.get(self.newest_by, ""), default=None)
        if last is None or self.role not in last:
            return "无记录"
        return "是" if last[self.role] in self.yes else "否"

    def _is_asked(self, row: Mapping[str, str]) -> bool:
        return self.where is None or row.get(self.where["role"]) == self.where["value"]


@cache
def questions() -> tuple[Question, ...]:
    """The shipped table."""
    body = tomllib.loads(_TABLE.read_text("utf-8"))
    return tuple(Question(**one) for one in body["questions"])


def questions_about(category: str) -> list[Question]:
    """The questions that a category answers."""
    return [one for one in questions() if one.category == category]
