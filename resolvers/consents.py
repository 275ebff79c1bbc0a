"""Consents of the viewer's enterprise."""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.identifiers import decode_id
from schema.consent import Consent, ConsentGrantInput, ConsentGrantResult, ConsentRevokeResult
from schema.context import Info
from schema.node import NodeFetchers
from sharing import consents


@strawberry.type
class ConsentMutations:
    """Root fields that change consents."""

    @strawberry.mutation(
        description="OWNER: consents for the enterprise on the text in force. Purpose GRADING "
        "turns it AUTHORISED and grades it in the same step."
    )
    async def consent_grant(
        self,
        info: Info,
        input: Annotated[ConsentGrantInput, strawberry.argument(description="What is agreed to.")],
    ) -> ConsentGrantResult:
        """Grant a consent."""
        wanted = consents.Grant(
            enterprise_id=decode_id("enterprise", input.enterprise_id),
            purpose=input.purpose,
            text_version=input.text_version,
            until=input.until,
        )
        row = await consents.grant(
            info.context.viewer, wanted, input.idempotency_key, info.context.clock.now()
        )
        return Consent.of(row)

    @strawberry.mutation(
        description="OWNER: takes a grading consent back. The next reading of the grade is UNRATED."
    )
    async def consent_revoke(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the consent.")],
    ) -> ConsentRevokeResult:
        """Revoke a consent."""
        key = decode_id("consent", id)
        row = await consents.revoke(info.context.viewer, key, info.context.clock.now())
        return Consent.of(row)


async def fetch_consent(info: Info, key: UUID) -> Consent | None:
    """A consent, for the owner of its enterprise."""
    row = await consents.consent_for(info.context.viewer, key)
    return Consent.of(row) if row else None


NODES: NodeFetchers = {"consent": fetch_consent}
