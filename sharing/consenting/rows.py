"""How consents are kept: the row, its scope, its end, and what replaces it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NoReturn
from uuid import UUID

from tortoise.exceptions import IntegrityError

from foundation.city import cities
from foundation.errors import Problems
from foundation.identifiers import new_id
from sharing.consenting.rules import Covered, Grant, Scope
from storage.database import execute, fetch, fetch_models
from storage.models.consent import Consent, ConsentSubject

ALREADY_GRANTED = "已有生效的授权，无需重复授权"
OVERLAPS = "其中有的信息已经授权给这家机构，请先缩小或撤回那一项"

# A consent past its last day makes room for its successor; it was never revoked.
_LAPSE = """
UPDATE consent SET lapsed_at = $4
 WHERE enterprise_id = $1 AND purpose = $2 AND subject = $3 AND revoked_at IS NULL
   AND lapsed_at IS NULL AND superseded_at IS NULL AND until < $5
"""

_SCOPE = """
INSERT INTO consent_scope (id, consent_id, category, field)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
"""

_SCOPES = """
SELECT consent_id, category, array_remove(array_agg(field ORDER BY id), NULL) AS fields
  FROM consent_scope WHERE consent_id = ANY($1::uuid[])
 GROUP BY consent_id, category ORDER BY consent_id, (array_agg(id ORDER BY id))[1]
"""

# The consent of a role which a new one replaces, expired or not.
_STANDING = """
SELECT * FROM consent
 WHERE enterprise_id = $1 AND subject = $2 AND revoked_at IS NULL AND lapsed_at IS NULL
   AND superseded_at IS NULL
   FOR NO KEY UPDATE
"""

# An enterprise's consent is its owner's; a person's is that person's alone.
_HELD_BY = """
SELECT * FROM consent
 WHERE id = $1 AND (subject = 'ENTERPRISE' AND enterprise_id = $2
                    OR subject <> 'ENTERPRISE' AND person_id = $3)
   FOR NO KEY UPDATE
"""


async def keep(
    wanted: Grant,
    *,
    city: str,
    person_id: UUID,
    consent_id: UUID,
    subject: ConsentSubject = ConsentSubject.ENTERPRISE,
    now: datetime,
    instead_of: Consent | None = None,
) -> Consent:
    """Write a consent with its scope on the text in force, in the open transaction; `instead_of`
    one that is locked, which it supersedes.

    Raises IntegrityError where an active one stands in the way; `explain_conflict` turns it into
    what the reader is told.
    """
    consent = Consent(
        id=consent_id,
        enterprise_id=wanted.enterprise_id,
        person_id=person_id,
        purpose=wanted.purpose,
        subject=subject,
        grantee_id=wanted.grantee_id,
        demand_id=wanted.demand_id,
        text_version=wanted.text_version,
        text_digest=cities()[city].consent_text(wanted.purpose).digest,
        granted_at=now,
        until=wanted.until,
    )
    if instead_of is not None:
        await replace(instead_of, consent, wanted.scope, now)
        return consent
    await consent.save(force_create=True)
    await write_scope(consent.id, wanted.scope)
    return consent


async def lapse(
    enterprise_id: UUID, wanted: Grant, subject: ConsentSubject, now: datetime, today: date
) -> None:
    """Note of former consents for the purpose that their last day is over."""
    await execute(_LAPSE, enterprise_id, wanted.purpose.value, subject.value, now, today)


async def replace(former: Consent, successor: Consent, scope: Scope, now: datetime) -> None:
    """Put a consent in the place of another, which stays as it was and is SUPERSEDED."""
    former.superseded_at, former.superseded_by_id = now, successor.id
    await former.save(update_fields=["superseded_at", "superseded_by_id"])
    await successor.save(force_create=True)
    await write_scope(successor.id, scope)


def successor_of(former: Consent, person_id: UUID, new_consent_id: UUID, now: datetime) -> Consent:
    """A consent to what another one says, given now."""
    return Consent(
        id=new_consent_id,
        enterprise_id=former.enterprise_id,
        person_id=person_id,
        purpose=former.purpose,
        subject=former.subject,
        grantee_id=former.grantee_id,
        demand_id=former.demand_id,
        text_version=former.text_version,
        text_digest=former.text_digest,
        granted_at=now,
        until=former.until,
    )


async def write_scope(consent_id: UUID, scope: Scope) -> None:
    """Write what a consent covers; nothing where it names no category."""
    lines = [(one.category, name) for one in scope for name in (one.fields or (None,))]
    if lines:
        await execute(
            _SCOPE,
            [new_id() for _ in lines],
            [consent_id for _ in lines],
            [category for category, _ in lines],
            [name for _, name in lines],
        )


async def scopes_of(consent_ids: Iterable[UUID]) -> dict[UUID, Scope]:
    """What consents cover, in one query; those that name no category are left out."""
    found: dict[UUID, list[Covered]] = defaultdict(list)
    for row in await fetch(_SCOPES, list(consent_ids)):
        covered = Covered(category=row["category"], fields=tuple(row["fields"]))
        found[row["consent_id"]].append(covered)
    return {consent_id: tuple(scope) for consent_id, scope in found.items()}


async def scope_of(consent_id: UUID) -> Scope:
    """What one consent covers; empty where it names no category."""
    return (await scopes_of([consent_id])).get(consent_id, ())


async def standing_persons(enterprise_id: UUID, subject: ConsentSubject) -> Consent | None:
    """The personal consent in a role that a new one would replace, locked in the transaction."""
    found = await fetch_models(Consent, _STANDING, enterprise_id, subject.value)
    return found[0] if found else None


async def locked(
    consent_id: UUID | None, enterprise_id: UUID | None, person_id: UUID
) -> Consent | None:
    """A consent of an owner's enterprise, or of the person's own, locked in the transaction."""
    rows: Sequence[Consent] = await fetch_models(
        Consent, _HELD_BY, consent_id, enterprise_id, person_id
    )
    return rows[0] if rows else None


_ONE_ACTIVE = ("consent_grading_key", "consent_personal_key", "consent_credit_code_key")


def explain_conflict(error: IntegrityError) -> NoReturn:
    """Raise what the reader is told of a consent that stands in the way, or the error itself."""
    problems = Problems()
    text = str(error)
    if "consent_scope_active_key" in text:
        problems.add("scope", OVERLAPS)
    elif any(key in text for key in _ONE_ACTIVE):
        problems.add("purpose", ALREADY_GRANTED)
    problems.raise_if_any()
    raise error
