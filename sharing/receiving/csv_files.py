"""CSV files of strangers: read as streams, UTF-8 or GB 18030, within limits."""

import codecs
import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from sharing.receiving.problems import Kind, OddCell, RefusedFile
from sharing.receiving.raw_rows import RawRow

MAX_LINE = 100_000
MAX_COLUMNS = 200
SAMPLE = 64 * 1024


def csv_rows(path: Path) -> Iterator[RawRow]:
    """Each row with the number of its first line and how much of the file lies behind it (0 to 1).

    The first one is the header. Empty lines are left out. Raises RefusedFile for a file that is
    no CSV text, or where one record is longer than a record can be.
    """
    with path.open("rb") as body:
        size = max(os.fstat(body.fileno()).st_size, 1)
        encoding = encoding_of(body.read(SAMPLE))
        body.seek(0)
        with io.TextIOWrapper(body, encoding=encoding, errors="replace", newline="") as text:
            lines = BoundedLines(text)
            reader = csv.reader(lines, strict=True)
            while True:
                first = lines.number + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    cells = _after(error, first)
                if len(cells) > MAX_COLUMNS:
                    raise RefusedFile(f"第 {first} 行超过 {MAX_COLUMNS} 列")
                if any(cell.strip() or isinstance(cell, OddCell) for cell in cells):
                    yield first, cells, min(body.tell() / size, 1.0)


def _after(error: csv.Error, line: int) -> list[str]:
    """A quote in the wrong place spoils its own row; one that never ends, the rest of the file."""
    if "expected after" in str(error):
        return [OddCell.of("", Kind.FORMAT, "引号位置有误")]
    raise RefusedFile(f"第 {line} 行不是合法的 CSV（引号不配对或单元格过长）")


class BoundedLines:
    """The lines of a text, counted, each of bounded length and without a NUL, early or late."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.number = 0

    def __iter__(self) -> "BoundedLines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if "\0" in line:
            raise RefusedFile(f"第 {self.number} 行含有空字符（NUL），不是文本，请重新导出文件")
        if len(line) > MAX_LINE:
            raise RefusedFile(f"第 {self.number} 行超过 {MAX_LINE} 个字符")
        return line


def encoding_of(sample: bytes) -> str:
    """UTF-8 when the header is, else GB 18030, which every GBK file is; never a binary file."""
    if not sample.strip():
        raise RefusedFile("文件是空的")
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RefusedFile("不是 CSV 文本文件，请另存为 UTF-8 或 GBK 编码的 CSV")
    header = sample.split(b"\n", 1)[0]
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            # Incremental, because the sample may end in the middle of a character.
            codecs.getincrementaldecoder(encoding)().decode(header)
        except UnicodeDecodeError:
            continue
        return encoding
    raise RefusedFile("无法识别文件编码，请使用 UTF-8 或 GBK")
