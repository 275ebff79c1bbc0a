"""Answers for as long as their purpose lasts: kept once, read under a standing consent, then gone.

AU-2 and A2-45: what an interface gives under consent serves one application or one grade run.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from foundation.identifiers import new_id
from foundation.sealing import seal, unseal
from sharing.interfaces.port import Row
from sharing.ledger import Purpose
from storage.database import execute, fetch
from storage.models.consent import STANDS

_SEAL = "interface answer"

# A consent that was revoked, or whose last day is over, takes its answers along.
_HELD = f"""
SELECT a.enterprise_id, a.rows_sealed, a.digest, a.answered_on
  FROM interface_answer a LEFT JOIN consent c ON c.id = a.consent_id
 WHERE a.city = $1 AND a.category = $2 AND a.purpose_kind = $3 AND a.purpose_id = $4
   AND a.enterprise_id = ANY($5::uuid[]) AND a.expires_at > $6
   AND (a.consent_id IS NULL OR {STANDS.format(c="c", today="$7")})
"""  # noqa: S608 - a constant; every value is a parameter

_KEEP = """
INSERT INTO interface_answer (id, city, category, enterprise_id, purpose_kind, purpose_id,
  consent_id, rows_sealed, digest, answered_on, answered_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (purpose_kind, purpose_id, enterprise_id, category) DO UPDATE SET
  consent_id = excluded.consent_id, rows_sealed = excluded.rows_sealed, digest = excluded.digest,
  answered_on = excluded.answered_on, answered_at = excluded.answered_at,
  expires_at = excluded.expires_at
"""


@dataclass(frozen=True, kw_only=True)
class CallPurpose:
    """What an answer serves, and until when: a demand, an application, or a grade run."""

    kind: Purpose
    id: UUID
    ends_at: datetime


@dataclass(frozen=True)
class Answered:
    """Checked rows by the list's own field names; `digest` is what stays when they are gone."""

    rows: tuple[Row, ...]
    digest: bytes
    answered_on: date


@dataclass(frozen=True)
class Kept:
    """An answer to be kept: about whom, under which consent."""

    enterprise_id: UUID
    consent_id: UUID | None
    answer: Answered


async def held_answers(
    city: str,
    category: str,
    purpose: CallPurpose,
    enterprise_ids: Sequence[UUID],
    now: datetime,
    today: date,
) -> dict[UUID, Answered]:
    """What is held for a purpose, while it lasts and the consent stands."""
    rows = await fetch(
        _HELD, city, category, purpose.kind.value, purpose.id, list(enterprise_ids), now, today
    )
    return {row["enterprise_id"]: answer_in(row) for row in rows}


async def keep_answer(
    city: str, category: str, purpose: CallPurpose, kept: Kept, now: datetime
) -> None:
    """Hold an answer until its purpose ends."""
    body = json.dumps([dict(row) for row in kept.answer.rows], ensure_ascii=False)
    await execute(
        _KEEP,
        new_id(),
        city,
        category,
        kept.enterprise_id,
        purpose.kind.value,
        purpose.id,
        kept.consent_id,
        seal(_SEAL, body.encode()),
        kept.answer.digest,
        kept.answer.answered_on,
        now,
        purpose.ends_at,
    )


async def end_purpose(kind: Purpose, purpose_id: UUID) -> int:
    """Forget every answer that served a purpose; how many there were."""
    return await execute(
        "DELETE FROM interface_answer WHERE purpose_kind = $1 AND purpose_id = $2",
        kind.value,
        purpose_id,
    )


async def end_consent(consent_id: UUID) -> int:
    """Forget every answer that rested on a consent; how many there were."""
    return await execute("DELETE FROM interface_answer WHERE consent_id = $1", consent_id)


def answer_in(row: Mapping[str, object]) -> Answered:
    """The answer of a stored row, opened."""
    body = unseal(_SEAL, bytes(row["rows_sealed"]))  # type: ignore[call-overload]
    answered_on = row["answered_on"]
    if not isinstance(answered_on, date):
        raise TypeError("a day is a date")
    return Answered(tuple(json.loads(body)), bytes(row["digest"]), answered_on)  # type: ignore[call-overload]
