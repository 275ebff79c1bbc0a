"""Consents of enterprises: granted on the text in force, revoked at any time.

GRADING turns the enterprise AUTHORISED and grades it at once from records already received.
ENTERPRISE_DATA and OPERATING_DATA let one institution read chosen categories for one demand.
PERSONAL_CREDIT is a person's own: here only for an owner who is the legal representative.
Two active ones to the same cannot stand beside each other: the database refuses. Narrowing and
renewing stand in consenting/changes.py, invitations of persons in consenting/invitations.py.
"""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from accounts.access import (
    acting_as,
    enterprise_for,
    owned_enterprise,
    require_role,
    signed_in,
)
from accounts.real_name import is_legal_representative
from accounts.viewers import Viewer
from foundation.clock import day_in_shanghai
from foundation.errors import Forbidden, NotFound, NotVerified, Problems
from foundation.identifiers import new_id
from sharing import ledger
from sharing.consenting import rows
from sharing.consenting.coverage import grading_consents
from sharing.consenting.rules import (
    GRANTED_HERE,
    IN_THE_PAST,
    SHARED_WITH_A_BANK,
    Grant,
    check_scope,
    check_text,
    require_active,
)
from sharing.facts import ConsentGranted, ConsentRevoked
from sharing.grading import grade_enterprise
from storage.database import fetch_models, fetch_one, transaction
from storage.idempotency import attempt, claim
from storage.models.consent import Consent, ConsentPurpose, ConsentSubject
from storage.models.enterprise import Enterprise, RegistrationState
from storage.models.membership import Role
from storage.queue import enqueue

__all__ = ["Grant", "consent_for", "grant", "newest_of", "own_personal", "revoke"]

# A demand that ended serves no purpose any more; an institution that left may read nothing.
_PARTNERS = """
SELECT EXISTS (SELECT FROM institution i WHERE i.id = $1 AND i.status = 'ACTIVE') AS grantee,
       EXISTS (SELECT FROM demand d WHERE d.id = $2 AND d.enterprise_id = $3
                AND d.status IN ('OPEN', 'MATCHED', 'CONTRACTED')) AS demand
"""


async def grant(viewer: Viewer | None, wanted: Grant, key: str, now: datetime) -> Consent:
    """Record a consent; one for grading grades the enterprise, all in one transaction.

    The same key with the same input gives the consent as it stands now. Raises Unauthenticated,
    Forbidden, BadUserInput, NotFound, NotVerified before real name, IdempotencyKeyReused, and
    ValidationFailed for a text that is not in force, a day in the past, a scope that cannot be
    agreed to, or while a consent to the same is active.
    """
    owner = require_role(viewer, Role.OWNER)
    enterprise = await enterprise_for(owner, wanted.enterprise_id)
    if enterprise is None:
        raise NotFound("没有找到这家企业")
    this = attempt(acting_as(owner), "consentGrant", key, asdict(wanted), new_id(), now)
    try:
        async with transaction():
            consent_id = await claim(this)
            if consent_id != this.object_id:
                return await Consent.get(id=consent_id)
            await _check(owner, enterprise, wanted, now)
            consent = await _keep(owner, enterprise, wanted, consent_id, now)
            await grade_again(consent, now)
    except IntegrityError as error:
        rows.explain_conflict(error)
    return consent


async def revoke(viewer: Viewer | None, consent_id: UUID | None, now: datetime) -> Consent:
    """Take a consent back: whoever reads next reads nothing under it.

    The owner takes back the enterprise's, a person their own. Raises Unauthenticated, Forbidden,
    NotFound, and NotAllowedNow for one that is not active, or that ends with what it was given
    for.
    """
    known = signed_in(viewer)
    async with transaction():
        consent = await rows.locked(consent_id, owned_enterprise(known), known.person_id)
        if consent is None:
            if known.role is not Role.OWNER:
                raise Forbidden("当前身份不能进行这项操作")
            raise NotFound("没有找到这项授权")
        require_active(consent, day_in_shanghai(now))
        await end(known, consent, now)
    return consent


async def end(viewer: Viewer, consent: Consent, now: datetime) -> None:
    """Revoke a consent that is locked in the open transaction, with its line, fact and grade."""
    consent.revoked_at = now
    await consent.save(update_fields=["revoked_at"])
    await note(viewer, consent, ledger.What.CONSENT_REVOKED, now)
    await enqueue(ConsentRevoked(consent_id=consent.id, enterprise_id=consent.enterprise_id))
    await grade_again(consent, now)


async def grade_again(consent: Consent, now: datetime) -> None:
    """Grade an enterprise anew where its grade rests on a consent that came or went."""
    key = consent.enterprise_id
    if consent.purpose is ConsentPurpose.GRADING or (
        consent.purpose is ConsentPurpose.PERSONAL_CREDIT
        and await grading_consents([key], day_in_shanghai(now))
    ):
        await grade_enterprise(key, now)


async def consent_for(viewer: Viewer | None, consent_id: UUID) -> Consent | None:
    """A consent of any purpose, for the owner of its enterprise or the person who gave it for
    themselves.
    """
    if viewer is None:
        return None
    consent = await Consent.get_or_none(id=consent_id)
    if consent is None:
        return None
    is_own = consent.subject is not ConsentSubject.ENTERPRISE and (
        consent.person_id == viewer.person_id
    )
    return consent if is_own or owned_enterprise(viewer) == consent.enterprise_id else None


async def newest_of(
    viewer: Viewer | None, enterprise_id: UUID, *, beyond: UUID | None, backward: bool, limit: int
) -> list[Consent]:
    """Consents of the viewer's own enterprise from one on, newest first or, backward, oldest
    first; nothing of anybody else's.
    """
    if viewer is None or owned_enterprise(viewer) != enterprise_id:
        return []
    return await _newest("enterprise_id = $1", enterprise_id, beyond, backward, limit)


async def own_personal(
    viewer: Viewer | None, *, beyond: UUID | None, backward: bool, limit: int
) -> list[Consent]:
    """What the signed-in person consented to for themselves, newest first or, backward, oldest
    first.
    """
    if viewer is None:
        return []
    narrowed = "person_id = $1 AND subject <> 'ENTERPRISE'"
    return await _newest(narrowed, viewer.person_id, beyond, backward, limit)


async def _newest(
    narrowed: str, key: UUID, beyond: UUID | None, backward: bool, limit: int
) -> list[Consent]:
    sign, order = (">", "ASC") if backward else ("<", "DESC")
    return await fetch_models(
        Consent,
        f"""
        SELECT * FROM consent
         WHERE {narrowed} AND ($2::uuid IS NULL OR id {sign} $2)
         ORDER BY id {order} LIMIT $3
        """,  # noqa: S608 - constants, ASC or DESC, < or >; every value is a parameter
        key,
        beyond,
        limit,
    )


async def _check(owner: Viewer, enterprise: Enterprise, wanted: Grant, now: datetime) -> None:
    if enterprise.real_name_verified_at is None:
        raise NotVerified("请先完成企业实名认证，再授权", RegistrationState.REGISTERED)
    problems = Problems()
    if wanted.purpose not in GRANTED_HERE:
        problems.add("purpose", "这项授权随发布需求或实名认证给出，不在这里授权")
        problems.raise_if_any()
    check_text(problems, enterprise.city, wanted.purpose, wanted.text_version)
    today = day_in_shanghai(now)
    problems.check(wanted.until is None or wanted.until >= today, "until", IN_THE_PAST)
    check_scope(problems, enterprise.city, wanted.purpose, wanted.scope)
    await _check_partners(problems, enterprise, wanted)
    if wanted.purpose is ConsentPurpose.PERSONAL_CREDIT:
        is_own = await is_legal_representative(owner.person_id, enterprise)
        problems.check(is_own, "purpose", "个人授权须由本人给出，请向其本人手机发送授权链接")
    problems.raise_if_any()


async def _check_partners(problems: Problems, enterprise: Enterprise, wanted: Grant) -> None:
    """Who reads, and for which demand: needed where a bank is let in, and nowhere else."""
    if wanted.purpose not in SHARED_WITH_A_BANK:
        problems.check(wanted.grantee_id is None, "granteeId", "这项授权只给平台，不指定机构")
        problems.check(wanted.demand_id is None, "demandId", "这项授权不针对单笔需求")
        return
    found = await fetch_one(_PARTNERS, wanted.grantee_id, wanted.demand_id, enterprise.id) or {}
    problems.check(bool(found.get("grantee")), "granteeId", "请指定一家在平台服务的机构")
    problems.check(bool(found.get("demand")), "demandId", "请指定本企业一条进行中的融资需求")


async def _keep(
    owner: Viewer, enterprise: Enterprise, wanted: Grant, consent_id: UUID, now: datetime
) -> Consent:
    personal = wanted.purpose is ConsentPurpose.PERSONAL_CREDIT
    subject = ConsentSubject.LEGAL_REPRESENTATIVE if personal else ConsentSubject.ENTERPRISE
    await rows.lapse(enterprise.id, wanted, subject, now, day_in_shanghai(now))
    former = await rows.standing_persons(enterprise.id, subject) if personal else None
    consent = await rows.keep(
        wanted,
        city=enterprise.city,
        person_id=owner.person_id,
        consent_id=consent_id,
        subject=subject,
        now=now,
        # A new representative's consent takes the place of the former one's.
        instead_of=former if former and former.person_id != owner.person_id else None,
    )
    await note(owner, consent, ledger.What.CONSENT_GRANTED, now)
    await enqueue(ConsentGranted(consent_id=consent.id, enterprise_id=consent.enterprise_id))
    return consent


async def note(viewer: Viewer, consent: Consent, what: ledger.What, now: datetime) -> None:
    """A line in the access ledger about a consent itself."""
    line = ledger.Line(
        enterprise_id=consent.enterprise_id,
        what=what,
        purpose=ledger.Purpose.OWN,
        consent_id=consent.id,
    )
    await ledger.write(viewer, [line], now)
