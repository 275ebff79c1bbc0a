"""Consents: what an owner agreed to, on which text, and until when."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from foundation.clock import day_in_shanghai
from foundation.identifiers import encode_id
from foundation.tokens import signing_keys
from schema import city  # noqa: F401 - describes the enums that are used here
from schema.connection import Connection
from schema.context import Info
from schema.enums import describe_enum
from schema.failures import (
    IdempotencyKeyReused,
    NotAllowedNow,
    NotFound,
    NotVerified,
    ValidationFailed,
)
from schema.node import Node
from schema.sharing_category import SharingCategory
from sharing import credit_code
from sharing.consenting.receipts import receipt_of
from sharing.consenting.rules import ConsentState, state_of
from sharing.lists import categories_of
from storage.models import consent as rows
from storage.models.consent import ConsentPurpose, ConsentSubject

if TYPE_CHECKING:
    from schema.demand import Demand
    from schema.institution import Institution

describe_enum(
    ConsentSubject,
    "Whose information a consent is about.",
    {
        "ENTERPRISE": "The enterprise's; its owner consents.",
        "LEGAL_REPRESENTATIVE": "The legal representative's own; that person alone consents.",
        "ACTUAL_CONTROLLER": "The actual controller's own; that person alone consents.",
    },
)
describe_enum(
    ConsentState,
    "Where a consent stands today.",
    {
        "ACTIVE": "In force.",
        "EXPIRED": "Its last day is over; it can be renewed.",
        "REVOKED": "Taken back: nothing is read under it any more.",
        "SUPERSEDED": "Replaced by a narrower or longer one, and kept as it was.",
    },
)


@strawberry.type(description="A category that a consent covers.")
class ConsentScope:
    """One category of a scope."""

    category: SharingCategory = strawberry.field(description="The category.")
    fields: list[str] = strawberry.field(
        description="The fields by their names in the list; empty: every field of the category "
        "that may be given out."
    )


@strawberry.type(
    description="A consent of an enterprise, or of a person for themselves. The enterprise's owner "
    "sees it, and the person who gave it for themselves. What was agreed to never changes."
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
    subject: ConsentSubject = strawberry.field(description="Whose information it is about.")
    row: strawberry.Private[rows.Consent]

    @strawberry.field(description="Where it stands today.")
    def state(self, info: Info) -> ConsentState:
        """The state as of today."""
        return state_of(self.row, day_in_shanghai(info.context.clock.now()))

    @strawberry.field(description="The institution it lets read; null for the platform.")
    async def grantee(
        self, info: Info
    ) -> Annotated["Institution", strawberry.lazy("schema.institution")] | None:
        """Who may read."""
        from schema.institution import Institution

        if self.row.grantee_id is None:
            return None
        found = await info.context.loaders.institutions.load(self.row.grantee_id)
        return Institution.of(found) if found else None

    @strawberry.field(
        description="What it covers; empty: everything that its text names. At most 100 categories."
    )
    async def scope(self, info: Info) -> list[ConsentScope]:
        """Its categories."""
        scope = await info.context.loaders.consent_scopes.load(self.row.id)
        if not scope:
            return []
        enterprise = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        known = categories_of(enterprise.city) if enterprise else {}
        return [
            ConsentScope(
                category=SharingCategory.of(enterprise.city, one.category), fields=list(one.fields)
            )
            for one in scope
            if enterprise and one.category in known
        ]

    @strawberry.field(description="The demand it serves; null where it serves none.")
    async def demand(
        self, info: Info
    ) -> Annotated["Demand", strawberry.lazy("schema.demand")] | None:
        """The demand, as far as the viewer may see it."""
        from schema.demand import Demand

        if self.row.demand_id is None:
            return None
        found = await info.context.loaders.visible_demands.load(self.row.demand_id)
        return Demand.of(found) if found else None

    @strawberry.field(description="The consent that took its place; null while none did.")
    async def superseded_by(self, info: Info) -> "Consent | None":
        """Its successor."""
        if self.row.superseded_by_id is None:
            return None
        found = await info.context.loaders.own_consents.load(self.row.superseded_by_id)
        return Consent.of(found) if found else None

    @strawberry.field(
        description="Its signed receipt, a compact JWS: ids, scope, version and SHA-256 of the "
        "text, period. `tools consent verify` and the keys at /.well-known/receipt-keys.json "
        "check it."
    )
    async def receipt(self, info: Info) -> str:
        """The receipt as it stands now."""
        scope = await info.context.loaders.consent_scopes.load(self.row.id)
        ring = signing_keys().ring()
        return receipt_of(self.row, scope, ring, info.context.clock.now())

    @strawberry.field(
        description="When somebody last read under it; null while nobody has. From the access "
        "ledger."
    )
    async def last_used_at(self, info: Info) -> datetime | None:
        """The latest allowed reading."""
        return await info.context.loaders.consent_uses.load(self.row.id)

    @strawberry.field(
        description="The 苏信码 under which creditCode shows the enterprise's level; null unless "
        "this is an active consent to that. It stays the same when it is agreed to again."
    )
    def credit_code(self, info: Info) -> str | None:
        """The code that the owner hands out."""
        today = day_in_shanghai(info.context.clock.now())
        return credit_code.code_under(self.row, today)

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
            subject=row.subject,
            row=row,
        )


ConsentConnection: TypeAlias = Connection[Consent]


@strawberry.input(description="A category of a scope.")
class ConsentScopeInput:
    """One category."""

    category: str = strawberry.field(description="Its code, JS-13.")
    fields: list[str] | None = strawberry.field(
        default=None, description="Names of fields; left out: every field that may be given out."
    )


@strawberry.input(description="What is left of a consent.")
class ConsentNarrowInput:
    """A narrower scope, an earlier end, or both."""

    scope: list[ConsentScopeInput] | None = strawberry.field(
        default=None, description="The categories that stay; left out: all of them."
    )
    until: date | None = strawberry.field(
        default=None, description="An earlier last day; left out: as before."
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same "
        "consent."
    )


@strawberry.input(description="A later end for a consent.")
class ConsentRenewInput:
    """A renewal on the text in force."""

    until: date = strawberry.field(description="The new last day, later than the old one.")
    text_version: str = strawberry.field(description="Version of the text that was shown.")
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same "
        "consent."
    )


@strawberry.input(description="What an owner agrees to for an enterprise.")
class ConsentGrantInput:
    """A consent to be given."""

    enterprise_id: strawberry.ID = strawberry.field(description="The owner's enterprise.")
    purpose: ConsentPurpose = strawberry.field(
        description="What it is for: GRADING, ENTERPRISE_DATA, OPERATING_DATA, WHITELIST, "
        "CREDIT_CODE, or PERSONAL_CREDIT of an owner who is the verified legal representative."
    )
    text_version: str = strawberry.field(
        description="Version of the text that was shown; it must be the one in force in the city."
    )
    until: date | None = strawberry.field(
        default=None, description="Last day of the consent, today or later; left out: no end."
    )
    grantee_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The institution that may read; needed for ENTERPRISE_DATA and OPERATING_DATA.",
    )
    demand_id: strawberry.ID | None = strawberry.field(
        default=None, description="The demand it serves; needed for the same two."
    )
    scope: list[ConsentScopeInput] | None = strawberry.field(
        default=None,
        description="The categories. Needed for the same two. GRADING: only these are used, and "
        "indicators that rest on others are withheld; left out: everything its text names.",
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same "
        "consent."
    )


ConsentGrantResult: TypeAlias = Annotated[
    Consent | ValidationFailed | IdempotencyKeyReused | NotFound | NotVerified,
    strawberry.union("ConsentGrantResult", description="The consent, or why there is none."),
]
ConsentNarrowResult: TypeAlias = Annotated[
    Consent | ValidationFailed | IdempotencyKeyReused | NotFound | NotAllowedNow,
    strawberry.union(
        "ConsentNarrowResult", description="The new, narrower consent, or why there is none."
    ),
]
ConsentRenewResult: TypeAlias = Annotated[
    Consent | ValidationFailed | IdempotencyKeyReused | NotFound | NotAllowedNow,
    strawberry.union("ConsentRenewResult", description="The new consent, or why there is none."),
]
ConsentRevokeResult: TypeAlias = Annotated[
    Consent | NotFound | NotAllowedNow,
    strawberry.union(
        "ConsentRevokeResult", description="The revoked consent, or why it stands as it did."
    ),
]
