"""Readings of a demand's enterprise that stand in the access ledger: its grade, its contact.

Each serves the demand, under the consent it was published with; the owner's own readings are
noted as such.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.access import officers_institution, owned_enterprise
from accounts.viewers import Viewer
from credit.levels import GradeLevel
from foundation.clock import day_in_shanghai
from marketplace.demand_views import LET_IN
from sharing import ledger
from sharing.grading import current_grades
from sharing.ledger import Line, Purpose, What
from storage.database import fetch


@dataclass(frozen=True)
class Contact:
    """Who answers for a demand, and the phone number, +86 and eleven digits."""

    name: str
    phone: str


async def grade_levels_of(
    viewer: Viewer | None, demand_ids: Sequence[UUID], now: datetime
) -> list[GradeLevel]:
    """The credit grades of the enterprises behind demands that the viewer may see, in order."""
    rows = await fetch(
        "SELECT id, enterprise_id, consent_id FROM demand WHERE id = ANY($1::uuid[])",
        list(demand_ids),
    )
    held = await current_grades({row["enterprise_id"] for row in rows}, day_in_shanghai(now))
    await ledger.write(viewer, [_line(viewer, row, What.GRADE_READ) for row in rows], now)
    levels = {row["id"]: held[row["enterprise_id"]].level for row in rows}
    return [levels[key] for key in demand_ids]


async def contacts_of(
    viewer: Viewer | None, demand_ids: Sequence[UUID], now: datetime
) -> list[Contact | None]:
    """Whom to call about demands, None where the viewer has not been let in."""
    if viewer is None:
        return [None] * len(demand_ids)
    rows = await fetch(
        f"""
        SELECT d.id, d.enterprise_id, d.consent_id, p.phone,
               coalesce(p.name, '企业联系人') AS name
          FROM demand d JOIN person p ON p.id = d.publisher_id
         WHERE d.id = ANY($1::uuid[]) AND p.phone IS NOT NULL AND {LET_IN}
        """,  # noqa: S608 - a constant
        list(demand_ids),
        owned_enterprise(viewer),
        officers_institution(viewer),
    )
    foreign = [row for row in rows if row["enterprise_id"] != owned_enterprise(viewer)]
    await ledger.write(viewer, [_line(viewer, row, What.CONTACT_READ) for row in foreign], now)
    found = {row["id"]: Contact(row["name"], row["phone"]) for row in rows}
    return [found.get(key) for key in demand_ids]


def _line(viewer: Viewer | None, row: Mapping[str, Any], what: What) -> Line:
    is_own = viewer is not None and owned_enterprise(viewer) == row["enterprise_id"]
    return Line(
        enterprise_id=row["enterprise_id"],
        what=what,
        purpose=Purpose.OWN if is_own else Purpose.DEMAND,
        purpose_id=row["id"],
        consent_id=row["consent_id"],
    )
