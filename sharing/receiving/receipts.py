"""The signed receipt of an imported file: what became of its rows, for whoever sent it to keep.

The same claims by the same key, whether the file came over HTTP or from the command line.
"""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from foundation import receipts
from foundation.tokens import KeyRing

KIND = "import"


class Imported(Protocol):
    """A batch, however it is read."""

    @property
    def batch_id(self) -> UUID:
        """Its id."""

    @property
    def city(self) -> str:
        """Whose records it holds."""

    @property
    def category(self) -> str:
        """Of which category, by its code."""

    @property
    def provider(self) -> str:
        """Who provided the file."""

    @property
    def file_sha256(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""

    @property
    def received_on(self) -> date:
        """The day of receipt."""

    @property
    def accepted(self) -> int:
        """How many rows were kept."""

    @property
    def unchanged(self) -> int:
        """How many rows were known already."""

    @property
    def quarantined(self) -> int:
        """How many rows were refused."""

    @property
    def finished_at(self) -> datetime | None:
        """When it was read to its end; None while it is not."""


def receipt_of(batch: Imported, ring: KeyRing) -> str | None:
    """The signed receipt of a finished batch; None before."""
    if batch.finished_at is None:
        return None
    claims = {
        "batch": batch.batch_id.hex,
        "city": batch.city,
        "category": batch.category,
        "provider": batch.provider,
        "file_sha256": batch.file_sha256,
        "received_on": batch.received_on.isoformat(),
        "accepted": batch.accepted,
        "unchanged": batch.unchanged,
        "quarantined": batch.quarantined,
    }
    return receipts.sign(ring, KIND, claims, batch.finished_at)
