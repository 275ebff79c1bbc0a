"""Readings of grades by people: allowed with a purpose or refused, and each one a ledger line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.access import INSTITUTION_SEES_DEMAND, officers_institution, owned_enterprise
from accounts.viewers import Viewer
from foundation.clock import day_in_shanghai
from sharing.grading import HeldGrade, current_grades
from sharing.ledger import Line, Purpose, What, write
from storage.database import fetch

# The newest demand on which the owner let the institution in: the purpose of its reading.
_LET_IN = f"""
SELECT DISTINCT ON (d.enterprise_id) d.enterprise_id, d.id AS demand_id
  FROM demand d JOIN offer x ON x.demand_id = d.id
 WHERE d.enterprise_id = ANY($1::uuid[]) AND x.institution_id = $2 AND x.status = 'ACCEPTED'
   AND {INSTITUTION_SEES_DEMAND.format(institution="$2", city="$3::text")}
 ORDER BY d.enterprise_id, d.published_at DESC, d.id
"""  # noqa: S608 - a constant; every value is a parameter


@dataclass(frozen=True)
class GradeReading:
    """A grade as one viewer reads it; without `shows_values` only its letters show."""

    held: HeldGrade
    shows_values: bool


async def read_grades(
    viewer: Viewer | None, enterprise_ids: Sequence[UUID], now: datetime
) -> dict[UUID, GradeReading | None]:
    """Grades for a viewer, each reading written into the ledger; None for a refused one.

    The owner sees everything; an officer, through the demand on which its bank was let in, the
    letters; nobody else anything (苏政办发〔2022〕59号 清单说明: no raw data without consent).
    """
    held = await current_grades(enterprise_ids, day_in_shanghai(now))
    demands = await _demands_that_let_in(viewer, enterprise_ids)
    lines, readings = [], {}
    for enterprise_id in enterprise_ids:
        grade = held.get(enterprise_id)
        purpose = _purpose(viewer, enterprise_id, demands)
        allowed = grade is not None and purpose is not Purpose.NONE
        readings[enterprise_id] = (
            GradeReading(grade, purpose is Purpose.OWN) if grade and allowed else None
        )
        lines.append(
            Line(
                enterprise_id=enterprise_id,
                what=What.GRADE_READ,
                purpose=purpose,
                purpose_id=demands.get(enterprise_id),
                consent_id=grade.consent_id if grade else None,
                allowed=allowed,
            )
        )
    await write(viewer, lines, now)
    return readings


async def _demands_that_let_in(
    viewer: Viewer | None, enterprise_ids: Sequence[UUID]
) -> dict[UUID, UUID]:
    institution = officers_institution(viewer) if viewer else None
    if viewer is None or institution is None:
        return {}
    rows = await fetch(_LET_IN, list(enterprise_ids), institution, viewer.city)
    return {row["enterprise_id"]: row["demand_id"] for row in rows}


def _purpose(viewer: Viewer | None, enterprise_id: UUID, demands: dict[UUID, UUID]) -> Purpose:
    if viewer is not None and owned_enterprise(viewer) == enterprise_id:
        return Purpose.OWN
    return Purpose.DEMAND if enterprise_id in demands else Purpose.NONE
