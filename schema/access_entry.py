"""Lines of the access ledger, as the owner of the enterprise reads them."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import strawberry

from foundation.identifiers import encode_id
from schema.connection import Connection
from schema.consent import Consent
from schema.context import Info
from schema.demand import Demand
from schema.enums import describe_enum
from schema.institution import Institution
from schema.node import Node
from sharing.access.entries import Entry
from sharing.access.words import PURPOSES
from sharing.ledger import Purpose, What

describe_enum(
    What,
    "What a line of the access ledger speaks of.",
    {
        "GRADE_READ": "A credit grade was read.",
        "DATA_READ": "Records were read.",
        "VERIFICATION": "A question about a record was answered by yes, no or a band.",
        "CONTACT_READ": "Whom to call was read.",
        "INTERFACE_CALLED": "A data provider was asked.",
        "CONSENT_GRANTED": "A consent was given.",
        "CONSENT_NARROWED": "A consent was narrowed.",
        "CONSENT_RENEWED": "A consent was renewed.",
        "CONSENT_REVOKED": "A consent was taken back.",
        "BATCH_EXPORTED": "Public fields went to an institution in a batch.",
        "REPORT_ISSUED": "A credit report was issued.",
        "WHITELIST_SENT": "A whitelist with the enterprise on it was sent to an institution.",
        "DATA_EXPORTED": "Everything held was fetched by the owner.",
        "OBJECTION_FILED": "The owner objected to a datum.",
        "OBJECTION_HANDED_OVER": "An objection was handed over to the provincial node.",
        "LEDGER_READ": "Somebody who runs or watches the platform read this ledger.",
    },
    name="AccessKind",
)


@strawberry.type(
    description="A line of the access ledger: who did what with an enterprise's information, why, "
    "and under which consent. For the enterprise's owner; append-only and chained by SHA-256."
)
class AccessEntry(Node):
    """One line; whoever holds it has been given access to it."""

    number: str = strawberry.field(
        description="Its position in the chain over all lines, a whole number in digits."
    )
    at: datetime = strawberry.field(description="When it happened.")
    what: What = strawberry.field(description="What happened.")
    reader_name: str = strawberry.field(
        description="Who: an institution by its name, or 平台, 本企业, 平台运营人员, 监管人员."
    )
    allowed: bool = strawberry.field(
        description="False: nothing was given out; it was refused, or there was no answer."
    )
    unanswered: bool = strawberry.field(
        description="True: nobody refused, the data provider gave no answer."
    )
    categories: list[str] = strawberry.field(
        description="The categories concerned by their Chinese names, with the fields meant in "
        "brackets where only some were; empty where no records were concerned."
    )
    explanation: str = strawberry.field(
        description="One Chinese sentence for the owner, with the reason where nothing was given."
    )
    digest: str = strawberry.field(
        description="SHA-256 of the line and of everything before it, 64 hexadecimal digits."
    )
    entry: strawberry.Private[Entry]

    @strawberry.field(description="Why, in Chinese words.")
    def purpose(self) -> str:
        """What it served."""
        return PURPOSES[self.entry.purpose]

    @strawberry.field(
        description="The institution whose person it was, or to which something was sent; null "
        "for the platform and the owner."
    )
    async def institution(self, info: Info) -> Institution | None:
        """The institution, where there is one."""
        if self.entry.institution_id is None:
            return None
        found = await info.context.loaders.institutions.load(self.entry.institution_id)
        return Institution.of(found) if found else None

    @strawberry.field(
        description="The demand it served; null where it served none, or for a viewer who may "
        "not see it."
    )
    async def demand(self, info: Info) -> Demand | None:
        """The demand, where it served one."""
        if self.entry.purpose is not Purpose.DEMAND or self.entry.purpose_id is None:
            return None
        found = await info.context.loaders.visible_demands.load(self.entry.purpose_id)
        return Demand.of(found) if found else None

    @strawberry.field(
        description="The consent it rested on, or that it speaks of; null where there was none, "
        "or for a viewer who is not the owner."
    )
    async def consent(self, info: Info) -> Consent | None:
        """The consent, for the owner."""
        if self.entry.consent_id is None:
            return None
        found = await info.context.loaders.own_consents.load(self.entry.consent_id)
        return Consent.of(found) if found else None

    @staticmethod
    def of(entry: Entry) -> "AccessEntry":
        """The GraphQL entry of a line."""
        return AccessEntry(
            # The line's own number is its key: it fits into the key of any id.
            id=strawberry.ID(encode_id("access_entry", UUID(int=entry.line_id))),
            number=str(entry.position),
            at=entry.at,
            what=entry.what,
            reader_name=entry.reader,
            allowed=entry.allowed,
            unanswered=entry.unanswered,
            categories=list(entry.categories),
            explanation=entry.explanation,
            digest=entry.digest,
            entry=entry,
        )


AccessEntryConnection: TypeAlias = Connection[AccessEntry]
