"""Verification: yes, no or a band to a question, from rows that are never shown (AU-5)."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from credit.facts import PersonRole

NO_RECORD = "无记录"
_TABLE = Path(__file__).parent / "verification.toml"
_YES, _NO = "是", "否"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question; `where` says which rows are asked, `of` which value of them."""

    categories: Sequence[str]
    question: str
    kind: str
    of: str = ""
    newest_by: str = ""
    yes: Sequence[str] = ()
    least: int = 0
    steps: Sequence[int] = ()
    unit: str = ""
    where: Mapping[str, str] | None = None

    @property
    def person(self) -> PersonRole | None:
        """The person whose own consent an answer needs, if it is about one (AU-7)."""
        named = self.where["value"] if self.where else None
        return PersonRole(named) if named in set(PersonRole) else None

    def answer(self, rows: Sequence[Mapping[str, str]]) -> str:
        """是, 否, a band, or 无记录 where nothing was received; rows by role and by name."""
        asked = [row for row in rows if self._is_asked(row)]
        return _KINDS[self.kind](self, asked) if asked else NO_RECORD

    def _is_asked(self, row: Mapping[str, str]) -> bool:
        return self.where is None or row.get(self.where["of"]) == self.where["value"]


def _one_of(one: Question, rows: Sequence[Mapping[str, str]]) -> str:
    last = max(rows, key=lambda row: row.get(one.newest_by, ""))
    if one.of not in last:
        return NO_RECORD
    return _YES if last[one.of] in one.yes else _NO


def _exists(_one: Question, _rows: Sequence[Mapping[str, str]]) -> str:
    return _YES


def _total(one: Question, rows: Sequence[Mapping[str, str]]) -> Decimal:
    return sum((Decimal(row[one.of]) for row in rows if one.of in row), Decimal(0))


def _total_at_least(one: Question, rows: Sequence[Mapping[str, str]]) -> str:
    return _YES if _total(one, rows) >= one.least else _NO


def _total_band(one: Question, rows: Sequence[Mapping[str, str]]) -> str:
    total = _total(one, rows)
    reached = [step for step in one.steps if total >= step]
    beyond = [step for step in one.steps if total < step]
    if not reached:
        return f"不足 {beyond[0]} {one.unit}"
    if not beyond:
        return f"{reached[-1]} {one.unit}及以上"
    return f"{reached[-1]}（含）至 {beyond[0]} {one.unit}"


_KINDS: Mapping[str, Callable[[Question, Sequence[Mapping[str, str]]], str]] = {
    "one_of": _one_of,
    "exists": _exists,
    "total_at_least": _total_at_least,
    "total_band": _total_band,
}


@cache
def questions() -> tuple[Question, ...]:
    """The shipped table. Raises ValueError for a kind that there is not."""
    body = tomllib.loads(_TABLE.read_text("utf-8"))
    found = tuple(Question(**one) for one in body["questions"])
    if not {one.kind for one in found} <= _KINDS.keys():
        raise ValueError("verification.toml: unknown kind of question")
    return found


def questions_about(category: str) -> list[Question]:
    """The questions that a category answers."""
    return [one for one in questions() if category in one.categories]
