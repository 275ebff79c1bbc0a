"""Files that data providers send, and the categories that they are of."""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.identifiers import decode_id
from foundation.pagination import page_request
from foundation.settings import settings
from schema.city import CityCode
from schema.connection import After, Before, First, Last
from schema.context import Info
from schema.import_batch import (
    ImportBatch,
    ImportBatchConnection,
    UploadTicket,
    UploadTicketIssueInput,
    UploadTicketIssueResult,
)
from schema.node import NodeFetchers
from schema.sharing_category import SharingCategory
from sharing.lists import categories_of
from sharing.receiving import batches, tickets

UPLOADS_PATH = "/uploads"


async def fetch_import_batch(info: Info, key: UUID | None) -> ImportBatch | None:
    """The batch with a key, as far as the viewer may see it."""
    found = await batches.batch_for(info.context.viewer, key)
    return ImportBatch.of(found) if found else None


@strawberry.type
class ImportBatchQueries:
    """Root fields about categories and files."""

    @strawberry.field(
        description="Every category that a city receives, its own lists first. Open to everyone."
    )
    def sharing_categories(
        self, city: Annotated[CityCode, strawberry.argument(description="Which city.")]
    ) -> list[SharingCategory]:
        """The categories of a city."""
        return [SharingCategory.of(city.value, code) for code in categories_of(city.value)]

    @strawberry.field(
        description="A file of credit records; null when missing, or neither the viewer's unit's "
        "nor of the operator's city."
    )
    async def import_batch(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the batch.")],
    ) -> ImportBatch | None:
        """One batch."""
        return await fetch_import_batch(info, decode_id("import_batch", id))

    @strawberry.field(
        description="Files of credit records, newest first: a data provider's own, an operator's "
        "all of the city. Empty for another city than the viewer's."
    )
    async def import_batches(
        self,
        info: Info,
        city: Annotated[CityCode, strawberry.argument(description="Which city.")],
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ImportBatchConnection:
        """A page of batches."""
        request = page_request(
            f"batches:{city.value}", first=first, after=after, last=last, before=before
        )
        page = await batches.batches_page(info.context.viewer, city.value, request)
        return ImportBatchConnection.of(page, ImportBatch.of)


@strawberry.type
class ImportBatchMutations:
    """Root fields that let files in."""

    @strawberry.mutation(
        description="DATA_PROVIDER: a one-time ticket to POST one file of one category that the "
        "viewer's unit may send, within half an hour."
    )
    async def upload_ticket_issue(
        self,
        info: Info,
        input: Annotated[UploadTicketIssueInput, strawberry.argument(description="Which file.")],
    ) -> UploadTicketIssueResult:
        """A ticket."""
        ticket = await tickets.issue(
            info.context.viewer,
            city=input.city.value,
            category=input.category,
            file_name=input.file_name,
            idempotency_key=input.idempotency_key,
            now=info.context.clock.now(),
        )
        return UploadTicket.of(ticket, UPLOADS_PATH, settings().upload_max_bytes)


NODES: NodeFetchers = {"import_batch": fetch_import_batch}
