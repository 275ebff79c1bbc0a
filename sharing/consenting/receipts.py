"""The signed receipt of a consent: who agreed to what, on which words, for whom and until when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from foundation import receipts
from foundation.identifiers import encode_id
from foundation.tokens import KeyRing
from sharing.consenting.rules import Scope
from storage.models.consent import Consent

KIND = "consent"


def receipt_of(consent: Consent, scope: Scope, ring: KeyRing, now: datetime) -> str:
    """A receipt of a consent as it stands now. What was agreed to never changes; its end is said.

    Ids only: the person's name and number stand nowhere in it.
    """
    return receipts.sign(ring, KIND, _claims(consent, scope), now)


def read_receipt(jwks: Mapping[str, Any], receipt: str) -> dict[str, Any]:
    """What a receipt says, verified. Raises receipts.BadReceipt."""
    return receipts.read(jwks, KIND, receipt)


def _claims(consent: Consent, scope: Scope) -> dict[str, Any]:
    digest = consent.text_digest
    return {
        "consent": encode_id("consent", consent.id),
        "enterprise": encode_id("enterprise", consent.enterprise_id),
        "person": encode_id("person", consent.person_id),
        "subject": consent.subject.value,
        "purpose": consent.purpose.value,
        "grantee": consent.grantee_id and encode_id("institution", consent.grantee_id),
        "demand": consent.demand_id and encode_id("demand", consent.demand_id),
        "scope": [{"category": one.category, "fields": list(one.fields)} for one in scope],
        "text_version": consent.text_version,
        "text_sha256": bytes(digest).hex() if digest else None,
        "granted_at": consent.granted_at.isoformat(),
        "until": consent.until and consent.until.isoformat(),
        "revoked_at": consent.revoked_at and consent.revoked_at.isoformat(),
        "superseded_by": consent.superseded_by_id
        and encode_id("consent", consent.superseded_by_id),
    }
