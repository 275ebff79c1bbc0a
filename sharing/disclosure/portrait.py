"""The scenario portrait (FN-08): traits by industry and purpose, beside the grade, no part of it.

A trait comes from rows that the viewer may read for the demand, and says where it is from and what
it is good for. Nothing is weighed, summed up or scored, so that nobody takes it for the grade.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sharing.disclosure.shown import Shared
from sharing.lists import Category, feeding

SCHEME = "融资场景画像（仅供参考，不是信用等级）"
MAX_EACH = 10
_TABLE = Path(__file__).parent / "portrait.toml"


@dataclass(frozen=True, kw_only=True)
class TraitRule:
    """One trait: the feed and role it is read from, and where it says something."""

    name: str
    feed: str
    role: str
    take: str
    explanation: str
    unit: str = ""
    industries: Sequence[str] = ()
    purposes: Sequence[str] = ()

    def applies(self, industry: str, purpose: str | None) -> bool:
        """Whether the trait says something in this scenario."""
        fits_industry = not self.industries or industry[:1] in self.industries
        fits_purpose = not self.purposes or any(one in (purpose or "") for one in self.purposes)
        return fits_industry and fits_purpose


@dataclass(frozen=True)
class Trait:
    """A trait of an enterprise with its source."""

    name: str
    value: str
    source: str
    explanation: str


@cache
def trait_rules() -> tuple[TraitRule, ...]:
    """The shipped table."""
    body = tomllib.loads(_TABLE.read_text("utf-8"))
    return tuple(TraitRule(**one) for one in body["traits"])


def traits_of(
    city: str, industry: str, purpose: str | None, readable: Sequence[Shared]
) -> list[Trait]:
    """The traits of a scenario, from what the viewer may read; pure."""
    by_code = {one.category: one for one in readable}
    found = []
    for rule in trait_rules():
        if not rule.applies(industry, purpose):
            continue
        # By the city's lists in their order: the first that has rows is read.
        for category in feeding(city, rule.feed):
            shared = by_code.get(category.code)
            values = _values(rule, category, shared) if shared else []
            if values:
                source = f"{category.code} {category.name}"
                text = "、".join(values) + rule.unit
                found.append(Trait(rule.name, text, source, rule.explanation))
                break
    return found


def _values(rule: TraitRule, category: Category, shared: Shared) -> list[str]:
    name = next((one.name for one in category.fields if one.role == rule.role), None)
    newest_first = sorted(shared.rows, key=lambda row: row.received_on, reverse=True)
    values = [
        cell.value
        for row in newest_first
        if not row.under_objection
        for cell in row.fields
        if cell.name == name and cell.value and not cell.masked
    ]
    most = 1 if rule.take == "newest" else MAX_EACH
    return list(dict.fromkeys(values))[:most]
