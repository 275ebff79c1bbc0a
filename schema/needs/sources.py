"""Files of credit records that came in, and how well each category is delivered."""

from collections.abc import Awaitable
from typing import Protocol
from uuid import UUID

from foundation.pagination import Page, PageRequest
from schema.needs.shapes import OfCategory
from sharing.quality import Quality
from storage.models.credit_record import QuarantinedRow


class QuarantinedPages(Protocol):
    """Pages of what was refused of a batch."""

    def __call__(self, batch_id: UUID, request: PageRequest, /) -> Awaitable[Page[QuarantinedRow]]:
        """One page."""
        ...


class SourceLoaders(Protocol):
    """Who names a batch has been given access to it."""

    @property
    def quarantined_rows(self) -> QuarantinedPages:
        """A page of what was refused of a batch."""
        ...

    @property
    def source_quality(self) -> OfCategory[Quality | None]:
        """What was measured of a category, where the viewer may see it."""
        ...

    @property
    def source_notices(self) -> OfCategory[str | None]:
        """What every reader of a category must know now."""
        ...
