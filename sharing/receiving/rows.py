"""One row at a time: it is good, or says which fields are wrong and why; the reference reader.

sharing/receiving/fast_rows.py reads plain rows many at a time, and gives every other row to this.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from foundation.identifiers import is_valid_id_number, is_valid_uscc
from foundation.sealing import keyed_digest
from sharing.categories import SUBJECT_ROLES, Category, FieldRule, Subject
from sharing.receiving.cells import CHECK_DIGIT, read_cell
from sharing.receiving.headers import Columns
from sharing.receiving.problems import (
    HIDDEN,
    UNDECODABLE,
    WHOLE_ROW,
    BadCell,
    Kind,
    OddCell,
    RowProblem,
    printable,
)

SEPARATOR = "\x1f"
DIGEST_BYTES = 16
SUBJECT_PURPOSE = "credit subject"

PersonDigest: TypeAlias = Callable[[str], bytes]


@dataclass(frozen=True)
class GoodRow:
    """A row whose every cell is good: values by the list's own names, kept or only checked.

    `key` says what makes a row the same one, `digest` what it says; both are truncated SHA-256.
    """

    line: int
    uscc: str | None
    subject: bytes | None
    values: Mapping[str, str]
    key: bytes
    digest: bytes
    dated_on: str | None


@dataclass
class _Cells:
    values: dict[str, str] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)


class RowReader:
    """Reads the rows of one file whose header has been accepted."""

    def __init__(
        self,
        category: Category,
        columns: Columns,
        received_on: date,
        person_digest: PersonDigest | None = None,
    ) -> None:
        """`person_digest` stands for the number on a person's document; the kept one by default."""
        self.category = category
        self.columns = columns
        self.received_on = received_on
        self._person_digest = person_digest or kept_person_digest

    def read(
        self, line: int, cells: Sequence[str], registered: Collection[str] = ()
    ) -> GoodRow | list[RowProblem]:
        """Check one row. `registered` are USCCs that the registry holds although their check
        digit is wrong: a few such codes were really issued.
        """
        if len(cells) != self.columns.width:
            return [self._wrong_width(line, cells)]
        found = _Cells()
        for rule, positions in self.columns.found:
            self._read_cell(line, rule, [cells[i] for i in positions], registered, found)
        self._check_order(line, found)
        return found.problems or self._good(line, found.values)

    def _wrong_width(self, line: int, cells: Sequence[str]) -> RowProblem:
        whole = cells[0] if len(cells) == 1 else ""
        if isinstance(whole, OddCell):
            return RowProblem(line, WHOLE_ROW, whole.kind, printable(whole), whole.reason)
        if any("\ufffd" in cell for cell in cells):
            return RowProblem(line, WHOLE_ROW, Kind.CHARACTERS, "", UNDECODABLE)
        reason = f"应有 {self.columns.width} 列，实有 {len(cells)} 列"
        return RowProblem(line, WHOLE_ROW, Kind.COLUMNS, "", reason)

    def _read_cell(
        self,
        line: int,
        rule: FieldRule,
        raw: list[str],
        registered: Collection[str],
        found: _Cells,
    ) -> None:
        filled = sorted({cell.strip() for cell in raw if cell.strip()})
        try:
            value = self._value(rule, raw, filled, registered)
        except BadCell as bad:
            shown = HIDDEN if rule.personal and filled else printable("、".join(filled))
            found.problems.append(RowProblem(line, rule.name, bad.kind, shown, bad.reason))
            return
        if value is not None:
            found.values[rule.name] = value

    def _value(
        self, rule: FieldRule, raw: list[str], filled: list[str], registered: Collection[str]
    ) -> str | None:
        for cell in raw:
            if isinstance(cell, OddCell):
                raise BadCell(cell.kind, cell.reason)
        if len(filled) > 1:
            raise BadCell(Kind.TWICE, "同名列的内容不一致")
        try:
            return read_cell(rule, filled[0] if filled else "", self.received_on)
        except BadCell as bad:
            if bad.reason == CHECK_DIGIT and filled[0].upper() in registered:
                return filled[0].upper()
            raise

    def _check_order(self, line: int, found: _Cells) -> None:
        for first, last in self.category.ordered:
            start, end = found.values.get(first), found.values.get(last)
            if start is not None and end is not None and _is_after(start, end):
                reason = f"早于或小于“{first}”（{start}）"
                found.problems.append(RowProblem(line, last, Kind.ORDER, end, reason))

    def _subject(self, roles: Mapping[str, str]) -> tuple[str | None, bytes | None]:
        """Whom a row speaks of: an enterprise's USCC, or a digest of a person's number."""
        whose = self.category.subject
        number = roles[SUBJECT_ROLES[whose]].upper()
        if whose is Subject.ENTERPRISE:
            return number, None
        is_enterprise = whose is Subject.PARTY and not is_valid_id_number(number)
        if is_enterprise and is_valid_uscc(number):
            return number, None
        return None, self._person_digest(number)

    def _good(self, line: int, values: dict[str, str]) -> GoodRow:
        category = self.category
        roles = category.by_role(values)
        uscc, subject = self._subject(roles)
        if subject is not None:
            # A digest of the number itself could be undone by trying every number.
            roles |= {"person": subject.hex(), "party": subject.hex()}
        return GoodRow(
            line=line,
            uscc=uscc,
            subject=subject,
            values=values,
            key=digest_of(key_text(category, roles, self.received_on)),
            digest=digest_of(row_text(category, values)),
            dated_on=as_day(roles.get(category.dated or "")),
        )


def kept_person_digest(number: str) -> bytes:
    """What is kept of the number on a person's document: a digest that only this set-up makes."""
    return keyed_digest(SUBJECT_PURPOSE, number.encode())


def key_text(category: Category, roles: Mapping[str, str], received_on: date) -> str:
    """What makes two rows the same one, as one text."""
    parts = [category.code, *(roles.get(role, "") for role in category.key)]
    if category.snapshot:
        parts.append(received_on.isoformat())
    return SEPARATOR.join(parts)


def row_text(category: Category, values: Mapping[str, str]) -> str:
    """What a row says, as one text: every kept value in the list's order."""
    return SEPARATOR.join(
        values.get(rule.name, "") if rule.is_kept else "" for rule in category.fields
    )


def digest_of(text: str) -> bytes:
    """A truncated SHA-256: 128 bits tell rows apart and keep the indexes small."""
    return hashlib.sha256(text.encode()).digest()[:DIGEST_BYTES]


def as_day(text: str | None) -> str | None:
    """A day or a month as a day."""
    return text if text is None or len(text) == 10 else f"{text}-01"


def _is_after(one: str, other: str) -> bool:
    """Days and months compare as text, numbers as numbers."""
    if "-" in one[1:]:
        return one > other
    return Decimal(one) > Decimal(other)
