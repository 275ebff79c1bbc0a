"""Consents: what an owner agreed to, on which text, and until when."""

from datetime import date, datetime
from typing import Annotated, TypeAlias

import strawberry

from foundation.identifiers import encode_id
from schema import city  # noqa: F401 - describes the enums that are used here
from schema.connection import Connection
from schema.failures import (
    IdempotencyKeyReused,
    NotAllowedNow,
    NotFound,
    NotVerified,
    ValidationFailed,
)
from schema.node import Node
from storage.models import consent as rows
from storage.models.consent import ConsentPurpose


@strawberry.type(
    description="A consent of an enterprise. Its owner sees it. In force until it is revoked or "
    "its last day is over."
)
class Consent(Node):
    """One consent."""

    purpose: ConsentPurpose = strawberry.field(description="What it is for.")
    text_version: str = strawberry.field(description="Version of the text that was agreed to.")
    granted_at: datetime = strawberry.field(description="When it was given.")
    until: date | None = strawberry.field(description="Its last day; null for one without an end.")
    revoked_at: datetime | None = strawberry.field(
        description="When it was taken back; null while it was not."
    )

    @staticmethod
    def of(row: rows.Consent) -> "Consent":
        """The GraphQL consent of a row."""
        return Consent(
            id=strawberry.ID(encode_id("consent", row.id)),
            purpose=row.purpose,
            text_version=row.text_version,
            granted_at=row.granted_at,
            until=row.until,
            revoked_at=row.revoked_at,
        )


ConsentConnection: TypeAlias = Connection[Consent]


@strawberry.input(description="What an owner agrees to for an enterprise.")
class ConsentGrantInput:
    """A consent to be given."""

    enterprise_id: strawberry.ID = strawberry.field(description="The owner's enterprise.")
    purpose: ConsentPurpose = strawberry.field(
        description="What it is for; GRADING is what can be granted here."
    )
    text_version: str = strawberry.field(
        description="Version of the text that was shown; it must be the one in force in the city."
    )
    until: date | None = strawberry.field(
        default=None, description="Last day of the consent, today or later; left out: no end."
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same "
        "consent."
    )


ConsentGrantResult: TypeAlias = Annotated[
    Consent | ValidationFailed | IdempotencyKeyReused | NotFound | NotVerified,
    strawberry.union("ConsentGrantResult", description="The consent, or why there is none."),
]
ConsentRevokeResult: TypeAlias = Annotated[
    Consent | NotFound | NotAllowedNow,
    strawberry.union(
        "ConsentRevokeResult", description="The revoked consent, or why it stands as it did."
    ),
]
