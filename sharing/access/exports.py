"""Keeps a file that was written once, sealed and in parts, until its ticket fetches it.

A file that is made anew for each download would not have the digest that was promised.
"""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from foundation.clock import day_in_shanghai
from foundation.sealing import seal, unseal
from sharing.access.downloads import Download, Redeemed
from storage.database import execute, fetch_one
from storage.models.download import DataExport, DataExportPart

PART_BYTES = 256 * 1024
_SEALED_FOR = "data export"


async def keep_export(
    export_id: UUID, enterprise_id: UUID, chunks: AsyncIterator[bytes], now: datetime
) -> DataExport:
    """Write a file's bytes as they come, in the open transaction, with their digest at the end."""
    digest, size, number = hashlib.sha256(), 0, 0
    async for part in _parts(chunks):
        digest.update(part)
        size += len(part)
        await DataExportPart.create(
            export_id=export_id, number=number, made_at=now, sealed=seal(_SEALED_FOR, part)
        )
        number += 1
    return await DataExport.create(
        id=export_id, enterprise_id=enterprise_id, made_at=now, digest=digest.digest(), size=size
    )


async def drop_exports_of(enterprise_id: UUID) -> None:
    """Let a new export of an enterprise take the place of those before."""
    await execute(
        "DELETE FROM data_export_part p USING data_export e "
        "WHERE e.id = p.export_id AND e.enterprise_id = $1",
        enterprise_id,
    )
    await execute("DELETE FROM data_export WHERE enterprise_id = $1", enterprise_id)


def file_name_of(export: DataExport) -> str:
    """The name that the downloaded file gets."""
    return f"融桥-企业信息-{day_in_shanghai(export.made_at).isoformat()}.json"


async def open_export(redeemed: Redeemed) -> Download | None:
    """An export as a download; None when it has been tidied away."""
    export = await DataExport.get_or_none(id=redeemed.object_id)
    if export is None:
        return None
    return Download(
        file_name=file_name_of(export),
        content_type="application/json; charset=utf-8",
        chunks=_unsealed(export.id),
        size=export.size,
        digest=bytes(export.digest),
    )


async def _parts(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    waiting = bytearray()
    async for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PART_BYTES:
            yield bytes(waiting[:PART_BYTES])
            del waiting[:PART_BYTES]
    if waiting:
        yield bytes(waiting)


async def _unsealed(export_id: UUID) -> AsyncIterator[bytes]:
    number = 0
    while row := await fetch_one(
        "SELECT sealed FROM data_export_part WHERE export_id = $1 AND number = $2",
        export_id,
        number,
    ):
        yield unseal(_SEALED_FOR, bytes(row["sealed"]))
        number += 1
