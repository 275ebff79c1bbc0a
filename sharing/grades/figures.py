"""What grading keeps of a gateway's answer: the derived figure and a digest, never the rows.

A2-45: a ratio, a yes or no, or a day, for each indicator, while the grading consent lasts. The
ratio stands as two whole numbers in lowest terms; the amounts they came from are not kept. Where
an answer gave no figure, that it was asked for is kept, so that nobody asks for nothing.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from credit.facts import YearOnYear
from credit.ranking import ratio_of
from foundation.identifiers import new_id
from sharing.lists import categories_of
from sharing.records import Record
from storage.database import execute, fetch
from storage.models.consent import STANDS

Figures = Mapping[int, "Figure"]
"""By indicator number, what was derived about one enterprise."""

_ABOUT = f"""
SELECT e.uscc, e.industry, f.enterprise_id, f.consent_id, f.number, f.value, f.digest,
       f.answered_on, f.whole
  FROM enterprise e JOIN grade_figure f ON f.enterprise_id = e.id
  JOIN consent c ON c.id = f.consent_id AND c.enterprise_id = e.id AND c.purpose = 'GRADING'
   AND {STANDS.format(c="c", today="$3")}
 WHERE e.city = $1 AND e.uscc = ANY($2::text[]) AND f.answered_on <= $3
   AND (f.expires_at AT TIME ZONE 'Asia/Shanghai')::date > $3
"""  # noqa: S608 - a constant; every value is a parameter

# A figure that came takes along the note of answers that had given none.
_KEEP = """
WITH kept AS (
INSERT INTO grade_figure (id, enterprise_id, consent_id, number, value, digest, answered_on,
  expires_at, whole)
SELECT k.*, $8, $9
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::jsonb[], $6::text[], $7::date[])
    AS k (id, enterprise_id, consent_id, number, value, digest, answered_on)
-- An ask that ends behind its consent keeps nothing, and writes over no successor's figure.
WHERE EXISTS (SELECT FROM consent c WHERE c.id = k.consent_id AND c.revoked_at IS NULL
                AND c.superseded_at IS NULL)
ON CONFLICT (enterprise_id, number, whole) DO UPDATE SET
  consent_id = excluded.consent_id, value = excluded.value, digest = excluded.digest,
  answered_on = excluded.answered_on, expires_at = excluded.expires_at
RETURNING enterprise_id, number)
DELETE FROM grade_figure f USING kept
 WHERE $9 AND NOT f.whole AND f.enterprise_id = kept.enterprise_id AND f.number = kept.number
"""

_CARRY = """
WITH gone AS (DELETE FROM grade_figure WHERE consent_id = $1 AND number = ANY($3::int[]))
UPDATE grade_figure SET consent_id = $2 WHERE consent_id = $1 AND NOT number = ANY($3::int[])
"""


@dataclass(frozen=True)
class Figure:
    """What one indicator needs: `parts` of a ratio, or the `record` that its rule reads.

    Neither: the source was asked and knows nothing. `codes` are the categories that answered.
    """

    codes: tuple[str, ...]
    answered_on: date
    digest: str
    consent_id: UUID
    parts: tuple[YearOnYear, ...] = ()
    record: Record | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON values; `_read` is the way back."""
        found: dict[str, Any] = {"codes": list(self.codes)}
        if self.parts:
            found["parts"] = [
                [one.source, _text(one.current), _text(one.base), one.incomplete]
                for one in self.parts
            ]
        if self.record:
            found["record"] = [self.record.category.code, dict(self.record.values)]
        return found


Step = tuple[str, bool]
"""One question for an indicator: a category, and whether of the day a year ago."""


@dataclass(frozen=True)
class Unfinished:
    """What was answered of one indicator without a figure coming of it.

    `silent` is the question that had no answer; None: everything was answered, and what comes
    another way is still awaited. `codes` are the categories that answered.
    """

    codes: tuple[str, ...]
    answered_on: date
    digest: str
    consent_id: UUID
    silent: Step | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON values; `_unfinished` is the way back."""
        silent = list(self.silent) if self.silent else None
        return {"codes": list(self.codes), "silent": silent}


@dataclass(frozen=True)
class About:
    """The figures of one enterprise, its industry, and by indicator what gave no figure."""

    industry: str
    figures: Figures
    unfinished: Mapping[int, Unfinished] = field(default_factory=dict)


def without_amounts(parts: Sequence[YearOnYear]) -> tuple[YearOnYear, ...]:
    """Parts of a ratio with the same ratio and the same gaps, and no amount left in them.

    The whole ratio stands in the first part that has both periods, in lowest terms.
    """
    ratio = ratio_of(parts)
    over = (ratio.numerator, ratio.denominator) if ratio is not None else (0, 0)
    found = []
    for part in parts:
        current = None if part.current is None else Decimal(0)
        base = None if part.base is None else Decimal(0)
        if current is not None and base is not None:
            current, base = (Decimal(number) for number in over)
            over = (0, 0)
        found.append(replace(part, current=current, base=base))
    return tuple(found)


async def figures_about(city: str, usccs: Sequence[str], as_of: date) -> dict[str, About]:
    """What was derived about enterprises, by USCC, while consent and figure last; one query."""
    rows = await fetch(_ABOUT, city, list(usccs), as_of) if usccs else []
    figures: dict[str, dict[int, Figure]] = defaultdict(dict)
    unfinished: dict[str, dict[int, Unfinished]] = defaultdict(dict)
    for row in rows:
        if row["whole"]:
            figures[row["uscc"]][row["number"]] = _read(city, row)
        else:
            unfinished[row["uscc"]][row["number"]] = _unfinished(row)
    industries = {row["uscc"]: row["industry"] for row in rows}
    return {
        uscc: About(industry, figures[uscc], unfinished[uscc])
        for uscc, industry in industries.items()
    }


async def keep_figures(figures: Iterable[tuple[UUID, int, Figure]], expires_at: datetime) -> None:
    """Keep figures by enterprise and indicator; a former one of the same indicator goes."""
    await _keep(list(figures), expires_at, whole=True)


async def keep_unfinished(
    found: Iterable[tuple[UUID, int, Unfinished]], expires_at: datetime
) -> None:
    """Keep that answers gave no figure; a figure of an earlier month serves on."""
    await _keep(list(found), expires_at, whole=False)


async def _keep(
    known: Sequence[tuple[UUID, int, Figure | Unfinished]], expires_at: datetime, *, whole: bool
) -> None:
    if known:
        await execute(
            _KEEP,
            [new_id() for _ in known],
            [enterprise_id for enterprise_id, _, _ in known],
            [one.consent_id for _, _, one in known],
            [number for _, number, _ in known],
            [json.dumps(one.plain(), ensure_ascii=False) for _, _, one in known],
            [one.digest for _, _, one in known],
            [one.answered_on for _, _, one in known],
            expires_at,
            whole,
        )


async def carry_figures(former_id: UUID, successor_id: UUID, withheld: Iterable[int]) -> None:
    """Let figures last under the consent that took a former one's place, but for indicators that
    it leaves out.
    """
    await execute(_CARRY, former_id, successor_id, sorted(withheld))


async def end_consent(consent_id: UUID) -> int:
    """Forget every figure that rested on a consent; how many there were."""
    return await execute("DELETE FROM grade_figure WHERE consent_id = $1", consent_id)


def _unfinished(row: Mapping[str, Any]) -> Unfinished:
    value = _value(row)
    code, past = value["silent"] or (None, False)
    return Unfinished(
        codes=tuple(value["codes"]),
        answered_on=row["answered_on"],
        digest=row["digest"],
        consent_id=row["consent_id"],
        silent=(code, past) if code else None,
    )


def _value(row: Mapping[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = (
        row["value"] if isinstance(row["value"], dict) else json.loads(row["value"])
    )
    return value


def _read(city: str, row: Mapping[str, Any]) -> Figure:
    value = _value(row)
    record = None
    if "record" in value:
        code, values = value["record"]
        # A category that the lists no longer have feeds nothing.
        if category := categories_of(city, row["answered_on"]).get(code):
            record = Record(category, values, row["answered_on"])
    return Figure(
        codes=tuple(value["codes"]),
        answered_on=row["answered_on"],
        digest=row["digest"],
        consent_id=row["consent_id"],
        parts=tuple(
            YearOnYear(
                current=_number(current), base=_number(base), source=source, incomplete=incomplete
            )
            for source, current, base, incomplete in value.get("parts", ())
        ),
        record=record,
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
