"""Loads demands, what stands beside them, and the pages of demands, matches and offers."""

import asyncio
from uuid import UUID

from strawberry.dataloader import DataLoader

from accounts.access import demands_for
from accounts.viewers import Viewer
from credit.levels import GradeLevel
from foundation.clock import Clock
from foundation.pagination import Page
from marketplace import demand_pages, demand_readings, demand_views, match_pages, offer_pages
from marketplace.demand_readings import Contact
from marketplace.demand_views import DemandAction
from marketplace.match_pages import ComputedMatches
from marketplace.match_row import MatchRow
from marketplace.nested_pages import Asked
from resolvers.loaders.batching import rows_by_id
from storage.models.demand import Demand
from storage.models.enterprise import Enterprise
from storage.models.offer import Offer


async def read_demands(keys: list[UUID]) -> list[Demand | None]:
    """Demands by id."""
    return await rows_by_id(Demand, keys)


class DemandLoads:
    """What one viewer reads about demands and their offers."""

    def __init__(self, viewer: Viewer | None, clock: Clock) -> None:
        self._viewer, self._clock = viewer, clock

    async def visible(self, keys: list[UUID]) -> list[Demand | None]:
        """Demands that were named by the viewer, who may not see them."""
        found = await demands_for(self._viewer, keys)
        return [found.get(key) for key in keys]

    async def enterprises(self, keys: list[UUID]) -> list[Enterprise | None]:
        """The enterprises behind demands."""
        return await demand_views.enterprises_of(self._viewer, keys)

    async def contacts(self, keys: list[UUID]) -> list[Contact | None]:
        """Whom to call about demands."""
        return await demand_readings.contacts_of(self._viewer, keys, self._clock.now())

    async def grade_levels(self, keys: list[UUID]) -> list[GradeLevel]:
        """The credit grades behind demands."""
        return await demand_readings.grade_levels_of(self._viewer, keys, self._clock.now())

    async def actions(self, keys: list[UUID]) -> list[list[DemandAction]]:
        """What the viewer may do."""
        return await demand_views.actions_on(self._viewer, keys, self._clock.now())

    async def demand_pages(self, asked: list[Asked]) -> list[Page[Demand]]:
        """Pages of enterprises' demands."""
        return await demand_pages.pages_of(self._viewer, asked)

    async def offer_pages(self, asked: list[Asked]) -> list[Page[Offer]]:
        """Pages of demands' offers."""
        return await offer_pages.pages_of(self._viewer, asked)


class MatchLoads:
    """What one viewer reads of matches; an enterprise's are computed once a request."""

    def __init__(
        self,
        viewer: Viewer | None,
        clock: Clock,
        enterprises: DataLoader[UUID, Enterprise | None],
    ) -> None:
        self._viewer, self._clock = viewer, clock
        self._enterprises = enterprises
        self._computed: dict[UUID, asyncio.Future[ComputedMatches | None]] = {}

    async def kept_pages(self, asked: list[Asked]) -> list[Page[MatchRow]]:
        """Pages of demands' matches."""
        return await match_pages.pages_of(self._viewer, asked)

    async def computed_pages(self, asked: list[Asked]) -> list[Page[MatchRow]]:
        """Pages of enterprises' matches without a demand."""
        return [
            await match_pages.computed_page(await self._of_enterprise(one.parent), one)
            for one in asked
        ]

    async def _of_enterprise(self, key: UUID) -> ComputedMatches | None:
        if key not in self._computed:
            self._computed[key] = asyncio.ensure_future(self._compute(key))
        return await self._computed[key]

    async def _compute(self, key: UUID) -> ComputedMatches | None:
        enterprise = await self._enterprises.load(key)
        if enterprise is None:
            return None
        return await match_pages.computed_for(self._viewer, enterprise, self._clock.now())
