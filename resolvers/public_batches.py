"""Public information in batches: issued by operators, fetched by institutions."""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.identifiers import decode_id
from foundation.pagination import page_request
from marketplace.nested_pages import id_key
from schema.connection import After, Before, First, Last
from schema.context import Info
from schema.download import DownloadTicket
from schema.node import NodeFetchers
from schema.public_batch import (
    PublicBatch,
    PublicBatchConnection,
    PublicBatchDownloadResult,
    PublicBatchIssueInput,
    PublicBatchIssueResult,
)
from sharing.public_batches import issuing


async def fetch_public_batch(info: Info, key: UUID) -> PublicBatch | None:
    """The batch with a key, as far as the viewer may see it."""
    found = await issuing.batch_for(info.context.viewer, key)
    return PublicBatch.of(found) if found else None


@strawberry.type
class PublicBatchQueries:
    """Root fields that read batches."""

    @strawberry.field(
        description="Batches of public information, newest first: an institution's own for its "
        "people, all of the city for its operators."
    )
    async def public_batches(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> PublicBatchConnection:
        """A page of batches."""
        request = page_request("public_batches", first=first, after=after, last=last, before=before)
        page = await issuing.page(info.context.viewer, request, id_key(request.keys))
        return PublicBatchConnection.of(page, PublicBatch.of)


@strawberry.type
class PublicBatchMutations:
    """Root fields that hand batches out."""

    @strawberry.mutation(
        description="OPERATOR: hands an institution the public information of at most 200 "
        "enterprises of a district and an industry; one ledger line for each."
    )
    async def public_batch_issue(
        self,
        info: Info,
        input: Annotated[PublicBatchIssueInput, strawberry.argument(description="Which ones.")],
    ) -> PublicBatchIssueResult:
        """Issue a batch."""
        # An id of another kind names no batch, and must not pass for none at all.
        after = input.after_id and (decode_id("public_batch", input.after_id) or UUID(int=0))
        wanted = issuing.Wanted(
            institution_id=decode_id("institution", input.institution_id),
            district=input.district,
            industry=input.industry,
            after_id=after or None,
        )
        context = info.context
        batch = await issuing.issue(
            context.viewer, wanted, input.idempotency_key, context.clock.now()
        )
        return PublicBatch.of(batch)

    @strawberry.mutation(
        description="The institution's people: a one-time ticket for the file of a batch, JSON "
        "lines with one enterprise a line."
    )
    async def public_batch_download(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the batch.")],
    ) -> PublicBatchDownloadResult:
        """A ticket."""
        context = info.context
        key = decode_id("public_batch", id)
        ticket = await issuing.download(context.viewer, key, context.clock.now())
        return DownloadTicket.of(ticket)


NODES: NodeFetchers = {"public_batch": fetch_public_batch}
