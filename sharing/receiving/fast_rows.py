"""Rows at once: those whose every cell is plain, as columns of values; the rest by their place."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from sharing.categories import Category, CellType, FieldRule, Subject
from sharing.receiving.fast_cells import read_column
from sharing.receiving.raw_rows import RawChunk
from sharing.receiving.rows import RowReader

LINE = "line"
_COMPARED_AS_TEXT = (CellType.DATE, CellType.MONTH)


@dataclass(frozen=True)
class PlainRows:
    """Good rows: their lines, and a column of values for each field that the file has, by name.

    `others` are the places, in the chunk, of the rows that need a closer look.
    """

    values: pl.DataFrame
    others: list[int]


def plain_rows(reader: RowReader, chunk: RawChunk) -> PlainRows:
    """Read a chunk's plain rows. Rows about people are never read here."""
    width = reader.columns.width
    everything = range(len(chunk.cells))
    fits = [i for i in everything if len(chunk.cells[i]) == width and not chunk.odd(i)]
    if reader.category.subject is not Subject.ENTERPRISE or not fits:
        return PlainRows(pl.DataFrame({LINE: []}), list(everything))
    columns = [
        pl.Series(str(i), cells, pl.String)
        for i, cells in enumerate(zip(*(chunk.cells[i] for i in fits), strict=True))
    ]
    values, good = _read(reader, columns)
    good = good & _in_order(reader.category, values)
    frame = pl.DataFrame(
        [pl.Series(LINE, [chunk.lines[i] for i in fits], pl.Int64), *values.values()]
    )
    passed = good.to_list()
    kept = {place for place, good_one in zip(fits, passed, strict=True) if good_one}
    return PlainRows(frame.filter(good), [i for i in everything if i not in kept])


def _read(
    reader: RowReader, columns: Sequence[pl.Series]
) -> tuple[dict[str, pl.Series], pl.Series]:
    good = pl.repeat(value=True, n=len(columns[0]), eager=True)
    values = {}
    for rule, places in reader.columns.found:
        raw, agree = _one_column([columns[i] for i in places])
        read, plain = read_column(rule, raw, reader.received_on)
        values[rule.name] = read.rename(rule.name)
        good = good & agree & plain
    return values, good


def _one_column(columns: Sequence[pl.Series]) -> tuple[pl.Series, pl.Series]:
    """The column of a field; where two have its name, what is filled of them, if they agree."""
    found = columns[0].str.strip_chars(" ")
    agree = pl.repeat(value=True, n=len(found), eager=True)
    for other in (column.str.strip_chars(" ") for column in columns[1:]):
        agree = agree & ((found == other) | (found == "") | (other == ""))
        found = found.zip_with(found != "", other)
    return found, agree


def _in_order(category: Category, values: dict[str, pl.Series]) -> pl.Series:
    rules = {rule.name: rule for rule in category.fields}
    good = pl.repeat(value=True, n=len(next(iter(values.values()))), eager=True)
    for first, last in category.ordered:
        if first in values and last in values:
            good = good & _not_after(rules[first], values[first], values[last])
    return good


def _not_after(rule: FieldRule, start: pl.Series, end: pl.Series) -> pl.Series:
    if rule.type in _COMPARED_AS_TEXT:
        holds = start <= end
    elif rule.type is CellType.COUNT:
        holds = start.cast(pl.Int64) <= end.cast(pl.Int64)
    else:
        # Decimals would not compare exactly as binary fractions: the closer look decides.
        holds = pl.repeat(value=False, n=len(start), eager=True)
    return holds | start.is_null() | end.is_null()
