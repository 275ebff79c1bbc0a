"""Checked rows go into the database: duplicates told apart, known ones left alone, the rest kept.

Nothing is looked up that cannot be there: a file's own duplicates show when the unique index of
its batch refuses them, and earlier versions exist only behind an earlier batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.identifiers import new_id
from sharing.receiving.checked import CheckedChunk
from sharing.receiving.problems import WHOLE_ROW, Kind, RowProblem
from sharing.receiving.stored_rows import COLUMNS, StoredRows
from storage.database import copy_rows, copy_text, execute, fetch, transaction
from storage.models.credit_record import ImportBatch

# Imports of one category take turns, so that two never judge by the same earlier version.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('import ' || $1 || ' ' || $2, 0))"

_SO_FAR = """
SELECT lines_read, EXISTS (
    SELECT FROM import_batch o
     WHERE o.city = b.city AND o.category = b.category AND o.id <> b.id AND o.accepted > 0
       AND o.received_on <= b.received_on) AS has_earlier
  FROM import_batch b WHERE id = $1
"""

_OWN = """
SELECT key_digest, row_digest FROM credit_record
 WHERE batch_id = $1 AND key_digest = ANY($2::bytea[])
"""

# The version in force before this batch, per key.
_EARLIER = """
SELECT DISTINCT ON (key_digest) key_digest, row_digest
  FROM credit_record
 WHERE key_digest = ANY($4::bytea[]) AND city = $1 AND category = $2
   AND batch_id <> $3 AND received_on <= $5
 ORDER BY key_digest, received_on DESC, id DESC
"""

_ADVANCE = """
UPDATE import_batch
   SET lines_read = $2, accepted = accepted + $3, unchanged = unchanged + $4,
       quarantined = quarantined + $5
 WHERE id = $1
"""


@dataclass
class _Sorted:
    kept: StoredRows
    unchanged: int
    problems: list[RowProblem]


async def keep_chunk(batch: ImportBatch, chunk: CheckedChunk) -> None:
    """Keep a chunk in one transaction with how far the file came; behind a crash, once."""
    async with transaction():
        await fetch(_LOCK, batch.city, batch.category)
        so_far = (await fetch(_SO_FAR, batch.id))[0]
        fresh = chunk.behind(so_far["lines_read"])
        found = _Sorted(fresh.rows, 0, list(fresh.problems))
        _refuse_duplicates(found, {})
        earlier = await _earlier(batch, found.kept.keys) if so_far["has_earlier"] else {}
        candidate = _without_unchanged(found, earlier)
        if not await copy_text("credit_record", COLUMNS, candidate.kept.body()):
            _refuse_duplicates(found, await _own(batch, found.kept.keys))
            candidate = _without_unchanged(found, earlier)
            if not await copy_text("credit_record", COLUMNS, candidate.kept.body()):
                raise RuntimeError("a row is stored twice that no row of the batch resembles")
        await _quarantine(batch, candidate.problems)
        refused = len({problem.line for problem in candidate.problems})
        counts = (len(candidate.kept.lines), candidate.unchanged, refused)
        await execute(_ADVANCE, batch.id, chunk.last_line, *counts)


def _refuse_duplicates(found: _Sorted, stored: dict[bytes, bytes]) -> None:
    """The first row with a key stays; later ones, and those whose key is `stored`, do not."""
    rows = found.kept
    if not stored and len(set(rows.keys)) == len(rows.keys):
        return
    seen, places = dict(stored), []
    for place, (key, digest) in enumerate(zip(rows.keys, rows.digests, strict=True)):
        if key in seen:
            found.problems.append(duplicate(rows.lines[place], same=seen[key] == digest))
        else:
            seen[key] = digest
            places.append(place)
    found.kept = rows.only(places)


def duplicate(line: int, *, same: bool) -> RowProblem:
    """A row whose key stands further up in its file."""
    reason = "与前面的行重复" if same else "与前面的行是同一条记录，但内容不同"
    return RowProblem(line, WHOLE_ROW, Kind.DUPLICATE, "", reason)


def _without_unchanged(found: _Sorted, earlier: dict[bytes, bytes]) -> _Sorted:
    if not earlier:
        return found
    rows = found.kept
    pairs = zip(rows.keys, rows.digests, strict=True)
    places = [place for place, (key, digest) in enumerate(pairs) if earlier.get(key) != digest]
    return _Sorted(rows.only(places), len(rows.keys) - len(places), found.problems)


async def _earlier(batch: ImportBatch, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    rows = await fetch(
        _EARLIER, batch.city, batch.category, batch.id, list(keys), batch.received_on
    )
    return {bytes(row["key_digest"]): bytes(row["row_digest"]) for row in rows}


async def _own(batch: ImportBatch, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    rows = await fetch(_OWN, batch.id, list(keys))
    return {bytes(row["key_digest"]): bytes(row["row_digest"]) for row in rows}


async def _quarantine(batch: ImportBatch, problems: Sequence[RowProblem]) -> None:
    if not problems:
        return
    columns = ("id", "batch_id", "line", "field", "kind", "value", "reason")
    rows = [
        (new_id(), batch.id, one.line, one.field, one.kind.value, one.value, one.reason)
        for one in problems
    ]
    await copy_rows("quarantined_row", columns, rows)
