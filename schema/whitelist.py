"""Monthly whitelists, as the operator and the institutions that received them see them."""

from datetime import date, datetime
from typing import Annotated, TypeAlias

import strawberry

from credit.levels import GradeLevel
from foundation.identifiers import encode_id
from foundation.pagination import page_request
from schema import grade_enums  # noqa: F401 - describes the enums that are used here
from schema.city import CityCode
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.enums import describe_enum
from schema.failures import IdempotencyKeyReused, NotAllowedNow, NotFound, ValidationFailed
from schema.institution import Institution
from schema.node import Node
from sharing.grades.whitelist_pages import Asked
from storage.models import whitelist as rows
from storage.models.whitelist import WhitelistChange

describe_enum(
    WhitelistChange,
    "How an entry differs from the month before.",
    {
        "ADDED": "New on the list, or back on it.",
        "KEPT": "On the list this month and the month before.",
        "REMOVED": "On the list the month before, and no longer.",
    },
)


@strawberry.type(
    description="An enterprise on a month's list, with the name and level it had then, or one that "
    "left it."
)
class WhitelistEntry:
    """A line of the list."""

    enterprise_name: str = strawberry.field(description="Name in the registry.")
    uscc: str = strawberry.field(description="统一社会信用代码, 18 characters.")
    level: GradeLevel = strawberry.field(description="Credit grade when the list was frozen.")
    change: WhitelistChange = strawberry.field(description="The difference to the month before.")
    reason: str | None = strawberry.field(
        description="OPERATOR: why it left the list, in Chinese; null for the others, and to "
        "institutions."
    )

    @staticmethod
    def of(row: rows.WhitelistEntry) -> "WhitelistEntry":
        """The GraphQL entry of a row."""
        return WhitelistEntry(
            enterprise_name=row.name,
            uscc=row.uscc,
            level=row.level,
            change=row.change,
            reason=row.reason,
        )


WhitelistEntryConnection: TypeAlias = Connection[WhitelistEntry]


@strawberry.type(description="An institution that was sent a list.")
class WhitelistRecipient:
    """A delivery."""

    institution: Institution = strawberry.field(description="Who received it.")
    sent_at: datetime = strawberry.field(description="When.")
    size: int = strawberry.field(
        description="How many enterprises it held then: those who still agreed."
    )
    digest: str = strawberry.field(
        description="SHA-256 of the lines `USCC LEVEL` that were sent, 64 hexadecimal digits."
    )


@strawberry.type(
    description="Enterprises recommended to institutions in one month (月度信用白名单): 高级 and "
    "一级 whose owner agreed to that, frozen. The operator of its city sees it whole; an "
    "institution that received it sees those who still agree to it and to being graded. Each look "
    "is a line of the enterprises' access ledgers."
)
class Whitelist(Node):
    """One month's list of one city."""

    city: CityCode = strawberry.field(description="Whose enterprises.")
    month: str = strawberry.field(description="The month, as 2026-11.")
    as_of: date = strawberry.field(description="As of which day it was frozen.")
    frozen_at: datetime = strawberry.field(description="When it was frozen; it never changes.")
    size: int = strawberry.field(description="How many enterprises stood on it then.")
    digest: str = strawberry.field(
        description="SHA-256 of the lines `USCC LEVEL`, each ended by a line feed, in the order of "
        "codes: 64 hexadecimal digits."
    )
    receipt: str = strawberry.field(
        description="The signed statement of month, size and digest, a compact JWS."
    )
    row: strawberry.Private[rows.Whitelist]

    @strawberry.field(description="Its entries in the order of their codes.")
    async def entries(
        self,
        info: Info,
        change: Annotated[
            WhitelistChange | None, strawberry.argument(description="Only those of this kind.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> WhitelistEntryConnection:
        """A page of entries."""
        request = page_request(
            f"whitelist:{self.row.id.hex}:{change and change.value}",
            first=first,
            after=after,
            last=last,
            before=before,
        )
        asked = Asked(self.row.id, change, request)
        page = await info.context.loaders.whitelist_entries(asked)
        return WhitelistEntryConnection.of(page, WhitelistEntry.of)

    @strawberry.field(
        description="OPERATOR: who received it, oldest first. An institution sees itself alone."
    )
    async def recipients(self, info: Info) -> list[WhitelistRecipient]:
        """The deliveries."""
        found = []
        for row in await info.context.loaders.whitelist_recipients(self.row.id):
            institution = await info.context.loaders.institutions.load(row.institution_id)
            if institution is not None:
                found.append(
                    WhitelistRecipient(
                        institution=Institution.of(institution),
                        sent_at=row.sent_at,
                        size=row.size,
                        digest=bytes(row.digest).hex(),
                    )
                )
        return found

    @staticmethod
    def of(row: rows.Whitelist) -> "Whitelist":
        """The GraphQL list of a row."""
        return Whitelist(
            id=strawberry.ID(encode_id("whitelist", row.id)),
            city=CityCode(row.city),
            month=row.month,
            as_of=row.as_of,
            frozen_at=row.frozen_at,
            size=row.size,
            digest=bytes(row.digest).hex(),
            receipt=row.receipt,
            row=row,
        )


@strawberry.input(description="Which list to freeze.")
class WhitelistFreezeInput:
    """A month's list to be frozen."""

    city: CityCode = strawberry.field(description="The operator's city.")
    month: str = strawberry.field(description="This month, as 2026-11.")
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same list."
    )


@strawberry.input(description="Whom to send a list to.")
class WhitelistSendInput:
    """A delivery to be made."""

    institution_id: strawberry.ID = strawberry.field(description="An institution that is let in.")
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input send it once."
    )


WhitelistFreezeResult: TypeAlias = Annotated[
    Whitelist | ValidationFailed | IdempotencyKeyReused | NotFound | NotAllowedNow,
    strawberry.union("WhitelistFreezeResult", description="The list, or why there is none."),
]
WhitelistSendResult: TypeAlias = Annotated[
    Whitelist | IdempotencyKeyReused | NotFound | NotAllowedNow,
    strawberry.union("WhitelistSendResult", description="The list, or why it was not sent."),
]
