"""苏信码: shows an enterprise's credit grade to whoever scans its code, while its owner agrees.

The code names the enterprise and is sealed by a digest that only this set-up can make, so it is not
guessed. What it shows hangs on the CREDIT_CODE consent alone (苏政办发〔2022〕59号 8).
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from foundation.clock import day_in_shanghai
from foundation.sealing import digests_agree, keyed_digest
from sharing import ledger
from sharing.consenting.rules import ConsentState, state_of
from sharing.grading import HeldGrade, current_grade
from storage.models.consent import Consent, ConsentPurpose
from storage.models.enterprise import Enterprise

MAX_CODE = 32
_ID_BYTES, _SEAL_BYTES = 16, 8


@dataclass(frozen=True)
class Shown:
    """What a code shows: whose grade, and the grade of today."""

    enterprise: Enterprise
    grade: HeldGrade


def code_of(enterprise_id: UUID) -> str:
    """The code of an enterprise, 32 characters for an address or a picture."""
    return base64.urlsafe_b64encode(enterprise_id.bytes + _seal(enterprise_id)).decode()


def code_under(consent: Consent, today: date) -> str | None:
    """The code that a consent lets show something; None for any other consent, or an ended one."""
    stands = state_of(consent, today) is ConsentState.ACTIVE
    if consent.purpose is not ConsentPurpose.CREDIT_CODE or not stands:
        return None
    return code_of(consent.enterprise_id)


async def shown_by(code: str, now: datetime) -> Shown | None:
    """What a code shows, which is a line of the ledger; None for an unknown code, and for one
    whose consent was not given, was taken back or is over, which is a line too.
    """
    enterprise_id = _named_by(code)
    enterprise = await Enterprise.get_or_none(id=enterprise_id) if enterprise_id else None
    if enterprise is None:
        return None
    today = day_in_shanghai(now)
    consent = await _newest_consent(enterprise.id)
    refusal = _refusal(consent, today)
    line = ledger.Line(
        enterprise_id=enterprise.id,
        what=ledger.What.GRADE_READ,
        purpose=ledger.Purpose.CREDIT_CODE,
        consent_id=consent.id if consent else None,
        allowed=refusal is None,
        refusal=refusal,
    )
    await ledger.write_for_a_visitor(line, now)
    if refusal is not None:
        return None
    return Shown(enterprise, await current_grade(enterprise.id, today))


def _refusal(consent: Consent | None, today: date) -> ledger.Refusal | None:
    if consent is None:
        return ledger.Refusal.NO_CONSENT
    match state_of(consent, today):
        case ConsentState.ACTIVE:
            return None
        case ConsentState.EXPIRED:
            return ledger.Refusal.CONSENT_EXPIRED
    return ledger.Refusal.CONSENT_REVOKED


async def _newest_consent(enterprise_id: UUID) -> Consent | None:
    given = Consent.filter(enterprise_id=enterprise_id, purpose=ConsentPurpose.CREDIT_CODE)
    return await given.order_by("-id").first()


def _named_by(code: str) -> UUID | None:
    if len(code) != MAX_CODE:
        return None
    try:
        body = base64.b64decode(code.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(body) != _ID_BYTES + _SEAL_BYTES:
        return None
    enterprise_id, seal = UUID(bytes=body[:-_SEAL_BYTES]), body[-_SEAL_BYTES:]
    return enterprise_id if digests_agree(seal, _seal(enterprise_id)) else None


def _seal(enterprise_id: UUID) -> bytes:
    return keyed_digest("credit code", enterprise_id.bytes)[:_SEAL_BYTES]
