"""Offers: made and withdrawn by officers, accepted and declined by owners."""

from typing import Annotated
from uuid import UUID

import strawberry

from accounts import access
from foundation.identifiers import decode_id
from marketplace import offer_rules, offers
from schema.context import Info
from schema.node import NodeFetchers
from schema.offer import (
    Offer,
    OfferAcceptInput,
    OfferAcceptResult,
    OfferDeclineInput,
    OfferDeclineResult,
    OfferMakeInput,
    OfferMakeResult,
    OfferWithdrawResult,
)

OfferId = Annotated[strawberry.ID, strawberry.argument(description="Id of the offer.")]


async def fetch_offer(info: Info, key: UUID | None) -> Offer | None:
    """The offer with a key, as far as the viewer may see it."""
    row = await access.offer_for(info.context.viewer, key)
    return Offer.of(row) if row else None


@strawberry.type
class OfferQueries:
    """Root fields about offers."""

    @strawberry.field(description="An offer; null when missing or not for this viewer.")
    async def offer(self, info: Info, id: OfferId) -> Offer | None:
        """One offer."""
        return await fetch_offer(info, decode_id("offer", id))


@strawberry.type
class OfferMutations:
    """Mutations of offers. Each answers with fresh loaders: what was read before is out of date."""

    @strawberry.mutation(
        description="Offers a product of the officer's institution on a demand. Officers only."
    )
    async def offer_make(
        self,
        info: Info,
        input: Annotated[OfferMakeInput, strawberry.argument(description="The offer.")],
    ) -> OfferMakeResult:
        """The new offer."""
        terms = offer_rules.Terms(
            demand_id=decode_id("demand", input.demand_id),
            product_id=decode_id("product", input.product_id),
            amount=input.amount,
            annual_rate=input.annual_rate,
            term_months=input.term_months,
            message=input.message,
        )
        context = info.context
        row = await offers.make(context.viewer, terms, input.idempotency_key, context.clock.now())
        context.continue_as(context.viewer)
        return Offer.of(row)

    @strawberry.mutation(
        description="Takes an offer back; one that was accepted reopens its demand. Officers of "
        "the institution that made it."
    )
    async def offer_withdraw(self, info: Info, id: OfferId) -> OfferWithdrawResult:
        """The withdrawn offer."""
        context = info.context
        row = await offers.withdraw(context.viewer, decode_id("offer", id), context.clock.now())
        context.continue_as(context.viewer)
        return Offer.of(row)

    @strawberry.mutation(
        description="Accepts an offer: its bank, and no other, learns name and contact. Other open "
        "offers stay, should that bank withdraw. The demand's owner only."
    )
    async def offer_accept(
        self,
        info: Info,
        id: OfferId,
        input: Annotated[OfferAcceptInput, strawberry.argument(description="The acceptance.")],
    ) -> OfferAcceptResult:
        """The accepted offer."""
        context = info.context
        key, now = input.idempotency_key, context.clock.now()
        row = await offers.accept(context.viewer, decode_id("offer", id), key, now)
        context.continue_as(context.viewer)
        return Offer.of(row)

    @strawberry.mutation(description="Declines an offer. The demand's owner only.")
    async def offer_decline(
        self,
        info: Info,
        id: OfferId,
        input: Annotated[OfferDeclineInput, strawberry.argument(description="The refusal.")],
    ) -> OfferDeclineResult:
        """The declined offer."""
        context = info.context
        key, now = decode_id("offer", id), context.clock.now()
        row = await offers.decline(context.viewer, key, input.reason, now)
        context.continue_as(context.viewer)
        return Offer.of(row)


NODES: NodeFetchers = {"offer": fetch_offer}
