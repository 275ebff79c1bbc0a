"""Persons who consent for themselves: invited by an owner, answered by whoever holds the link."""

from typing import Annotated
from uuid import UUID

import strawberry

from accounts.outside import outside
from foundation.identifiers import decode_id
from schema.consent import Consent
from schema.context import Info
from schema.node import NodeFetchers
from schema.personal_consent import (
    PersonalConsentCodeSendInput,
    PersonalConsentCodeSendResult,
    PersonalConsentDeclineInput,
    PersonalConsentDeclineResult,
    PersonalConsentGrantInput,
    PersonalConsentGrantResult,
    PersonalConsentInvitation,
    PersonalConsentInviteInput,
    PersonalConsentInviteResult,
)
from schema.session import CodeSent
from sharing.consenting import invitations, personal


@strawberry.type
class PersonalConsentQueries:
    """Root fields that read invitations."""

    @strawberry.field(
        description="The invitation of a link that can still be answered; nobody need be signed "
        "in. Null for a link that was used, has expired or never existed."
    )
    async def personal_consent_invitation(
        self,
        info: Info,
        token: Annotated[str, strawberry.argument(description="The token of the link.")],
    ) -> PersonalConsentInvitation | None:
        """What the page behind the link shows."""
        row = await invitations.open_invitation(token, info.context.clock.now())
        return PersonalConsentInvitation.of(row) if row else None


@strawberry.type
class PersonalConsentMutations:
    """Root fields that invite and answer."""

    @strawberry.mutation(
        description="OWNER: sends the legal representative or actual controller a one-time link to "
        "their own phone. An earlier open one for the same role ends."
    )
    async def personal_consent_invite(
        self,
        info: Info,
        input: Annotated[PersonalConsentInviteInput, strawberry.argument(description="Whom.")],
    ) -> PersonalConsentInviteResult:
        """Invite a person."""
        wanted = invitations.Invitee(
            enterprise_id=decode_id("enterprise", input.enterprise_id),
            subject=input.subject,
            name=input.name,
            phone=input.phone,
        )
        row = await invitations.invite(
            info.context.viewer, wanted, input.idempotency_key, info.context.clock.now()
        )
        return PersonalConsentInvitation.of(row)

    @strawberry.mutation(
        description="Sends a one-time code to the invited phone. Open to whoever holds the link."
    )
    async def personal_consent_code_send(
        self,
        info: Info,
        input: Annotated[
            PersonalConsentCodeSendInput, strawberry.argument(description="Which link.")
        ],
    ) -> PersonalConsentCodeSendResult:
        """Send a code."""
        seconds = await invitations.send_code(
            input.token, info.context.address, info.context.clock.now()
        )
        return CodeSent(retry_after_seconds=seconds)

    @strawberry.mutation(
        description="The invited person consents for themselves: the code proves the phone, name "
        "and ID number the person. Open to whoever holds the link; it can be answered once."
    )
    async def personal_consent_grant(
        self,
        info: Info,
        input: Annotated[
            PersonalConsentGrantInput, strawberry.argument(description="Who says so.")
        ],
    ) -> PersonalConsentGrantResult:
        """Grant."""
        answer = personal.Answer(
            token=input.token,
            code=input.code,
            name=input.name,
            id_number=input.id_number,
            text_version=input.text_version,
        )
        row = await personal.grant(answer, outside().registry, info.context.clock.now())
        return Consent.of(row)

    @strawberry.mutation(
        description="The invited person declines; a consent that the same phone's person gave "
        "before for this role ends too. Open to whoever holds the link."
    )
    async def personal_consent_decline(
        self,
        info: Info,
        input: Annotated[
            PersonalConsentDeclineInput, strawberry.argument(description="Which link.")
        ],
    ) -> PersonalConsentDeclineResult:
        """Decline."""
        row = await personal.decline(input.token, info.context.clock.now())
        return PersonalConsentInvitation.of(row)


async def fetch_invitation(info: Info, key: UUID) -> PersonalConsentInvitation | None:
    """An invitation, for the owner who sent it."""
    row = await invitations.invitation_for(info.context.viewer, key)
    return PersonalConsentInvitation.of(row) if row else None


NODES: NodeFetchers = {"personal_consent_invitation": fetch_invitation}
