"""Grades kept: an enterprise is graded from its records and its industry's; what stands is read.

A grade is a row that never changes; the next one supersedes it. Without an active consent no
kept level is shown: it falls back to 未评级 on the day the consent ends.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from credit.facts import Facts
from credit.grade import GradeReason, MethodResult, grade
from credit.indicators import IndicatorResult
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.methods.rules import STANDARD_RULES
from credit.path import Outlook, outlook_of
from foundation.clock import day_in_shanghai
from sharing.consenting.coverage import CATEGORIES_OF, UNCONSENTED, grading_consents
from sharing.evidence import severe_records
from sharing.grades.basis import Basis
from sharing.grades.city import run_batch, run_city
from sharing.grades.computing import compute, look_up
from sharing.grades.keeping import Fresh, formers_of, keep
from sharing.grades.lapsed import PERSON_LAPSED, PERSONS, without_persons
from sharing.grades.rankings import CityRankings, Rankings
from sharing.grades.rows import indicator_of, methods_from
from sharing.grades.runs import begin
from sharing.records import SEVERE_FEEDS, enterprises_of_batch, records_of
from storage.database import fetch, fetch_models
from storage.models.consent import STANDS
from storage.models.enterprise import Enterprise
from storage.models.grade import Grade
from storage.models.grade_run import GradeRunKind

# The lock keeps two gradings of one enterprise from superseding the same row.
_LOCKED = "SELECT * FROM enterprise WHERE id = $1 FOR NO KEY UPDATE"

_HELD = f"""
SELECT e.id AS enterprise_id, e.city, e.uscc, e.in_business, g.id AS grade_id, g.level, g.method,
       g.reason_code, g.reason, g.as_of, g.indicators, g.methods, g.run_id,
       g.rule_version, g.outlook, {PERSON_LAPSED.format(grade="g", today="$2")} AS person_lapsed,
       c.id AS consent_id, {CATEGORIES_OF.format(consent="c.id")} AS categories
  FROM enterprise e LEFT JOIN grade g ON g.enterprise_id = e.id AND g.superseded_at IS NULL
  LEFT JOIN consent c ON c.enterprise_id = e.id AND c.purpose = 'GRADING'
   AND {STANDS.format(c="c", today="$2")}
 WHERE e.id = ANY($1::uuid[])
"""  # noqa: S608 - constants; every value is a parameter

# A grade whose ⑦ was not classified anyway reads the same without it.
_LAPSED = f"""
SELECT g.enterprise_id FROM grade g JOIN enterprise e ON e.id = g.enterprise_id
 WHERE e.city = $1 AND g.superseded_at IS NULL AND {PERSON_LAPSED.format(grade="g", today="$2")}
   AND jsonb_path_exists(
     g.indicators, '$[*] ? (@.number == {PERSONS} && @.letter != "NOT_CLASSIFIED")')
"""  # noqa: S608 - constants; every value is a parameter


@dataclass(frozen=True)
class HeldGrade:
    """The grade that stands for an enterprise, as its readers may be shown it.

    `grade_id`, `run_id` and `as_of` are None for one that was never graded; `consent_id` is the
    consent that a reading of it rests on, `categories` what that consent names, if it names any.
    `outlook` is that of a level that was read on the spot; a kept grade has its own
    (sharing/grades/receipts.py). `withheld` are the indicators that the consent leaves out,
    `bases` says by indicator number which record a letter rests on.
    """

    enterprise_id: UUID
    uscc: str
    city: str
    level: GradeLevel
    reason_code: GradeReason
    reason: str
    method: GradingMethod | None = None
    as_of: date | None = None
    indicators: tuple[IndicatorResult, ...] = ()
    methods: tuple[MethodResult, ...] = ()
    grade_id: UUID | None = None
    run_id: UUID | None = None
    rule_version: str | None = None
    consent_id: UUID | None = None
    categories: frozenset[str] | None = None
    withheld: tuple[int, ...] = ()
    outlook: Outlook | None = None
    bases: Mapping[int, Basis] = field(default_factory=dict)


async def grade_enterprise(enterprise_id: UUID, now: datetime) -> Grade:
    """Grade one enterprise as of today, in the open transaction, and keep the grade in a run.

    Without an active grading consent only the public severe list is read (A2-33). The former
    grade is superseded, and GradeChanged enqueued when the level is another one; the same facts
    on the same day change nothing. Raises LookupError for an unknown enterprise.
    """
    fresh, rankings, ranked = await _graded(enterprise_id, day_in_shanghai(now))
    if fresh.is_same:
        return await Grade.get(enterprise_id=enterprise_id, superseded_at=None)
    groups = list(fresh.graded.standings.items())
    run = await begin(GradeRunKind.ENTERPRISE, rankings, ranked, groups, now)
    kept = await keep(run, [fresh], now)
    return await Grade.get(id=kept[enterprise_id])


async def _graded(enterprise_id: UUID, as_of: date) -> tuple[Fresh, CityRankings, Rankings]:
    rows = await fetch_models(Enterprise, _LOCKED, enterprise_id)
    if not rows:
        raise LookupError("no such enterprise")
    enterprise = rows[0]
    consents = await grading_consents([enterprise_id], as_of)
    formers = await formers_of([enterprise_id])
    rankings = CityRankings(enterprise.city, as_of)
    (evidence,) = await look_up([enterprise], consents, rankings)
    ranked = await rankings.of_industries({enterprise.industry} - {""} if consents else set())
    graded = compute(evidence, ranked.populations, as_of)
    consent_id = consents.get(enterprise_id, UNCONSENTED).consent_id
    fresh = Fresh(evidence, graded, consent_id, formers.get(enterprise_id))
    return fresh, rankings, ranked


async def regrade(enterprise_ids: Iterable[UUID], city: str, now: datetime) -> int:
    """Grade enterprises of one city anew, in one run; how many have another level."""
    report = await run_batch(list(enterprise_ids), city, now)
    return report.changed if report else 0


async def regrade_city(
    city: str, now: datetime, kind: GradeRunKind = GradeRunKind.CITY_MONTHLY
) -> int:
    """Grade every enterprise of a city that consents or has been graded; how many changed."""
    return (await run_city(city, kind, now)).changed


async def regrade_after_import(batch_id: UUID, city: str, now: datetime) -> int:
    """Grade anew whoever a batch has rows about: a severe record suspends at once (A2-27)."""
    return await regrade(await enterprises_of_batch(batch_id, city), city, now)


async def current_grade(enterprise_id: UUID, today: date) -> HeldGrade:
    """The grade that stands for one enterprise. Raises KeyError for an unknown one."""
    return (await current_grades([enterprise_id], today))[enterprise_id]


async def current_grades(
    enterprise_ids: Iterable[UUID], today: date, *, explained: bool = True
) -> dict[UUID, HeldGrade]:
    """The grades that stand for enterprises, in one query, and one per city for those
    without a grade; unknown ids are left out. `explained`: with indicators and methods.

    Who shows one to somebody writes the reading into the ledger (sharing/ledger.py).
    """
    rows = await fetch(_HELD, list(enterprise_ids), today)
    held = {row["enterprise_id"]: _held(row, explained) for row in rows if _stands(row)}
    held |= await _without_consent([row for row in rows if not _stands(row)], today)
    return held


async def levels_read_anew(city: str, today: date) -> dict[UUID, GradeLevel]:
    """By enterprise, the level that is read instead of the kept one since a person's consent
    lapsed: for a list that narrows by what is kept. Few: no run since has kept another grade of
    theirs. One query, and one more where there are any.
    """
    rows = await fetch(_LAPSED, city, today)
    lapsed = [row["enterprise_id"] for row in rows]
    held = await current_grades(lapsed, today, explained=False) if lapsed else {}
    return {key: one.level for key, one in held.items()}


async def public_grades(enterprise_ids: Iterable[UUID], today: date) -> dict[UUID, HeldGrade]:
    """What the public severe list alone says of enterprises, whatever was agreed to or computed."""
    rows = await fetch(
        "SELECT id AS enterprise_id, city, uscc, in_business FROM enterprise"
        " WHERE id = ANY($1::uuid[])",
        list(enterprise_ids),
    )
    return await _without_consent(rows, today)


def _stands(row: Mapping[str, Any]) -> bool:
    """Whether a kept grade may be shown: one by letters only while its consent is active."""
    return row["level"] is not None and (row["method"] is None or row["consent_id"] is not None)


def _held(row: Mapping[str, Any], explained: bool) -> HeldGrade:
    # What is left where a person's consent has lapsed follows from the indicators and methods.
    whole = explained or row["person_lapsed"]
    indicators = json.loads(row["indicators"]) if whole else []
    held = HeldGrade(
        enterprise_id=row["enterprise_id"],
        uscc=row["uscc"],
        city=row["city"],
        level=GradeLevel(row["level"]),
        reason_code=GradeReason(row["reason_code"]),
        reason=row["reason"],
        method=GradingMethod(row["method"]) if row["method"] else None,
        as_of=row["as_of"],
        indicators=tuple(indicator_of(one) for one in indicators),
        methods=methods_from(json.loads(row["methods"]) if whole else ()),
        grade_id=row["grade_id"],
        run_id=row["run_id"],
        rule_version=row["rule_version"],
        consent_id=row["consent_id"],
        categories=None if row["categories"] is None else frozenset(row["categories"]),
        withheld=tuple(one["number"] for one in indicators if one.get("withheld")),
        bases={one["number"]: Basis.read(one) for one in indicators},
    )
    return _without_persons(held, row) if row["person_lapsed"] else held


def _without_persons(held: HeldGrade, row: Mapping[str, Any]) -> HeldGrade:
    """The grade as it reads until the night's run, where a person's consent has lapsed."""
    of_persons = {one.number: one for one in held.indicators}.get(PERSONS)
    if of_persons is None or of_persons.letter is Letter.NOT_CLASSIFIED:
        return held
    gate = json.loads(row["outlook"]).get("gate") or GradeLevel.ADVANCED.value
    left = without_persons(row, held.indicators, held.methods, gate)
    return replace(
        held,
        level=left.level,
        reason_code=left.reason_code,
        reason=left.reason,
        indicators=left.indicators,
        methods=left.methods,
        bases={number: one for number, one in held.bases.items() if number != PERSONS},
    )


async def _without_consent(rows: Sequence[Mapping[str, Any]], today: date) -> dict[UUID, HeldGrade]:
    """What stands for enterprises that were never graded or whose consent has ended.

    The public severe list is read all the same (A2-33).
    """
    found: dict[UUID, HeldGrade] = {}
    nobody = Rankings.of_nobody("").populations
    for city in {row["city"] for row in rows}:
        here = [row for row in rows if row["city"] == city]
        records = await records_of(city, [row["uscc"] for row in here], today, SEVERE_FEEDS)
        for row in here:
            facts = Facts(
                in_business=row["in_business"],
                sources_connected=True,
                consented=False,
                severe_records=severe_records(records[row["uscc"]]),
            )
            result = grade(facts, nobody, today)
            found[row["enterprise_id"]] = HeldGrade(
                enterprise_id=row["enterprise_id"],
                uscc=row["uscc"],
                city=city,
                level=result.level,
                reason_code=result.reason_code,
                reason=result.reason,
                outlook=outlook_of(facts, result, today, STANDARD_RULES),
            )
    return found
