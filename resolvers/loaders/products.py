"""Loads products with their sheets, pages of an institution, and judgements for the viewer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast
from uuid import UUID

from accounts.access import demand_for, owned_enterprise
from accounts.viewers import Viewer
from foundation.clock import Clock, day_in_shanghai
from foundation.pagination import Page, PageRequest
from marketplace import catalogue
from marketplace.applicants import own_applicant
from marketplace.product_rows import ProductRow, read_products
from marketplace.standing import wish_of
from matching.applicant import Applicant, Wish
from matching.rank import Judgement, judge
from matching.sheet import ProductSheet
from resolvers.loaders.batching import Read
from storage.models.product import ProductStatus

T = TypeVar("T")


def read_products_as(viewer: Viewer | None) -> Read[ProductRow | None]:
    """Products by id, as far as a viewer may see their sheets."""

    async def read(keys: list[UUID]) -> list[ProductRow | None]:
        return await read_products(viewer, keys)

    return read


def pages_of_institutions(
    viewer: Viewer | None,
) -> Callable[
    [UUID, str | None, tuple[ProductStatus, ...], PageRequest], Awaitable[Page[ProductRow]]
]:
    """Pages of an institution's products, as far as a viewer may see them."""

    async def read(
        institution_id: UUID,
        city: str | None,
        statuses: tuple[ProductStatus, ...],
        request: PageRequest,
    ) -> Page[ProductRow]:
        return await catalogue.institution_page(viewer, institution_id, city, statuses, request)

    return read


class Judgements:
    """What the rules say of products for the viewer's enterprise: its facts and each demand are
    read once a request.
    """

    def __init__(self, viewer: Viewer | None, clock: Clock) -> None:
        self._viewer = viewer
        self._now = clock.now()
        self._reads: dict[object, asyncio.Future[object]] = {}

    async def __call__(
        self, product_id: UUID, city: str, demand_id: UUID | None
    ) -> Judgement | None:
        """One product's judgement; None for who owns no enterprise, for another's demand, and for
        a product that is not on the shelf.
        """
        if self._viewer is None or (enterprise_id := owned_enterprise(self._viewer)) is None:
            return None
        wish: Wish | None = None
        if demand_id is not None:
            wish = await self._once(demand_id, lambda: self._wish(demand_id))
            if wish is None:
                return None
        sheets: dict[str, ProductSheet] = await self._once(city, lambda: self._sheets(city))
        sheet = sheets.get(product_id.hex)
        if sheet is None:
            return None
        owner = self._viewer
        applicant: Applicant = await self._once(
            enterprise_id, lambda: own_applicant(owner, enterprise_id, self._now)
        )
        return judge(applicant, wish, sheet, day_in_shanghai(self._now))

    async def _wish(self, demand_id: UUID) -> Wish | None:
        demand = await demand_for(self._viewer, demand_id)
        return wish_of(demand) if demand else None

    async def _sheets(self, city: str) -> dict[str, ProductSheet]:
        return {sheet.product_id: sheet for sheet in await catalogue.sheets_of(city)}

    async def _once(self, key: object, read: Callable[[], Awaitable[T]]) -> T:
        if key not in self._reads:
            self._reads[key] = asyncio.ensure_future(read())
        return cast(T, await self._reads[key])
