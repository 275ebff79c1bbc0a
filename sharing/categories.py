"""What a sharing list says of a category: its fields, its mode, whose consent, and since when."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator


class SharingMode(StrEnum):
    """共享方式: 物理归集, 接口调用, 数据核验."""

    COLLECTED = "COLLECTED"
    INTERFACE = "INTERFACE"
    VERIFIED = "VERIFIED"


class Authorisation(StrEnum):
    """Whose consent is asked for before a call or a verification."""

    NONE = "NONE"
    ENTERPRISE = "ENTERPRISE"
    NATURAL_PERSON = "NATURAL_PERSON"


class Disclosure(StrEnum):
    """Who may be shown a record: anybody; only under consent; by what one field says; or, as it
    speaks of a person, masked and for an application only.
    """

    PUBLIC = "PUBLIC"
    NON_PUBLIC = "NON_PUBLIC"
    PUBLIC_WHEN = "PUBLIC_WHEN"
    MASKED = "MASKED"


class Subject(StrEnum):
    """Whom a row speaks of. A PARTY to a case is an enterprise or a person, as its number says."""

    ENTERPRISE = "ENTERPRISE"
    PERSON = "PERSON"
    PARTY = "PARTY"


SUBJECT_ROLES = {Subject.ENTERPRISE: "uscc", Subject.PERSON: "person", Subject.PARTY: "party"}


class CellType(StrEnum):
    """What a cell must look like; sharing/cells.py reads each."""

    TEXT = "text"
    LONG_TEXT = "long_text"
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

    `role` is what the rules call it. `past` speaks of what has happened by the day of receipt;
    `most` is the largest number that can be true, 100 for a share in percent. A `personal` cell
    and one that the list shares by verification only (`mode`) are checked and not kept.
    `authorisation` is what giving it out needs. `repeats`: the list writes a name a second time;
    both columns are one field. `also` are other spellings in a header; `written_as` is a name that
    the list writes by mistake for this field, which stands before the field that really has it.
    """

    name: str
    type: CellType
    role: str | None = Field(None, alias="as")
    required: bool = False
    past: bool = False
    may_be_negative: bool = False
    positive: bool = False
    most: int | None = None
    personal: bool = False
    mode: SharingMode | None = None
    authorisation: Authorisation | None = None
    repeats: bool = False
    also: tuple[str, ...] = ()
    written_as: str | None = None
    choices: Mapping[str, tuple[str, ...]] = {}

    @property
    def is_kept(self) -> bool:
        """Whether its value is stored."""
        return not (self.personal or self.repeats or self.mode is SharingMode.VERIFIED)


class PublicWhen(_Data):
    """A category that is public for some rows: where the field in `role` has one of the values."""

    role: str
    value: str
    also: tuple[str, ...] = ()


class Category(_Data):
    """One row of a version of a sharing list, or a local category of ours.

    `feeds` names the rule that reads it, empty when none does; `key` the roles that make two rows
    the same one. A `snapshot` speaks of the day it is received, so each receipt is a row of its
    own. In a `roster` absence means no. An `operating` one is 经营类信息, which needs an opt-in of
    its own (AU-10). `ordered` pairs must not fall: 起 before 止, a rank within its total.
    `frequency`, `deadline` and `basis` stand as the list has them; `list_authorisation` is what
    the list says where we ask for more. `notes` name slips of the text, for its readers. Days of
    validity are those of the list unless the category has its own; both are included.
    """

    code: str
    name: str
    parent: str | None = None
    subject: Subject = Subject.ENTERPRISE
    mode: SharingMode
    authorisation: Authorisation
    list_authorisation: Authorisation | None = None
    sharing_agreement: bool = False
    disclosure: Disclosure
    public_when: PublicWhen | None = None
    providers: tuple[str, ...]
    frequency: str | None = None
    deadline: str | None = None
    basis: str | None = None
    feeds: str = ""
    key: tuple[str, ...]
    snapshot: bool = False
    roster: bool = False
    operating: bool = False
    dated: str | None = None
    ordered: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    fields: tuple[FieldRule, ...]
    valid_from: date
    valid_until: date | None = None
    list_title: str
    list_version: str
    ours: bool

    @model_validator(mode="after")
    def _is_consistent(self) -> "Category":
        roles = {field.role for field in self.fields if field.role}
        names = {field.name for field in self.fields}
        needed = (SUBJECT_ROLES[self.subject], *self.key, *((self.dated,) if self.dated else ()))
        for role in needed:
            if role not in roles:
                raise ValueError(f"{self.code}: no field has the role {role}")
        for pair in self.ordered:
            if not set(pair) <= names:
                raise ValueError(f"{self.code}: {pair} are not both fields")
        if (self.disclosure is Disclosure.PUBLIC_WHEN) != (self.public_when is not None):
            raise ValueError(f"{self.code}: public_when belongs to PUBLIC_WHEN")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError(f"{self.code}: valid_until lies before valid_from")
        return self

    @property
    def subject_field(self) -> str:
        """The list's own name of the number that says whom a row speaks of."""
        return self.name_of(SUBJECT_ROLES[self.subject])

    def name_of(self, role: str) -> str:
        """The list's own name of the field in a role. Raises KeyError when it has none."""
        for field in self.fields:
            if field.role == role:
                return field.name
        raise KeyError(role)

    def position(self, role: str) -> int:
        """Where a stored row has the field in a role, counted from 1 as SQL does."""
        name = self.name_of(role)
        return next(i for i, field in enumerate(self.fields, start=1) if field.name == name)

    def pack(self, values: Mapping[str, str]) -> list[str | None]:
        """Values as a row is stored: one for each field in the list's order, None for no value."""
        return [values.get(field.name) if field.is_kept else None for field in self.fields]

    def unpack(self, stored: Sequence[str | None]) -> dict[str, str]:
        """A stored row's values by the list's own names."""
        pairs = zip(self.fields, stored, strict=False)
        return {field.name: value for field, value in pairs if value is not None}

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
            allowed = (self.public_when.value, *self.public_when.also)
            return roles.get(self.public_when.role) in allowed
        return self.disclosure is Disclosure.PUBLIC

    def is_valid_on(self, day: date) -> bool:
        """Whether the list has the category on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
