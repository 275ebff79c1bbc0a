"""Objections: filed by owners, listed for and handed over by operators."""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.clock import day_in_shanghai
from foundation.identifiers import decode_id
from foundation.pagination import page_request
from marketplace.nested_pages import id_key
from schema.connection import After, Before, First, Last
from schema.context import Info
from schema.node import NodeFetchers
from schema.objection import (
    Objection,
    ObjectionConnection,
    ObjectionFileInput,
    ObjectionFileResult,
    ObjectionHandOverInput,
    ObjectionHandOverResult,
)
from sharing.objections import changes, readings


@strawberry.type
class ObjectionQueries:
    """Root fields that read objections."""

    @strawberry.field(
        description="OPERATOR: objections of the city that wait to be handed over, oldest first, "
        "which is also the order of their deadlines."
    )
    async def objections_waiting(
        self,
        info: Info,
        late_only: Annotated[
            bool, strawberry.argument(description="Only those whose deadline is over.")
        ] = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ObjectionConnection:
        """A page of waiting objections."""
        request = page_request(
            f"objections_waiting:{late_only}", first=first, after=after, last=last, before=before
        )
        page = await readings.waiting_page(
            info.context.viewer,
            request,
            id_key(request.keys),
            late_before=day_in_shanghai(info.context.clock.now()) if late_only else None,
        )
        return ObjectionConnection.of(page, Objection.of)

    @strawberry.field(
        description="OPERATOR: how many objections of the city are late: neither handed over nor "
        "in time any more."
    )
    async def late_objection_count(self, info: Info) -> int:
        """The number that has to be 0."""
        today = day_in_shanghai(info.context.clock.now())
        return await readings.late_count(info.context.viewer, today)


@strawberry.type
class ObjectionMutations:
    """Root fields that change objections."""

    @strawberry.mutation(
        description="OWNER: objects to a record about the enterprise, or to one field of it. From "
        "then on readers see 异议中; the platform hands it over within two working days."
    )
    async def objection_file(
        self,
        info: Info,
        input: Annotated[ObjectionFileInput, strawberry.argument(description="What is wrong.")],
    ) -> ObjectionFileResult:
        """File an objection."""
        filing = changes.Filing(
            record_id=decode_id("credit_record", input.record_id),
            field=input.field,
            reason=input.reason,
        )
        row = await changes.file(
            info.context.viewer, filing, input.idempotency_key, info.context.clock.now()
        )
        return Objection.of(row)

    @strawberry.mutation(
        description="OPERATOR: notes that the provincial node has an objection of the city, with "
        "the number of its acknowledgement."
    )
    async def objection_hand_over(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Which objection.")],
        input: Annotated[
            ObjectionHandOverInput, strawberry.argument(description="The acknowledgement.")
        ],
    ) -> ObjectionHandOverResult:
        """Note a hand-over."""
        row = await changes.hand_over(
            info.context.viewer,
            decode_id("objection", id),
            input.acknowledgement,
            input.idempotency_key,
            info.context.clock.now(),
        )
        return Objection.of(row)


async def fetch_objection(info: Info, key: UUID) -> Objection | None:
    """An objection, for its owner and the operators of its city."""
    row = await readings.objection_for(info.context.viewer, key)
    return Objection.of(row) if row else None


NODES: NodeFetchers = {"objection": fetch_objection}
