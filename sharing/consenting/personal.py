"""A person's answer to an invitation: granted under their own phone and name, or declined."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from accounts import codes
from accounts.joining import person_behind
from accounts.real_name import prove
from accounts.registry import Registry
from accounts.viewers import Viewer
from foundation.city import cities
from foundation.errors import NotFound, Problems
from foundation.identifiers import is_valid_id_number, new_id
from foundation.sealing import digests_agree
from sharing import ledger
from sharing.consenting import rows
from sharing.consenting.invitations import GONE, name_digest, open_invitation, tidy_name
from sharing.consenting.rules import TEXT_CHANGED
from sharing.consents import end, grade_again, note
from sharing.facts import ConsentGranted, PersonAnswered
from storage.database import fetch_one, transaction
from storage.models.consent import (
    Consent,
    ConsentPurpose,
    ConsentSubject,
    InvitationState,
    PersonalInvitation,
)
from storage.models.enterprise import Enterprise
from storage.queue import enqueue


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an invited person says. The ID number goes to the registry and nowhere else."""

    token: str = field(repr=False)
    code: str = field(repr=False)
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    text_version: str


async def grant(answer: Answer, registry: Registry, now: datetime) -> Consent:
    """Record the person's own consent; the enterprise is graded anew in the same transaction.

    A legal representative's name and ID number are checked with the registry, an actual
    controller's name against the one the owner gave, for whom no register exists. Raises NotFound
    for a link that cannot be answered, ValidationFailed, CodeWrong, Locked after wrong tries, and
    Unavailable when the registry is silent; then there is no consent.
    """
    invitation = await open_invitation(answer.token, now)
    if invitation is None:
        raise NotFound(GONE)
    enterprise = await Enterprise.get(id=invitation.enterprise_id)
    name, number = tidy_name(answer.name), tidy_name(answer.id_number).upper()
    _check(enterprise.city, name, number, answer.text_version)
    person_id = await _prove_phone(invitation.phone, answer.code, now)
    is_legal = invitation.subject is ConsentSubject.LEGAL_REPRESENTATIVE

    async def agrees() -> bool:
        if is_legal:
            return await registry.agrees(enterprise.uscc, name, number)
        given = name_digest(invitation.id, name)
        return digests_agree(bytes(invitation.name_digest), given)

    await prove(enterprise.id, person_id, agrees, notes_success=is_legal, now=now)
    async with transaction():
        still_open = await open_invitation(answer.token, now, locked=True)
        if still_open is None:
            raise NotFound(GONE)
        consent = await _keep(still_open, enterprise, person_id, now)
        await grade_again(consent, now)
    return consent


async def decline(token: str, now: datetime) -> PersonalInvitation:
    """Answer no; a consent that this phone's person gave before for the same role ends too.

    Raises NotFound for a link that cannot be answered.
    """
    async with transaction():
        invitation = await open_invitation(token, now, locked=True)
        if invitation is None:
            raise NotFound(GONE)
        await _end_invitation(invitation, InvitationState.DECLINED, now)
        person = await fetch_one("SELECT id FROM person WHERE phone = $1", invitation.phone)
        standing = await rows.standing_persons(invitation.enterprise_id, invitation.subject)
        if standing and person and standing.person_id == person["id"]:
            await end(_as_person(person["id"]), standing, now)
        await enqueue(PersonAnswered(invitation_id=invitation.id))
    return invitation


def _check(city: str, name: str, number: str, text_version: str) -> None:
    problems = Problems()
    problems.check(2 <= len(name) <= 60, "name", "请输入您的姓名")
    problems.check(is_valid_id_number(number), "idNumber", "身份证号码有误，请核对 18 位号码")
    in_force = cities()[city].consent_text(ConsentPurpose.PERSONAL_CREDIT).version
    problems.check(text_version == in_force, "textVersion", TEXT_CHANGED)
    problems.raise_if_any()


async def _prove_phone(phone: str, code: str, now: datetime) -> UUID:
    async with transaction():
        refusal = await codes.redeem(phone, code, now)
        if refusal is None:
            return await person_behind(phone, None, now)
    raise refusal


async def _keep(
    invitation: PersonalInvitation, enterprise: Enterprise, person_id: UUID, now: datetime
) -> Consent:
    text = cities()[enterprise.city].consent_text(ConsentPurpose.PERSONAL_CREDIT)
    consent = Consent(
        id=new_id(),
        enterprise_id=enterprise.id,
        person_id=person_id,
        purpose=ConsentPurpose.PERSONAL_CREDIT,
        subject=invitation.subject,
        text_version=text.version,
        text_digest=text.digest,
        granted_at=now,
    )
    # A new representative's consent takes the place of the former one's.
    former = await rows.standing_persons(invitation.enterprise_id, invitation.subject)
    if former is None:
        await consent.save(force_create=True)
    else:
        await rows.replace(former, consent, (), now)
    invitation.consent_id = consent.id
    await _end_invitation(invitation, InvitationState.GRANTED, now)
    await note(_as_person(person_id), consent, ledger.What.CONSENT_GRANTED, now)
    await enqueue(
        ConsentGranted(consent_id=consent.id, enterprise_id=enterprise.id),
        PersonAnswered(invitation_id=invitation.id),
    )
    return consent


async def _end_invitation(
    invitation: PersonalInvitation, state: InvitationState, now: datetime
) -> None:
    invitation.state, invitation.ended_at = state, now
    await invitation.save(update_fields=["state", "ended_at", "consent_id"])


def _as_person(person_id: UUID) -> Viewer:
    """The person who came by the link: proven by phone and code, signed in nowhere."""
    return Viewer(
        person_id=person_id,
        session_id=person_id,
        membership_id=None,
        role=None,
        city=None,
        enterprise_id=None,
        institution_id=None,
    )
