"""Loads what a whitelist holds, as far as the viewer may see it."""

from uuid import UUID

from accounts.viewers import Viewer
from foundation.clock import Clock
from foundation.pagination import Page
from sharing.grades.whitelist import recipients_of
from sharing.grades.whitelist_pages import Asked, entries_page
from storage.models.membership import Role
from storage.models.whitelist import WhitelistEntry, WhitelistRecipient


class Whitelists:
    """Entries and recipients of lists that the viewer was given access to."""

    def __init__(self, viewer: Viewer | None, clock: Clock) -> None:
        self._viewer, self._clock = viewer, clock

    async def entries(self, asked: Asked) -> Page[WhitelistEntry]:
        """A page of entries; an institution's look is noted."""
        return await entries_page(self._viewer, asked, self._clock.now())

    async def recipients(self, whitelist_id: UUID) -> list[WhitelistRecipient]:
        """Every recipient to the operator, an institution to itself."""
        found = await recipients_of(whitelist_id)
        viewer = self._viewer
        if viewer is not None and viewer.role is Role.OPERATOR:
            return found
        return [one for one in found if viewer and one.institution_id == viewer.institution_id]
