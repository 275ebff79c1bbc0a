"""Import batches as their provider and the operators of their city read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from accounts.access import require_role
from accounts.data_providers import provider_of
from accounts.viewers import Viewer
from foundation.errors import BadUserInput
from foundation.pagination import Keys, Page, PageRequest, page_of
from foundation.tokens import signing_keys
from sharing.receiving.receipts import receipt_of
from storage.database import fetch, fetch_models
from storage.models.credit_record import QuarantinedRow
from storage.models.membership import Role

# What an owner declares is a batch too, which is nobody's file.
_BATCHES = """
SELECT b.*, u.id AS upload_id, u.file_name, u.progress, u.begun_at, u.refusal
  FROM import_batch b
  LEFT JOIN LATERAL (
    SELECT * FROM upload u WHERE u.batch_id = b.id ORDER BY u.received_at DESC, u.id DESC LIMIT 1
  ) u ON true
 WHERE b.city = $1 AND ($2::text IS NULL OR b.provider = $2)
   AND b.category NOT LIKE 'LOCAL-DECLARED-%'
"""


class ImportState(StrEnum):
    """How far a file has come."""

    RECEIVED = "RECEIVED"
    READING = "READING"
    FINISHED = "FINISHED"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class BatchView:
    """A batch with the newest upload that belongs to it, where it came by one."""

    id: UUID
    city: str
    category: str
    provider: str
    file_digest: bytes
    received_on: date
    accepted: int
    unchanged: int
    quarantined: int
    finished_at: datetime | None
    file_name: str | None
    refusal: str | None
    state: ImportState
    progress: float

    def receipt(self) -> str | None:
        """The signed receipt of a finished batch, for whoever sent the file to keep."""
        return receipt_of(self, signing_keys().ring())

    @property
    def batch_id(self) -> UUID:
        """What a receipt names it by."""
        return self.id

    @property
    def file_sha256(self) -> str:
        """The file's digest in hexadecimal."""
        return self.file_digest.hex()


@dataclass(frozen=True)
class _Seen:
    """Which batches a viewer sees: a city's, perhaps of one provider only."""

    city: str
    provider: str | None


async def batch_for(viewer: Viewer | None, batch_id: UUID | None) -> BatchView | None:
    """A batch, for the people of its provider and the operators of its city."""
    seen = await _seen(viewer)
    if seen is None or batch_id is None:
        return None
    rows = await fetch(f"{_BATCHES} AND b.id = $3", seen.city, seen.provider, batch_id)
    return _view(rows[0]) if rows else None


async def batches_page(viewer: Viewer | None, city: str, request: PageRequest) -> Page[BatchView]:
    """Batches of a city, newest first: a provider's own, an operator's all.

    Empty for another city than the viewer's. Raises Unauthenticated, Forbidden, BadUserInput.
    """
    require_role(viewer, Role.OPERATOR, Role.DATA_PROVIDER)
    seen = await _seen(viewer)
    if seen is None or seen.city != city:
        return page_of(request, [], _keys)
    sign, order = (">", "ASC") if request.backward else ("<", "DESC")
    rows = await fetch(
        f"{_BATCHES} AND ($3::uuid IS NULL OR b.id {sign} $3) ORDER BY b.id {order} LIMIT $4",
        seen.city,
        seen.provider,
        _id_in(request.keys),
        request.size + 1,
    )
    return page_of(request, [_view(row) for row in rows], _keys)


async def quarantined_page(batch_id: UUID, request: PageRequest) -> Page[QuarantinedRow]:
    """What was refused of a batch, in the order of its lines. Who names the batch may see it.

    Raises BadUserInput for a forged cursor.
    """
    sign, order = ("<", "DESC") if request.backward else (">", "ASC")
    line, key = _place_in(request.keys)
    rows = await fetch_models(
        QuarantinedRow,
        f"""
        SELECT * FROM quarantined_row
         WHERE batch_id = $1 AND ($2::int IS NULL OR (line, id) {sign} ($2, $3::uuid))
         ORDER BY line {order}, id {order} LIMIT $4
        """,  # noqa: S608 - ASC or DESC, < or >; every value is a parameter
        batch_id,
        line,
        key,
        request.size + 1,
    )
    return page_of(request, rows, lambda row: [row.line, row.id.hex])


async def _seen(viewer: Viewer | None) -> _Seen | None:
    if viewer is not None and viewer.role is Role.OPERATOR and viewer.city:
        return _Seen(viewer.city, None)
    provider = await provider_of(viewer)
    return _Seen(provider.city, provider.name) if provider else None


def _view(row: dict[str, Any]) -> BatchView:
    state = _state_of(row)
    return BatchView(
        id=row["id"],
        city=row["city"],
        category=row["category"],
        provider=row["provider"],
        file_digest=bytes(row["file_digest"]),
        received_on=row["received_on"],
        accepted=row["accepted"],
        unchanged=row["unchanged"],
        quarantined=row["quarantined"],
        finished_at=row["finished_at"],
        file_name=row["file_name"],
        refusal=row["refusal"] if state is ImportState.REFUSED else None,
        state=state,
        progress=1.0 if state is ImportState.FINISHED else row["progress"] or 0.0,
    )


def _state_of(row: dict[str, Any]) -> ImportState:
    if row["finished_at"] is not None:
        return ImportState.FINISHED
    if row["refusal"] is not None:
        return ImportState.REFUSED
    waits = row["upload_id"] is not None and row["begun_at"] is None
    return ImportState.RECEIVED if waits else ImportState.READING


def _keys(batch: BatchView) -> Keys:
    return [batch.id.hex]


def _id_in(keys: Sequence[object] | None) -> UUID | None:
    if keys is None:
        return None
    try:
        (text,) = keys
        return UUID(hex=text)  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        raise BadUserInput("游标无效") from None


def _place_in(keys: Sequence[object] | None) -> tuple[int | None, UUID | None]:
    """The line and row that a cursor names."""
    if keys is None:
        return None, None
    line, *rest = keys or (None,)
    if type(line) is not int or not 0 <= line < 2**31:
        raise BadUserInput("游标无效")
    return line, _id_in(rest)
