"""The cohorts of a city, drawn from its consenting firms and kept as a whole for the rule lab."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.identifiers import new_id
from marketplace.applicants import applicants_of_city
from matching.applicant import Applicant
from matching.cohorts import Cohort, cohorts_of
from matching.replay import firm_kept, firm_read
from sharing.ledger import Line, Purpose, What, write
from storage.database import execute, fetch, fetch_one, transaction
from storage.models.consent import STANDS

if TYPE_CHECKING:
    from matching.lab import Laboratory

CHUNK = 500

_KEEP = """
INSERT INTO lab_cohort (id, city, drawn_on, number, size, typical)
SELECT c.id, $1, $2, c.number, c.size, c.typical
  FROM jsonb_to_recordset($3::jsonb) AS c (id uuid, number int, size int, typical jsonb)
"""


_AGREED = f"""
SELECT c.id, c.enterprise_id FROM consent c
 WHERE c.enterprise_id = ANY($1::uuid[]) AND c.purpose = 'GRADING'
   AND c.text_version = ANY($2::text[]) AND {STANDS.format(c="c", today="$3")}
"""  # noqa: S608 - a constant; every value is a parameter


@dataclass(frozen=True)
class Drawn:
    """How many firms were read, and how many cohorts they gave."""

    firms: int
    cohorts: int


@dataclass(frozen=True)
class KeptLaboratory:
    """A city's cohorts ready for questions, and the day they were drawn on."""

    drawn_on: date
    laboratory: "Laboratory"


@dataclass
class _Compiled:
    """What this process has compiled, by city, with the key of the draw."""

    kept: dict[str, tuple[UUID, KeptLaboratory]] = field(default_factory=dict)


_compiled = _Compiled()


async def draw_cohorts(city: str, now: datetime) -> Drawn:
    """Draw a city's cohorts anew from firms in business with an active grading consent on a text
    that speaks of statistics.

    That a firm was read is a line of the access ledger; the cohorts themselves name nobody.
    Under ten firms there are none, and the former ones go.
    """
    today = day_in_shanghai(now)
    firms: list[Applicant] = []
    beyond: UUID | None = None
    while True:
        page = await applicants_of_city(city, today, beyond=beyond, limit=CHUNK)
        agreed = await _agreed(city, [key for key, _, _ in page], today)
        chunk = [(key, firm) for key, firm, _ in page if key in agreed]
        lines = [
            Line(
                enterprise_id=key,
                what=What.GRADE_READ,
                purpose=Purpose.STATISTICS,
                consent_id=agreed[key],
            )
            for key, _ in chunk
        ]
        await write(None, lines, now)
        firms += [firm for _, firm in chunk]
        if len(page) < CHUNK:
            break
        beyond = page[-1][0]
    cohorts = await asyncio.to_thread(cohorts_of, firms)
    await _replace(city, today, cohorts)
    return Drawn(len(firms), len(cohorts))


async def _agreed(city: str, enterprise_ids: Sequence[UUID], today: date) -> dict[UUID, UUID]:
    """The grading consents on a text that lets them be counted, by enterprise."""
    versions = list(cities()[city].statistics_versions)
    rows = await fetch(_AGREED, list(enterprise_ids), versions, today)
    return {row["enterprise_id"]: row["id"] for row in rows}


async def _replace(city: str, today: date, cohorts: Sequence[Cohort]) -> None:
    rows = [
        {
            "id": new_id().hex,
            "number": number,
            "size": one.size,
            "typical": firm_kept(one.typical),
        }
        for number, one in enumerate(cohorts)
    ]
    async with transaction():
        # Two draws at once take turns, and the later one stays.
        await fetch("SELECT pg_advisory_xact_lock(hashtextextended('lab_cohort:' || $1, 0))", city)
        await execute("DELETE FROM lab_cohort WHERE city = $1", city)
        await execute(_KEEP, city, today, json.dumps(rows))


async def laboratory_of(city: str) -> KeptLaboratory | None:
    """A city's cohorts, compiled once for each draw; None when there are none."""
    first = await fetch_one("SELECT id FROM lab_cohort WHERE city = $1 AND number = 0", city)
    if first is None:
        return None
    known = _compiled.kept.get(city)
    if known is None or known[0] != first["id"]:
        rows = await fetch(
            "SELECT id, drawn_on, size, typical FROM lab_cohort WHERE city = $1 ORDER BY number",
            city,
        )
        if not rows:
            return None
        laboratory = await asyncio.to_thread(
            _laboratory, [(row["size"], row["typical"]) for row in rows]
        )
        known = (rows[0]["id"], KeptLaboratory(rows[0]["drawn_on"], laboratory))
        _compiled.kept[city] = known
    return known[1]


def _laboratory(rows: Sequence[tuple[int, str]]) -> "Laboratory":
    # Columns need numpy, which the API does not load at its start.
    from matching.lab import Laboratory

    return Laboratory.of([Cohort(firm_read(json.loads(typical)), size) for size, typical in rows])
