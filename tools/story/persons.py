"""The persons behind the story's firms consent for themselves, each the way that is open to them.

Whose credit level stands in credit.csv has consented: the legal representative, who owns the
account here, directly; the actual controller by the link to their own phone.
"""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from accounts import codes
from accounts.registry import Registry
from foundation.city import cities
from sharing.consenting import invitations, personal
from sharing.consenting.invitations import Invitee
from sharing.consents import Grant, grant
from storage.database import fetch_one
from storage.models.consent import Consent, ConsentPurpose, ConsentSubject
from storage.models.enterprise import Enterprise
from storage.models.membership import Role
from tools.story.firms import NOT_VERIFIED, Firm
from tools.story.people import acting

_HERE = Path(__file__).parent
_REFUSED = frozenset({"", "未授权"})


@dataclass(frozen=True)
class Controller:
    """An actual controller who is not the account's owner."""

    slug: str
    name: str
    phone: str
    id_number: str


def controllers() -> dict[str, Controller]:
    """Everybody in controllers.csv, by firm."""
    with (_HERE / "controllers.csv").open(encoding="utf-8", newline="") as lines:
        return {row["slug"]: Controller(**row) for row in csv.DictReader(lines)}


async def consent_of_persons(firm: Firm, registry: Registry, now: datetime) -> None:
    """Let the persons of a firm consent, unless they have, or the table says that they refuse."""
    levels = _levels().get(firm.slug, {})
    if firm.slug in NOT_VERIFIED:
        return
    if levels.get("legal", "") not in _REFUSED:
        await _legal_representative(firm, now)
    if levels.get("controller", "") not in _REFUSED:
        await _controller(firm, registry, now)


def _levels() -> dict[str, dict[str, str]]:
    with (_HERE / "credit.csv").open(encoding="utf-8", newline="") as lines:
        return {row["slug"]: row for row in csv.DictReader(lines)}


async def _legal_representative(firm: Firm, now: datetime) -> None:
    enterprise = await Enterprise.get(uscc=firm.uscc)
    if await _has_consented(enterprise, ConsentSubject.LEGAL_REPRESENTATIVE):
        return
    wanted = Grant(
        enterprise_id=enterprise.id,
        purpose=ConsentPurpose.PERSONAL_CREDIT,
        text_version=_text_version(firm),
        until=None,
    )
    await grant(await acting(firm.phone, Role.OWNER), wanted, f"story-person-{firm.slug}", now)


async def _controller(firm: Firm, registry: Registry, now: datetime) -> None:
    enterprise = await Enterprise.get(uscc=firm.uscc)
    if await _has_consented(enterprise, ConsentSubject.ACTUAL_CONTROLLER):
        return
    who = controllers()[firm.slug]
    wanted = Invitee(
        enterprise_id=enterprise.id,
        subject=ConsentSubject.ACTUAL_CONTROLLER,
        name=who.name,
        phone=who.phone,
    )
    owner = await acting(firm.phone, Role.OWNER)
    sent = await invitations.invite(owner, wanted, f"story-invite-{firm.slug}", now)
    link = await invitations.draw(sent.id, now)
    if link is None:
        raise ValueError(f"{firm.slug}: the story's link left before")
    await invitations.mark_sent(sent.id, now)
    answer = personal.Answer(
        token=link.token,
        code=await _code(who, firm, now),
        name=who.name,
        id_number=who.id_number,
        text_version=_text_version(firm),
    )
    await personal.grant(answer, registry, now)


async def _code(who: Controller, firm: Firm, now: datetime) -> str:
    """The code that the person's phone receives."""
    phone = codes.phone_of(who.phone)
    await codes.send(phone=phone, city=firm.city, address="127.0.0.1", now=now)
    row = await fetch_one(
        "SELECT id FROM code_challenge WHERE phone = $1 ORDER BY requested_at DESC LIMIT 1", phone
    )
    drawn = await codes.draw(row["id"], now) if row else None
    if row is None or drawn is None:
        raise ValueError(f"{firm.slug}: no code came")
    await codes.mark_sent(row["id"], now)
    return drawn.code


async def _has_consented(enterprise: Enterprise, subject: ConsentSubject) -> bool:
    return await Consent.exists(
        enterprise=enterprise, subject=subject, revoked_at=None, superseded_at=None
    )


def _text_version(firm: Firm) -> str:
    return cities()[firm.city].consent_text(ConsentPurpose.PERSONAL_CREDIT).version
