"""Consents of the viewer's enterprise."""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.identifiers import decode_id
from schema.consent import (
    Consent,
    ConsentGrantInput,
    ConsentGrantResult,
    ConsentNarrowInput,
    ConsentNarrowResult,
    ConsentRenewInput,
    ConsentRenewResult,
    ConsentRevokeResult,
    ConsentScopeInput,
)
from schema.context import Info
from schema.node import NodeFetchers
from sharing import consents
from sharing.consenting import changes
from sharing.consenting.rules import Covered, Scope


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
            grantee_id=_named("institution", input.grantee_id),
            demand_id=_named("demand", input.demand_id),
            scope=_scope(input.scope) or (),
        )
        row = await consents.grant(
            info.context.viewer, wanted, input.idempotency_key, info.context.clock.now()
        )
        return Consent.of(row)

    @strawberry.mutation(
        description="OWNER: replaces a consent by a narrower one, which is the answer; the former "
        "one is SUPERSEDED. What it leaves out is not read from the next reading on."
    )
    async def consent_narrow(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the consent.")],
        input: Annotated[ConsentNarrowInput, strawberry.argument(description="What is left.")],
    ) -> ConsentNarrowResult:
        """Narrow a consent."""
        wanted = changes.Narrowing(
            consent_id=decode_id("consent", id), scope=_scope(input.scope), until=input.until
        )
        row = await changes.narrow(
            info.context.viewer, wanted, input.idempotency_key, info.context.clock.now()
        )
        return Consent.of(row)

    @strawberry.mutation(
        description="OWNER, or the person who consented for themselves: replaces a consent by one "
        "to the same that ends later, on the text in force; it is the answer."
    )
    async def consent_renew(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the consent.")],
        input: Annotated[ConsentRenewInput, strawberry.argument(description="Until when.")],
    ) -> ConsentRenewResult:
        """Renew a consent."""
        wanted = changes.Renewal(
            consent_id=decode_id("consent", id),
            until=input.until,
            text_version=input.text_version,
        )
        row = await changes.renew(
            info.context.viewer, wanted, input.idempotency_key, info.context.clock.now()
        )
        return Consent.of(row)

    @strawberry.mutation(
        description="OWNER, or the person who consented for themselves: takes a consent back. "
        "Nothing is read under it from the next reading on; without GRADING the grade is UNRATED."
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


def _named(kind: str, text: str | None) -> UUID | None:
    """The key of an id that was given; one that names nothing for an id of another kind."""
    return None if text is None else decode_id(kind, text) or UUID(int=0)


def _scope(named: list[ConsentScopeInput] | None) -> Scope | None:
    if named is None:
        return None
    return tuple(Covered(category=one.category, fields=tuple(one.fields or ())) for one in named)


async def fetch_consent(info: Info, key: UUID) -> Consent | None:
    """A consent, for the owner of its enterprise."""
    row = await consents.consent_for(info.context.viewer, key)
    return Consent.of(row) if row else None


NODES: NodeFetchers = {"consent": fetch_consent}
