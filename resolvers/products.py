"""Products: the shelf, one product, and its way there."""

from typing import Annotated
from uuid import UUID

import strawberry

from accounts import access
from foundation.identifiers import decode_id
from foundation.pagination import page_request
from marketplace import catalogue, products
from marketplace.catalogue import ProductSort
from marketplace.product_rows import read_products
from schema.city import CityCode
from schema.connection import After, Before, First, Last
from schema.context import Info
from schema.node import NodeFetchers
from schema.product import Product, ProductConnection
from schema.product_input import (
    ProductApproveResult,
    ProductDraftInput,
    ProductDraftResult,
    ProductFilter,
    ProductPublishResult,
    ProductRefuseInput,
    ProductRefuseResult,
    ProductRetireResult,
    ProductReviseInput,
    ProductReviseResult,
)
from schema.rule_words import RuleWords
from storage.models.membership import Role

ProductId = Annotated[strawberry.ID, strawberry.argument(description="Id of the product.")]


async def fetch_product(info: Info, key: UUID | None) -> Product | None:
    """The product with a key, as far as the viewer may see it."""
    found = await access.product_for(info.context.viewer, key)
    return None if found is None else await _product(info, found.id)


async def _product(info: Info, key: UUID) -> Product:
    # Read past the loader, which may remember how the product stood before a mutation.
    (row,) = await read_products(info.context.viewer, [key])
    if row is None:
        raise LookupError("a product that was just reached is there")
    return Product.of(row)


@strawberry.type
class ProductQueries:
    """Root fields about products."""

    @strawberry.field(
        description="The industries and qualifications that a product's conditions can name in a "
        "city. Open to everyone."
    )
    def rule_words(
        self, city: Annotated[CityCode, strawberry.argument(description="Which city.")]
    ) -> RuleWords:
        """The words to pick from."""
        return RuleWords.of(city.value)

    @strawberry.field(
        description="Products on the shelf of a city, open to everyone. RECOMMENDED: for a "
        "viewer's enterprise in its own city the order of its matches, otherwise the lowest "
        "all-in cost of 100万 over 12 months, each at the nearest amount and term it offers; "
        "those that cannot lend that come last, then by id."
    )
    async def products(
        self,
        info: Info,
        city: Annotated[CityCode, strawberry.argument(description="Which city's shelf.")],
        filter: Annotated[
            ProductFilter | None, strawberry.argument(description="Narrows the list.")
        ] = None,
        sort: Annotated[
            ProductSort, strawberry.argument(description="In which order.")
        ] = ProductSort.RECOMMENDED,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ProductConnection:
        """A page of the shelf."""
        viewer, code = info.context.viewer, city.value
        narrowed = (filter or ProductFilter()).to_filter()
        name = catalogue.shelf_list(viewer, code, narrowed, sort)
        request = page_request(name, first=first, after=after, last=last, before=before)
        now = info.context.clock.now()
        page = await catalogue.shelf(viewer, code, narrowed, sort, request, now)
        return ProductConnection.of(page, Product.of)

    @strawberry.field(
        description="A product; null when missing, or not on the shelf and not for this viewer."
    )
    async def product(self, info: Info, id: ProductId) -> Product | None:
        """One product."""
        return await fetch_product(info, decode_id("product", id))

    @strawberry.field(
        description="Products that wait for the operator of this city, oldest first. Operators "
        "only."
    )
    async def products_in_review(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ProductConnection:
        """A page of what is to be approved or refused."""
        operator = access.require_role(info.context.viewer, Role.OPERATOR)
        request = page_request("review", first=first, after=after, last=last, before=before)
        return ProductConnection.of(await catalogue.review_page(operator, request), Product.of)


@strawberry.type
class ProductMutations:
    """Mutations of products."""

    @strawberry.mutation(description="Begins a product as a DRAFT. Product managers only.")
    async def product_draft(
        self,
        info: Info,
        input: Annotated[ProductDraftInput, strawberry.argument(description="The sheet.")],
    ) -> ProductDraftResult:
        """A new draft."""
        key = await products.draft(
            info.context.viewer,
            institution_id=decode_id("institution", input.institution_id),
            city=input.city.value,
            values=input.values(),
            idempotency_key=input.idempotency_key,
            now=info.context.clock.now(),
        )
        return await _product(info, key)

    @strawberry.mutation(
        description="Changes a product's sheet; one on the shelf goes back to DRAFT until it is "
        "approved again. Product managers only."
    )
    async def product_revise(
        self,
        info: Info,
        id: ProductId,
        input: Annotated[ProductReviseInput, strawberry.argument(description="What changes.")],
    ) -> ProductReviseResult:
        """The changed product."""
        product_id = decode_id("product", id)
        key = await products.revise(info.context.viewer, product_id, input.values())
        return await _product(info, key)

    @strawberry.mutation(
        description="DRAFT → IN_REVIEW: hands a product to the operator. Product managers only."
    )
    async def product_publish(self, info: Info, id: ProductId) -> ProductPublishResult:
        """The product in review."""
        key = await products.publish(info.context.viewer, decode_id("product", id))
        return await _product(info, key)

    @strawberry.mutation(
        description="IN_REVIEW → PUBLISHED: puts a product on the shelf. Operators only."
    )
    async def product_approve(self, info: Info, id: ProductId) -> ProductApproveResult:
        """The product on the shelf."""
        context = info.context
        key = await products.approve(context.viewer, decode_id("product", id), context.clock.now())
        return await _product(info, key)

    @strawberry.mutation(
        description="IN_REVIEW → DRAFT, with the reason for its bank. Operators only."
    )
    async def product_refuse(
        self,
        info: Info,
        id: ProductId,
        input: Annotated[ProductRefuseInput, strawberry.argument(description="The reason.")],
    ) -> ProductRefuseResult:
        """The product sent back."""
        product_id = decode_id("product", id)
        key = await products.refuse(info.context.viewer, product_id, input.reason)
        return await _product(info, key)

    @strawberry.mutation(
        description="Takes a product off the shelf for good. Its product managers and operators."
    )
    async def product_retire(self, info: Info, id: ProductId) -> ProductRetireResult:
        """The retired product."""
        key = await products.retire(info.context.viewer, decode_id("product", id))
        return await _product(info, key)


NODES: NodeFetchers = {"product": fetch_product}
