"""FN-05: public information handed to an institution in batches."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from foundation.identifiers import encode_id
from schema.city import District, Industry
from schema.connection import Connection
from schema.context import Info
from schema.download import DownloadTicket
from schema.failures import IdempotencyKeyReused, NotAllowedNow, NotFound, ValidationFailed
from schema.institution import Institution
from schema.node import Node
from sharing.public_batches.issuing import receipt_of
from storage.models import public_batch as rows


@strawberry.type(
    description="Public information about at most 200 enterprises of a district and an industry, "
    "handed to an institution. Seen by its people and by the operators of the city."
)
class PublicBatch(Node):
    """One batch."""

    district: District = strawberry.field(description="Where the enterprises are.")
    industry: Industry = strawberry.field(description="What they do.")
    enterprise_count: int = strawberry.field(description="How many enterprises are in it.")
    row_count: int = strawberry.field(description="How many public rows are in it.")
    has_more: bool = strawberry.field(
        description="Whether further enterprises follow, in a batch issued with `afterId`."
    )
    digest: str = strawberry.field(description="SHA-256 of the file, 64 hexadecimal digits.")
    issued_at: datetime = strawberry.field(description="When it was issued.")
    receipt: str = strawberry.field(
        description="Signed receipt over selection, counts and digest (compact JWS)."
    )
    institution_key: strawberry.Private[UUID]

    @strawberry.field(description="Whom it was handed to.")
    async def institution(self, info: Info) -> Institution:
        """The institution."""
        found = await info.context.loaders.institutions.load(self.institution_key)
        if found is None:
            raise LookupError("a batch keeps its institution")
        return Institution.of(found)

    @staticmethod
    def of(row: rows.PublicBatch) -> "PublicBatch":
        """The GraphQL batch of a row."""
        return PublicBatch(
            id=strawberry.ID(encode_id("public_batch", row.id)),
            district=District.of(row.city, row.district),
            industry=Industry.of(row.industry),
            enterprise_count=row.enterprise_count,
            row_count=row.row_count,
            has_more=not row.is_last,
            digest=bytes(row.digest).hex(),
            issued_at=row.issued_at,
            receipt=receipt_of(row),
            institution_key=row.institution_id,
        )


PublicBatchConnection: TypeAlias = Connection[PublicBatch]


@strawberry.input(description="Which public information an institution is handed.")
class PublicBatchIssueInput:
    """A batch to be issued."""

    institution_id: strawberry.ID = strawberry.field(description="An active institution.")
    district: str = strawberry.field(
        description="Code of a district of the operator's city; its towns are inside."
    )
    industry: str = strawberry.field(description='Section "C", or section and division "C34".')
    after_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The batch that this one follows, of the same district and industry.",
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same batch."
    )


PublicBatchIssueResult: TypeAlias = Annotated[
    PublicBatch | ValidationFailed | IdempotencyKeyReused | NotFound | NotAllowedNow,
    strawberry.union("PublicBatchIssueResult", description="The batch, or why there is none."),
]
PublicBatchDownloadResult: TypeAlias = Annotated[
    DownloadTicket | NotFound | NotAllowedNow,
    strawberry.union("PublicBatchDownloadResult", description="The ticket, or why there is none."),
]
