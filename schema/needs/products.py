"""Products with their sheets, and what the rules say of them."""

from collections.abc import Awaitable
from typing import Protocol
from uuid import UUID

from foundation.pagination import Page, PageRequest
from marketplace.product_rows import ProductRow
from matching.rank import Judgement
from schema.needs.shapes import ByKey
from storage.models.product import ProductStatus


class ProductPages(Protocol):
    """Pages of an institution's products, perhaps of one city and some states only."""

    def __call__(
        self,
        institution_id: UUID,
        city: str | None,
        statuses: tuple[ProductStatus, ...],
        request: PageRequest,
        /,
    ) -> Awaitable[Page[ProductRow]]:
        """One page."""
        ...


class JudgedProduct(Protocol):
    """Judgements of products for the viewer's enterprise, with one of its demands or without."""

    def __call__(
        self, product_id: UUID, city: str, demand_id: UUID | None, /
    ) -> Awaitable[Judgement | None]:
        """One judgement; None where there is no enterprise, demand or product on show."""
        ...


class ProductLoaders(Protocol):
    """Who names a product has been given access to it."""

    @property
    def products(self) -> ByKey[ProductRow | None]:
        """A product with its bank and sheet; to strangers the last sheet that was on show."""
        ...

    @property
    def products_of_institution(self) -> ProductPages:
        """A page of an institution's products that the viewer may see."""
        ...

    @property
    def judgement(self) -> JudgedProduct:
        """What the rules say of a product for the viewer's enterprise."""
        ...
