"""Grades written: superseded and kept in one go, with their ledger lines and their facts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from credit.levels import GradeLevel
from foundation.identifiers import new_id
from sharing import ledger
from sharing.evidence import Evidence
from sharing.facts import GradeChanged
from sharing.grades.rows import Graded, indicator_rows, method_rows, outlook_row
from storage.database import copy_rows, execute, fetch
from storage.models.grade_run import GradeRun
from storage.queue import enqueue

_SUPERSEDE = (
    "UPDATE grade SET superseded_at = $2 "
    "WHERE enterprise_id = ANY($1::uuid[]) AND superseded_at IS NULL"
)

# Nobody is told, and nothing is matched anew, where nobody acts for an enterprise.
_WITH_OWNER = """
SELECT DISTINCT m.enterprise_id FROM membership m
 WHERE m.enterprise_id = ANY($1::uuid[]) AND m.role = 'OWNER' AND m.ended_at IS NULL
"""

_COLUMNS = (
    "id",
    "enterprise_id",
    "run_id",
    "level",
    "method",
    "reason_code",
    "reason",
    "as_of",
    "rule_version",
    "facts_digest",
    "indicators",
    "methods",
    "outlook",
    "computed_at",
)


@dataclass(frozen=True)
class Former:
    """The grade that stood so far: its digest, its level, and what a nightly run compares."""

    digest: bytes
    level: GradeLevel
    seen: tuple[str, ...]


@dataclass(frozen=True)
class Fresh:
    """A grading to be kept, of whom, under which consent, instead of which one."""

    evidence: Evidence
    graded: Graded
    consent_id: UUID | None
    former: Former | None

    @property
    def enterprise_id(self) -> UUID:
        """Whose it is."""
        return self.evidence.enterprise.id

    @property
    def is_same(self) -> bool:
        """Whether it was computed today from the very same facts."""
        return self.former is not None and self.former.digest == self.graded.digest

    @property
    def changes_level(self) -> bool:
        """Whether the level is another one than before."""
        before = self.former.level if self.former else GradeLevel.UNRATED
        return before is not self.graded.result.level


async def formers_of(enterprise_ids: Sequence[UUID]) -> dict[UUID, Former]:
    """The grades that stand, by enterprise."""
    rows = await fetch(
        """
        SELECT enterprise_id, facts_digest, level, reason_code,
               jsonb_path_query_array(indicators, '$[*].letter') AS letters
          FROM grade WHERE enterprise_id = ANY($1::uuid[]) AND superseded_at IS NULL
        """,
        list(enterprise_ids),
    )
    return {
        row["enterprise_id"]: Former(
            bytes(row["facts_digest"]),
            GradeLevel(row["level"]),
            (row["level"], row["reason_code"], *json.loads(row["letters"])),
        )
        for row in rows
    }


async def keep(run: GradeRun, fresh: Sequence[Fresh], now: datetime) -> dict[UUID, UUID]:
    """Keep gradings of a run in the open transaction; the new grades' ids by enterprise.

    The former grades are superseded. Each is a line of the access ledger, under the consent that
    let the records be read; GradeChanged is enqueued where the level is another one and somebody
    acts for the enterprise.
    """
    if not fresh:
        return {}
    ids = {one.enterprise_id: new_id() for one in fresh}
    await execute(_SUPERSEDE, list(ids), now)
    rows = [_row(run, one, ids[one.enterprise_id], now) for one in fresh]
    await copy_rows("grade", _COLUMNS, rows)
    await ledger.write(None, [_line(run, one) for one in fresh if one.consent_id], now)
    await _enqueue_changes(fresh, ids)
    return ids


async def _enqueue_changes(fresh: Sequence[Fresh], ids: Mapping[UUID, UUID]) -> None:
    changed = [one.enterprise_id for one in fresh if one.changes_level]
    if changed:
        owned = {row["enterprise_id"] for row in await fetch(_WITH_OWNER, changed)}
        facts = [
            GradeChanged(grade_id=ids[one], enterprise_id=one) for one in changed if one in owned
        ]
        await enqueue(*facts)


def _row(run: GradeRun, one: Fresh, grade_id: UUID, now: datetime) -> tuple[object, ...]:
    result = one.graded.result
    return (
        grade_id,
        one.enterprise_id,
        run.id,
        result.level.value,
        result.method and result.method.value,
        result.reason_code.value,
        result.reason,
        run.as_of,
        run.rule_version,
        one.graded.digest,
        _json(indicator_rows(one.graded)),
        _json(method_rows(result)),
        _json(outlook_row(one.graded.outlook)),
        now,
    )


def _line(run: GradeRun, one: Fresh) -> ledger.Line:
    """What the platform read to grade an enterprise, and under which consent."""
    read = {record.category.code for found in one.evidence.records.values() for record in found}
    read |= {bills.category.code for bills in one.evidence.bills}
    read |= {code for figure in one.evidence.figures.values() for code in figure.codes}
    return ledger.Line(
        enterprise_id=one.enterprise_id,
        what=ledger.What.DATA_READ,
        purpose=ledger.Purpose.GRADE_RUN,
        purpose_id=run.id,
        consent_id=one.consent_id,
        categories=tuple(sorted(read)),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
