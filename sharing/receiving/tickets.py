"""One-time tickets: who may send which file over POST /uploads, until when.

What the sender shows is derived from the ticket's id under this set-up's secret, so it is kept
nowhere and can be given again to whoever repeats the request.
"""

import base64
import binascii
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePath
from uuid import UUID

from accounts.access import acting_as, signed_in
from accounts.data_providers import require_provider
from accounts.viewers import Viewer
from foundation.clock import day_in_shanghai
from foundation.errors import Problems
from foundation.identifiers import new_id
from foundation.sealing import digests_agree, keyed_digest
from sharing.lists import categories_of
from storage.database import fetch_models, transaction
from storage.idempotency import attempt, claim
from storage.models.data_provider import DataProvider, UploadTicket

LIFETIME = timedelta(minutes=30)
MAX_FILE_NAME = 120
MAX_TICKET = 120

_PURPOSE = "upload ticket"

# Whoever may no longer send the category has a ticket that is worth nothing.
_USE = """
UPDATE upload_ticket t SET used_at = $2
  FROM membership m, data_provider p
 WHERE t.id = $1 AND t.used_at IS NULL AND t.expires_at > $2
   AND m.id = t.membership_id AND m.ended_at IS NULL AND m.provider_id = t.provider_id
   AND p.id = t.provider_id AND p.categories ? t.category
RETURNING t.*
"""


@dataclass(frozen=True)
class IssuedTicket:
    """A ticket as its owner holds it. `text` goes into a header, never into an address."""

    text: str
    row: UploadTicket


async def issue(
    viewer: Viewer | None,
    *,
    city: str,
    category: str,
    file_name: str,
    idempotency_key: str,
    now: datetime,
) -> IssuedTicket:
    """Permit the viewer's unit to send one file of one category within half an hour.

    The same key with the same input gives the same ticket. Raises Unauthenticated, Forbidden,
    BadUserInput, IdempotencyKeyReused, and ValidationFailed for another city, a category that
    the unit may not send, or a name that is none.
    """
    provider = await require_provider(viewer)
    membership_id = acting_as(signed_in(viewer))
    name = plain_file_name(file_name)
    _check(provider, city, category, name, day_in_shanghai(now))
    values = {"city": city, "category": category, "fileName": name}
    this = attempt(membership_id, "uploadTicketIssue", idempotency_key, values, new_id(), now)
    async with transaction():
        ticket_id = await claim(this)
        if ticket_id != this.object_id:
            return _issued(await UploadTicket.get(id=ticket_id))
        return _issued(
            await UploadTicket.create(
                id=ticket_id,
                membership_id=membership_id,
                provider_id=provider.id,
                category=category,
                file_name=name,
                issued_at=now,
                expires_at=now + LIFETIME,
            )
        )


async def use(text: str, now: datetime) -> UploadTicket | None:
    """Use a ticket up; None for one that is forged, unknown, expired, used, or of somebody who
    may no longer send: the caller cannot tell which.
    """
    ticket_id = _id_in(text)
    if ticket_id is None:
        return None
    rows = await fetch_models(UploadTicket, _USE, ticket_id, now)
    return rows[0] if rows else None


def plain_file_name(text: str) -> str:
    """The last part of a file's name, without anything that does not show."""
    shown = "".join(c for c in unicodedata.normalize("NFC", text[:1000]) if c.isprintable())
    return PurePath(shown.replace("\\", "/")).name.strip()


def _check(provider: DataProvider, city: str, category: str, name: str, today: date) -> None:
    problems = Problems()
    problems.check(city == provider.city, "city", "本单位不在这个城市提供信息")
    allowed = category in provider.categories and category in categories_of(provider.city, today)
    problems.check(allowed, "category", "本单位不能提供这个信息类别")
    problems.check(
        0 < len(name) <= MAX_FILE_NAME, "fileName", f"文件名须为 1 到 {MAX_FILE_NAME} 个字符"
    )
    problems.raise_if_any()


def _issued(row: UploadTicket) -> IssuedTicket:
    proof = base64.urlsafe_b64encode(_proof(row.id)).decode().rstrip("=")
    return IssuedTicket(f"{row.id.hex}.{proof}", row)


def _proof(ticket_id: UUID) -> bytes:
    return keyed_digest(_PURPOSE, ticket_id.bytes)


def _id_in(text: str) -> UUID | None:
    """The id in a ticket of our making, compared in constant time; None for any other text."""
    name, _, proof = text[:MAX_TICKET].partition(".")
    try:
        ticket_id = UUID(hex=name)
        given = base64.urlsafe_b64decode(proof + "=" * (-len(proof) % 4))
    except (ValueError, binascii.Error):
        return None
    return ticket_id if digests_agree(_proof(ticket_id), given) else None
