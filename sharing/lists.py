"""The sharing lists as data: categories, their fields, and which of them a city receives.

A list is a file of `lists/`; a city names its lists in city.toml, its own before what it inherits.
"""

import tomllib
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from foundation.city import cities

_FOLDER = Path(__file__).parent / "lists"


class SharingMode(StrEnum):
    """共享方式: 物理归集, 接口调用, 数据核验."""

    COLLECTED = "COLLECTED"
    INTERFACE = "INTERFACE"
    VERIFIED = "VERIFIED"


class Authorisation(StrEnum):
    """Whose consent the list asks for before a call or a verification."""

    NONE = "NONE"
    ENTERPRISE = "ENTERPRISE"
    NATURAL_PERSON = "NATURAL_PERSON"


class Disclosure(StrEnum):
    """Who may be shown a record: anybody, only under consent, or by what one field says."""

    PUBLIC = "PUBLIC"
    NON_PUBLIC = "NON_PUBLIC"
    PUBLIC_WHEN = "PUBLIC_WHEN"


class CellType(StrEnum):
    """What a cell must look like; sharing/cells.py reads each."""

    TEXT = "text"
    NAME = "name"
    USCC = "uscc"
    INDUSTRY = "industry"
    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    YUAN = "yuan"
    COUNT = "count"
    DECIMAL = "decimal"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class FieldRule(_Data):
    """One field of a category, by the list's own name.

    `role` is what the rules call it. A `personal` cell and one that the list shares by
    verification only (`mode`) are checked and not kept.
    """

    name: str
    type: CellType
    role: str | None = Field(None, alias="as")
    required: bool = False
    past: bool = False
    may_be_negative: bool = False
    positive: bool = False
    personal: bool = False
    mode: SharingMode | None = None
    choices: Mapping[str, tuple[str, ...]] = {}

    @property
    def is_kept(self) -> bool:
        """Whether its value is stored."""
        return not self.personal and self.mode is not SharingMode.VERIFIED


class PublicWhen(_Data):
    """A category that is public for some rows: where the field in `role` has this value."""

    role: str
    value: str


class Category(_Data):
    """One row of a sharing list, or a local category of ours.

    `feeds` names the rule that reads it; `key` the roles that make two rows the same one.
    A `snapshot` speaks of the day it is received, so each receipt is a row of its own. In a
    `roster` absence means no. `ordered` pairs must not fall: 起 before 止, a rank within its total.
    """

    code: str
    name: str
    mode: SharingMode
    authorisation: Authorisation
    disclosure: Disclosure
    public_when: PublicWhen | None = None
    providers: tuple[str, ...]
    feeds: str
    key: tuple[str, ...]
    snapshot: bool = False
    roster: bool = False
    dated: str | None = None
    ordered: tuple[tuple[str, str], ...] = ()
    fields: tuple[FieldRule, ...]

    @model_validator(mode="after")
    def _is_consistent(self) -> "Category":
        roles = {field.role for field in self.fields if field.role}
        names = {field.name for field in self.fields}
        for role in (*self.key, *((self.dated,) if self.dated else ())):
            if role not in roles:
                raise ValueError(f"{self.code}: no field has the role {role}")
        for pair in self.ordered:
            if not set(pair) <= names:
                raise ValueError(f"{self.code}: {pair} are not both fields")
        if (self.disclosure is Disclosure.PUBLIC_WHEN) != (self.public_when is not None):
            raise ValueError(f"{self.code}: public_when belongs to PUBLIC_WHEN")
        return self

    def name_of(self, role: str) -> str:
        """The list's own name of the field in a role. Raises KeyError when it has none."""
        for field in self.fields:
            if field.role == role:
                return field.name
        raise KeyError(role)

    def by_role(self, values: Mapping[str, str]) -> dict[str, str]:
        """A stored row's values by what the rules call them."""
        return {
            field.role: values[field.name]
            for field in self.fields
            if field.role and field.name in values
        }

    def is_public(self, roles: Mapping[str, str]) -> bool:
        """Whether a row, by role, may be used without anybody's consent."""
        if self.public_when:
            return roles.get(self.public_when.role) == self.public_when.value
        return self.disclosure is Disclosure.PUBLIC


class SharingList(_Data):
    """One list: 苏政办发〔2022〕59号's, a city's own, or ours."""

    list_code: str = Field(alias="list")
    title: str
    source: str
    ours: bool
    categories: tuple[Category, ...]


@cache
def sharing_lists() -> Mapping[str, SharingList]:
    """Every list by its code. Raises ValueError naming the file that is wrong."""
    found = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        try:
            one = SharingList(**tomllib.loads(path.read_text("utf-8")))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
        found[one.list_code] = one
    return found


@cache
def categories_of(city: str) -> Mapping[str, Category]:
    """Every category that a city receives, by code, its own lists first.

    Raises KeyError for an unknown city or list.
    """
    lists = [sharing_lists()[code] for code in cities()[city].sharing_lists]
    return {category.code: category for one in lists for category in one.categories}


def feeding(city: str, *feeds: str) -> list[Category]:
    """The categories of a city that feed one of these rules, in the order of its lists."""
    return [one for one in categories_of(city).values() if one.feeds in feeds]


def plain_header(text: str) -> str:
    """A column's name without the differences that do not matter: width, spaces, byte-order mark.

    The texts themselves write （元） in one list and (元) in the other.
    """
    return "".join(unicodedata.normalize("NFKC", text).replace("\ufeff", "").split())
