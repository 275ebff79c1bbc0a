"""One-time downloads: a ticket whose secret is shown once, and the one file that it opens once.

A secret never stands in an address, where proxies and histories keep it: it comes in a header.
What each kind of file holds is in sharing/access/download_kinds.py.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from accounts.access import acting_as
from accounts.viewers import Viewer
from foundation.identifiers import new_id
from foundation.sealing import digests_agree
from storage.database import fetch, fetch_one
from storage.models.download import DownloadTicket

LIFETIME = timedelta(minutes=10)
ADDRESS = "/downloads"
"""Where tickets are redeemed; the ticket's id follows behind a stroke."""

_READ = "SELECT secret_digest FROM download_ticket WHERE id = $1"
_USE = """
UPDATE download_ticket t SET used_at = $2
 WHERE t.id = $1 AND t.used_at IS NULL AND t.expires_at > $2 AND EXISTS (
   SELECT FROM membership m WHERE m.id = t.membership_id AND m.ended_at IS NULL)
RETURNING kind, object_id, person_id, membership_id
"""


class DownloadKind(StrEnum):
    """What a ticket opens."""

    OWN_DATA = "OWN_DATA"
    REPORT_JSON = "REPORT_JSON"
    REPORT_PDF = "REPORT_PDF"
    PUBLIC_BATCH = "PUBLIC_BATCH"


@dataclass(frozen=True)
class Ticket:
    """Opens a file once until it expires. `digest` is the file's SHA-256 in hexadecimal digits."""

    id: UUID
    secret: str = field(repr=False)
    file_name: str
    digest: str
    expires_at: datetime


@dataclass(frozen=True)
class Redeemed:
    """What a ticket that was good just now stands for; it opens nothing any more."""

    kind: DownloadKind
    object_id: UUID
    person_id: UUID
    membership_id: UUID
    at: datetime


@dataclass(frozen=True)
class Download:
    """A file as it goes out. `size` in bytes and `digest`, its SHA-256, where they are known."""

    file_name: str
    content_type: str
    chunks: AsyncIterator[bytes]
    size: int | None = None
    digest: bytes | None = None


async def issue(
    viewer: Viewer,
    kind: DownloadKind,
    object_id: UUID,
    now: datetime,
    *,
    file_name: str,
    digest: bytes,
) -> Ticket:
    """A ticket for a file that the viewer may have: whoever calls has checked that."""
    secret = secrets.token_urlsafe(32)
    row = await DownloadTicket.create(
        id=new_id(),
        secret_digest=_digest_of(secret),
        kind=kind.value,
        object_id=object_id,
        person_id=viewer.person_id,
        membership_id=acting_as(viewer),
        issued_at=now,
        expires_at=now + LIFETIME,
    )
    return Ticket(row.id, secret, file_name, digest.hex(), row.expires_at)


async def redeem(ticket_id: UUID, secret: str, now: datetime) -> Redeemed | None:
    """Use a ticket up. None for one that is unknown, forged, expired, used, or whose holder has
    lost the membership it was issued to.
    """
    kept = await fetch_one(_READ, ticket_id)
    known = bytes(kept["secret_digest"]) if kept else bytes(32)
    if not digests_agree(known, _digest_of(secret)):
        return None
    rows = await fetch(_USE, ticket_id, now)
    if not rows:
        return None
    row = rows[0]
    return Redeemed(
        DownloadKind(row["kind"]), row["object_id"], row["person_id"], row["membership_id"], now
    )


def _digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
