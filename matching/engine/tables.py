"""A table (polars) read column by column: what is missing or wrong is refused by its name and row.

Messages are Chinese, for whoever made the file.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from matching.engine.units import Integers


class WrongColumn(ValueError):
    """A column that is missing or wrong, named, with the reason in Chinese."""


_NARROWER = (pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32)
MOST_FEN = 10**17
AGAIN = "与前面的编号重复"
ROW = "row_in_file"  # counted from 1, where only a part of a file was read


class Table:
    """Columns of one file; `title` names the file in every message."""

    def __init__(self, frame: pl.DataFrame, title: str) -> None:
        self._frame, self._title = frame, title

    def said(self, name: str, place: int, reason: str) -> str:
        """A message about one row of a column."""
        row = self._frame[ROW][place] if self.has(ROW) else place + 1
        return f"{self._title}：列 {name} 第{row}行{reason}"

    def __len__(self) -> int:
        return len(self._frame)

    def has(self, name: str) -> bool:
        """Whether the file has a column."""
        return name in self._frame.columns

    def check(self, fits: pl.Series | Integers, name: str, reason: str) -> None:
        """Raises WrongColumn, with the first row, unless every row fits."""
        wrong = np.flatnonzero(~np.asarray(fits, bool))
        if len(wrong):
            raise WrongColumn(self.said(name, int(wrong[0]), reason))

    def texts(self, name: str, pattern: str = "") -> pl.Series:
        """A column of texts, none of them empty."""
        column = self._column(name, pl.String, "文本")
        self.check(~column.is_null(), name, "为空（null）")
        self.check(column != "", name, "是空文本")
        if pattern:
            self.check(column.str.contains(pattern), name, "写法不对")
        return column

    def booleans(self, name: str) -> Integers:
        """A column of truths, none of them empty."""
        column = self._column(name, pl.Boolean, "true 或 false")
        self.check(~column.is_null(), name, "为空（null）")
        return column.to_numpy()

    def days(self, name: str, first: date, last: date) -> Integers:
        """A column of days as ordinals; the lowest number for an empty one."""
        column = self._column(name, pl.Date, "日期")
        for fits, reason in ((column >= first, f"早于{first}"), (column <= last, f"晚于{last}")):
            self.check(fits.fill_null(True), name, reason)
        # 1970-01-01 is day 719163 of the proleptic Gregorian calendar.
        return _filled(column.cast(pl.Int32) + 719_163, np.int32)

    def whole(
        self, name: str, dtype: Any, least: int, most: int, *, nullable: bool = True
    ) -> Integers:
        """A column of whole numbers; the lowest number of its type for an empty one."""
        column = self._column(name, pl.Int64, "整数", *_NARROWER).cast(pl.Int64)
        if not nullable:
            self.check(~column.is_null(), name, "为空（null）")
        self.check(column.is_between(least, most).fill_null(True), name, f"不在{least}到{most}之间")
        return _filled(column, dtype)

    def coded(self, name: str, codes: Mapping[str, int], dtype: Any) -> Integers:
        """A column of codes as numbers."""
        column = self.texts(name)
        self.check(column.is_in(list(codes)), name, f"不是{'、'.join(codes)}之一")
        return column.replace_strict(codes, return_dtype=pl.Int64).to_numpy().astype(dtype)

    def entries(self, name: str) -> tuple[Integers, pl.Series]:
        """What stands in a column of lists: the row of each entry, and the entry."""
        if not self.has(name):
            return np.empty(0, np.int64), pl.Series([], dtype=pl.String)
        column = self._column(name, pl.List(pl.String), "文本列表", pl.List(pl.Null))
        lists = column.cast(pl.List(pl.String))
        rows = pl.DataFrame({"row": np.arange(len(self)), "entry": lists})
        found = rows.filter(lists.list.len() > 0).explode("entry")
        self._check_entries(found, name)
        return found["row"].to_numpy(), found["entry"]

    def _check_entries(self, found: pl.DataFrame, name: str) -> None:
        entry = found["entry"]
        for wrong, reason in (
            (entry.is_null(), "列表里有空值（null）"),
            (entry == "", "列表里有空文本"),
            (entry != entry.str.strip_chars(), "列表里有首尾带空格的文本"),
        ):
            rows = found.filter(wrong.fill_null(False))["row"]
            if len(rows):
                raise WrongColumn(self.said(name, int(rows[0]), reason))

    def listed_bits(self, name: str, codes: Mapping[str, int]) -> Integers:
        """A column of lists of codes, each list as bits; none for an empty one."""
        rows, entries = self.entries(name)
        wrong = ~entries.is_in(list(codes)).to_numpy()
        if wrong.any():
            first = int(rows[np.flatnonzero(wrong)[0]])
            raise WrongColumn(self.said(name, first, f"含有{'、'.join(codes)}以外的值"))
        bits = np.zeros(len(self), np.uint8)
        if len(entries):
            values = entries.replace_strict(codes, return_dtype=pl.UInt8).to_numpy()
            np.bitwise_or.at(bits, rows, values)
        return bits

    def words(self, name: str, vocabulary: Sequence[str]) -> Integers:
        """A column of lists as words of bits by a vocabulary."""
        words = np.zeros((len(vocabulary) // 64 + 1, len(self)), np.uint64)
        rows, entries = self.entries(name)
        if len(entries):
            numbers = {word: number for number, word in enumerate(vocabulary)}
            places = entries.replace_strict(numbers, return_dtype=pl.Int64).to_numpy()
            bits = np.uint64(1) << (places % 64).astype(np.uint64)
            np.bitwise_or.at(words, (places // 64, rows), bits)
        return words

    def _column(self, name: str, dtype: Any, said: str, *others: Any) -> pl.Series:
        if not self.has(name):
            raise WrongColumn(f"{self._title}：缺少列 {name}（{said}）")
        column = self._frame[name]
        if column.dtype == pl.Null:
            return column.cast(dtype)
        if column.dtype != dtype and column.dtype not in others:
            raise WrongColumn(f"{self._title}：列 {name} 须为{said}，现在是 {column.dtype}")
        return column


def numbered(column: pl.Series) -> tuple[list[str], Integers]:
    """The different texts of a column, and the number of each row's."""
    distinct = column.unique(maintain_order=True).to_list()
    if not distinct:
        return [], np.empty(0, np.int32)
    numbers = {text: number for number, text in enumerate(distinct)}
    return distinct, column.replace_strict(numbers, return_dtype=pl.Int32).to_numpy()


def _filled(column: pl.Series, dtype: Any) -> Integers:
    unknown = int(np.iinfo(dtype).min)
    return column.cast(pl.Int64).fill_null(unknown).to_numpy().astype(dtype)
