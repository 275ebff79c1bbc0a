"""Files of one JSON object a line, whose keys are the list's field names."""

import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sharing.categories import Category
from sharing.lists import plain_header
from sharing.receiving.csv_files import SAMPLE, BoundedLines, encoding_of
from sharing.receiving.headers import spellings
from sharing.receiving.problems import UNDECODABLE, Kind, OddCell, RefusedFile, printable
from sharing.receiving.raw_rows import RawRow

_NO_OBJECT = "不是一行一个的 JSON 对象"
_NO_CHARACTER = "含有不成对的 \\ud800 至 \\udfff，不是字符"
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {True: "是", False: "否", None: ""}


class _Bad(Exception):
    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.cell = OddCell.of("", kind, reason)


def json_rows(path: Path, category: Category) -> Iterator[RawRow]:
    """A header, then each object's cells in its order; as sharing/receiving/csv_files.py.

    The header is that of the first object and the list's other fields. What is no object, or has
    a field that the header has not, is a row with one odd cell. Raises RefusedFile.
    """
    with path.open("rb") as body:
        size = max(os.fstat(body.fileno()).st_size, 1)
        encoding = encoding_of(body.read(SAMPLE))
        body.seek(0)
        with io.TextIOWrapper(body, encoding=encoding, errors="replace", newline="\n") as text:
            lines = BoundedLines(text)
            objects = ((lines.number, line.strip()) for line in lines)
            filled = ((number, line) for number, line in objects if line)
            names = _Names(category)
            for number, line in filled:
                done = min(body.tell() / size, 1.0)
                if not names.header:
                    first = _first(number, line)
                    names.take(list(first))
                    yield number, names.header, done
                yield number, names.cells(line), done


def _first(number: int, line: str) -> dict[str, str]:
    try:
        return _object(line)
    except _Bad as bad:
        raise RefusedFile(f"第 {number} 行{bad.cell.reason}") from None


class _Names:
    """The fields that a file's objects may have, each with its column."""

    def __init__(self, category: Category) -> None:
        self._spelled = spellings([rule for rule in category.fields if not rule.repeats])
        self._columns: dict[str, int] = {}
        self.header: list[str] = []

    def take(self, keys: list[str]) -> None:
        known = {self._spelled.get(plain_header(key)) for key in keys}
        rest = dict.fromkeys(name for name in self._spelled.values() if name not in known)
        self.header = [*keys, *rest]
        self._columns = {self._plain(name): place for place, name in enumerate(self.header)}

    def cells(self, line: str) -> list[str]:
        cells = [""] * len(self.header)
        try:
            for key, value in _object(line).items():
                place = self._columns.get(self._plain(key))
                if place is None:
                    raise _unknown(key)
                cells[place] = value
        except _Bad as bad:
            return [bad.cell]
        return cells

    def _plain(self, key: str) -> str:
        plain = plain_header(key)
        return self._spelled.get(plain, plain)


def _object(line: str) -> dict[str, str]:
    """The object of a line, every number as it is written. Raises _Bad."""
    try:
        found = json.loads(
            line, object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=str
        )
    except (ValueError, RecursionError):
        raise _Bad(Kind.FORMAT, _NO_OBJECT) from None
    if not isinstance(found, dict):
        raise _Bad(Kind.FORMAT, _NO_OBJECT)
    return {key: _cell(value) for key, value in found.items()}


def _unknown(key: str) -> _Bad:
    if "\ufffd" in key:
        return _Bad(Kind.CHARACTERS, UNDECODABLE)
    return _Bad(Kind.COLUMNS, f"有清单以外的字段：{printable(key[:40])}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Bad(Kind.COLUMNS, "同一字段出现了两次")
    return found


def _cell(value: object) -> str:
    if isinstance(value, str):
        if _SURROGATE.search(value):
            # No encoding can write it, and "?" in its place would be a value like any other.
            return OddCell.of(_SURROGATE.sub("\ufffd", value), Kind.CHARACTERS, _NO_CHARACTER)
        return value
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    return OddCell.of("", Kind.FORMAT, "单元格须为文本或数字")
