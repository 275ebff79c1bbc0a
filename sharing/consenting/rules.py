"""What may be agreed to: purposes, scopes, periods and texts. Pure, but for the lists and cities.

A scope names categories, or single fields of them. None at all means: everything that the text
names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from foundation.city import cities
from foundation.errors import NotAllowedNow, Problems
from sharing.lists import Authorisation, Category, Disclosure, categories_of
from storage.models.consent import Consent, ConsentPurpose

MAX_SCOPE = 100
MAX_FIELDS = 60
TEXT_CHANGED = "授权书已更新，请重新阅读后再同意"
NOT_IN_THIS_CITY = "所在城市没有这项授权"
IN_THE_PAST = "授权截止日期不能早于今天"

SHARED_WITH_A_BANK = frozenset({ConsentPurpose.ENTERPRISE_DATA, ConsentPurpose.OPERATING_DATA})
SCOPED = SHARED_WITH_A_BANK | {ConsentPurpose.GRADING}
GRANTED_HERE = SCOPED | {
    ConsentPurpose.PERSONAL_CREDIT,
    ConsentPurpose.WHITELIST,
    ConsentPurpose.CREDIT_CODE,
}

# What ends by another road, which does at once what the end of the consent means.
_ENDS_OTHERWISE = {
    ConsentPurpose.PUBLISH_DEMAND: "这项授权随融资需求一起结束，请撤回对应的需求",
    ConsentPurpose.REAL_NAME: "实名核对已经完成，这项授权不再使用",
}


class ConsentState(StrEnum):
    """Where a consent stands on a day."""

    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"


@dataclass(frozen=True, kw_only=True)
class Covered:
    """A category of a scope; without fields, all of them that may be given out."""

    category: str
    fields: tuple[str, ...] = ()


Scope = tuple[Covered, ...]


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What somebody agrees to: a purpose, the version of the text shown, for whom, until when."""

    enterprise_id: UUID | None
    purpose: ConsentPurpose
    text_version: str
    until: date | None
    grantee_id: UUID | None = None
    demand_id: UUID | None = None
    scope: Scope = field(default=())


def state_of(consent: Consent, today: date) -> ConsentState:
    """Where a consent stands. Taken back counts before replaced, replaced before run out."""
    if consent.revoked_at is not None:
        return ConsentState.REVOKED
    if consent.superseded_at is not None:
        return ConsentState.SUPERSEDED
    if consent.lapsed_at is not None or (consent.until is not None and consent.until < today):
        return ConsentState.EXPIRED
    return ConsentState.ACTIVE


def require_active(consent: Consent, today: date, *, or_expired: bool = False) -> None:
    """Raises NotAllowedNow for a consent that ends by another road, or that has ended."""
    if consent.purpose in _ENDS_OTHERWISE:
        raise NotAllowedNow(_ENDS_OTHERWISE[consent.purpose])
    state = state_of(consent, today)
    if state is ConsentState.REVOKED:
        raise NotAllowedNow("这项授权已经撤回")
    if state is ConsentState.SUPERSEDED:
        raise NotAllowedNow("这项授权已由新的授权取代，请处理新的那一项")
    if state is ConsentState.EXPIRED and not or_expired:
        raise NotAllowedNow("这项授权已经到期")


def check_text(problems: Problems, city: str, purpose: ConsentPurpose, version: str) -> None:
    """The text that was shown must be the one in force; not every city has each purpose."""
    texts = {text.purpose: text.version for text in cities()[city].texts_in_force}
    if purpose not in texts:
        problems.add("purpose", NOT_IN_THIS_CITY)
    else:
        problems.check(version == texts[purpose], "textVersion", TEXT_CHANGED)


def check_scope(problems: Problems, city: str, purpose: ConsentPurpose, scope: Scope) -> None:
    """Every category is the city's and may be agreed to for this purpose, each named once."""
    known = categories_of(city)
    if purpose not in SCOPED:
        problems.check(not scope, "scope", "这项授权不分类别")
        return
    if purpose in SHARED_WITH_A_BANK:
        problems.check(bool(scope), "scope", "请至少选择一类信息")
    problems.check(len(scope) <= MAX_SCOPE, "scope", f"最多选择 {MAX_SCOPE} 类信息")
    names = [one.category for one in scope]
    problems.check(len(set(names)) == len(names), "scope", "同一类信息请只选一次")
    for one in scope[:MAX_SCOPE]:
        category = known.get(one.category)
        sentence = "没有这一类信息" if category is None else _unfit(category, purpose, one)
        if sentence:
            problems.add("scope", f"{one.category[:40]}：{sentence}")


def _unfit(category: Category, purpose: ConsentPurpose, wanted: Covered) -> str | None:
    """Why a category cannot be agreed to for a purpose; None when it can."""
    if category.disclosure is Disclosure.PUBLIC:
        return "属于公开信息，无需授权"
    if category.operating is not (purpose is ConsentPurpose.OPERATING_DATA):
        return "经营类信息须单独授权" if category.operating else "不属于经营类信息，请另行授权"
    if purpose is ConsentPurpose.GRADING:
        if category.authorisation is Authorisation.NATURAL_PERSON:
            return "须由本人另行授权"
        return "评级授权按类别给出，不分字段" if wanted.fields else None
    if len(wanted.fields) > MAX_FIELDS or len(set(wanted.fields)) != len(wanted.fields):
        return "字段重复或过多"
    if not set(wanted.fields) <= givable_fields(category):
        return "没有这个字段，或属于个人信息，不向机构提供"
    return None


def givable_fields(category: Category) -> frozenset[str]:
    """The fields of a category that a consent of the enterprise can be about: no personal ones."""
    return frozenset(one.name for one in category.fields if not one.personal)


def gradable(city: str) -> frozenset[str]:
    """The categories that a grading consent is about: what is public needs none, what is a
    person's needs the person's own, and 经营类信息 an opt-in.
    """
    return frozenset(
        code
        for code, one in categories_of(city).items()
        if one.disclosure is not Disclosure.PUBLIC
        and one.authorisation is not Authorisation.NATURAL_PERSON
        and not one.operating
    )


def is_within(new: Scope, old: Scope, all_categories: Iterable[str]) -> bool:
    """Whether a scope covers nothing that another one leaves out."""
    wider = _as_fields(old) or {code: frozenset() for code in all_categories}
    return all(
        category in wider and (not wider[category] or (fields and fields <= wider[category]))
        for category, fields in _as_fields(new).items()
    )


def same_scope(one: Scope, other: Scope) -> bool:
    """Whether two scopes cover the same, in whatever order."""
    return _as_fields(one) == _as_fields(other)


def _as_fields(scope: Scope) -> Mapping[str, frozenset[str]]:
    return {one.category: frozenset(one.fields) for one in scope}
