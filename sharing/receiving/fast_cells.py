"""Columns of cells at once: those that look as most cells do become what the cell reader makes.

A cell that is not plain is not refused here: it is left to sharing/receiving/cells.py. A property
test holds the two to the same values.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import numpy as np
import polars as pl

from sharing.categories import CellType, FieldRule
from sharing.receiving.cells import (
    MAX_LONG_TEXT,
    MAX_NAME,
    MAX_TEXT,
    read_cell,
)
from sharing.receiving.problems import BadCell

Read: TypeAlias = tuple[pl.Series, pl.Series]
"""Normal values, and whether each was plain."""

# Printable, no white space but the space, and nothing that an array's text would have to escape.
_PLAIN = (
    r"^[ !\x23-\x5B\x5D-\x7E\x{4E00}-\x{9FA5}"
    "（）〔〕【】“”‘’、，。；：？！《》—…·㎡０-９Ａ-Ｚａ-ｚ]*$"
)
_USCC = r"^[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}$"
# From FIRST_YEAR to LAST_YEAR.
_YEAR = r"(?:1949|19[5-9][0-9]|2[01][0-9]{2})"
_MONTH = r"(?:0[1-9]|1[0-2])"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)], np.int32)
_VALUE = np.zeros(128, np.int32)
_VALUE[[ord(character) for character in _ALPHABET]] = np.arange(len(_ALPHABET))


def read_column(rule: FieldRule, raw: pl.Series, received_on: date) -> Read:
    """The cells of one column. A value is null where the cell is empty or was not plain."""
    text = raw.str.strip_chars(" ")
    empty = text == ""
    values, plain = _READERS[rule.type](rule, text)
    if rule.past:
        plain = plain & (values <= received_on.isoformat())
    filled = plain.fill_null(value=False) & ~empty
    return _where(values, filled), filled if rule.required else filled | empty


def _where(values: pl.Series, holds: pl.Series) -> pl.Series:
    return pl.select(pl.when(holds).then(values)).to_series()


def _up_to(limit: int) -> Callable[[FieldRule, pl.Series], Read]:
    def read(_rule: FieldRule, text: pl.Series) -> Read:
        return text, text.str.contains(_PLAIN) & (text.str.len_chars() <= limit)

    return read


def _name(rule: FieldRule, text: pl.Series) -> Read:
    values, plain = _up_to(MAX_NAME)(rule, text)
    return values, plain & ~text.str.contains("  ", literal=True)


def _uscc(_rule: FieldRule, text: pl.Series) -> Read:
    shaped = text.str.contains(_USCC)
    joined = "".join(text.filter(shaped).to_list()).encode("ascii")
    codes = np.frombuffer(joined, np.uint8).reshape(-1, 18)
    # GB 32100-2015: the last character makes the weighted sum a multiple of 31.
    sums = _VALUE[codes[:, :17]] @ _WEIGHTS + _VALUE[codes[:, 17]]
    holds = np.zeros(len(text), np.bool_)
    holds[shaped.to_numpy()] = sums % 31 == 0
    return text, pl.Series(holds)


def _date(_rule: FieldRule, text: pl.Series) -> Read:
    values = _where(text, text.str.contains(rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"))
    if values.null_count():
        slashed = rf"^({_YEAR})/([0-9]{{2}})/([0-9]{{2}})$"
        closed = rf"^({_YEAR})([0-9]{{2}})([0-9]{{2}})$"
        values = _rewritten(text, values, (slashed, closed), "$1-$2-$3")
    exists = values.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    return values, exists


def _month(_rule: FieldRule, text: pl.Series) -> Read:
    values = _where(text, text.str.contains(rf"^{_YEAR}-{_MONTH}$"))
    if values.null_count():
        values = _rewritten(text, values, (rf"^({_YEAR})({_MONTH})$",), "$1-$2")
    return values, values.is_not_null()


def _rewritten(text: pl.Series, values: pl.Series, shapes: tuple[str, ...], to: str) -> pl.Series:
    for shape in shapes:
        fits = text.str.contains(shape)
        values = text.str.replace(shape, to).zip_with(fits, values)
    return values


def _year(_rule: FieldRule, text: pl.Series) -> Read:
    return text, text.str.contains(rf"^{_YEAR}$")


def _number(places: int) -> Callable[[FieldRule, pl.Series], Read]:
    fraction = rf"(?:\.[0-9]{{1,{places}}})?" if places else ""
    shape = rf"^(?:0|[1-9][0-9]{{0,11}}){fraction}$"

    def read(rule: FieldRule, text: pl.Series) -> Read:
        plain = text.str.contains(shape)
        dotted = text.str.contains(".", literal=True)
        short = text.str.strip_chars_end("0").str.strip_chars_end(".")
        values = short.zip_with(dotted, text)
        if rule.most is not None:
            plain = plain & (values.cast(pl.Float64, strict=False) <= rule.most)
        return values, plain & (values != "0") if rule.positive else plain

    return read


def _percent(rule: FieldRule, text: pl.Series) -> Read:
    return _number(4)(rule, text.str.strip_suffix("%"))


def _yes_no(_rule: FieldRule, text: pl.Series) -> Read:
    return text, text.is_in(["是", "否"])


def _choice(rule: FieldRule, text: pl.Series) -> Read:
    meant = {spelling: value for value, all_of in rule.choices.items() for spelling in all_of}
    values = text.replace_strict(meant, default=None, return_dtype=pl.String)
    return values, values.is_not_null()


def _each_kind(rule: FieldRule, text: pl.Series) -> Read:
    """Few different values: the cell reader looks at each of them once."""
    meant = {}
    for cell in text.unique().to_list():
        try:
            meant[cell] = read_cell(rule, cell, date.max)
        except BadCell:
            meant[cell] = None
    values = text.replace_strict(meant, default=None, return_dtype=pl.String)
    return values, values.is_not_null()


_READERS: dict[CellType, Callable[[FieldRule, pl.Series], Read]] = {
    CellType.TEXT: _up_to(MAX_TEXT),
    CellType.LONG_TEXT: _up_to(MAX_LONG_TEXT),
    CellType.NAME: _name,
    CellType.USCC: _uscc,
    CellType.INDUSTRY: _each_kind,
    CellType.DATE: _date,
    CellType.MONTH: _month,
    CellType.YEAR: _year,
    CellType.YUAN: _number(2),
    CellType.COUNT: _number(0),
    CellType.DECIMAL: _number(6),
    CellType.PERCENT: _percent,
    CellType.YES_NO: _yes_no,
    CellType.CHOICE: _choice,
}
