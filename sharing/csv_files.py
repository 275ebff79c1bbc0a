"""CSV files of strangers: hashed and read as streams, UTF-8 or GB 18030, within limits."""

import codecs
import csv
import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from sharing.rows import RefusedFile

MAX_FILE_BYTES = 2 * 1024**3
MAX_LINE = 100_000
MAX_COLUMNS = 200
_SAMPLE = 64 * 1024
_CHUNK = 1024 * 1024


def file_digest(path: Path) -> bytes:
    """The SHA-256 of a file, read in pieces. Raises RefusedFile for one that is too large."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as body:
        while piece := body.read(_CHUNK):
            size += len(piece)
            if size > MAX_FILE_BYTES:
                raise RefusedFile(f"文件超过 {MAX_FILE_BYTES // 1024**3} GB，请分批提供")
            digest.update(piece)
    return digest.digest()


def rows_of(path: Path) -> Iterator[tuple[int, list[str], float]]:
    """Each row with the number of its first line and how much of the file lies behind it (0 to 1).

    The first one is the header. Empty lines are left out. Raises RefusedFile for a file that is
    no CSV text, or where one record is longer than a record can be.
    """
    with path.open("rb") as body:
        size = max(os.fstat(body.fileno()).st_size, 1)
        encoding = _encoding(body.read(_SAMPLE))
        body.seek(0)
        with io.TextIOWrapper(body, encoding=encoding, errors="replace", newline="") as text:
            lines = _Lines(text)
            reader = csv.reader(lines, strict=True)
            while True:
                first = lines.number + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    raise RefusedFile(
                        f"第 {first} 行不是合法的 CSV（引号不配对或单元格过长）"
                    ) from None
                if len(cells) > MAX_COLUMNS:
                    raise RefusedFile(f"第 {first} 行超过 {MAX_COLUMNS} 列")
                if any(cell.strip() for cell in cells):
                    yield first, cells, min(body.tell() / size, 1.0)


class _Lines:
    """The lines of a text, counted, each of bounded length."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > MAX_LINE:
            raise RefusedFile(f"第 {self.number} 行超过 {MAX_LINE} 个字符")
        return line


def _encoding(sample: bytes) -> str:
    """UTF-8 when the header is, else GB 18030, which every GBK file is; never a binary file."""
    if not sample.strip():
        raise RefusedFile("文件是空的")
    if b"\x00" in sample or sample.startswith((b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff")):
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
