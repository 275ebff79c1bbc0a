"""自愿填报: what an owner states about the enterprise, with a signed commitment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from foundation.identifiers import encode_id
from schema.connection import Connection
from schema.failures import IdempotencyKeyReused, NotFound, NotVerified, ValidationFailed
from schema.node import Node
from schema.sharing_category import SharingCategory
from sharing.declaring.filing import receipt_of
from storage.models import declaration as rows


@strawberry.type(description="One field of a statement.")
class DeclaredValue:
    """A field and what was stated."""

    field: str = strawberry.field(description="The category's own name of the field.")
    value: str = strawberry.field(description="What was stated, in its normal form.")


@strawberry.type(
    description="An owner's own statement about the enterprise, SELF_DECLARED: kept apart from "
    "what providers send, and read by no indicator. For the enterprise's owner."
)
class Declaration(Node):
    """One statement."""

    category: SharingCategory = strawberry.field(description="Which statement it is.")
    values: list[DeclaredValue] = strawberry.field(description="What was stated.")
    commitment_version: str = strawberry.field(
        description="Version of the commitment that was signed with it."
    )
    filed_at: datetime = strawberry.field(description="When it was filed.")
    record_id: strawberry.ID = strawberry.field(
        description="Id of the credit record that it became."
    )
    receipt: str = strawberry.field(
        description="Signed receipt over the values and the commitment (compact JWS)."
    )
    key: strawberry.Private[UUID]

    @staticmethod
    def of(row: rows.Declaration, city: str) -> "Declaration":
        """The GraphQL declaration of a row."""
        values: Mapping[str, str] = row.values
        return Declaration(
            id=strawberry.ID(encode_id("declaration", row.id)),
            category=SharingCategory.of(city, row.category),
            values=[DeclaredValue(field=name, value=text) for name, text in values.items()],
            commitment_version=row.commitment_version,
            filed_at=row.filed_at,
            record_id=strawberry.ID(encode_id("credit_record", row.record_id)),
            receipt=receipt_of(row),
            key=row.id,
        )


DeclarationConnection: TypeAlias = Connection[Declaration]


@strawberry.input(description="One field of a statement.")
class DeclaredValueInput:
    """A field and what is stated."""

    field: str = strawberry.field(description="The category's own name of the field.")
    value: str = strawberry.field(
        description="As in a file of credit records: 2026-01-31, 1200.50; at most 500 characters."
    )


@strawberry.input(description="What an owner states about the enterprise.")
class DeclarationFileInput:
    """A statement to be filed."""

    enterprise_id: strawberry.ID = strawberry.field(description="The owner's enterprise.")
    category: str = strawberry.field(description="Code of a category that is selfDeclared.")
    values: list[DeclaredValueInput] = strawberry.field(
        description="1 to 30 fields; the USCC is the enterprise's own and is not among them."
    )
    commitment_version: str = strawberry.field(
        description="Version of the commitment that was shown; it must be the city's in force."
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same "
        "declaration."
    )


DeclarationFileResult: TypeAlias = Annotated[
    Declaration | ValidationFailed | IdempotencyKeyReused | NotFound | NotVerified,
    strawberry.union("DeclarationFileResult", description="The statement, or why it was not kept."),
]
