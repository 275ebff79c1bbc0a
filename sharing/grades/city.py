"""A run over many enterprises of one city: in parts, each in a transaction of its own.

The rankings are read once, so every one of them is placed in the same population. A run that was
interrupted is taken up behind its last part as long as its input is the same.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from foundation.clock import day_in_shanghai
from foundation.identifiers import new_id
from sharing.consenting.coverage import UNCONSENTED, grading_consents
from sharing.grades.computing import compute_all, compute_changed, look_up
from sharing.grades.keeping import Fresh, formers_of, keep
from sharing.grades.rankings import CityRankings, Progress, Rankings
from sharing.grades.rows import Graded
from sharing.grades.runs import begin, groups_of, unfinished
from storage.database import fetch, fetch_models, fetch_one, transaction
from storage.models.consent import STANDS
from storage.models.enterprise import Enterprise
from storage.models.grade_run import GradeRun, GradeRunKind, GradeRunPart

PART = 500
"""Enterprises of one transaction: none of them waits for it longer than about a second."""

_STANDS = STANDS.format(c="c", today="$2")

# Graded are those who consent now and those who have a grade that may have to end.
_GRADED = f"""
  FROM enterprise e
 WHERE e.city = $1
   AND (EXISTS (SELECT FROM grade g WHERE g.enterprise_id = e.id AND g.superseded_at IS NULL)
     OR EXISTS (SELECT FROM consent c
         WHERE c.enterprise_id = e.id AND c.purpose = 'GRADING' AND {_STANDS}))
"""  # noqa: S608 - a constant; every value is a parameter
_NEXT = f"SELECT e.id {_GRADED} AND ($3::uuid IS NULL OR e.id > $3) ORDER BY e.id LIMIT $4"
_HOW_MANY = f"SELECT count(*) AS n {_GRADED}"

# In the order of ids, so that two runs never wait for each other; like every grading, under the
# lock that keeps two of them from superseding the same row.
_LOCKED = """
SELECT * FROM enterprise WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""

# Only those who consent are ranked.
_INDUSTRIES = f"""
SELECT DISTINCT e.industry FROM enterprise e
 WHERE e.id = ANY($1::uuid[]) AND e.industry <> '' AND EXISTS (
   SELECT FROM consent c WHERE c.enterprise_id = e.id AND c.purpose = 'GRADING' AND {_STANDS})
"""  # noqa: S608 - a constant; every value is a parameter

_LAST_PART = "SELECT * FROM grade_run_part WHERE run_id = $1 ORDER BY number DESC LIMIT 1"
_TOTALS = """
SELECT coalesce(sum(enterprises), 0)::int AS enterprises, coalesce(sum(kept), 0)::int AS kept,
       coalesce(sum(changed), 0)::int AS changed
  FROM grade_run_part WHERE run_id = $1
"""


@dataclass(frozen=True)
class RunReport:
    """What a run did: how many it graded, kept anew, and gave another level."""

    run_id: UUID
    enterprises: int
    kept: int
    changed: int


@dataclass(frozen=True)
class _Job:
    """One run at work."""

    run: GradeRun
    rankings: CityRankings
    ranked: Rankings
    now: datetime


async def run_city(
    city: str,
    kind: GradeRunKind,
    now: datetime,
    *,
    reading: Progress | None = None,
    grading: Progress | None = None,
) -> RunReport:
    """Grade every enterprise of a city that consents or has been graded.

    A monthly run keeps every grade anew, a nightly one those whose level, reason or a letter is
    another one: a grade stands until the next monthly run (A2-27). Of two at once the second
    waits. `reading` and `grading` are told how many enterprises are done.
    """
    rankings = CityRankings(city, day_in_shanghai(now))
    ranked = await rankings.of_city(reading)
    async with transaction():
        await fetch("SELECT pg_advisory_xact_lock(hashtext($1))", f"grade run {city}")
        run = await unfinished(kind, rankings, ranked)
        run = run or await begin(kind, rankings, ranked, groups_of(ranked), now)
    job = _Job(run, rankings, ranked, now)
    done = (await _totals(run)).enterprises
    async for part in _parts(job):
        done += part
        if grading:
            grading(done)
    return await _totals(run)


async def how_many(city: str, today: date) -> int:
    """How many enterprises a run over a city would grade."""
    row = await fetch_one(_HOW_MANY, city, today)
    return int(row["n"]) if row else 0


async def run_batch(enterprise_ids: Sequence[UUID], city: str, now: datetime) -> RunReport | None:
    """Grade these enterprises of one city in one run; None where there are none."""
    if not enterprise_ids:
        return None
    rankings = CityRankings(city, day_in_shanghai(now))
    rows = await fetch(_INDUSTRIES, list(enterprise_ids), rankings.as_of)
    ranked = await rankings.of_industries({row["industry"] for row in rows})
    async with transaction():
        run = await begin(GradeRunKind.BATCH, rankings, ranked, groups_of(ranked), now)
    job = _Job(run, rankings, ranked, now)
    ids = sorted(enterprise_ids)
    for number, start in enumerate(range(0, len(ids), PART), start=1):
        page = ids[start : start + PART]
        await _part(job, page, number, is_last=start + PART >= len(ids))
    return await _totals(run)


async def _parts(job: _Job) -> AsyncIterator[int]:
    last = await fetch_models(GradeRunPart, _LAST_PART, job.run.id)
    number, beyond = (last[0].number, last[0].last_enterprise_id) if last else (0, None)
    while True:
        rows = await fetch(_NEXT, job.run.city, job.run.as_of, beyond, PART)
        page = [row["id"] for row in rows]
        number += 1
        await _part(job, page, number, is_last=len(page) < PART)
        yield len(page)
        if len(page) < PART:
            return
        beyond = page[-1]


async def _part(job: _Job, page: Sequence[UUID], number: int, *, is_last: bool) -> None:
    async with transaction():
        enterprises = await fetch_models(Enterprise, _LOCKED, list(page))
        kept = await _changed(job, enterprises)
        await keep(job.run, kept, job.now)
        await GradeRunPart.create(
            id=new_id(),
            run_id=job.run.id,
            number=number,
            last_enterprise_id=page[-1] if page else None,
            enterprises=len(page),
            kept=len(kept),
            changed=sum(one.former is None or one.changes_level for one in kept),
            is_last=is_last,
            at=job.now,
        )


async def _changed(job: _Job, enterprises: Sequence[Enterprise]) -> list[Fresh]:
    """The gradings to be kept: by a nightly run those that look otherwise than before."""
    as_of = job.run.as_of
    ids = [one.id for one in enterprises]
    consents = await grading_consents(ids, as_of)
    formers = await formers_of(ids)
    evidence = await look_up(enterprises, consents, job.rankings)
    populations, order = job.ranked.populations, [one.enterprise.id for one in evidence]
    graded: Sequence[Graded | None]
    if job.run.kind is GradeRunKind.CITY_NIGHTLY:
        seen = [former.seen if (former := formers.get(key)) else None for key in order]
        graded = await asyncio.to_thread(compute_changed, evidence, populations, as_of, seen)
    else:
        graded = await asyncio.to_thread(compute_all, evidence, populations, as_of)
    fresh = (
        Fresh(known, found, consents.get(key, UNCONSENTED).consent_id, formers.get(key))
        for known, key, found in zip(evidence, order, graded, strict=True)
        if found is not None
    )
    return [one for one in fresh if not one.is_same]


async def _totals(run: GradeRun) -> RunReport:
    row = await fetch_one(_TOTALS, run.id)
    totals = row or {}
    return RunReport(
        run.id, totals.get("enterprises", 0), totals.get("kept", 0), totals.get("changed", 0)
    )
