"""What of a category may be shown, and why the rest may not. Pure: records and consents in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from credit.facts import PersonRole
from foundation.masking import mask_uscc
from sharing.disclosure.verification import Question, questions_about
from sharing.holdings.records import HeldField, HeldRecord
from sharing.lists import Authorisation, Category, Disclosure, FieldRule, SharingMode

NO_CONSENT = "企业没有授权贵机构查询这类信息"
NOTHING_KNOWN = "已向信息提供单位查询，没有这类记录"
CUT = "记录较多，只列出最近收到的一部分"
CUT_VERIFICATION = "记录过多，未能全部核对，暂不作答复"
NO_PERSONS_CONSENT = "本人没有授权，不作答复"


class SharedState(StrEnum):
    """Whether a category is shown, or why not."""

    SHARED = "SHARED"
    PUBLIC = "PUBLIC"
    WITHHELD = "WITHHELD"
    NOT_RECEIVED = "NOT_RECEIVED"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True)
class Row:
    """A record as it is shown."""

    received_on: date
    source: str
    under_objection: bool
    fields: tuple[HeldField, ...]


@dataclass(frozen=True)
class Answered:
    """A question of verification and its answer."""

    question: str
    answer: str
    asked_at: datetime


@dataclass(frozen=True)
class Covering:
    """What the consents in force cover of a category: no fields means all of them.

    `others` are consents beside `consent_id`, each to other fields of it.
    """

    consent_id: UUID
    fields: frozenset[str]
    others: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Shared:
    """A category as one reader is shown it."""

    city: str
    category: str
    state: SharedState
    consent_id: UUID | None
    explanation: str
    rows: tuple[Row, ...] = ()
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True)
class Shelf:
    """Everything there is of an enterprise that may come into question, and who agreed to what.

    `missing` says of live categories, by code, why their source gave nothing; those in `nothing`
    were asked about and the source knows of no record; of those in `cut` there are more records
    than were read.
    """

    city: str
    records: Mapping[str, Sequence[HeldRecord]]
    covered: Mapping[str, Covering]
    persons: frozenset[PersonRole]
    objected: Collection[UUID]
    missing: Mapping[str, str]
    now: datetime
    cut: frozenset[str] = frozenset()
    nothing: frozenset[str] = frozenset()

    def told(self, code: str, why: str) -> str:
        """Why a category is shown, and that it is not shown whole."""
        return f"{why}；{CUT}" if code in self.cut else why


def shown(category: Category, shelf: Shelf) -> Shared:
    """One category, by default nothing of it (AU-1)."""
    covering = shelf.covered.get(category.code)
    records = shelf.records.get(category.code, ())
    public = [one for one in records if category.is_public(category.by_role(_values(one)))]
    if covering is None:
        return _uncovered(category, shelf, public)
    if category.mode is SharingMode.VERIFIED:
        return _verified(category, shelf, covering, records)
    if not records:
        return _empty(category, shelf, covering)
    rows = tuple(_row(category, shelf, one, covering.fields) for one in records)
    why = shelf.told(category.code, "已按企业授权提供")
    return Shared(shelf.city, category.code, SharedState.SHARED, covering.consent_id, why, rows)


def _uncovered(category: Category, shelf: Shelf, public: Sequence[HeldRecord]) -> Shared:
    if public:
        rows = tuple(_row(category, shelf, one, None) for one in public)
        why = shelf.told(category.code, "属于公开信息")
        return Shared(shelf.city, category.code, SharedState.PUBLIC, None, why, rows)
    if category.disclosure is Disclosure.PUBLIC:
        return _empty(category, shelf, None)
    return Shared(shelf.city, category.code, SharedState.WITHHELD, None, NO_CONSENT)


def _verified(
    category: Category, shelf: Shelf, covering: Covering, records: Sequence[HeldRecord]
) -> Shared:
    asked = [one for one in questions_about(category.code) if _is_about(category, one, covering)]
    if questions_about(category.code) and not asked:
        return Shared(shelf.city, category.code, SharedState.WITHHELD, None, NO_CONSENT)
    code, consent_id = category.code, covering.consent_id
    if asked and code in shelf.cut:
        # A part of the rows would give another band, or none where there is a record.
        unavailable = SharedState.UNAVAILABLE
        return Shared(shelf.city, code, unavailable, consent_id, CUT_VERIFICATION)
    rows = [values | category.by_role(values) for values in (_values(one) for one in records)]
    answers = tuple(
        Answered(one.question, one.answer(rows), shelf.now)
        for one in asked
        if _persons_agree(category, one, shelf.persons)
    )
    if answers:
        why = "数据核验只答复结论，不提供明细"
        return Shared(shelf.city, code, SharedState.SHARED, consent_id, why, (), answers)
    if asked:
        return Shared(shelf.city, code, SharedState.WITHHELD, consent_id, NO_PERSONS_CONSENT)
    why = "核验接口尚未接通"
    return Shared(shelf.city, code, SharedState.UNAVAILABLE, consent_id, why)


def _is_about(category: Category, one: Question, covering: Covering) -> bool:
    """Whether the field that a question asks about is covered."""
    names = {rule.name for rule in category.fields if one.of in (rule.role, rule.name)}
    return not covering.fields or names <= covering.fields


def _persons_agree(category: Category, one: Question, persons: frozenset[PersonRole]) -> bool:
    if category.authorisation is not Authorisation.NATURAL_PERSON:
        return True
    return one.person in persons


def _empty(category: Category, shelf: Shelf, covering: Covering | None) -> Shared:
    consent_id = covering.consent_id if covering else None
    if category.code in shelf.nothing:
        received = SharedState.NOT_RECEIVED
        return Shared(shelf.city, category.code, received, consent_id, NOTHING_KNOWN)
    is_interface = category.mode is SharingMode.INTERFACE
    state = SharedState.UNAVAILABLE if is_interface else SharedState.NOT_RECEIVED
    silent = shelf.missing.get(category.code, "实时接口，由机构查询时调用")
    why = silent if is_interface else "尚未收到这类记录"
    return Shared(shelf.city, category.code, state, consent_id, why)


def _row(category: Category, shelf: Shelf, one: HeldRecord, fields: frozenset[str] | None) -> Row:
    """A record by the fields that a consent names, all of them where it names none.

    Without a consent (None) a field that needs one when it is given out stays away (AU-6).
    """
    rules = {rule.name: rule for rule in category.fields}
    cells = tuple(
        _cell(field.name, field.value)
        for field in one.fields
        if (rule := rules.get(field.name)) is not None
        and rule.is_kept
        and not field.masked
        and _may_leave(rule, fields)
    )
    return Row(one.received_on, one.provider, one.id in shelf.objected, cells)


def _may_leave(rule: FieldRule, fields: frozenset[str] | None) -> bool:
    if fields is None:
        return rule.authorisation in (None, Authorisation.NONE)
    return not fields or rule.name in fields


def _cell(name: str, value: str) -> HeldField:
    """A 个体工商户's code names its person, so it is masked like one."""
    shown_value = mask_uscc(value) if "信用代码" in name else value
    return HeldField(name, shown_value, shown_value != value)


def _values(record: HeldRecord) -> dict[str, str]:
    return {one.name: one.value for one in record.fields if not one.masked}
