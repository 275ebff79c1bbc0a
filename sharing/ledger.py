"""The access ledger: every reading of an enterprise's information, grant, refusal and export.

Append-only in the database, which also chains the lines as they commit. A reading is written with
the purpose it served, before its answer goes out; one that serves none is refused, and the
refusal is a line too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from accounts.viewers import Viewer
from storage.database import execute
from storage.models.demand import Demand

PLATFORM = "PLATFORM"
"""Stands as the role where the platform itself reads, to match a demand."""

VISITOR = "VISITOR"
"""Stands as the role of whoever scans an enterprise's 苏信码, signed in or not."""

PERSON = "PERSON"
"""Stands as the role of a person who acts for nothing: about their own consent."""

# No code and no field's name holds the unit separator, so it keeps a line's names apart.
_APART = "\x1f"

_WRITE = """
INSERT INTO access_ledger (at, person_id, role, institution_id, enterprise_id, what,
  purpose_kind, purpose_id, consent_id, allowed, refusal, categories, field_names)
SELECT $1, $2, $3, coalesce(l.institution_id, $4), l.enterprise_id, l.what, l.purpose_kind,
       l.purpose_id, l.consent_id, l.allowed, l.refusal,
       string_to_array(l.categories, chr(31)), string_to_array(l.field_names, chr(31))
  FROM unnest($5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::uuid[], $10::bool[],
              $11::text[], $12::text[], $13::text[], $14::uuid[])
    AS l (enterprise_id, what, purpose_kind, purpose_id, consent_id, allowed, refusal,
          categories, field_names, institution_id)
"""


class What(StrEnum):
    """What a line speaks of."""

    GRADE_READ = "GRADE_READ"
    DATA_READ = "DATA_READ"
    VERIFICATION = "VERIFICATION"
    CONTACT_READ = "CONTACT_READ"
    INTERFACE_CALLED = "INTERFACE_CALLED"
    CONSENT_GRANTED = "CONSENT_GRANTED"
    CONSENT_NARROWED = "CONSENT_NARROWED"
    CONSENT_RENEWED = "CONSENT_RENEWED"
    CONSENT_REVOKED = "CONSENT_REVOKED"
    BATCH_EXPORTED = "BATCH_EXPORTED"
    REPORT_ISSUED = "REPORT_ISSUED"
    WHITELIST_SENT = "WHITELIST_SENT"
    DATA_EXPORTED = "DATA_EXPORTED"
    OBJECTION_FILED = "OBJECTION_FILED"
    OBJECTION_HANDED_OVER = "OBJECTION_HANDED_OVER"
    LEDGER_READ = "LEDGER_READ"


class Purpose(StrEnum):
    """Why: what `purpose_id` names, the enterprise's own people, or nothing that would allow it."""

    OWN = "OWN"
    DEMAND = "DEMAND"
    APPLICATION = "APPLICATION"
    GRADE_RUN = "GRADE_RUN"
    INVITATION = "INVITATION"
    CREDIT_CODE = "CREDIT_CODE"
    BATCH = "BATCH"
    STATISTICS = "STATISTICS"
    SUPERVISION = "SUPERVISION"
    NONE = "NONE"


class Refusal(StrEnum):
    """Why nothing was shown."""

    NO_PURPOSE = "NO_PURPOSE"
    NO_CONSENT = "NO_CONSENT"
    CONSENT_REVOKED = "CONSENT_REVOKED"
    CONSENT_EXPIRED = "CONSENT_EXPIRED"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    NOT_LET_IN = "NOT_LET_IN"
    INSTITUTION_INACTIVE = "INSTITUTION_INACTIVE"
    PERSONS_CONSENT_MISSING = "PERSONS_CONSENT_MISSING"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line about one enterprise.

    `categories` are codes (JS-13), `fields` names of fields as the list has them, each behind its
    category's code (JS-13/缴存状态): never a value. `institution_id` is who was sent something
    where that is not the viewer's own. A refused line without `refusal` had no purpose.
    """

    enterprise_id: UUID
    what: What
    purpose: Purpose
    purpose_id: UUID | None = None
    consent_id: UUID | None = None
    allowed: bool = True
    refusal: Refusal | None = None
    categories: Sequence[str] = ()
    fields: Sequence[str] = ()
    institution_id: UUID | None = None

    @property
    def reason(self) -> str | None:
        """The refusal's code; None for a line that was allowed."""
        return None if self.allowed else (self.refusal or Refusal.NO_PURPOSE).value


async def write(viewer: Viewer | None, lines: Sequence[Line], at: datetime) -> None:
    """Write what a viewer, or the platform where there is none, read or was refused, at once."""
    if not lines:
        return
    role = (viewer.role.value if viewer.role else PERSON) if viewer else PLATFORM
    person_id = viewer.person_id if viewer else None
    await _write(role, person_id, viewer.institution_id if viewer else None, lines, at)


async def write_for_a_visitor(line: Line, at: datetime) -> None:
    """Write what somebody was shown, or refused, who need not say who they are."""
    await _write(VISITOR, None, None, [line], at)


async def _write(
    role: str,
    person_id: UUID | None,
    institution_id: UUID | None,
    lines: Sequence[Line],
    at: datetime,
) -> None:
    await execute(
        _WRITE,
        at,
        person_id,
        role,
        institution_id,
        [line.enterprise_id for line in lines],
        [line.what.value for line in lines],
        [line.purpose.value for line in lines],
        [line.purpose_id for line in lines],
        [line.consent_id for line in lines],
        [line.allowed for line in lines],
        [line.reason for line in lines],
        [_APART.join(line.categories) for line in lines],
        [_APART.join(line.fields) for line in lines],
        [line.institution_id for line in lines],
    )


async def record_readings(demands: Sequence[Demand], at: datetime) -> None:
    """The platform read the grades of enterprises to match their demands, under the consents of
    the demands; at once.
    """
    lines = [
        Line(
            enterprise_id=demand.enterprise_id,
            what=What.GRADE_READ,
            purpose=Purpose.DEMAND,
            purpose_id=demand.id,
            consent_id=demand.consent_id,
        )
        for demand in demands
    ]
    await write(None, lines, at)
