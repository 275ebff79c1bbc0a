"""Files of credit records come in: checked row by row, kept by version, receipted.

A file is read in chunks, each kept in one transaction with how far it came; so an interrupted
import goes on where it stopped, and the same file twice changes nothing.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from foundation.identifiers import new_id
from sharing.cells import CHECK_DIGIT
from sharing.csv_files import file_digest, rows_of
from sharing.lists import Category, NoSuchCategory, category_on
from sharing.profiles import refresh_profiles
from sharing.rows import GoodRow, RefusedFile, RowProblem, RowReader
from storage.database import execute, fetch, fetch_models, transaction
from storage.models.credit_record import ImportBatch

CHUNK_ROWS = 2_000
MAX_PROVIDER = 80

Progress: TypeAlias = Callable[[float, "ImportReceipt"], None]
RawRow: TypeAlias = tuple[int, list[str], float]

_OPEN_BATCH = """
INSERT INTO import_batch (id, city, category, provider, file_digest, received_on, started_at,
  lines_read, accepted, quarantined, unchanged)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0)
ON CONFLICT (city, category, provider, file_digest) DO UPDATE SET city = excluded.city
RETURNING *
"""

# Imports of one category take turns, so that two never judge by the same earlier version.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('import ' || $1 || ' ' || $2, 0))"
_LINES_READ = "SELECT lines_read FROM import_batch WHERE id = $1"

# Per key: what this batch already holds, and the version in force before it.
_VERSIONS = """
SELECT DISTINCT ON (key_digest, batch_id = $4)
       key_digest, row_digest, batch_id = $4 AS own
  FROM credit_record
 WHERE city = $1 AND category = $2 AND key_digest = ANY($3::bytea[]) AND received_on <= $5
 ORDER BY key_digest, batch_id = $4, received_on DESC, id DESC
"""

_KEEP = """
INSERT INTO credit_record (id, batch_id, city, category, received_on,
  uscc, "values", key_digest, row_digest, dated_on)
SELECT r.id, $1, $2, $3, $4, r.uscc, r.body::jsonb, r.key_digest, r.row_digest, r.dated_on
  FROM unnest($5::uuid[], $6::text[], $7::text[], $8::bytea[], $9::bytea[], $10::date[])
    AS r (id, uscc, body, key_digest, row_digest, dated_on)
"""

_QUARANTINE = """
INSERT INTO quarantined_row (id, batch_id, line, field, value, reason)
SELECT q.id, $1, q.line, q.field, q.value, q.reason
  FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[])
    AS q (id, line, field, value, reason)
"""

_ADVANCE = """
UPDATE import_batch SET lines_read = $2, accepted = accepted + $3, unchanged = unchanged + $4,
       quarantined = quarantined + $5
 WHERE id = $1
"""


@dataclass(frozen=True)
class ImportReceipt:
    """What became of a file. `file_digest` is the SHA-256 of its bytes, in hexadecimal.

    `accepted` rows were kept, `unchanged` ones were known already, `quarantined` ones were
    refused. `repeated`: the whole file had been received before, and nothing was changed.
    """

    batch_id: UUID
    city: str
    category: str
    provider: str
    file_digest: str
    received_on: date
    accepted: int
    unchanged: int
    quarantined: int
    repeated: bool
    missing_columns: tuple[str, ...] = ()


@dataclass
class _Sorted:
    """The rows of a chunk by what becomes of them."""

    kept: list[GoodRow] = field(default_factory=list)
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)


async def import_file(
    path: Path,
    *,
    city: str,
    category_code: str,
    provider: str,
    received_on: date,
    progress: Progress | None = None,
) -> ImportReceipt:
    """Receive one file of one category from one provider, as of the day it was received.

    Raises RefusedFile when it is no such file; rows before the line it names are kept.
    """
    category = _category(city, category_code, received_on)
    if not 0 < len(provider) <= MAX_PROVIDER:
        raise RefusedFile(f"提供单位须为 1 到 {MAX_PROVIDER} 个字符")
    digest = await asyncio.to_thread(file_digest, path)
    rows = rows_of(path)
    _, header, _ = next(rows)
    reader = RowReader(category, header, received_on)
    batch = await _open_batch(city, category, provider, digest, received_on)
    if batch.finished_at is not None:
        return _receipt(batch, repeated=True)
    if batch.received_on != received_on:
        # An interrupted import goes on as of the day on which it began.
        reader = RowReader(category, header, batch.received_on)
    while chunk := await asyncio.to_thread(_next_chunk, rows):
        await _keep_chunk(batch, reader, chunk)
        if progress:
            progress(chunk[-1][2], await _current(batch, reader))
    await _finish(batch, category)
    return await _current(batch, reader)


def _category(city: str, code: str, received_on: date) -> Category:
    try:
        return category_on(city, code, received_on)
    except NoSuchCategory as missing:
        raise RefusedFile(missing.reason) from None


def _next_chunk(rows: Iterator[RawRow]) -> list[RawRow]:
    return list(islice(rows, CHUNK_ROWS))


async def _open_batch(
    city: str, category: Category, provider: str, digest: bytes, received_on: date
) -> ImportBatch:
    rows = await fetch_models(
        ImportBatch,
        _OPEN_BATCH,
        new_id(),
        city,
        category.code,
        provider,
        digest,
        received_on,
        datetime.now(UTC),
    )
    return rows[0]


async def _keep_chunk(batch: ImportBatch, reader: RowReader, chunk: Sequence[RawRow]) -> None:
    results = await asyncio.to_thread(_check, reader, chunk, frozenset[str]())
    doubtful = _doubtful_codes(results)
    if doubtful:
        known = await fetch("SELECT uscc FROM enterprise WHERE uscc = ANY($1::text[])", doubtful)
        registered = frozenset(row["uscc"] for row in known)
        results = await asyncio.to_thread(_check, reader, chunk, registered)
    async with transaction():
        await fetch(_LOCK, batch.city, batch.category)
        read = (await fetch(_LINES_READ, batch.id))[0]["lines_read"]
        fresh = [one for line, one in results if line > read]
        if fresh:
            await _write(batch, await _sort(batch, fresh), chunk[-1][0])


Checked: TypeAlias = tuple[int, GoodRow | list[RowProblem]]


def _check(reader: RowReader, chunk: Sequence[RawRow], registered: frozenset[str]) -> list[Checked]:
    return [(line, reader.read(line, cells, registered)) for line, cells, _ in chunk]


def _doubtful_codes(results: Sequence[Checked]) -> list[str]:
    return [
        problem.value.upper()
        for _, result in results
        if isinstance(result, list)
        for problem in result
        if problem.reason == CHECK_DIGIT
    ]


async def _sort(batch: ImportBatch, fresh: Sequence[GoodRow | list[RowProblem]]) -> _Sorted:
    """Tell new rows and corrections from unchanged ones, and duplicates inside the file."""
    good = [one for one in fresh if isinstance(one, GoodRow)]
    rows = await fetch(
        _VERSIONS,
        batch.city,
        batch.category,
        list({row.key_digest for row in good}),
        batch.id,
        batch.received_on,
    )
    earlier = {bytes(row["key_digest"]): bytes(row["row_digest"]) for row in rows if not row["own"]}
    in_file = {bytes(row["key_digest"]): bytes(row["row_digest"]) for row in rows if row["own"]}
    found = _Sorted()
    for one in fresh:
        if isinstance(one, list):
            found.problems += one
        elif one.key_digest in in_file:
            same = in_file[one.key_digest] == one.row_digest
            reason = "与前面的行重复" if same else "与前面的行是同一条记录，但内容不同"
            found.problems.append(RowProblem(one.line, "整行", "", reason))
        else:
            in_file[one.key_digest] = one.row_digest
            if earlier.get(one.key_digest) == one.row_digest:
                found.unchanged += 1
            else:
                found.kept.append(one)
    return found


async def _write(batch: ImportBatch, found: _Sorted, last_line: int) -> None:
    kept, problems = found.kept, found.problems
    if kept:
        await execute(
            _KEEP,
            batch.id,
            batch.city,
            batch.category,
            batch.received_on,
            [new_id() for _ in kept],
            [row.uscc for row in kept],
            [json.dumps(row.values, ensure_ascii=False) for row in kept],
            [row.key_digest for row in kept],
            [row.row_digest for row in kept],
            [row.dated_on for row in kept],
        )
    if problems:
        await execute(
            _QUARANTINE,
            batch.id,
            [new_id() for _ in problems],
            [problem.line for problem in problems],
            [problem.field for problem in problems],
            [problem.value for problem in problems],
            [problem.reason for problem in problems],
        )
    refused = len({problem.line for problem in problems})
    await execute(_ADVANCE, batch.id, last_line, len(kept), found.unchanged, refused)


async def _finish(batch: ImportBatch, category: Category) -> None:
    async with transaction():
        if category.feeds == "registry":
            await refresh_profiles(batch.city, category, batch.id)
        await execute(
            "UPDATE import_batch SET finished_at = $2 WHERE id = $1", batch.id, datetime.now(UTC)
        )


async def _current(batch: ImportBatch, reader: RowReader) -> ImportReceipt:
    return _receipt(
        await ImportBatch.get(id=batch.id), missing_columns=tuple(reader.missing_columns)
    )


def _receipt(
    batch: ImportBatch, *, repeated: bool = False, missing_columns: tuple[str, ...] = ()
) -> ImportReceipt:
    return ImportReceipt(
        batch_id=batch.id,
        city=batch.city,
        category=batch.category,
        provider=batch.provider,
        file_digest=bytes(batch.file_digest).hex(),
        received_on=batch.received_on,
        accepted=batch.accepted,
        unchanged=batch.unchanged,
        quarantined=batch.quarantined,
        repeated=repeated,
        missing_columns=missing_columns,
    )
