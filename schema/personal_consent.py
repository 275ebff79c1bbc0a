"""A person asked to consent for themselves, by a one-time link to their own phone (AU-7)."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from foundation.city import cities
from foundation.identifiers import encode_id
from foundation.masking import mask_phone
from schema.city import CityCode, ConsentText
from schema.consent import Consent
from schema.context import Info
from schema.enums import describe_enum
from schema.failures import (
    CodeWrong,
    IdempotencyKeyReused,
    Locked,
    NotFound,
    NotVerified,
    RateLimited,
    Unavailable,
    ValidationFailed,
)
from schema.node import Node
from schema.session import CodeSent
from sharing.consenting.invitations import state_of
from storage.models import consent as rows
from storage.models.consent import ConsentPurpose, ConsentSubject, InvitationState
from storage.models.enterprise import Enterprise

describe_enum(
    InvitationState,
    "Where an invitation stands.",
    {
        "SENT": "The link is on its way, or waits for an answer.",
        "GRANTED": "The person consented.",
        "DECLINED": "The person declined.",
        "EXPIRED": "Nobody answered within three days.",
        "REVOKED": "A later invitation took its place.",
    },
)


@strawberry.type(
    description="An invitation to consent for oneself. The enterprise's owner sees it, and whoever "
    "holds its link while it can be answered."
)
class PersonalConsentInvitation(Node):
    """One invitation."""

    subject: ConsentSubject = strawberry.field(description="As what the person is asked.")
    phone_masked: str = strawberry.field(
        description="The phone that the link went to: first three and last four digits."
    )
    expires_at: datetime = strawberry.field(description="Until when it can be answered.")
    row: strawberry.Private[rows.PersonalInvitation]

    @strawberry.field(description="Where it stands now.")
    def state(self, info: Info) -> InvitationState:
        """The state at this instant."""
        return state_of(self.row, info.context.clock.now())

    @strawberry.field(description="Name of the enterprise that asks.")
    async def enterprise_name(self, info: Info) -> str:
        """The enterprise's name."""
        return (await self._enterprise(info)).name

    @strawberry.field(description="The city of the enterprise.")
    async def city(self, info: Info) -> CityCode:
        """Whose text is shown, and whose colours."""
        return CityCode((await self._enterprise(info)).city)

    @strawberry.field(description="The text to be agreed to, as in force in the city.")
    async def text(self, info: Info) -> ConsentText | None:
        """The text of PERSONAL_CREDIT."""
        city = cities()[(await self._enterprise(info)).city]
        found = city.consent_text(ConsentPurpose.PERSONAL_CREDIT)
        return ConsentText(
            purpose=ConsentPurpose.PERSONAL_CREDIT, version=found.version, text=found.text
        )

    async def _enterprise(self, info: Info) -> Enterprise:
        found = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        if found is None:
            raise LookupError("an invitation is an enterprise's")
        return found

    @staticmethod
    def of(row: rows.PersonalInvitation) -> "PersonalConsentInvitation":
        """The GraphQL invitation of a row."""
        return PersonalConsentInvitation(
            id=strawberry.ID(encode_id("personal_consent_invitation", row.id)),
            subject=row.subject,
            phone_masked=mask_phone(row.phone),
            expires_at=row.expires_at,
            row=row,
        )


@strawberry.input(description="Whom to ask, and at which phone of their own.")
class PersonalConsentInviteInput:
    """An invitation to be sent."""

    enterprise_id: strawberry.ID = strawberry.field(description="The owner's enterprise.")
    subject: ConsentSubject = strawberry.field(
        description="LEGAL_REPRESENTATIVE or ACTUAL_CONTROLLER."
    )
    name: str = strawberry.field(
        description="The person's name, 2 to 60 characters; kept as a keyed digest only."
    )
    phone: str = strawberry.field(description="The person's own mainland mobile number.")
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input send one link."
    )


@strawberry.input(description="Which link asks for a code.")
class PersonalConsentCodeSendInput:
    """A code for the invited phone."""

    token: str = strawberry.field(description="The token of the link.")


@strawberry.input(description="What an invited person says. Name and ID number are not kept.")
class PersonalConsentGrantInput:
    """The answer yes."""

    token: str = strawberry.field(description="The token of the link.")
    code: str = strawberry.field(description="The code that the phone received.")
    name: str = strawberry.field(description="The person's name.")
    id_number: str = strawberry.field(
        description="The person's 18-digit ID number; handed to the registry only, neither kept "
        "nor logged."
    )
    text_version: str = strawberry.field(description="Version of the text that was shown.")


@strawberry.input(description="Which link is declined.")
class PersonalConsentDeclineInput:
    """The answer no."""

    token: str = strawberry.field(description="The token of the link.")


PersonalConsentInviteResult: TypeAlias = Annotated[
    PersonalConsentInvitation
    | ValidationFailed
    | IdempotencyKeyReused
    | NotFound
    | NotVerified
    | RateLimited,
    strawberry.union(
        "PersonalConsentInviteResult", description="The invitation, or why there is none."
    ),
]
PersonalConsentCodeSendResult: TypeAlias = Annotated[
    CodeSent | NotFound | RateLimited,
    strawberry.union(
        "PersonalConsentCodeSendResult", description="A code is on its way, or why not."
    ),
]
PersonalConsentGrantResult: TypeAlias = Annotated[
    Consent | ValidationFailed | NotFound | CodeWrong | Locked | Unavailable,
    strawberry.union(
        "PersonalConsentGrantResult", description="The person's consent, or why there is none."
    ),
]
PersonalConsentDeclineResult: TypeAlias = Annotated[
    PersonalConsentInvitation | NotFound,
    strawberry.union(
        "PersonalConsentDeclineResult", description="The declined invitation, or why not."
    ),
]
