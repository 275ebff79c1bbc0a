"""Files that data providers sent, while they wait for the worker: private, named by their upload.

A file is written under a draft's name, hashed on the way, and gets its own name when it is whole.
Nothing of what its sender called it stands on the disk, except whether it is a spreadsheet.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path, PurePath
from uuid import UUID

from foundation.settings import settings

SUFFIXES = frozenset({".csv", ".xlsx", ".jsonl", ".ndjson"})
PIECE = 1024 * 1024
# Left to the database and the logs of a machine whose disk is nearly full.
RESERVE_BYTES = 512 * 1024**2
_DRAFT = ".draft"


class TooLarge(Exception):
    """More bytes came than a file may have."""


class DiskFull(Exception):
    """There is no room for what was announced, or for the next piece."""


def folder() -> Path:
    """Where the files wait; made when it is not there."""
    found = settings().upload_dir or settings().data_dir / "uploads"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def path_of(upload_id: UUID, file_name: str) -> Path:
    """Where the file of an upload is."""
    suffix = PurePath(file_name).suffix.lower()
    return folder() / f"{upload_id.hex}{suffix if suffix in SUFFIXES else '.csv'}"


class Draft:
    """A file on its way in: written in pieces off the event loop, hashed, capped in size."""

    def __init__(self, target: Path, max_bytes: int) -> None:
        self.target = target
        self.size = 0
        self.max_bytes = max_bytes
        self._path = target.with_name(f"{target.name}{_DRAFT}")
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> bytes:
        """The SHA-256 of what came so far."""
        return self._digest.digest()

    async def take(self, chunks: AsyncIterator[bytes]) -> None:
        """Write everything that comes and give the file its name.

        Raises TooLarge, DiskFull; then, and when the sender breaks off, nothing is left.
        """
        handle = await asyncio.to_thread(self._open)
        try:
            piece = bytearray()
            async for chunk in chunks:
                piece += chunk
                if self.size + len(piece) > self.max_bytes:
                    raise TooLarge
                if len(piece) >= PIECE:
                    await asyncio.to_thread(self._write, handle, bytes(piece))
                    piece.clear()
            await asyncio.to_thread(self._finish, handle, bytes(piece))
        except BaseException:
            self._path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)

    def _open(self) -> int:
        self._require_room(0)
        return os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    def _require_room(self, more: int) -> None:
        if shutil.disk_usage(self.target.parent).free < more + RESERVE_BYTES:
            raise DiskFull

    def _write(self, handle: int, piece: bytes) -> None:
        self._require_room(len(piece))
        self._digest.update(piece)
        self.size += len(piece)
        view = memoryview(piece)
        while view:
            view = view[os.write(handle, view) :]

    def _finish(self, handle: int, piece: bytes) -> None:
        self._write(handle, piece)
        os.fsync(handle)
        self._path.rename(self.target)


def left_behind(older_than_s: float, now_s: float) -> Iterator[Path]:
    """Every file and draft that has lain here for longer, for a look at who still needs it."""
    for path in folder().iterdir():
        if path.is_file() and path.stat().st_mtime < now_s - older_than_s:
            yield path
