"""Runs kept: what a run's grades share is written once, before the first of them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from credit.grade import RULE_VERSION
from credit.ranking import Population, Standing
from foundation.city import cities
from foundation.identifiers import new_id
from sharing.grades.rankings import CityRankings, Rankings
from sharing.records import Connected
from storage.database import copy_rows, fetch_models
from storage.models.grade_run import GradeRun, GradeRunKind, GroupLevel

_UNFINISHED = """
SELECT r.* FROM grade_run r
 WHERE r.city = $1 AND r.kind = $2 AND r.as_of = $3 AND r.input_digest = $4
   AND NOT EXISTS (SELECT FROM grade_run_part p WHERE p.run_id = r.id AND p.is_last)
 ORDER BY r.started_at DESC LIMIT 1
"""

_COLUMNS = ("id", "run_id", "indicator", "code", "level", "size", "a_cut", "b_cut")


async def begin(
    kind: GradeRunKind,
    rankings: CityRankings,
    ranked: Rankings,
    groups: Iterable[tuple[int, Standing]],
    now: datetime,
) -> GradeRun:
    """Write a run with its groups, in the open transaction."""
    settings = settings_of(rankings.city)
    connected = await rankings.connected()
    run = await GradeRun.create(
        id=new_id(),
        city=rankings.city,
        kind=kind,
        scope=ranked.scope,
        as_of=rankings.as_of,
        rule_version=RULE_VERSION,
        settings=settings,
        input_digest=input_digest(settings, connected, ranked, rankings.as_of),
        registered=ranked.registered,
        consenting=ranked.consenting,
        ranked_tax=ranked.ranked_tax,
        ranked_utilities=ranked.ranked_utilities,
        started_at=now,
    )
    await copy_rows("grade_group", _COLUMNS, [_group_row(run.id, *one) for one in groups])
    return run


async def unfinished(
    kind: GradeRunKind, rankings: CityRankings, ranked: Rankings
) -> GradeRun | None:
    """A run over the same input that was interrupted today; it may be taken up again."""
    digest = input_digest(
        settings_of(rankings.city), await rankings.connected(), ranked, rankings.as_of
    )
    found = await fetch_models(
        GradeRun, _UNFINISHED, rankings.city, kind.value, rankings.as_of, digest
    )
    return found[0] if found else None


def settings_of(city: str) -> dict[str, object]:
    """What a city decides about its grading, as it stands in a run."""
    return cities()[city].grading.model_dump(mode="json")


def input_digest(
    settings: Mapping[str, object], connected: Connected, ranked: Rankings, as_of: date
) -> bytes:
    """SHA-256 of everything that the grades of a run share."""
    shared = {
        "rules": RULE_VERSION,
        "settings": settings,
        "as_of": as_of.isoformat(),
        "scope": ranked.scope,
        "connected": sorted(category.code for category in connected.values()),
        "ranked": ranked.digest.hex(),
    }
    return hashlib.sha256(json.dumps(shared, sort_keys=True).encode()).digest()


def groups_of(ranked: Rankings) -> list[tuple[int, Standing]]:
    """Every group of both rankings that is large enough, by indicator and code."""
    both = ((1, ranked.populations.tax), (2, ranked.populations.utilities))
    return [
        (number, standing) for number, population in both for standing in _large_groups(population)
    ]


def _large_groups(population: Population) -> list[Standing]:
    found = []
    for code, group in sorted(population.groups.items()):
        best = population.place(code, group[-1])
        if best is not None and best.group == code:
            found.append(best)
    return found


def _group_row(run_id: UUID, number: int, standing: Standing) -> tuple[object, ...]:
    level = GroupLevel.SECTION if len(standing.group) == 1 else GroupLevel.DIVISION
    return (
        new_id(),
        run_id,
        number,
        standing.group,
        level.value,
        standing.size,
        str(standing.a_cut),
        str(standing.b_cut),
    )
