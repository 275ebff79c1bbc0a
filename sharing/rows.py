"""A file's header and rows against a category: each row is good, or says line, field and reason."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sharing.cells import CHECK_DIGIT, BadCell, read_cell
from sharing.lists import Category, FieldRule, Subject, plain_header

MAX_SHOWN = 200
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with one cell of one line; personal cells are not repeated."""

    line: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True)
class GoodRow:
    """A row as it will be kept: its values by the list's own field names."""

    line: int
    uscc: str
    values: Mapping[str, str]
    key_digest: bytes
    row_digest: bytes
    dated_on: date | None


class RefusedFile(Exception):
    """A file that cannot be read, or not beyond some line; what stood before it is kept.

    `reason` is a Chinese sentence for the provider.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class _Cells:
    values: dict[str, str] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)


class RowReader:
    """Reads the rows of one file whose header has been accepted."""

    def __init__(self, category: Category, header: Sequence[str], received_on: date) -> None:
        """Raises RefusedFile for unknown columns and for missing ones that every row needs."""
        self.category = category
        self.received_on = received_on
        self._columns = _columns(category, header)
        self._width = len(header)
        if category.subject is not Subject.ENTERPRISE:
            raise RefusedFile(f"{category.code} 是自然人信息，暂不接收文件")
        self._uscc = category.name_of("uscc")

    @property
    def missing_columns(self) -> list[str]:
        """Columns of the list that the file leaves out, though no rule needs them."""
        present = {rule.name for rule, _ in self._columns}
        return [
            rule.name
            for rule in self.category.fields
            if rule.name not in present and not rule.repeats
        ]

    def read(
        self, line: int, cells: Sequence[str], registered: Collection[str] = ()
    ) -> GoodRow | list[RowProblem]:
        """Check one row. `registered` are USCCs that the registry holds although their check
        digit is wrong: a few such codes were really issued.
        """
        if len(cells) != self._width:
            reason = f"应有 {self._width} 列，实有 {len(cells)} 列"
            return [RowProblem(line, "整行", "", reason)]
        found = _Cells()
        for rule, positions in self._columns:
            self._read_cell(line, rule, [cells[i] for i in positions], registered, found)
        self._check_order(line, found)
        return found.problems or self._good(line, found.values)

    def _read_cell(
        self,
        line: int,
        rule: FieldRule,
        raw: list[str],
        registered: Collection[str],
        found: _Cells,
    ) -> None:
        filled = sorted({cell.strip() for cell in raw if cell.strip()})
        shown = "（不显示）" if rule.personal else "、".join(filled)[:MAX_SHOWN]
        try:
            if len(filled) > 1:
                raise BadCell("同名列的内容不一致")
            value = read_cell(rule, filled[0] if filled else "", self.received_on)
        except BadCell as bad:
            if bad.reason == CHECK_DIGIT and filled[0].upper() in registered:
                value = filled[0].upper()
            else:
                found.problems.append(RowProblem(line, rule.name, _printable(shown), bad.reason))
                return
        if value is not None:
            found.values[rule.name] = value

    def _check_order(self, line: int, found: _Cells) -> None:
        for first, last in self.category.ordered:
            start, end = found.values.get(first), found.values.get(last)
            if start is not None and end is not None and _is_after(start, end):
                reason = f"早于或小于“{first}”（{start}）"
                found.problems.append(RowProblem(line, last, end, reason))

    def _good(self, line: int, values: dict[str, str]) -> GoodRow:
        roles = self.category.by_role(values)
        kept = {
            rule.name: values[rule.name]
            for rule in self.category.fields
            if rule.is_kept and rule.name in values
        }
        key = [self.category.code, *(roles.get(role, "") for role in self.category.key)]
        if self.category.snapshot:
            key.append(self.received_on.isoformat())
        body = [part for name in sorted(kept) for part in (name, kept[name])]
        dated = roles.get(self.category.dated or "")
        return GoodRow(
            line=line,
            uscc=values[self._uscc],
            values=kept,
            key_digest=_digest(key),
            row_digest=_digest([*key, *body]),
            dated_on=_as_day(dated) if dated else None,
        )


def _columns(category: Category, header: Sequence[str]) -> list[tuple[FieldRule, tuple[int, ...]]]:
    """Each field with its columns; a name that stands twice has two, which must agree."""
    fields = [rule for rule in category.fields if not rule.repeats]
    places = _places(fields, header)
    unknown = [header[i][:40] for i in places.pop(None, [])]
    if unknown:
        names = "、".join(sorted(unknown)[:10])
        raise RefusedFile(f"有清单以外的列：{_printable(names)}")
    missing = [rule.name for rule in fields if rule.required and rule.name not in places]
    if missing:
        raise RefusedFile(f"缺少必需的列：{'、'.join(missing)}")
    return [(rule, tuple(places[rule.name])) for rule in fields if rule.name in places]


def _places(fields: Sequence[FieldRule], header: Sequence[str]) -> dict[str | None, list[int]]:
    """The columns of each field by its name; those that are no field's under None."""
    spelled = {
        plain_header(spelling): rule.name for rule in fields for spelling in (rule.name, *rule.also)
    }
    places: dict[str | None, list[int]] = defaultdict(list)
    for position, name in enumerate(header):
        places[spelled.get(plain_header(name))].append(position)
    for rule in fields:
        slip = places.get(rule.written_as, []) if rule.written_as else []
        if rule.name not in places and len(slip) > 1:
            # The list's own slip: the first column of that name is this field.
            places[rule.name] = [slip.pop(0)]
    return places


def _digest(parts: Sequence[str]) -> bytes:
    return hashlib.sha256(_SEPARATOR.join(parts).encode()).digest()


def _is_after(one: str, other: str) -> bool:
    """Days and months compare as text, numbers as numbers."""
    if "-" in one[1:]:
        return one > other
    return Decimal(one) > Decimal(other)


def _as_day(text: str) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"{text}-01")


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
