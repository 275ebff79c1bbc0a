"""Loads what is held about the viewer's own enterprise, and the objections to it."""

from uuid import UUID

from accounts.viewers import Viewer
from foundation.clock import Clock
from foundation.pagination import Page, PageRequest
from marketplace.nested_pages import id_key
from sharing.holdings import match_runs, records
from sharing.holdings.match_runs import HeldMatchRun
from sharing.holdings.records import HeldCount, HeldRecord
from sharing.objections import readings
from storage.models.objection import Objection


class OwnData:
    """What one viewer, who acts for one enterprise, reads of it."""

    def __init__(self, viewer: Viewer | None, clock: Clock) -> None:
        self._viewer, self._clock = viewer, clock

    async def page(
        self, enterprise_id: UUID, request: PageRequest, category: str | None, current_only: bool
    ) -> Page[HeldRecord]:
        """A page of records."""
        return await records.own_page(
            self._viewer,
            enterprise_id,
            request,
            self._clock.now(),
            category=category,
            current_only=current_only,
        )

    async def counts(self, enterprise_id: UUID) -> list[HeldCount]:
        """How much there is of each category."""
        return await records.own_counts(self._viewer, enterprise_id)

    async def record(self, record_id: UUID) -> HeldRecord | None:
        """One record."""
        return await records.read_own_record(self._viewer, record_id, self._clock.now())

    async def match_runs(self, enterprise_id: UUID, request: PageRequest) -> Page[HeldMatchRun]:
        """A page of what its matches were computed from."""
        beyond, now = id_key(request.keys), self._clock.now()
        return await match_runs.own_match_runs(self._viewer, enterprise_id, request, beyond, now)

    async def objections(self, enterprise_id: UUID, request: PageRequest) -> Page[Objection]:
        """A page of objections."""
        beyond = id_key(request.keys)
        return await readings.own_page(self._viewer, enterprise_id, request, beyond)

    async def objections_to(self, keys: list[UUID]) -> list[Objection | None]:
        """The newest objection to each record."""
        found = await readings.newest_of_records(self._viewer, keys)
        return [found.get(key) for key in keys]
