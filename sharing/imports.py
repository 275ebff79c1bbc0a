"""Files of credit records come in: checked row by row, kept by version, receipted.

A file is read in chunks, each kept in one transaction with how far it came; so an interrupted
import goes on where it stopped, and the same file twice changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from foundation.identifiers import new_id
from sharing.facts import BatchImported
from sharing.lists import Category, NoSuchCategory, category_on
from sharing.profiles import refresh_profiles
from sharing.receiving.checked import CheckedChunk, doubtful_codes
from sharing.receiving.files import CHUNK_ROWS, file_digest, open_file
from sharing.receiving.keeping import keep_chunk
from sharing.receiving.problems import RefusedFile
from sharing.receiving.raw_rows import RawChunk
from sharing.receiving.rows import RowReader
from sharing.receiving.stored_rows import Destination
from storage.database import execute, fetch, fetch_models, transaction
from storage.models.credit_record import ImportBatch
from storage.queue import enqueue

MAX_PROVIDER = 80

Progress: TypeAlias = Callable[[float, "ImportReceipt"], None]

_OPEN_BATCH = """
INSERT INTO import_batch (id, city, category, provider, file_digest, received_on, started_at,
  lines_read, accepted, quarantined, unchanged)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0)
ON CONFLICT (city, category, provider, file_digest) DO UPDATE SET city = excluded.city
RETURNING *
"""


@dataclass(frozen=True)
class ImportReceipt:
    """What became of a file. `file_sha256` is the digest of its bytes, in hexadecimal.

    `accepted` rows were kept, `unchanged` ones were known already, `quarantined` ones were
    refused. `repeated`: the whole file had been received before, and nothing was changed.
    """

    batch_id: UUID
    city: str
    category: str
    provider: str
    file_sha256: str
    received_on: date
    accepted: int
    unchanged: int
    quarantined: int
    repeated: bool
    finished_at: datetime | None
    missing_columns: tuple[str, ...] = ()


async def import_file(
    path: Path,
    *,
    city: str,
    category_code: str,
    provider: str,
    received_on: date,
    progress: Progress | None = None,
    chunk_rows: int | None = None,
) -> ImportReceipt:
    """Receive one file of one category from one provider, as of the day it was received.

    Raises RefusedFile when it is no such file; rows before the line it names are kept. An
    interrupted import, called again with the same file, goes on behind its last chunk.
    """
    category = _category(city, category_code, received_on)
    if not 0 < len(provider) <= MAX_PROVIDER:
        raise RefusedFile(f"提供单位须为 1 到 {MAX_PROVIDER} 个字符")
    digest = await asyncio.to_thread(file_digest, path)
    size = chunk_rows or CHUNK_ROWS
    opened = await asyncio.to_thread(open_file, path, category, chunk_rows=size)
    batch = await open_batch(city, category.code, provider, digest, received_on)
    missing = opened.columns.missing
    if batch.finished_at is not None:
        return _receipt(batch, repeated=True)
    if batch.received_on != received_on:
        # An interrupted import goes on as of the day on which it began.
        category = _category(city, category_code, batch.received_on)
        opened = await asyncio.to_thread(open_file, path, category, chunk_rows=size)
    async for chunk in _checked(batch, opened.reader(category, batch.received_on), opened.chunks):
        await keep_chunk(batch, chunk)
        if progress:
            progress(chunk.done, _receipt(await ImportBatch.get(id=batch.id), missing=missing))
    await _finish(batch, category)
    return _receipt(await ImportBatch.get(id=batch.id), missing=missing)


def _category(city: str, code: str, received_on: date) -> Category:
    try:
        return category_on(city, code, received_on)
    except NoSuchCategory as unknown:
        raise RefusedFile(unknown.reason) from None


async def open_batch(
    city: str, category_code: str, provider: str, digest: bytes, received_on: date
) -> ImportBatch:
    """The batch of a file: a new one, or the one that the same file has had before."""
    rows = await fetch_models(
        ImportBatch,
        _OPEN_BATCH,
        new_id(),
        city,
        category_code,
        provider,
        digest,
        received_on,
        datetime.now(UTC),
    )
    return rows[0]


async def _checked(
    batch: ImportBatch, reader: RowReader, chunks: Iterator[RawChunk]
) -> AsyncIterator[CheckedChunk]:
    """The chunks, checked in a thread: the next one while the database takes in the one before."""
    from sharing.receiving.checking import check_chunk

    to = Destination(batch.id, batch.city, batch.received_on)

    def read_next() -> tuple[RawChunk, CheckedChunk] | None:
        chunk = next(chunks, None)
        return None if chunk is None else (chunk, check_chunk(reader, to, chunk))

    coming = asyncio.create_task(asyncio.to_thread(read_next))
    try:
        while (found := await coming) is not None:
            chunk, checked = found
            known = await _registered(doubtful_codes(checked))
            if known:
                checked = await asyncio.to_thread(check_chunk, reader, to, chunk, known)
            coming = asyncio.create_task(asyncio.to_thread(read_next))
            yield checked
    finally:
        # A thread cannot be stopped: the file stays open until it is through with its chunk.
        await asyncio.gather(coming, return_exceptions=True)


async def _registered(doubtful: list[str]) -> frozenset[str]:
    """Which of these codes with a wrong check digit the registry holds all the same."""
    if not doubtful:
        return frozenset()
    rows = await fetch("SELECT uscc FROM enterprise WHERE uscc = ANY($1::text[])", doubtful)
    return frozenset(row["uscc"] for row in rows)


async def _finish(batch: ImportBatch, category: Category) -> None:
    async with transaction():
        if category.feeds == "registry":
            await refresh_profiles(batch.city, category, batch.id)
        await execute(
            "UPDATE import_batch SET finished_at = $2 WHERE id = $1", batch.id, datetime.now(UTC)
        )
        await enqueue(BatchImported(batch_id=batch.id))


def _receipt(
    batch: ImportBatch, *, repeated: bool = False, missing: tuple[str, ...] = ()
) -> ImportReceipt:
    return ImportReceipt(
        batch_id=batch.id,
        city=batch.city,
        category=batch.category,
        provider=batch.provider,
        file_sha256=bytes(batch.file_digest).hex(),
        received_on=batch.received_on,
        accepted=batch.accepted,
        unchanged=batch.unchanged,
        quarantined=batch.quarantined,
        repeated=repeated,
        finished_at=batch.finished_at,
        missing_columns=missing,
    )
