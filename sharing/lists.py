"""The sharing lists as data, and which of their categories a city receives on a day.

A version of a list is a file of `lists/` with its days of validity; a later version is another
file. A city names its lists in city.toml, its own before what it inherits.
"""

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from foundation.city import cities
from sharing.categories import (
    Authorisation,
    Category,
    CellType,
    Disclosure,
    FieldRule,
    SharingMode,
    Subject,
)

__all__ = [
    "Authorisation",
    "Category",
    "CellType",
    "Disclosure",
    "FieldRule",
    "NoSuchCategory",
    "SharingList",
    "SharingMode",
    "Subject",
    "categories_of",
    "category_anywhere",
    "category_on",
    "every_version",
    "feeding",
    "list_versions",
    "plain_header",
    "read_lists",
    "sharing_lists",
]

_FOLDER = Path(__file__).parent / "lists"
_DAYS_REMEMBERED = 512


class SharingList(BaseModel):
    """One version of a list: 苏政办发〔2022〕59号's, a city's own, or ours."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    list_code: str = Field(alias="list")
    title: str
    source: str
    ours: bool
    version: str
    valid_from: date
    valid_until: date | None = None
    categories: tuple[Category, ...]

    @model_validator(mode="before")
    @classmethod
    def _say_once(cls, body: dict[str, Any]) -> dict[str, Any]:
        """What holds for the whole list is written once, at its head."""
        shared = {
            "list_title": body.get("title"),
            "list_version": body.get("version"),
            "ours": body.get("ours"),
            "valid_from": body.get("valid_from"),
            "valid_until": body.get("valid_until"),
        }
        return body | {"categories": [shared | one for one in body["categories"]]}


class NoSuchCategory(LookupError):
    """A category that is not received here, or not on this day; `reason` is a Chinese sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@cache
def list_versions() -> Mapping[str, tuple[SharingList, ...]]:
    """Every version of every list by the list's code, the oldest first.

    Raises ValueError naming the file that is wrong, or versions that overlap.
    """
    return read_lists(_FOLDER)


def read_lists(folder: Path) -> Mapping[str, tuple[SharingList, ...]]:
    """The lists of a folder, as `list_versions`."""
    found: dict[str, list[SharingList]] = defaultdict(list)
    for path in sorted(folder.glob("*.toml")):
        try:
            one = SharingList(**tomllib.loads(path.read_text("utf-8")))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
        found[one.list_code].append(one)
    for versions in found.values():
        versions.sort(key=lambda one: one.valid_from)
        _refuse_overlaps(versions)
    return {code: tuple(versions) for code, versions in found.items()}


def _refuse_overlaps(versions: list[SharingList]) -> None:
    by_code: dict[str, list[Category]] = defaultdict(list)
    for one in versions:
        for category in one.categories:
            by_code[category.code].append(category)
    for code, found in by_code.items():
        for earlier, later in pairwise(sorted(found, key=lambda one: one.valid_from)):
            if earlier.is_valid_on(later.valid_from):
                raise ValueError(f"{code}: two versions are valid on {later.valid_from}")


def sharing_lists() -> Mapping[str, SharingList]:
    """The newest version of every list by its code."""
    return {code: versions[-1] for code, versions in list_versions().items()}


@lru_cache(_DAYS_REMEMBERED)
def categories_of(city: str, day: date | None = None) -> Mapping[str, Category]:
    """Every category that a city receives, by code, its own lists first: those valid on a day, or
    without one the newest version of each. Raises KeyError for an unknown city or list.
    """
    found: dict[str, Category] = {}
    for code in cities()[city].sharing_lists:
        for version in list_versions()[code]:
            for category in version.categories:
                if day is None or category.is_valid_on(day):
                    found[category.code] = category
    return found


def category_on(city: str, code: str, day: date) -> Category:
    """The category as its list has it on a day. Raises NoSuchCategory with the reason."""
    found = categories_of(city, day).get(code)
    if found is None:
        raise _missing(cities()[city].name, code, day, categories_of(city).get(code))
    return found


def category_anywhere(code: str, day: date) -> Category:
    """The category of any list, for files that belong to no city. Raises NoSuchCategory."""
    newest = None
    for versions in list_versions().values():
        for category in (one for version in versions for one in version.categories):
            if category.code == code and category.is_valid_on(day):
                return category
            newest = category if category.code == code else newest
    raise _missing("", code, day, newest)


def _missing(where: str, code: str, day: date, known: Category | None) -> NoSuchCategory:
    if known is None:
        return NoSuchCategory(f"{where}没有信息类别 {code}" if where else f"没有信息类别 {code}")
    if day < known.valid_from:
        return NoSuchCategory(f"信息类别 {code} 自 {known.valid_from} 起有效，收到日期为 {day}")
    return NoSuchCategory(f"信息类别 {code} 已于 {known.valid_until} 失效，收到日期为 {day}")


def every_version(city: str) -> list[Category]:
    """Every version of every category that a city receives or has received."""
    lists = [list_versions()[code] for code in cities()[city].sharing_lists]
    return [one for versions in lists for version in versions for one in version.categories]


def feeding(city: str, *feeds: str) -> list[Category]:
    """The categories of a city that feed one of these rules, in the order of its lists."""
    return [one for one in categories_of(city).values() if one.feeds in feeds]


def plain_header(text: str) -> str:
    """A column's name without the differences that do not matter: width, spaces, byte-order mark.

    The texts themselves write （元） in one list and (元) in the other.
    """
    return "".join(unicodedata.normalize("NFKC", text).replace("\ufeff", "").split())
