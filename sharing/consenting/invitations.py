"""A natural person consents for themselves, by a one-time link to their own phone (AU-7).

An owner names the person and the phone; the worker draws the link's token and sends it. Who opens
the link proves the phone by a code, says name and ID number, and grants or declines. Of token and
name only keyed digests are kept, of the ID number nothing. A link that was used, has expired or
never existed looks the same.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from accounts import codes
from accounts.access import acting_as, enterprise_for, owned_enterprise, require_role
from accounts.viewers import Viewer
from foundation.errors import NotFound, NotVerified, Problems, RateLimited
from foundation.identifiers import new_id, normal_phone
from foundation.sealing import keyed_digest
from sharing.facts import PersonInvited
from storage.database import execute, fetch_models, fetch_one, transaction
from storage.idempotency import attempt, claim
from storage.models.consent import ConsentSubject, InvitationState, PersonalInvitation
from storage.models.enterprise import Enterprise, RegistrationState
from storage.models.membership import Role
from storage.models.person import Person
from storage.queue import enqueue

LIFETIME = timedelta(days=3)
DAY = timedelta(days=1)
MAX_PER_ENTERPRISE = 6
MAX_PER_PHONE = 3
GONE = "链接已失效。如仍需授权，请联系企业重新发送"

_LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended('invitation enterprise ' || $1, 0)),
       pg_advisory_xact_lock(hashtextextended('invitation phone ' || $2, 0))
"""

# The invitation whose age decides, where a day is full.
_FILLED = """
SELECT (SELECT created_at FROM personal_invitation
         WHERE enterprise_id = $1 AND created_at > $3
         ORDER BY created_at DESC OFFSET $4 LIMIT 1) AS of_enterprise,
       (SELECT created_at FROM personal_invitation
         WHERE phone = $2 AND created_at > $3
         ORDER BY created_at DESC OFFSET $5 LIMIT 1) AS of_phone
"""

_REPLACE = """
UPDATE personal_invitation SET state = 'REVOKED', ended_at = $3
 WHERE enterprise_id = $1 AND subject = $2 AND state = 'SENT'
"""

_DRAW = """
UPDATE personal_invitation i SET token_digest = $2 FROM enterprise e
 WHERE i.id = $1 AND i.sent_at IS NULL AND i.state = 'SENT' AND i.expires_at > $3
   AND e.id = i.enterprise_id
RETURNING i.phone, e.city, e.name
"""

_OPEN = """
SELECT * FROM personal_invitation
 WHERE token_digest = $1 AND state = 'SENT' AND expires_at > $2
"""


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """Whom an owner invites: for which enterprise, as what, by name, at which phone."""

    enterprise_id: UUID | None
    subject: ConsentSubject
    name: str
    phone: str


@dataclass(frozen=True)
class DrawnLink:
    """A link to be sent: where to, through which city's entry, about which enterprise."""

    phone: str
    city: str
    enterprise: str
    token: str


async def invite(
    viewer: Viewer | None, wanted: Invitee, key: str, now: datetime
) -> PersonalInvitation:
    """Send a person the link; an earlier one that is still open for the same role ends.

    Raises Unauthenticated, Forbidden, BadUserInput, NotFound, NotVerified, IdempotencyKeyReused,
    ValidationFailed, and RateLimited after six a day for an enterprise or three for a phone.
    """
    owner = require_role(viewer, Role.OWNER)
    enterprise = await enterprise_for(owner, wanted.enterprise_id)
    if enterprise is None:
        raise NotFound("没有找到这家企业")
    name, phone = tidy_name(wanted.name), normal_phone(_plain(wanted.phone)) or ""
    values = {
        "enterprise": enterprise.id,
        "subject": wanted.subject,
        "person": keyed_digest("invited person", f"{name} {phone}".encode()).hex(),
    }
    this = attempt(acting_as(owner), "personalConsentInvite", key, values, new_id(), now)
    async with transaction():
        invitation_id = await claim(this)
        if invitation_id != this.object_id:
            return await PersonalInvitation.get(id=invitation_id)
        await _check(owner, enterprise, wanted.subject, name, phone)
        await execute(_LOCK, enterprise.id.hex, phone)
        await _refuse_too_many(enterprise.id, phone, now)
        await execute(_REPLACE, enterprise.id, wanted.subject.value, now)
        invitation = await PersonalInvitation.create(
            id=invitation_id,
            enterprise_id=enterprise.id,
            inviter_id=owner.person_id,
            subject=wanted.subject,
            name_digest=name_digest(invitation_id, name),
            phone=phone,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        await enqueue(PersonInvited(invitation_id=invitation.id))
    return invitation


async def draw(invitation_id: UUID, now: datetime) -> DrawnLink | None:
    """Draw the token of an invitation and keep its digest; None when none is to be sent any more.

    A repeat before `mark_sent` draws again: the link that was sent last is the one that counts.
    """
    token = secrets.token_urlsafe(32)
    row = await fetch_one(_DRAW, invitation_id, _digest(token), now)
    return DrawnLink(row["phone"], row["city"], row["name"], token) if row else None


async def mark_sent(invitation_id: UUID, now: datetime) -> None:
    """Note that a link has left, so that a repeat sends no second one."""
    await execute("UPDATE personal_invitation SET sent_at = $2 WHERE id = $1", invitation_id, now)


async def open_invitation(
    token: str, now: datetime, *, locked: bool = False
) -> PersonalInvitation | None:
    """The invitation of a link that can still be answered; None for every other text."""
    query = f"{_OPEN} FOR UPDATE" if locked else _OPEN
    rows = await fetch_models(PersonalInvitation, query, _digest(token[:200]), now)
    return rows[0] if rows else None


async def invitation_for(viewer: Viewer | None, invitation_id: UUID) -> PersonalInvitation | None:
    """An invitation, for the owner of the enterprise that sent it."""
    enterprise_id = owned_enterprise(viewer) if viewer else None
    if enterprise_id is None:
        return None
    return await PersonalInvitation.get_or_none(id=invitation_id, enterprise_id=enterprise_id)


async def send_code(token: str, address: str, now: datetime) -> int:
    """Ask for a code to the invited phone; the seconds after which the next may be asked for.

    Raises NotFound for a link that cannot be answered, RateLimited when asked too often.
    """
    invitation = await open_invitation(token, now)
    if invitation is None:
        raise NotFound(GONE)
    enterprise = await Enterprise.get(id=invitation.enterprise_id)
    return await codes.send(phone=invitation.phone, city=enterprise.city, address=address, now=now)


def state_of(invitation: PersonalInvitation, now: datetime) -> InvitationState:
    """Where an invitation stands at an instant."""
    if invitation.state is InvitationState.SENT and invitation.expires_at <= now:
        return InvitationState.EXPIRED
    return invitation.state


def tidy_name(text: str) -> str:
    """A name as it is compared."""
    return "".join(unicodedata.normalize("NFKC", text[:200]).split())


def name_digest(invitation_id: UUID, name: str) -> bytes:
    """What is kept of an invited person's name; another invitation's digest is another."""
    return keyed_digest("invited name", invitation_id.bytes + name.encode())


async def _check(
    owner: Viewer, enterprise: Enterprise, subject: ConsentSubject, name: str, phone: str
) -> None:
    if enterprise.real_name_verified_at is None:
        raise NotVerified("请先完成企业实名认证，再邀请本人授权", RegistrationState.REGISTERED)
    problems = Problems()
    problems.check(
        subject is not ConsentSubject.ENTERPRISE, "subject", "请选择法定代表人或实际控制人"
    )
    problems.check(2 <= len(name) <= 60, "name", "请输入本人姓名")
    problems.check(bool(phone), "phone", "请输入本人的 11 位中国大陆手机号码")
    if subject is ConsentSubject.LEGAL_REPRESENTATIVE and phone:
        own = (await Person.get(id=owner.person_id)).phone == phone
        problems.check(not own, "phone", "您本人是法定代表人时，请直接授权，无需发送链接")
    problems.raise_if_any()


async def _refuse_too_many(enterprise_id: UUID, phone: str, now: datetime) -> None:
    offsets = (MAX_PER_ENTERPRISE - 1, MAX_PER_PHONE - 1)
    filled = await fetch_one(_FILLED, enterprise_id, phone, now - DAY, *offsets) or {}
    opens = [at + DAY for at in filled.values() if at is not None]
    if opens:
        seconds = max(1, ceil((max(opens) - now).total_seconds()))
        raise RateLimited(f"发送链接太频繁，请{codes.spoken_wait(seconds)}后再试", seconds)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:40]).strip()


def _digest(token: str) -> bytes:
    return keyed_digest("personal consent link", token.encode("utf-8", "replace"))
