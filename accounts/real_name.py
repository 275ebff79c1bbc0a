"""Real name: the legal representative's name and ID number agree with the registry.

The ID number is handed to the registry and to nothing else: it is neither kept nor logged.
"""

import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from accounts.codes import spoken_wait
from accounts.registration import as_claimed
from accounts.registry import Registry
from accounts.viewers import Viewer
from foundation.city import cities
from foundation.errors import (
    FieldProblem,
    Locked,
    NotFound,
    Problems,
    Unavailable,
    ValidationFailed,
)
from foundation.identifiers import is_valid_id_number, new_id
from storage.database import execute, fetch_one, transaction
from storage.models.enterprise import Enterprise, VerificationStep

SPAN = timedelta(days=1)
MAX_PER_ENTERPRISE = 5
MAX_PER_PERSON = 10
# A try that has begun counts as wrong while its answer can still come.
PENDING = timedelta(seconds=10)

# An enterprise of the person's own, or one they have claimed.
_TARGET = """
SELECT e.id AS enterprise_id, NULL::uuid AS claim_id, e.uscc, e.city,
       e.real_name_verified_at IS NOT NULL AS verified
FROM enterprise e JOIN membership m ON m.enterprise_id = e.id
WHERE e.id = $1 AND m.person_id = $2 AND m.role = 'OWNER' AND m.ended_at IS NULL
UNION ALL
SELECT e.id, c.id, e.uscc, e.city, c.verified_at IS NOT NULL
FROM ownership_claim c JOIN enterprise e ON e.id = c.enterprise_id
WHERE c.id = $1 AND c.person_id = $2
"""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('real name ' || $1, 0))"

_WRONG = """
SELECT count(*) AS of_person, min(at) AS first_of_person,
       count(*) FILTER (WHERE enterprise_id = $2) AS of_enterprise,
       min(at) FILTER (WHERE enterprise_id = $2) AS first_of_enterprise
FROM verification_attempt a
WHERE person_id = $1 AND (
  (step = 'DISAGREED' AND at > $3)
  OR (step = 'BEGAN' AND at > $4 AND NOT EXISTS (
    SELECT FROM verification_attempt x WHERE x.try_id = a.try_id AND x.step <> 'BEGAN')))
"""

_STEP = """
INSERT INTO verification_attempt (id, try_id, enterprise_id, person_id, at, step)
VALUES ($1, $2, $3, $4, $5, $6)
"""

_CONSENT = """
INSERT INTO consent (id, enterprise_id, person_id, purpose, text_version, granted_at, text_digest)
VALUES ($1, $2, $3, 'REAL_NAME', $4, $5, $6)
"""

# Who gave the legal representative's name and ID number here, and not before the representative
# changed, or came from an entry app that vouches for it.
_REPRESENTS = """
SELECT EXISTS (
  SELECT FROM verification_attempt v JOIN enterprise e ON e.id = v.enterprise_id
   WHERE v.person_id = $1 AND v.enterprise_id = $2 AND v.step = 'AGREED'
     AND (e.representative_since IS NULL
       OR (v.at AT TIME ZONE 'Asia/Shanghai')::date >= e.representative_since)
) OR EXISTS (
  SELECT FROM external_account WHERE person_id = $1 AND represents @> to_jsonb($3::text)
) AS represents
"""

_VERIFIED = """
UPDATE enterprise SET real_name_verified_at = $2 WHERE id = $1 AND real_name_verified_at IS NULL
"""

_CLAIM_VERIFIED = """
UPDATE ownership_claim SET verified_at = $2, consent_text_version = $3
WHERE id = $1 AND verified_at IS NULL
"""


@dataclass(frozen=True)
class _Try:
    """One try of one person at one enterprise."""

    try_id: UUID
    enterprise_id: UUID
    person_id: UUID

    async def note(self, step: VerificationStep, now: datetime) -> None:
        ids = (new_id(), self.try_id, self.enterprise_id, self.person_id)
        await execute(_STEP, *ids, now, step.value)


async def verify(
    viewer: Viewer,
    enterprise_id: UUID | None,
    *,
    legal_representative: str,
    id_number: str,
    consent_text_version: str,
    registry: Registry,
    now: datetime,
) -> Enterprise:
    """Verify the real name behind one of the viewer's enterprises; repeatable once it is.

    Raises NotFound, ValidationFailed, Locked after five wrong tries in 24 hours (ten over all
    enterprises), Unavailable when the registry is silent; then nothing is changed.
    """
    target = await fetch_one(_TARGET, enterprise_id, viewer.person_id)
    if target is None:
        raise NotFound
    name = unicodedata.normalize("NFKC", legal_representative[:200]).strip()
    number = unicodedata.normalize("NFKC", id_number[:60]).strip().upper()
    if not target["verified"]:
        _check(name, number, consent_text_version, target["city"])
        attempt = _Try(new_id(), target["enterprise_id"], viewer.person_id)
        left = await _begin(attempt, now)
        if not await _ask(registry, target["uscc"], name, number, attempt, now):
            await attempt.note(VerificationStep.DISAGREED, now)
            raise _disagreed(left)
        await _keep(attempt, target, name, consent_text_version, now)
    return await _answer(target)


async def prove(
    enterprise_id: UUID,
    person_id: UUID,
    agrees: Callable[[], Awaitable[bool]],
    *,
    notes_success: bool,
    now: datetime,
) -> None:
    """Let a person prove who they are at an enterprise, within the same limits of wrong tries.

    `notes_success` keeps that they are its legal representative. Raises ValidationFailed, Locked
    after wrong tries, Unavailable when whoever is asked is silent.
    """
    attempt = _Try(new_id(), enterprise_id, person_id)
    left = await _begin(attempt, now)
    try:
        agreed = await agrees()
    except Unavailable:
        await attempt.note(VerificationStep.UNANSWERED, now)
        raise
    if not agreed:
        await attempt.note(VerificationStep.DISAGREED, now)
        raise _disagreed(left, "姓名或身份证号码与登记信息不一致")
    if notes_success:
        await attempt.note(VerificationStep.AGREED, now)


async def is_legal_representative(person_id: UUID, enterprise: Enterprise) -> bool:
    """Whether a person has proven to be an enterprise's legal representative, here or through an
    entry app that vouches for it.
    """
    found = await fetch_one(_REPRESENTS, person_id, enterprise.id, enterprise.uscc)
    return bool(found and found["represents"])


def _check(name: str, number: str, consent_text_version: str, city: str) -> None:
    problems = Problems()
    problems.check(2 <= len(name) <= 60, "legalRepresentative", "请输入法定代表人姓名")
    problems.check(is_valid_id_number(number), "idNumber", "身份证号码有误，请核对 18 位号码")
    in_force = cities()[city].consent_text("REAL_NAME").version == consent_text_version
    problems.check(in_force, "consentTextVersion", "授权文本已更新，请重新阅读并同意")
    problems.raise_if_any()


async def _begin(attempt: _Try, now: datetime) -> int:
    """Count the try before it is made; how many are left after it."""
    async with transaction():
        await execute(_LOCK, str(attempt.person_id))
        wrong = await fetch_one(
            _WRONG, attempt.person_id, attempt.enterprise_id, now - SPAN, now - PENDING
        )
        left = _tries_left(wrong or {}, now)
        await attempt.note(VerificationStep.BEGAN, now)
    return left


def _tries_left(wrong: Mapping[str, Any], now: datetime) -> int:
    limits = {"of_enterprise": MAX_PER_ENTERPRISE, "of_person": MAX_PER_PERSON}
    for which, limit in limits.items():
        if wrong[which] >= limit:
            opens = wrong[f"first_{which}"] + SPAN
            seconds = max(1, ceil((opens - now).total_seconds()))
            raise Locked(f"核验失败次数过多，请{spoken_wait(seconds)}后再试", seconds)
    return min(limit - int(wrong[which]) for which, limit in limits.items()) - 1


async def _ask(
    registry: Registry, uscc: str, name: str, number: str, attempt: _Try, now: datetime
) -> bool:
    try:
        return await registry.agrees(uscc, name, number)
    except Unavailable:
        await attempt.note(VerificationStep.UNANSWERED, now)
        raise


def _disagreed(
    left: int, what: str = "法定代表人姓名或身份证号码与登记信息不一致"
) -> ValidationFailed:
    then = f"还可以试{left}次" if left else "请明天再试"
    sentence = f"{what}，{then}"
    return ValidationFailed([FieldProblem("idNumber", sentence)])


async def _keep(
    attempt: _Try,
    target: Mapping[str, Any],
    name: str,
    consent_text_version: str,
    now: datetime,
) -> None:
    async with transaction():
        await attempt.note(VerificationStep.AGREED, now)
        if target["claim_id"] is not None:
            await execute(_CLAIM_VERIFIED, target["claim_id"], now, consent_text_version)
            return
        if await execute(_VERIFIED, attempt.enterprise_id, now):
            ids = (new_id(), attempt.enterprise_id, attempt.person_id)
            digest = cities()[target["city"]].consent_text("REAL_NAME").digest
            await execute(_CONSENT, *ids, consent_text_version, now, digest)
        await execute(
            "UPDATE person SET name = $2 WHERE id = $1 AND name IS NULL", attempt.person_id, name
        )


async def _answer(target: Mapping[str, Any]) -> Enterprise:
    enterprise = await Enterprise.get(id=target["enterprise_id"])
    if target["claim_id"] is None:
        return enterprise
    return as_claimed(enterprise, target["claim_id"])
