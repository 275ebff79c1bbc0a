"""What a bank offers on a demand."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from foundation.identifiers import encode_id
from schema.connection import Connection
from schema.context import Info
from schema.enums import describe_enum
from schema.failures import IdempotencyKeyReused, NotAllowedNow, NotFound, ValidationFailed
from schema.institution import Institution
from schema.node import Node
from schema.product import Product
from schema.scalars import Percent, Yuan
from storage.models import offer as rows
from storage.models.offer import OfferStatus

if TYPE_CHECKING:
    from schema.demand import Demand

describe_enum(
    OfferStatus,
    "Where an offer stands.",
    {
        "OPEN": "Waiting for the owner's answer.",
        "ACCEPTED": "The owner chose it; the bank may reach the owner.",
        "DECLINED": "The owner does not want it.",
        "WITHDRAWN": "The bank took it back, before or after it was accepted.",
        "EXPIRED": "Its time ran out, or its demand ended.",
    },
)


@strawberry.type(
    description="What a bank offers on a demand. Seen by the demand's owner, and by the officers "
    "of the institution that made it while they may see the demand."
)
class Offer(Node):
    """An offer; whoever holds its row has been given access to it."""

    status: OfferStatus = strawberry.field(description="Where it stands.")
    amount: Yuan = strawberry.field(description="Yuan, at most what the demand asks for.")
    annual_rate: Percent = strawberry.field(description="Nominal rate, percent per year.")
    all_in_cost: Percent | None = strawberry.field(
        description="Interest and the product's fees by IRR, compounded (复利), percent per year; "
        "null when none exists."
    )
    term_months: int = strawberry.field(description="Months.")
    message: str | None = strawberry.field(
        description="The officer's words, without contact data, at most 200 characters."
    )
    decline_reason: str | None = strawberry.field(
        description="The owner's words on declining, without contact data; null otherwise."
    )
    made_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime = strawberry.field(description="Until when it can be accepted.")
    row: strawberry.Private[rows.Offer]

    @strawberry.field(description="The demand it answers.")
    async def demand(self, info: Info) -> Annotated["Demand", strawberry.lazy("schema.demand")]:
        """What it was made on."""
        from schema.demand import Demand

        row = await info.context.loaders.demands.load(self.row.demand_id)
        if row is None:
            raise LookupError("an offer is made on a demand")
        return Demand.of(row)

    @strawberry.field(description="The product offered.")
    async def product(self, info: Info) -> Product:
        """What is offered."""
        row = await info.context.loaders.products.load(self.row.product_id)
        if row is None:
            raise LookupError("an offer is of a product that was on show")
        return Product.of(row)

    @strawberry.field(description="The bank that makes it.")
    async def institution(self, info: Info) -> Institution:
        """Who offers."""
        row = await info.context.loaders.institutions.load(self.row.institution_id)
        if row is None:
            raise LookupError("an offer is an institution's")
        return Institution.of(row)

    @staticmethod
    def of(row: rows.Offer) -> "Offer":
        """The GraphQL offer of a row."""
        return Offer(
            id=strawberry.ID(encode_id("offer", row.id)),
            status=row.status,
            amount=Yuan(row.amount),
            annual_rate=Percent(row.annual_rate),
            all_in_cost=None if row.all_in_cost is None else Percent(row.all_in_cost),
            term_months=row.term_months,
            message=row.message,
            decline_reason=row.decline_reason,
            made_at=row.made_at,
            expires_at=row.expires_at,
            row=row,
        )


OfferConnection: TypeAlias = Connection[Offer]


@strawberry.input(description="An offer of one of the officer's products on a demand.")
class OfferMakeInput:
    """What an officer offers."""

    demand_id: strawberry.ID = strawberry.field(
        description="A demand that the officer's institution may see."
    )
    product_id: strawberry.ID = strawberry.field(
        description="A product of the officer's institution, on show, that fits the demand."
    )
    amount: Yuan = strawberry.field(
        description="Yuan, within the product's range and at most what the demand asks for."
    )
    annual_rate: Percent = strawberry.field(
        description="Nominal rate, percent per year, within the product's sheet."
    )
    term_months: int = strawberry.field(description="Months, within the product's sheet.")
    message: str | None = strawberry.field(
        default=None,
        description="Words to the owner, at most 200 characters; contact data is taken out.",
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters, new for each intended offer."
    )


@strawberry.input(description="The owner's acceptance of an offer.")
class OfferAcceptInput:
    """What comes with an acceptance."""

    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters, new for each intended acceptance."
    )


@strawberry.input(description="The owner's refusal of an offer.")
class OfferDeclineInput:
    """What comes with a refusal."""

    reason: str | None = strawberry.field(
        default=None,
        description="Words to the bank, at most 200 characters; contact data is taken out.",
    )


OfferMakeResult: TypeAlias = Annotated[
    Offer | ValidationFailed | IdempotencyKeyReused | NotFound | NotAllowedNow,
    strawberry.union(
        "OfferMakeResult",
        description="The offer as it stands. NotFound: a demand the institution may not see, or "
        "another bank's product. NotAllowedNow: the demand is not open, or the product already "
        "has an open offer on it.",
    ),
]
OfferAcceptResult: TypeAlias = Annotated[
    Offer | IdempotencyKeyReused | NotFound | NotAllowedNow,
    strawberry.union(
        "OfferAcceptResult",
        description="The accepted offer. NotAllowedNow: it is not open or past its time, its bank "
        "is suspended, or the demand has an accepted offer already.",
    ),
]
OfferDeclineResult: TypeAlias = Annotated[
    Offer | ValidationFailed | NotFound | NotAllowedNow,
    strawberry.union(
        "OfferDeclineResult",
        description="The declined offer. NotAllowedNow: it is not open any more.",
    ),
]
OfferWithdrawResult: TypeAlias = Annotated[
    Offer | NotFound | NotAllowedNow,
    strawberry.union(
        "OfferWithdrawResult",
        description="The withdrawn offer; one that was accepted reopens its demand. "
        "NotAllowedNow: it is neither open nor accepted.",
    ),
]
