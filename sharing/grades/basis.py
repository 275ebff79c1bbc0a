"""What a letter rests on: the source record, its date, and a digest of an answer that is not kept.

A run keeps the derived value of ① and ② alone (A2-45): the ratio, not the amounts, which may be
an interface's answer. The keyed digest lets the platform say later that an answer is still the
same one; nobody else can try amounts against it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from credit.facts import Facts, YearOnYear
from credit.periods import rolling_years
from foundation.sealing import keyed_digest
from sharing.evidence import Evidence, newest_received
from sharing.grades.figures import Figure
from sharing.records import Record, is_valid, newest

_PURPOSE = "grade run answer"


@dataclass(frozen=True)
class Basis:
    """Where a letter comes from. `digest` is hex: of the amounts of ① and ②, and of answers, which
    are not kept.
    """

    record_id: UUID | None = None
    source_date: date | None = None
    digest: str | None = None

    def plain(self) -> dict[str, str | None]:
        """As plain values; `read` is the way back."""
        return {
            "record_id": self.record_id.hex if self.record_id else None,
            "source_date": self.source_date.isoformat() if self.source_date else None,
            "digest": self.digest,
        }

    @staticmethod
    def read(plain: Mapping[str, Any]) -> "Basis":
        """From the plain values of an indicator's row."""
        record_id, day = plain.get("record_id"), plain.get("source_date")
        return Basis(
            record_id=UUID(hex=record_id) if record_id else None,
            source_date=date.fromisoformat(day) if day else None,
            digest=plain.get("digest"),
        )


_Choice: TypeAlias = Callable[[Sequence[Record], date], Record | None]


def _last_received(records: Sequence[Record], _as_of: date) -> Record | None:
    return max(records, key=lambda record: record.received_on, default=None)


def _newest_by(role: str) -> _Choice:
    return lambda records, as_of: newest(records, role, as_of)


def _valid(records: Sequence[Record], as_of: date) -> Record | None:
    return next((record for record in records if is_valid(record, as_of)), None)


def _rolling(records: Sequence[Record], as_of: date) -> Record | None:
    return newest_received(records, rolling_years(as_of)[0])


# Which record each indicator was read from; ② has bills, several of them.
_RECORDS: Mapping[int, tuple[str, _Choice]] = {
    1: ("tax", _rolling),
    3: ("social_insurance", _last_received),
    4: ("housing_fund", _newest_by("last_paid_on")),
    5: ("registry", _last_received),
    6: ("premises", _newest_by("verified_on")),
    7: ("personal_credit", _newest_by("rated_on")),
    8: ("environment", _newest_by("rated_on")),
    9: ("public_record", _last_received),
    10: ("loan", _last_received),
    11: ("policy_class", _valid),
    12: ("performance", _newest_by("published_on")),
}


def bases_of(evidence: Evidence, facts: Facts, as_of: date) -> dict[int, Basis]:
    """What each indicator rests on; nothing for one without a record, withheld or unheard."""
    found = {}
    for number, (feed, choose) in _RECORDS.items():
        record = choose(evidence.records.get(feed, ()), as_of)
        if record is not None:
            found[number] = Basis(record.id, record.received_on)
    if facts.tax and 1 in found:
        found[1] = Basis(found[1].record_id, found[1].source_date, answer_digest([facts.tax]))
    if facts.utilities:
        found[2] = _of_bills(evidence, facts)
    for number, figure in evidence.figures.items():
        found[number] = _of_figure(figure, found.get(number))
    without = facts.withheld | facts.unheard
    return {number: basis for number, basis in found.items() if number not in without}


def _of_figure(figure: Figure, basis: Basis | None) -> Basis:
    """A letter derived from answers has their day and digest; ③ has its payments' record too."""
    if figure.record is None or basis is None:
        return Basis(None, figure.answered_on, figure.digest)
    return replace(basis, digest=figure.digest)


def answer_digest(parts: Sequence[YearOnYear]) -> str:
    """A keyed digest of amounts, which need not be kept to be recognised."""
    plain = [[part.source, _plain(part.current), _plain(part.base)] for part in parts]
    text = json.dumps(plain, ensure_ascii=True, separators=(",", ":"))
    return keyed_digest(_PURPOSE, text.encode()).hex()


def _plain(amount: object) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _of_bills(evidence: Evidence, facts: Facts) -> Basis:
    dated = [bills for bills in evidence.bills if bills.received_on is not None]
    last = max(dated, key=lambda bills: bills.received_on or date.min, default=None)
    return Basis(
        last.newest_id if last else None,
        last.received_on if last else None,
        answer_digest(facts.utilities),
    )
