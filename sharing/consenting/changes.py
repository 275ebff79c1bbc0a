"""Consents that change: narrowed or renewed by a new one, which supersedes the old as it stands."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from accounts.access import acting_as, owned_enterprise, require_role, signed_in
from accounts.viewers import Viewer
from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.errors import NotAllowedNow, NotFound, Problems
from foundation.identifiers import new_id
from sharing import ledger
from sharing.consenting import rows
from sharing.consenting.coverage import represents_still
from sharing.consenting.rules import (
    IN_THE_PAST,
    SCOPED,
    Scope,
    check_scope,
    check_text,
    gradable,
    is_within,
    require_active,
    same_scope,
)
from sharing.consents import grade_again, note
from sharing.facts import ConsentNarrowed, ConsentRenewed
from sharing.grades.figures import carry_figures
from sharing.grades.withholding import withheld_by
from storage.database import transaction
from storage.idempotency import Attempt, attempt, claim
from storage.models.consent import Consent, ConsentPurpose
from storage.models.enterprise import Enterprise
from storage.models.membership import Role
from storage.queue import enqueue

UNKNOWN = "没有找到这项授权"


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """What is left of a consent: fewer categories or fields, an earlier end, or both."""

    consent_id: UUID | None
    scope: Scope | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """A later end, on the text in force."""

    consent_id: UUID | None
    until: date
    text_version: str


async def narrow(viewer: Viewer | None, wanted: Narrowing, key: str, now: datetime) -> Consent:
    """Replace a consent of the viewer's enterprise by a narrower one, which is returned.

    It needs no new text: less of the same was agreed to before. Raises Unauthenticated,
    Forbidden, NotFound, NotAllowedNow for one that has ended or has no scope, IdempotencyKeyReused
    and ValidationFailed for what would be wider, or is not narrower at all.
    """
    owner = require_role(viewer, Role.OWNER)
    this = attempt(acting_as(owner), "consentNarrow", key, asdict(wanted), new_id(), now)
    async with transaction():
        new_consent_id = await claim(this)
        if new_consent_id != this.object_id:
            return await Consent.get(id=new_consent_id)
        former = await rows.locked(wanted.consent_id, owner.enterprise_id, owner.person_id)
        if former is None:
            raise NotFound(UNKNOWN)
        require_active(former, day_in_shanghai(now))
        if former.purpose not in SCOPED:
            raise NotAllowedNow("这项授权不分范围，可以撤回")
        scope = await _narrower(former, wanted, day_in_shanghai(now))
        successor = rows.successor_of(former, owner.person_id, this.object_id, now)
        successor.until = wanted.until or former.until
        await rows.replace(former, successor, scope, now)
        await _carry_figures(former, successor, scope)
        await note(owner, successor, ledger.What.CONSENT_NARROWED, now)
        await enqueue(ConsentNarrowed(**_ids(former, successor)))
        await grade_again(successor, now)
    return successor


async def renew(viewer: Viewer | None, wanted: Renewal, key: str, now: datetime) -> Consent:
    """Replace a consent by one to the same that ends later, on the text in force; it is returned.

    One whose last day is over may be renewed too. Raises Unauthenticated, NotFound, NotAllowedNow
    for one that was taken back or has no end, IdempotencyKeyReused and ValidationFailed.
    """
    known = signed_in(viewer)
    this = _renewal_attempt(known, wanted, key, now)
    try:
        async with transaction():
            new_consent_id = await claim(this)
            if new_consent_id != this.object_id:
                return await Consent.get(id=new_consent_id)
            former = await rows.locked(wanted.consent_id, owned_enterprise(known), known.person_id)
            if former is None:
                raise NotFound(UNKNOWN)
            successor = await _renewed(known, former, wanted, this)
    except IntegrityError as error:
        rows.explain_conflict(error)
    return successor


def _renewal_attempt(viewer: Viewer, wanted: Renewal, key: str, now: datetime) -> Attempt:
    # A person who acts for nothing renews their own: then the person is the actor.
    actor = viewer.membership_id or viewer.person_id
    return attempt(actor, "consentRenew", key, asdict(wanted), new_id(), now)


async def _renewed(viewer: Viewer, former: Consent, wanted: Renewal, this: Attempt) -> Consent:
    today = day_in_shanghai(this.at)
    require_active(former, today, or_expired=True)
    if former.until is None:
        raise NotAllowedNow("这项授权没有截止日期，无需续期")
    if not await represents_still(former.id):
        raise NotAllowedNow("法定代表人已经变更，须由现任法定代表人本人授权")
    city = (await Enterprise.get(id=former.enterprise_id)).city
    problems = Problems()
    check_text(problems, city, former.purpose, wanted.text_version)
    later = wanted.until > former.until and wanted.until >= today
    problems.check(later, "until", "新的截止日期须晚于原来的截止日期，也不能早于今天")
    problems.raise_if_any()
    successor = rows.successor_of(former, viewer.person_id, this.object_id, this.at)
    text = cities()[city].consent_text(former.purpose)
    successor.text_version, successor.text_digest = text.version, text.digest
    successor.until = wanted.until
    scope = await rows.scope_of(former.id)
    await rows.replace(former, successor, scope, this.at)
    await _carry_figures(former, successor, scope)
    await note(viewer, successor, ledger.What.CONSENT_RENEWED, this.at)
    await enqueue(ConsentRenewed(**_ids(former, successor)))
    await grade_again(successor, this.at)
    return successor


async def _narrower(former: Consent, wanted: Narrowing, today: date) -> Scope:
    """The scope that is left. Raises ValidationFailed unless it is the old one's part, or the
    period is.
    """
    city = (await Enterprise.get(id=former.enterprise_id)).city
    old = await rows.scope_of(former.id)
    new = old if wanted.scope is None else wanted.scope
    problems = Problems()
    if wanted.scope is not None:
        problems.check(bool(new), "scope", "请至少留下一类信息；不再授权请撤回")
        check_scope(problems, city, former.purpose, new)
        fits = is_within(new, old, gradable(city))
        problems.check(fits, "scope", "只能缩小范围；要增加信息请另行授权")
    _check_until(problems, former, wanted.until, today)
    earlier = wanted.until is not None and wanted.until != former.until
    problems.check(earlier or not same_scope(new, old), "scope", "范围和期限都没有缩小")
    problems.raise_if_any()
    return new


def _check_until(problems: Problems, former: Consent, until: date | None, today: date) -> None:
    if until is None:
        return
    problems.check(until >= today, "until", IN_THE_PAST)
    fits = former.until is None or until <= former.until
    problems.check(fits, "until", "不能晚于原来的截止日期；要延长请续期")


async def _carry_figures(former: Consent, successor: Consent, scope: Scope) -> None:
    """What was derived for a grade lasts under the successor as far as that one covers it."""
    if former.purpose is ConsentPurpose.GRADING:
        city = (await Enterprise.get(id=former.enterprise_id)).city
        named = frozenset(one.category for one in scope) or None
        await carry_figures(former.id, successor.id, withheld_by(city, named))


def _ids(former: Consent, successor: Consent) -> dict[str, UUID]:
    return {
        "consent_id": successor.id,
        "former_id": former.id,
        "enterprise_id": successor.enterprise_id,
    }
