"""Demands: published, withdrawn, read one by one and as an institution's pool."""

from typing import Annotated
from uuid import UUID

import strawberry

from accounts import access
from foundation.identifiers import decode_id
from foundation.pagination import page_request
from marketplace import demand_pages, demand_rules, demands
from schema import demand_input
from schema.connection import After, Before, First, Last
from schema.context import Info
from schema.demand import Demand, DemandConnection
from schema.demand_input import DemandPublishInput, DemandPublishResult, DemandWithdrawResult
from schema.node import NodeFetchers

DemandId = Annotated[strawberry.ID, strawberry.argument(description="Id of the demand.")]


async def fetch_demand(info: Info, key: UUID | None) -> Demand | None:
    """The demand with a key, as far as the viewer may see it."""
    row = await access.demand_for(info.context.viewer, key)
    return Demand.of(row) if row else None


@strawberry.type
class DemandQueries:
    """Root fields about demands."""

    @strawberry.field(description="A demand; null when missing or not for this viewer.")
    async def demand(self, info: Info, id: DemandId) -> Demand | None:
        """One demand."""
        return await fetch_demand(info, decode_id("demand", id))

    @strawberry.field(
        description="Demands that the viewer's institution may see, best fit first: by the highest "
        "score of its own products, the newer of two equal ones first. Officers only."
    )
    async def demand_pool(
        self,
        info: Info,
        filter: Annotated[
            demand_input.DemandFilter | None, strawberry.argument(description="Narrows the pool.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> DemandConnection:
        """A page of the pool."""
        narrowed = (filter or demand_input.DemandFilter()).to_filter()
        name = narrowed.list_name()
        request = page_request(name, first=first, after=after, last=last, before=before)
        context = info.context
        page = await demand_pages.pool(context.viewer, narrowed, request, context.clock.now())
        return DemandConnection.of(page, Demand.of)


@strawberry.type
class DemandMutations:
    """Mutations of demands."""

    @strawberry.mutation(
        description="Publishes a demand of the viewer's enterprise and agrees to the text in "
        "force. Owners only; real name comes first."
    )
    async def demand_publish(
        self,
        info: Info,
        input: Annotated[DemandPublishInput, strawberry.argument(description="The demand.")],
    ) -> DemandPublishResult:
        """The published demand."""
        ids = input.audience.institution_ids
        draft = demand_rules.Draft(
            amount=input.amount,
            term_months=input.term_months,
            purpose=input.purpose,
            guarantee_kinds=tuple(input.guarantee_kinds or ()),
            max_annual_rate=input.max_annual_rate,
            all_matched=bool(input.audience.all_matched),
            institution_ids=(
                None if ids is None else tuple(decode_id("institution", one) for one in ids)
            ),
            consent_text_version=input.consent_text_version,
        )
        now = info.context.clock.now()
        return Demand.of(
            await demands.publish(info.context.viewer, draft, input.idempotency_key, now)
        )

    @strawberry.mutation(
        description="Takes a demand back: no institution sees it any more, and its open offers "
        "lapse. Its owner only."
    )
    async def demand_withdraw(self, info: Info, id: DemandId) -> DemandWithdrawResult:
        """The withdrawn demand."""
        context = info.context
        row = await demands.withdraw(context.viewer, decode_id("demand", id), context.clock.now())
        context.continue_as(context.viewer)
        return Demand.of(row)


NODES: NodeFetchers = {"demand": fetch_demand}
