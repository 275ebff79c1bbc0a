"""Uploads: a file that came in whole becomes a batch, and the worker imports it.

The file is kept until its import has ended, however it ends, and no longer: what counts of it is
in the records, in the quarantine, and in its digest.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from foundation.clock import day_in_shanghai
from sharing.facts import FileReceived
from sharing.grading import regrade_after_import
from sharing.imports import ImportReceipt, import_file, open_batch
from sharing.receiving.problems import RefusedFile
from sharing.receiving.upload_files import left_behind, path_of
from storage.database import execute, fetch, transaction
from storage.models.credit_record import ImportBatch
from storage.models.data_provider import DataProvider, Upload, UploadTicket
from storage.queue import enqueue

NOTE_EVERY_S = 0.5
ABANDONED_AFTER = timedelta(days=1)
MAX_REFUSAL = 300

_END = """
UPDATE upload SET ended_at = $2, refusal = $3::text,
       progress = CASE WHEN $3::text IS NULL THEN 1 ELSE progress END
 WHERE id = $1
"""
_NEEDED = "SELECT id FROM upload WHERE id = ANY($1::uuid[]) AND ended_at IS NULL"


@dataclass(frozen=True)
class WholeFile:
    """A file that lies in the folder of uploads under this id."""

    upload_id: UUID
    digest: bytes
    size: int


async def receive(ticket: UploadTicket, file: WholeFile, now: datetime) -> Upload:
    """Take a file in: its batch, its upload and FileReceived in one transaction."""
    provider = await DataProvider.get(id=ticket.provider_id)
    async with transaction():
        # The import itself opens its batch with the same key, and goes on with the one it finds.
        batch = await open_batch(
            provider.city, ticket.category, provider.name, file.digest, day_in_shanghai(now)
        )
        upload = await Upload.create(
            id=file.upload_id,
            batch_id=batch.id,
            provider_id=provider.id,
            membership_id=ticket.membership_id,
            file_name=ticket.file_name,
            size=file.size,
            repeated=batch.finished_at is not None,
            received_at=now,
        )
        await enqueue(FileReceived(upload_id=upload.id, batch_id=batch.id))
    return upload


async def import_upload(upload_id: UUID, now: datetime) -> None:
    """Import the file of an upload and grade anew whom it speaks of; a repeat changes nothing.

    Raises FileNotFoundError while the file is not to be seen from here: another machine may have
    it, or the folder is not there yet.
    """
    upload = await Upload.get_or_none(id=upload_id)
    if upload is None:
        return
    batch = await ImportBatch.get(id=upload.batch_id)
    path = path_of(upload.id, upload.file_name)
    if upload.ended_at is None:
        await _import(upload, batch, path, now)
    await asyncio.to_thread(path.unlink, missing_ok=True)


async def sweep(now: datetime) -> int:
    """Delete files that nobody waits for: drafts that were broken off, files whose import ended.

    How many there were.
    """
    seconds = ABANDONED_AFTER.total_seconds()
    old = await asyncio.to_thread(lambda: list(left_behind(seconds, now.timestamp())))
    ids = {path: _id_of(path) for path in old}
    rows = await fetch(_NEEDED, [one for one in ids.values() if one])
    needed = {row["id"] for row in rows}
    abandoned = [path for path, upload_id in ids.items() if upload_id not in needed]
    for path in abandoned:
        await asyncio.to_thread(path.unlink, missing_ok=True)
    return len(abandoned)


async def _import(upload: Upload, batch: ImportBatch, path: Path, now: datetime) -> None:
    if upload.repeated:
        await _end(upload.id, now)
        return
    await execute(
        "UPDATE upload SET begun_at = coalesce(begun_at, $2) WHERE id = $1", upload.id, now
    )
    try:
        async with _noted(upload.id) as progress:
            await import_file(
                path,
                city=batch.city,
                category_code=batch.category,
                provider=batch.provider,
                received_on=batch.received_on,
                progress=progress.note,
            )
    except RefusedFile as refused:
        await _end(upload.id, now, refused.reason[:MAX_REFUSAL])
    else:
        # Also after an import that a former worker finished just before it died.
        await regrade_after_import(batch.id, batch.city, now)
        await _end(upload.id, now)


async def _end(upload_id: UUID, now: datetime, refusal: str | None = None) -> None:
    await execute(_END, upload_id, now, refusal)


@dataclass
class _Progress:
    """The share of a file that was read, as the importer last said."""

    upload_id: UUID
    done: float = 0.0
    written: float = field(default=-1.0, repr=False)

    def note(self, done: float, _: ImportReceipt) -> None:
        """What the importer calls between two chunks."""
        self.done = min(max(done, 0.0), 1.0)

    async def write_down(self) -> None:
        """Keep writing it where a reader sees it."""
        while True:
            await asyncio.sleep(NOTE_EVERY_S)
            if self.done != self.written:
                self.written = self.done
                await execute(
                    "UPDATE upload SET progress = $2 WHERE id = $1", self.upload_id, self.done
                )


@asynccontextmanager
async def _noted(upload_id: UUID) -> AsyncIterator[_Progress]:
    progress = _Progress(upload_id)
    writing = asyncio.create_task(progress.write_down())
    try:
        yield progress
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


def _id_of(path: Path) -> UUID | None:
    try:
        return UUID(hex=path.name[:32])
    except ValueError:
        return None
