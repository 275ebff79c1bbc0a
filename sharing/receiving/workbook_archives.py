"""What a workbook's archive may hold before any of it is believed: sizes, and no row too large.

openpyxl keeps a whole row, every shared string and the styles in memory, so their sizes are looked
at while nothing is kept.
"""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from sharing.receiving.problems import RefusedFile

MAX_UNPACKED_BYTES = 1024**3
MAX_STRINGS_BYTES = 64 * 1024**2
MAX_OTHER_BYTES = 16 * 1024**2
MAX_ROW_BYTES = 1024**2
MAX_ENTRIES = 1_000
MAX_SWELLING = 200
# How large an archive may swell before the ratio counts: small files of few words swell most.
_SWELLS_FREELY = 64 * 1024**2
SHEETS = "xl/worksheets/"
_STRINGS = "sharedstrings.xml"
_ROOT = re.compile(rb"<([A-Za-z0-9_.-]*:|)worksheet")
_PIECE = 256 * 1024
UNREADABLE = "不是可读的 Excel 工作簿（xlsx），请重新另存为 xlsx 或 CSV"
TOO_LARGE = "工作簿解压后过大，请改用 CSV 或分批提供"


def check_archive(path: Path) -> None:
    """Raises RefusedFile for an archive that would do harm, zipfile.BadZipFile for none at all."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        # Python reads no more of an entry than it declares, so what is declared is what can come.
        if _too_large(entries):
            raise RefusedFile(TOO_LARGE)
        for entry in entries:
            if entry.filename.startswith(SHEETS):
                _check_rows(archive, entry)


def _too_large(entries: Sequence[zipfile.ZipInfo]) -> bool:
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    swells = unpacked > _SWELLS_FREELY and unpacked / packed > MAX_SWELLING
    return (
        len(entries) > MAX_ENTRIES
        or unpacked > MAX_UNPACKED_BYTES
        or swells
        or any(entry.file_size > _limit(entry.filename) for entry in entries)
    )


def _limit(name: str) -> int:
    if name.startswith(SHEETS):
        return MAX_UNPACKED_BYTES
    return MAX_STRINGS_BYTES if name.lower().endswith(_STRINGS) else MAX_OTHER_BYTES


def _check_rows(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Between two rows, and before the first and behind the last one, lies at most a row.

    Comments, CDATA and declarations could hide what looks like a row; no spreadsheet writes them.
    """
    since_row, tail = 0, b""
    with archive.open(entry) as body:
        piece = body.read(_PIECE)
        root = _ROOT.search(piece)
        row = b"<" + (root[1] if root else b"") + b"row"
        while piece:
            joined = tail + piece
            if b"<!" in joined:
                raise RefusedFile(UNREADABLE)
            found = joined.rfind(row)
            # A piece is smaller than a row may be: only a row that spans pieces can be too large.
            since_row = since_row + len(piece) if found < 0 else len(joined) - found
            if since_row > MAX_ROW_BYTES:
                raise RefusedFile(TOO_LARGE)
            tail = joined[1 - len(row) :]
            piece = body.read(_PIECE)
