"""Consents of enterprises: granted on the text in force, revoked at any time.

In this version an owner grants GRADING: the enterprise is AUTHORISED, and graded at once from
records already received. Two active ones cannot stand beside each other: the database refuses.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from accounts.access import acting_as, enterprise_for, owned_enterprise, require_role
from accounts.viewers import Viewer
from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.errors import NotAllowedNow, NotFound, NotVerified, Problems
from foundation.identifiers import new_id
from sharing import ledger
from sharing.facts import ConsentGranted, ConsentRevoked
from sharing.grading import grade_enterprise
from storage.database import execute, fetch_models, transaction
from storage.idempotency import attempt, claim
from storage.models.consent import Consent, ConsentPurpose
from storage.models.enterprise import Enterprise, RegistrationState
from storage.models.membership import Role
from storage.queue import enqueue

ALREADY_GRANTED = "已有生效的授权，无需重复授权"

# A consent past its last day makes room for its successor; it was never revoked.
_LAPSE = """
UPDATE consent SET lapsed_at = $3
 WHERE enterprise_id = $1 AND purpose = $2 AND revoked_at IS NULL AND lapsed_at IS NULL
   AND until < $4
"""

_OWN = "SELECT * FROM consent WHERE id = $1 AND enterprise_id = $2 FOR NO KEY UPDATE"

# What ends by another road, which does at once what the end of the consent means.
_ENDS_OTHERWISE = {
    ConsentPurpose.PUBLISH_DEMAND: "这项授权随融资需求一起结束，请撤回对应的需求",
    ConsentPurpose.REAL_NAME: "实名核对已经完成，这项授权不再使用",
}


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What an owner agrees to: a purpose, the version of the text shown, and until when."""

    enterprise_id: UUID | None
    purpose: ConsentPurpose
    text_version: str
    until: date | None


async def grant(viewer: Viewer | None, wanted: Grant, key: str, now: datetime) -> Consent:
    """Record an owner's consent and grade the enterprise, in one transaction.

    The same key with the same input gives the consent as it stands now. Raises Unauthenticated,
    Forbidden, BadUserInput, NotFound, NotVerified before real name, IdempotencyKeyReused, and
    ValidationFailed for a text that is not in force, a day in the past, another purpose, or
    while a consent for the purpose is active.
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
            _check(enterprise, wanted, day_in_shanghai(now))
            consent = await _keep(owner, enterprise, wanted, consent_id, now)
            await grade_enterprise(enterprise.id, now)
    except IntegrityError as error:
        if "consent_grading_key" in str(error):
            _refuse("purpose", ALREADY_GRANTED)
        raise
    return consent


async def revoke(viewer: Viewer | None, consent_id: UUID | None, now: datetime) -> Consent:
    """Take a grading consent back: the next reading shows 未评级.

    Raises Unauthenticated, Forbidden, NotFound, and NotAllowedNow for one that is not active, or
    that ends with what it was given for.
    """
    owner = require_role(viewer, Role.OWNER)
    async with transaction():
        rows = await fetch_models(Consent, _OWN, consent_id, owner.enterprise_id)
        if not rows:
            raise NotFound("没有找到这项授权")
        consent = rows[0]
        _check_active(consent, day_in_shanghai(now))
        consent.revoked_at = now
        await consent.save(update_fields=["revoked_at"])
        await _write_line(owner, consent, ledger.What.CONSENT_REVOKED, now)
        await enqueue(ConsentRevoked(consent_id=consent.id, enterprise_id=consent.enterprise_id))
        await grade_enterprise(consent.enterprise_id, now)
    return consent


async def consent_for(viewer: Viewer | None, consent_id: UUID) -> Consent | None:
    """A consent of any purpose, for the owner of its enterprise."""
    enterprise_id = owned_enterprise(viewer) if viewer else None
    if enterprise_id is None:
        return None
    return await Consent.get_or_none(id=consent_id, enterprise_id=enterprise_id)


async def newest_of(
    viewer: Viewer | None, enterprise_id: UUID, *, beyond: UUID | None, backward: bool, limit: int
) -> list[Consent]:
    """Consents of the viewer's own enterprise from one on, newest first or, backward, oldest
    first; nothing of anybody else's.
    """
    if viewer is None or owned_enterprise(viewer) != enterprise_id:
        return []
    sign, order = (">", "ASC") if backward else ("<", "DESC")
    return await fetch_models(
        Consent,
        f"""
        SELECT * FROM consent
         WHERE enterprise_id = $1 AND ($2::uuid IS NULL OR id {sign} $2)
         ORDER BY id {order} LIMIT $3
        """,  # noqa: S608 - ASC or DESC, < or >; every value is a parameter
        enterprise_id,
        beyond,
        limit,
    )


def _check(enterprise: Enterprise, wanted: Grant, today: date) -> None:
    if enterprise.real_name_verified_at is None:
        raise NotVerified("请先完成企业实名认证，再授权评级", RegistrationState.REGISTERED)
    problems = Problems()
    if wanted.purpose is not ConsentPurpose.GRADING:
        problems.add("purpose", "目前只能授权信用等级评定")
    else:
        in_force = cities()[enterprise.city].consent_text(wanted.purpose).version
        problems.check(
            wanted.text_version == in_force, "textVersion", "授权书已更新，请重新阅读后再同意"
        )
    problems.check(
        wanted.until is None or wanted.until >= today, "until", "授权截止日期不能早于今天"
    )
    problems.raise_if_any()


def _check_active(consent: Consent, today: date) -> None:
    if consent.purpose in _ENDS_OTHERWISE:
        raise NotAllowedNow(_ENDS_OTHERWISE[consent.purpose])
    if consent.revoked_at is not None:
        raise NotAllowedNow("这项授权已经撤回")
    if consent.lapsed_at is not None or (consent.until is not None and consent.until < today):
        raise NotAllowedNow("这项授权已经到期")


async def _keep(
    owner: Viewer, enterprise: Enterprise, wanted: Grant, consent_id: UUID, now: datetime
) -> Consent:
    await execute(_LAPSE, enterprise.id, wanted.purpose.value, now, day_in_shanghai(now))
    consent = await Consent.create(
        id=consent_id,
        enterprise_id=enterprise.id,
        person_id=owner.person_id,
        purpose=wanted.purpose,
        text_version=wanted.text_version,
        granted_at=now,
        until=wanted.until,
    )
    await _write_line(owner, consent, ledger.What.CONSENT_GRANTED, now)
    await enqueue(ConsentGranted(consent_id=consent.id, enterprise_id=enterprise.id))
    return consent


async def _write_line(owner: Viewer, consent: Consent, what: ledger.What, now: datetime) -> None:
    line = ledger.Line(
        enterprise_id=consent.enterprise_id,
        what=what,
        purpose=ledger.Purpose.OWN,
        consent_id=consent.id,
    )
    await ledger.write(owner, [line], now)


def _refuse(field: str, message: str) -> None:
    problems = Problems()
    problems.add(field, message)
    problems.raise_if_any()
