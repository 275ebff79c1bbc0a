"""What each kind of download ticket opens: the one table, and the one road to a file."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sharing.access.downloads import Download, DownloadKind, Redeemed, redeem
from sharing.access.exports import open_export
from sharing.grades.report import open_json, open_pdf
from sharing.public_batches.issuing import open_batch_file

Opener: TypeAlias = Callable[[Redeemed], Awaitable[Download | None]]
"""Makes the file that a ticket stands for; None where it is not kept any more."""

OPENERS: Mapping[DownloadKind, Opener] = {
    DownloadKind.OWN_DATA: open_export,
    DownloadKind.REPORT_JSON: open_json,
    DownloadKind.REPORT_PDF: open_pdf,
    DownloadKind.PUBLIC_BATCH: open_batch_file,
}


async def open_download(ticket_id: UUID, secret: str, now: datetime) -> Download | None:
    """The file behind a ticket, which is used up by this; None for a ticket that opens nothing."""
    redeemed = await redeem(ticket_id, secret, now)
    return await OPENERS[redeemed.kind](redeemed) if redeemed else None
