"""The receipt of a grade: everything it was decided from, in derived form, signed.

Whoever holds it can recompute the level from it alone (sharing/grades/verifying.py), and see by
the digests whether run and facts are still those that the platform keeps. Amounts that an
interface gave are not in it (A2-45).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from credit.levels import GradeLevel
from credit.path import Outlook
from foundation import receipts
from foundation.tokens import KeyRing
from sharing.grades.rows import indicator_of, outlook_from
from storage.database import fetch

KIND = "grade"

_PAPERS = """
SELECT g.id, g.level, g.method, g.reason_code, g.reason, g.as_of, g.rule_version, g.facts_digest,
       g.indicators, g.methods, g.outlook, g.computed_at, e.uscc, e.name, e.industry,
       r.id AS run_id, r.city, r.kind, r.scope, r.settings, r.input_digest, r.registered,
       r.consenting, r.ranked_tax, r.ranked_utilities
  FROM grade g JOIN grade_run r ON r.id = g.run_id JOIN enterprise e ON e.id = g.enterprise_id
 WHERE g.id = ANY($1::uuid[])
"""

_SHOWN = ("number", "name", "letter", "value", "source", "source_date", "record_id", "digest")

# `withheld` stands only where the consent leaves out something that a method is decided from.
_OF_METHODS = ("method", "level", "decided", "withheld")


@dataclass(frozen=True)
class Papers:
    """What belongs to one kept grade beside its letters, for its owner."""

    outlook: Outlook
    receipt: str


async def papers_of(grade_ids: Sequence[UUID], ring: KeyRing) -> dict[UUID, Papers]:
    """Outlook and signed receipt of kept grades, in one query; unknown ids are left out."""
    rows = await fetch(_PAPERS, list(grade_ids))
    return {row["id"]: _papers(row, ring) for row in rows}


async def claims_of(grade_id: UUID) -> dict[str, Any] | None:
    """What the receipt of a kept grade says, from the database; None for an unknown grade."""
    rows = await fetch(_PAPERS, [grade_id])
    return _claims(rows[0]) if rows else None


def _papers(row: Mapping[str, Any], ring: KeyRing) -> Papers:
    indicators = [indicator_of(one) for one in json.loads(row["indicators"])]
    letters = tuple(one.letter for one in indicators)
    outlook = outlook_from(json.loads(row["outlook"]), GradeLevel(row["level"]), letters)
    # Signed as of its computation, so that asking twice gives the same statement.
    signed = receipts.sign(ring, KIND, _claims(row), row["computed_at"])
    return Papers(outlook, signed)


def _claims(row: Mapping[str, Any]) -> dict[str, Any]:
    outlook = json.loads(row["outlook"])
    return {
        "grade": row["id"].hex,
        "enterprise": {"uscc": row["uscc"], "name": row["name"], "industry": row["industry"]},
        "scheme": json.loads(row["settings"])["scheme"],
        "as_of": row["as_of"].isoformat(),
        "rules": row["rule_version"],
        "level": row["level"],
        "method": row["method"],
        "reason_code": row["reason_code"],
        "reason": row["reason"],
        "indicators": [_indicator(one) for one in json.loads(row["indicators"])],
        "methods": [
            {name: one[name] for name in _OF_METHODS if name in one}
            for one in json.loads(row["methods"])
        ],
        # The best level that the standard's gate allows (A2-6); the direct method's cap is 备选.
        "gate": outlook.get("gate"),
        "facts_digest": bytes(row["facts_digest"]).hex(),
        "run": {
            "id": row["run_id"].hex,
            "kind": row["kind"],
            "city": row["city"],
            "scope": row["scope"],
            "settings": json.loads(row["settings"]),
            "input_digest": bytes(row["input_digest"]).hex(),
            "registered": row["registered"],
            "consenting": row["consenting"],
            "ranked_tax": row["ranked_tax"],
            "ranked_utilities": row["ranked_utilities"],
        },
    }


def _indicator(one: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: one[name] for name in _SHOWN if one.get(name) is not None}
    if one.get("withheld"):
        shown["withheld"] = True
    return shown | ({"group": one["standing"]} if one.get("standing") else {})
