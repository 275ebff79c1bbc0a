"""A provider's file, whatever its format: how large it may be, its digest, its header, its rows."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sharing.categories import Category
from sharing.receiving.csv_files import csv_rows
from sharing.receiving.headers import Columns, columns_of
from sharing.receiving.json_lines import json_rows
from sharing.receiving.problems import RefusedFile
from sharing.receiving.raw_rows import RawChunk, chunks_of
from sharing.receiving.rows import RowReader

MAX_FILE_BYTES = 2 * 1024**3
CHUNK_ROWS = 10_000
_PIECE = 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ARRAY = re.compile(rb"\s*\[\s*[{\]]")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class OpenFile:
    """A file whose header has been accepted, at its first row."""

    columns: Columns
    chunks: Iterator[RawChunk]

    def reader(self, category: Category, received_on: date) -> RowReader:
        """Checks its rows as of a day."""
        return RowReader(category, self.columns, received_on)


def file_digest(path: Path) -> bytes:
    """The SHA-256 of a file, read in pieces. Raises RefusedFile for one that is too large."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise RefusedFile(f"文件超过 {MAX_FILE_BYTES // 1024**3} GB，请分批提供")
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as body:
        while piece := body.read(_PIECE):
            size += len(piece)
            if size > MAX_FILE_BYTES:
                raise RefusedFile(f"文件超过 {MAX_FILE_BYTES // 1024**3} GB，请分批提供")
            digest.update(piece)
    return digest.digest()


def open_file(path: Path, category: Category, *, chunk_rows: int = CHUNK_ROWS) -> OpenFile:
    """Read a file's header and make its rows ready. Raises RefusedFile, also for a later row."""
    with path.open("rb") as body:
        start = body.read(_PIECE).removeprefix(_MARK)
    if start.startswith(_OLD_OFFICE):
        raise RefusedFile("不能读取旧版或加密的 Excel 文件，请另存为 xlsx 或 CSV")
    if start.startswith(_ZIP):
        from sharing.receiving.workbooks import workbook_rows

        rows = workbook_rows(path)
    elif start.lstrip().startswith(b"{"):
        rows = json_rows(path, category)
    elif _ARRAY.match(start):
        raise RefusedFile("文件是一个 JSON 数组，须每行一个 JSON 对象（去掉方括号和行尾的逗号）")
    else:
        rows = csv_rows(path)
    try:
        _, header, _ = next(rows)
    except StopIteration:
        raise RefusedFile("文件是空的") from None
    return OpenFile(columns_of(category, header), chunks_of(rows, chunk_rows))
