"""Grades kept: an enterprise is graded from its records and its industry's; what stands is read.

A grade is a row that never changes; the next one supersedes it. Without an active consent no
kept level is shown: it falls back to 未评级 on the day the consent ends.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from credit.facts import Facts
from credit.grade import RULE_VERSION, GradeReason, GradeResult, grade
from credit.indicators import IndicatorResult
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.methods.rules import Rules, rules_on
from credit.ranking import Population, Populations, Standing
from foundation.city import cities
from foundation.clock import day_in_shanghai
from sharing.evidence import Evidence, facts_of, populations_of, severe_records
from sharing.facts import GradeChanged
from sharing.records import (
    SEVERE_FEEDS,
    Bills,
    Connected,
    Peer,
    connected_feeds,
    enterprises_of_batch,
    peers_of,
    records_of,
)
from storage.database import execute, fetch, fetch_models, fetch_one, transaction
from storage.models.enterprise import Enterprise
from storage.models.grade import Grade
from storage.queue import enqueue

_ACTIVE = """
c.purpose = 'GRADING' AND c.revoked_at IS NULL AND (c.until IS NULL OR c.until >= $2)
"""

# The lock keeps two gradings of one enterprise from superseding the same row.
_LOCKED = "SELECT * FROM enterprise WHERE id = $1 FOR NO KEY UPDATE"
_CONSENTED = f"SELECT c.id FROM consent c WHERE c.enterprise_id = $1 AND {_ACTIVE} LIMIT 1"  # noqa: S608
_SUPERSEDE = (
    "UPDATE grade SET superseded_at = $2 WHERE enterprise_id = $1 AND superseded_at IS NULL"
)

_HELD = f"""
SELECT e.id AS enterprise_id, e.city, e.uscc, e.in_business, g.id AS grade_id, g.level, g.method,
       g.reason_code, g.reason, g.as_of, g.indicators,
       (SELECT c.id FROM consent c WHERE c.enterprise_id = e.id AND {_ACTIVE} LIMIT 1) AS consent_id
  FROM enterprise e LEFT JOIN grade g ON g.enterprise_id = e.id AND g.superseded_at IS NULL
 WHERE e.id = ANY($1::uuid[])
"""  # noqa: S608 - a constant; every value is a parameter

_NOBODY = Populations(tax=Population.of([], 5), utilities=Population.of([], 5))


@dataclass(frozen=True)
class HeldGrade:
    """The grade that stands for an enterprise, as its readers may be shown it.

    `grade_id` and `as_of` are None for one that was never graded; `consent_id` is the consent
    that a reading of it rests on.
    """

    enterprise_id: UUID
    city: str
    level: GradeLevel
    reason_code: GradeReason
    reason: str
    method: GradingMethod | None = None
    as_of: date | None = None
    indicators: tuple[IndicatorResult, ...] = ()
    grade_id: UUID | None = None
    consent_id: UUID | None = None


@dataclass(frozen=True)
class _Group:
    """An industry's peers and rankings, read once for every enterprise graded in one go."""

    peers: Mapping[str, Peer]
    populations: Populations


class _Surroundings:
    """What gradings of one city on one day share."""

    def __init__(self, city: str, as_of: date) -> None:
        self.city, self.as_of = city, as_of
        self._groups: dict[str, _Group] = {}
        self._connected: Connected | None = None

    async def connected(self) -> Connected:
        """What the city's files let the rules know of."""
        if self._connected is None:
            self._connected = await connected_feeds(self.city, self.as_of)
        return self._connected

    async def group(self, industry: str) -> _Group:
        """Whom an industry is ranked among: its division, or the section where that is small."""
        division = await self._read(industry)
        if division.populations.rank_within(industry):
            return division
        return await self._read(industry[:1])

    async def _read(self, code: str) -> _Group:
        if code not in self._groups:
            peers = await peers_of(self.city, code, self.as_of)
            minimum = cities()[self.city].grading.minimum_group
            self._groups[code] = _Group(
                {peer.uscc: peer for peer in peers}, populations_of(peers, minimum, self.as_of)
            )
        return self._groups[code]


async def grade_enterprise(enterprise_id: UUID, now: datetime) -> Grade:
    """Grade one enterprise as of today, in the open transaction, and keep the grade.

    Without an active grading consent only the public severe list is read (A2-33). The former
    grade is superseded, and GradeChanged enqueued when the level is another one; the same facts
    on the same day change nothing. Raises LookupError for an unknown enterprise.
    """
    return await _grade(enterprise_id, now, None)


async def regrade(enterprise_ids: Iterable[UUID], city: str, now: datetime) -> int:
    """Grade enterprises of one city anew, each in a transaction of its own; how many changed.

    The rankings are read once, so every one of them is placed in the same population.
    """
    surroundings = _Surroundings(city, day_in_shanghai(now))
    changed = 0
    for enterprise_id in enterprise_ids:
        async with transaction():
            before = await Grade.get_or_none(enterprise_id=enterprise_id, superseded_at=None)
            after = await _grade(enterprise_id, now, surroundings)
        changed += before is None or before.level is not after.level
    return changed


async def regrade_city(city: str, now: datetime) -> int:
    """Grade every enterprise of a city that consents or has been graded; how many changed."""
    rows = await fetch(
        f"""
        SELECT e.id FROM enterprise e
         WHERE e.city = $1 AND (
           EXISTS (SELECT FROM grade g WHERE g.enterprise_id = e.id AND g.superseded_at IS NULL)
           OR EXISTS (SELECT FROM consent c WHERE c.enterprise_id = e.id AND {_ACTIVE}))
         ORDER BY e.id
        """,  # noqa: S608 - a constant; every value is a parameter
        city,
        day_in_shanghai(now),
    )
    return await regrade([row["id"] for row in rows], city, now)


async def regrade_after_import(batch_id: UUID, city: str, now: datetime) -> int:
    """Grade anew whoever a batch has rows about: a severe record suspends at once (A2-27)."""
    return await regrade(await enterprises_of_batch(batch_id, city), city, now)


async def current_grade(enterprise_id: UUID, today: date) -> HeldGrade:
    """The grade that stands for one enterprise. Raises KeyError for an unknown one."""
    return (await current_grades([enterprise_id], today))[enterprise_id]


async def current_grades(enterprise_ids: Iterable[UUID], today: date) -> dict[UUID, HeldGrade]:
    """The grades that stand for enterprises, in one query, and one per city for those
    without a grade; unknown ids are left out.

    Who shows one to somebody writes the reading into the ledger (sharing/ledger.py).
    """
    rows = await fetch(_HELD, list(enterprise_ids), today)
    held = {row["enterprise_id"]: _held(row) for row in rows if _stands(row)}
    held |= await _without_consent([row for row in rows if not _stands(row)], today)
    return held


async def public_grades(enterprise_ids: Iterable[UUID], today: date) -> dict[UUID, HeldGrade]:
    """What the public severe list alone says of enterprises, whatever was agreed to or computed."""
    rows = await fetch(
        "SELECT id AS enterprise_id, city, uscc, in_business FROM enterprise"
        " WHERE id = ANY($1::uuid[])",
        list(enterprise_ids),
    )
    return await _without_consent(rows, today)


async def _grade(enterprise_id: UUID, now: datetime, shared: _Surroundings | None) -> Grade:
    as_of = day_in_shanghai(now)
    rows = await fetch_models(Enterprise, _LOCKED, enterprise_id)
    if not rows:
        raise LookupError("no such enterprise")
    enterprise = rows[0]
    consented = await fetch_one(_CONSENTED, enterprise_id, as_of) is not None
    surroundings = shared or _Surroundings(enterprise.city, as_of)
    facts, populations = await _look_up(enterprise, consented, surroundings)
    rules = rules_on(cities()[enterprise.city].grading, as_of)
    return await _keep(enterprise_id, _Computed(facts, populations, as_of, rules), now)


async def _look_up(
    enterprise: Enterprise, consented: bool, surroundings: _Surroundings
) -> tuple[Facts, Populations]:
    as_of = surroundings.as_of
    feeds = None if consented else SEVERE_FEEDS
    records = await records_of(enterprise.city, [enterprise.uscc], as_of, feeds)
    bills: tuple[Bills, ...] = ()
    populations = _NOBODY
    if consented and enterprise.industry:
        group = await surroundings.group(enterprise.industry)
        peer = group.peers.get(enterprise.uscc)
        bills, populations = (peer.bills if peer else ()), group.populations
    evidence = Evidence(
        enterprise=enterprise,
        records=records[enterprise.uscc],
        bills=bills,
        connected=await surroundings.connected(),
        consented=consented,
    )
    return facts_of(evidence, as_of), populations


class _Computed:
    """A result with the digest of everything it was computed from."""

    def __init__(self, facts: Facts, populations: Populations, as_of: date, rules: Rules) -> None:
        self.result: GradeResult = grade(facts, populations, as_of, rules)
        self.as_of = as_of
        inputs = {
            "rules": RULE_VERSION,
            "city_rules": asdict(rules),
            "as_of": as_of,
            "facts": asdict(facts),
            # What the rankings made of the facts stands in the explanations of ① and ②.
            "indicators": [plain_indicator(one) for one in self.result.indicators],
            "methods": [asdict(one) for one in self.result.methods],
            "bonus": self.result.bonus and asdict(self.result.bonus),
        }
        text = json.dumps(inputs, default=_plain, sort_keys=True, ensure_ascii=True)
        self.digest = hashlib.sha256(text.encode()).digest()


async def _keep(enterprise_id: UUID, computed: _Computed, now: datetime) -> Grade:
    """Supersede the former grade, unless it was computed from the very same facts today."""
    former = await Grade.get_or_none(enterprise_id=enterprise_id, superseded_at=None)
    if former and bytes(former.facts_digest) == computed.digest:
        return former
    await execute(_SUPERSEDE, enterprise_id, now)
    result = computed.result
    kept = await Grade.create(
        enterprise_id=enterprise_id,
        level=result.level,
        method=result.method,
        reason_code=result.reason_code,
        reason=result.reason,
        as_of=computed.as_of,
        rule_version=RULE_VERSION,
        facts_digest=computed.digest,
        indicators=[plain_indicator(one) for one in result.indicators],
        computed_at=now,
    )
    if kept.level is not (former.level if former else GradeLevel.UNRATED):
        await enqueue(GradeChanged(grade_id=kept.id, enterprise_id=enterprise_id))
    return kept


def _stands(row: Mapping[str, Any]) -> bool:
    """Whether a kept grade may be shown: one by letters only while its consent is active."""
    return row["level"] is not None and (row["method"] is None or row["consent_id"] is not None)


def _held(row: Mapping[str, Any]) -> HeldGrade:
    return HeldGrade(
        enterprise_id=row["enterprise_id"],
        city=row["city"],
        level=GradeLevel(row["level"]),
        reason_code=GradeReason(row["reason_code"]),
        reason=row["reason"],
        method=GradingMethod(row["method"]) if row["method"] else None,
        as_of=row["as_of"],
        indicators=tuple(_indicator(one) for one in json.loads(row["indicators"])),
        grade_id=row["grade_id"],
        consent_id=row["consent_id"],
    )


def plain_indicator(one: IndicatorResult) -> dict[str, Any]:
    """An indicator as it is kept; `_indicator` is the way back."""
    return asdict(one) | {"standing": one.standing.plain() if one.standing else None}


def _indicator(one: Mapping[str, Any]) -> IndicatorResult:
    standing = one.get("standing")
    return IndicatorResult(
        **{
            **one,
            "letter": Letter(one["letter"]),
            "standing": Standing.read(standing) if standing else None,
        }
    )


async def _without_consent(rows: Sequence[Mapping[str, Any]], today: date) -> dict[UUID, HeldGrade]:
    """What stands for enterprises that were never graded or whose consent has ended.

    The public severe list is read all the same (A2-33).
    """
    found: dict[UUID, HeldGrade] = {}
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
            result = grade(facts, _NOBODY, today)
            found[row["enterprise_id"]] = HeldGrade(
                enterprise_id=row["enterprise_id"],
                city=city,
                level=result.level,
                reason_code=result.reason_code,
                reason=result.reason,
            )
    return found


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, Enum):
        return value.value
    return str(value)
