"""Institutions as everybody sees them."""

from typing import TYPE_CHECKING, Annotated, Protocol
from uuid import UUID

import strawberry

from foundation.identifiers import encode_id
from foundation.pagination import page_request
from schema import terms  # noqa: F401 - describes the enums that are used here
from schema.city import CityCode
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.enums import describe_enum
from schema.node import Node
from storage.models.institution import InstitutionKind
from storage.models.product import ProductStatus

if TYPE_CHECKING:
    from schema.product import Product

describe_enum(
    InstitutionKind,
    "What an institution is.",
    {
        "BANK": "A bank.",
        "INSURER": "An insurer.",
        "GUARANTOR": "A guarantee company.",
        "CREDIT_SERVICE": "A credit service.",
    },
)


class InstitutionFacts(Protocol):
    """What an institution's row has, read alone or beside a product."""

    @property
    def id(self) -> UUID: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> InstitutionKind: ...  # noqa: D102
    @property
    def illustrative(self) -> bool: ...  # noqa: D102


@strawberry.type(description="A bank or another institution that was let in. Open to everyone.")
class Institution(Node):
    """An institution."""

    name: str = strawberry.field(description="Its name.")
    kind: InstitutionKind = strawberry.field(description="What it is.")
    is_example: bool = strawberry.field(
        description="Made up for a demonstration: shown as 示例, never as a real institution."
    )
    key: strawberry.Private[UUID]

    @strawberry.field(
        description="Its products, oldest first: those on show for everyone, all of them for its "
        "own people."
    )
    async def products(
        self,
        info: Info,
        city: Annotated[
            CityCode | None, strawberry.argument(description="Only those of this city.")
        ] = None,
        statuses: Annotated[
            list[ProductStatus] | None,
            strawberry.argument(description="Only those in these states; all when left out."),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Annotated["Product", strawberry.lazy("schema.product")]]:
        """A page of its products."""
        from schema.product import Product

        request = page_request(
            f"institution:{self.key.hex}", first=first, after=after, last=last, before=before
        )
        page = await info.context.loaders.products_of_institution(
            self.key, city and city.value, tuple(statuses or ()), request
        )
        return Connection.of(page, Product.of)

    @staticmethod
    def of(row: InstitutionFacts) -> "Institution":
        """The GraphQL institution of a row."""
        return Institution(
            id=strawberry.ID(encode_id("institution", row.id)),
            name=row.name,
            kind=row.kind,
            is_example=row.illustrative,
            key=row.id,
        )
