"""The access ledger: every reading of an enterprise's credit information, grant and refusal.

Append-only in the database. A reading is written with the purpose it served, before its answer
goes out; one that serves none is refused, and the refusal is a line too.
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

_WRITE = """
INSERT INTO access_ledger (at, person_id, role, institution_id, enterprise_id, what,
  purpose_kind, purpose_id, consent_id, allowed)
SELECT $1, $2, $3, $4, l.enterprise_id, l.what, l.purpose_kind, l.purpose_id, l.consent_id,
       l.allowed
  FROM unnest($5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::uuid[], $10::bool[])
    AS l (enterprise_id, what, purpose_kind, purpose_id, consent_id, allowed)
"""


class What(StrEnum):
    """What a line speaks of."""

    GRADE_READ = "GRADE_READ"
    CONTACT_READ = "CONTACT_READ"
    CONSENT_GRANTED = "CONSENT_GRANTED"
    CONSENT_REVOKED = "CONSENT_REVOKED"


class Purpose(StrEnum):
    """Why: the enterprise's own people, a demand, or nothing that would allow it."""

    OWN = "OWN"
    DEMAND = "DEMAND"
    NONE = "NONE"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line about one enterprise."""

    enterprise_id: UUID
    what: What
    purpose: Purpose
    purpose_id: UUID | None = None
    consent_id: UUID | None = None
    allowed: bool = True


async def write(viewer: Viewer | None, lines: Sequence[Line], at: datetime) -> None:
    """Write what a viewer, or the platform where there is none, read or was refused, at once."""
    if not lines:
        return
    role = viewer.role.value if viewer and viewer.role else PLATFORM
    await execute(
        _WRITE,
        at,
        viewer.person_id if viewer else None,
        role,
        viewer.institution_id if viewer else None,
        [line.enterprise_id for line in lines],
        [line.what.value for line in lines],
        [line.purpose.value for line in lines],
        [line.purpose_id for line in lines],
        [line.consent_id for line in lines],
        [line.allowed for line in lines],
    )


async def record_reading(demand: Demand, at: datetime) -> None:
    """The platform read an enterprise's grade to match its demand, under the demand's consent."""
    line = Line(
        enterprise_id=demand.enterprise_id,
        what=What.GRADE_READ,
        purpose=Purpose.DEMAND,
        purpose_id=demand.id,
        consent_id=demand.consent_id,
    )
    await write(None, [line], at)
