"""Excel workbooks of strangers: the first sheet, row by row, as a person sees its cells.

A formula is never evaluated and its remembered result is not believed. Archives that swell, XML
with entities and numbers whose digits Excel has dropped do no harm.
"""

import lzma
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml import DEFUSEDXML

from sharing.receiving.csv_files import MAX_COLUMNS
from sharing.receiving.problems import Kind, OddCell, RefusedFile
from sharing.receiving.raw_rows import RawRow
from sharing.receiving.workbook_archives import SHEETS, UNREADABLE, check_archive

MAX_ROWS = 1_048_576
MAX_EMPTY_ROWS = 10_000
_SURE_DIGITS = 15
# What a damaged or hostile workbook can raise on its way through the archive and its XML;
# what defusedxml forbids is a ValueError.
_MALFORMED = (
    zipfile.BadZipFile,
    # Damaged or encrypted entries, by whatever they are packed with.
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    InvalidFileException,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    OverflowError,
)

if not DEFUSEDXML:
    raise ImportError("openpyxl reads XML without defusedxml")


def workbook_rows(path: Path) -> Iterator[RawRow]:
    """Each row with its number and how much of the sheet lies behind it; the first is the header.

    Empty rows are left out. Raises RefusedFile.
    """
    try:
        check_archive(path)
        # Opened here, because openpyxl leaves a file open that it cannot read.
        with path.open("rb") as body:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = openpyxl.load_workbook(body, read_only=True, keep_links=False)
            yield from _rows(book)
    except RefusedFile:
        raise
    except _MALFORMED:
        raise RefusedFile(UNREADABLE) from None


def _rows(book: Any) -> Iterator[RawRow]:
    sheets = book.worksheets
    if not sheets:
        raise RefusedFile("工作簿里没有工作表")
    sheet = sheets[0]
    # openpyxl goes where the workbook points; only these entries were looked at row by row.
    if not sheet._worksheet_path.startswith(SHEETS):  # noqa: SLF001 - it has no public name
        raise RefusedFile(UNREADABLE)
    # What a sheet says of its own size is not believed, only how far it has come is guessed by it.
    total = min(max(sheet.max_row or 1, 1), MAX_ROWS)
    sheet.reset_dimensions()
    _refuse_wide_rows(sheet)
    width = last = 0
    for number, row in _written(sheet.iter_rows(max_col=MAX_COLUMNS)):
        cells = _trimmed([_text(cell) for cell in row])
        if not any(cell.strip() for cell in cells):
            continue
        _check_gap(last, number)
        last = number
        width = width or len(cells)
        # A row ends at its last filled cell, so a shorter one is not ragged.
        yield number, cells + [""] * (width - len(cells)), min(number / total, 1.0)


def _refuse_wide_rows(sheet: Any) -> None:
    """Let a row with a value behind the last column raise RefusedFile: openpyxl, told how many
    columns to hand out, drops what lies behind them, and in whatever order the cells come.
    """
    hand_out = sheet._get_row  # noqa: SLF001 - it has no public name

    def get_row(row: list[dict[str, Any]], *of: Any, **more: Any) -> Any:
        for cell in row:
            if cell["column"] > MAX_COLUMNS and cell["value"] not in (None, ""):
                raise RefusedFile(f"第 {cell['row']} 行超过 {MAX_COLUMNS} 列")
        return hand_out(row, *of, **more)

    sheet._get_row = get_row  # noqa: SLF001 - the same


def _written(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows that the sheet has, with their numbers, and none of those that it leaves out.

    One cell in the last row of a sheet makes a million empty rows before it: openpyxl hands out
    the same tuple for each of them, and its own for a row that is written.
    """
    before: tuple[Any, ...] | None = None
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise RefusedFile(f"行号超过 {MAX_ROWS}")
        if row is not before and any(cell is not EMPTY_CELL for cell in row):
            yield number, row
        before = row


def _check_gap(last: int, number: int) -> None:
    """What stands far below everything else was left there by mistake, and may be part of a row."""
    if number - last - 1 > MAX_EMPTY_ROWS:
        where = f"第 {last} 行与第 {number} 行之间" if last else f"第 {number} 行之前"
        raise RefusedFile(f"{where}有超过 {MAX_EMPTY_ROWS} 个空行，请删去空行或下方多余的内容")


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        shown = value if isinstance(value, str) else "="
        return OddCell.of(shown, Kind.FORMULA, "单元格是公式，请粘贴为数值")
    if cell.data_type == "e":
        return OddCell.of(str(value), Kind.FORMULA, "单元格是公式的错误值")
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    return _moment(value, cell.number_format) or _number(value, cell.number_format)


def _moment(value: object, shown_as: str) -> str | None:
    """A day as 2026-01-31, or as 2026-01 where the cell shows no day; None for what is none."""
    if isinstance(value, datetime):
        if value.time() != time():
            return value.isoformat(" ", "seconds")
        value = value.date()
    if isinstance(value, date):
        shows_day = "d" in shown_as.lower() or shown_as == "General"
        return value.isoformat() if shows_day else value.isoformat()[:7]
    return str(value) if isinstance(value, time | timedelta) else None


def _number(value: Any, shown_as: str) -> str:
    if isinstance(value, int) and abs(value) < 10**_SURE_DIGITS:
        number = Decimal(value)
    elif abs(value) >= 10**_SURE_DIGITS:
        shown = f"{Decimal(value):f}"
        return OddCell.of(
            shown, Kind.DIGITS_LOST, "数字超过 15 位，Excel 已丢失末尾，请设为文本格式"
        )
    else:
        # Excel keeps fifteen digits; what lies behind them is the rounding of binary fractions.
        number = Decimal(f"{value:.{_SURE_DIGITS}g}")
    if "%" in shown_as:
        return f"{_plain(number * 100)}%"
    return _plain(number)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
