"""Files of credit records: the ticket to send one, and what became of it."""

from datetime import date, datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from foundation.identifiers import encode_id
from foundation.pagination import page_request
from schema.city import CityCode
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.enums import describe_enum
from schema.failures import IdempotencyKeyReused, ValidationFailed
from schema.node import Node
from schema.sharing_category import SharingCategory
from sharing.receiving.batches import BatchView, ImportState
from sharing.receiving.tickets import IssuedTicket
from storage.models import credit_record as rows

describe_enum(
    ImportState,
    "How far a file has come.",
    {
        "RECEIVED": "It came in whole and waits to be read.",
        "READING": "It is being read; what was read so far is kept.",
        "FINISHED": "It was read to its end; the counts and the receipt are final.",
        "REFUSED": "It cannot be read, or not beyond some line; what stood before it is kept.",
    },
)


@strawberry.type(description="A row that was refused: where, what and why.")
class QuarantinedRow:
    """One problem of one row."""

    line: int = strawberry.field(description="Line of the file; the header is line 1.")
    field: str = strawberry.field(description="The list's name of the field, or 整行.")
    kind: str = strawberry.field(
        description="What is wrong, for programs: MISSING, USCC, DATE and so on (docs/import.md)."
    )
    value: str = strawberry.field(
        description="What stood there, at most 200 characters; personal cells are not repeated."
    )
    reason: str = strawberry.field(description="A Chinese sentence for the provider.")

    @staticmethod
    def of(row: rows.QuarantinedRow) -> "QuarantinedRow":
        """The GraphQL type of a row."""
        return QuarantinedRow(
            line=row.line, field=row.field, kind=row.kind, value=row.value, reason=row.reason
        )


QuarantinedRowConnection: TypeAlias = Connection[QuarantinedRow]


@strawberry.type(
    description="One file of one category from one provider; the same file twice is the same "
    "batch. Seen by the people of its provider and by the operators of its city."
)
class ImportBatch(Node):
    """A batch."""

    state: ImportState = strawberry.field(description="How far it has come.")
    category: SharingCategory = strawberry.field(description="What its rows are.")
    provider: str = strawberry.field(description="The unit that sent it.")
    file_name: str | None = strawberry.field(
        description="What the sender called it; null for a file of the command line."
    )
    file_digest: str = strawberry.field(description="SHA-256 of its bytes, in hexadecimal.")
    received_on: date = strawberry.field(description="The day as of which its rows are kept.")
    progress: float = strawberry.field(description="The share of it that was read, 0 to 1.")
    accepted: int = strawberry.field(description="Rows kept, new or corrected.")
    unchanged: int = strawberry.field(description="Rows that were known already.")
    quarantined: int = strawberry.field(description="Rows refused, each with its reasons.")
    refusal: str | None = strawberry.field(
        description="Why the whole file was refused, in Chinese; null unless REFUSED."
    )
    receipt: str | None = strawberry.field(
        description="Signed receipt over counts and digest (compact JWS); null until FINISHED."
    )
    key: strawberry.Private[UUID]

    @strawberry.field(description="What was refused, in the order of the file's lines.")
    async def quarantined_rows(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> QuarantinedRowConnection:
        """A page of problems."""
        request = page_request(
            f"quarantine:{self.key.hex}", first=first, after=after, last=last, before=before
        )
        page = await info.context.loaders.quarantined_rows(self.key, request)
        return QuarantinedRowConnection.of(page, QuarantinedRow.of)

    @staticmethod
    def of(batch: BatchView) -> "ImportBatch":
        """The GraphQL batch of a view."""
        return ImportBatch(
            id=strawberry.ID(encode_id("import_batch", batch.id)),
            state=batch.state,
            category=SharingCategory.of(batch.city, batch.category),
            provider=batch.provider,
            file_name=batch.file_name,
            file_digest=batch.file_digest.hex(),
            received_on=batch.received_on,
            progress=batch.progress,
            accepted=batch.accepted,
            unchanged=batch.unchanged,
            quarantined=batch.quarantined,
            refusal=batch.refusal,
            receipt=batch.receipt(),
            key=batch.id,
        )


ImportBatchConnection: TypeAlias = Connection[ImportBatch]


@strawberry.input(description="Which file a data provider is about to send.")
class UploadTicketIssueInput:
    """What a ticket is asked for."""

    city: CityCode = strawberry.field(description="The city of the viewer's unit.")
    category: str = strawberry.field(
        description="Code of a category that the viewer's unit may send, for example JS-13."
    )
    file_name: str = strawberry.field(
        description="What the file is called, 1 to 120 characters; .xlsx and .jsonl are told by it."
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same ticket."
    )


@strawberry.type(
    description="The permission to send one file, once. Only whoever asked for it sees it."
)
class UploadTicket:
    """A ticket."""

    ticket: str = strawberry.field(
        description="Goes behind `Authorization: Ticket `; never into an address."
    )
    url: str = strawberry.field(
        description="Path to POST the file to, its bytes being the body; forms are refused."
    )
    expires_at: datetime = strawberry.field(description="When it is worth nothing any more.")
    max_bytes: str = strawberry.field(description="The largest file, in bytes, a whole number.")

    @staticmethod
    def of(ticket: IssuedTicket, url: str, max_bytes: int) -> "UploadTicket":
        """The GraphQL ticket of an issued one."""
        return UploadTicket(
            ticket=ticket.text, url=url, expires_at=ticket.row.expires_at, max_bytes=str(max_bytes)
        )


UploadTicketIssueResult: TypeAlias = Annotated[
    UploadTicket | ValidationFailed | IdempotencyKeyReused,
    strawberry.union("UploadTicketIssueResult", description="The ticket, or why there is none."),
]
