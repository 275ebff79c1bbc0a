"""Objections of owners to data held about their enterprises."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from foundation.clock import day_in_shanghai
from foundation.identifiers import encode_id
from schema.connection import Connection
from schema.context import Info
from schema.enums import describe_enum
from schema.failures import IdempotencyKeyReused, NotAllowedNow, NotFound, ValidationFailed
from schema.node import Node
from schema.sharing_category import SharingCategory
from sharing.objections import rules
from storage.models import objection as rows
from storage.models.objection import ObjectionState

if TYPE_CHECKING:
    from schema.held_record import CreditRecord

describe_enum(
    ObjectionState,
    "How far an objection has come.",
    {
        "FILED": "Received; it waits to be handed over to the provincial node.",
        "HANDED_OVER": "The provincial node has it and has acknowledged it.",
        "UPHELD": "The datum was wrong and was corrected.",
        "REJECTED": "The datum was right.",
    },
)


@strawberry.type(
    description="An objection to a record, or to one field of it. The enterprise's owner sees it, "
    "and the operators of its city. While it is open, whoever is shown the datum sees 异议中."
)
class Objection(Node):
    """One objection; whoever holds its row has been given access to it."""

    category: SharingCategory = strawberry.field(description="The category of the record.")
    field: str | None = strawberry.field(
        description="The field objected to, by the list's own name; null for the whole record."
    )
    reason: str = strawberry.field(description="What the owner says is wrong.")
    state: ObjectionState = strawberry.field(description="How far it has come.")
    filed_at: datetime = strawberry.field(description="When it was filed.")
    hand_over_due_on: date = strawberry.field(
        description="Last day for handing it over to the provincial node: the second working day "
        "after the day it was filed (苏政办发〔2022〕59号 十四)."
    )
    hand_over_due_is_provisional: bool = strawberry.field(
        description="True while the working days of a year on the way are not published: then "
        "each of its days counts as one, so the day shown is never too late."
    )
    handed_over_at: datetime | None = strawberry.field(
        description="When the node acknowledged it; null until then."
    )
    acknowledgement: str | None = strawberry.field(
        description="Number of the node's acknowledgement; null until then."
    )
    row: strawberry.Private[rows.Objection]

    @strawberry.field(
        description="Whether it was not handed over in time, as of today or for good."
    )
    def late(self, info: Info) -> bool:
        """Whether the deadline was missed."""
        return rules.is_late(self.row, day_in_shanghai(info.context.clock.now()))

    @strawberry.field(description="The record; null for a viewer who is not the owner.")
    async def record(
        self, info: Info
    ) -> Annotated["CreditRecord", strawberry.lazy("schema.held_record")] | None:
        """The record, for the owner."""
        from schema.held_record import CreditRecord

        found = await info.context.loaders.own_data.record(self.row.record_id)
        return CreditRecord.of(found) if found else None

    @strawberry.field(description="Name of the enterprise whose owner objected.")
    async def enterprise_name(self, info: Info) -> str:
        """The enterprise's name."""
        found = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return found.name if found else ""

    @staticmethod
    def of(row: rows.Objection) -> "Objection":
        """The GraphQL objection of a row."""
        return Objection(
            id=strawberry.ID(encode_id("objection", row.id)),
            category=SharingCategory.of(row.record_city, row.category),
            field=row.field,
            reason=row.reason,
            state=row.state,
            filed_at=row.filed_at,
            hand_over_due_on=row.hand_over_due_on,
            hand_over_due_is_provisional=row.due_is_provisional,
            handed_over_at=row.handed_over_at,
            acknowledgement=row.acknowledgement,
            row=row,
        )


ObjectionConnection: TypeAlias = Connection[Objection]


@strawberry.input(description="What an owner objects to, and why.")
class ObjectionFileInput:
    """An objection to be filed."""

    record_id: strawberry.ID = strawberry.field(description="A record about the own enterprise.")
    field: str | None = strawberry.field(
        default=None,
        description="The field that is wrong, by the list's own name; left out: the whole record.",
    )
    reason: str = strawberry.field(
        description=f"What is wrong, at most {rules.MAX_REASON} characters."
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same "
        "objection."
    )


@strawberry.input(description="That the provincial node has an objection.")
class ObjectionHandOverInput:
    """A hand-over."""

    acknowledgement: str = strawberry.field(
        description="Number of the node's acknowledgement, at most "
        f"{rules.MAX_ACKNOWLEDGEMENT} characters."
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input change nothing more."
    )


ObjectionFileResult: TypeAlias = Annotated[
    Objection | ValidationFailed | IdempotencyKeyReused | NotFound | NotAllowedNow,
    strawberry.union("ObjectionFileResult", description="The objection, or why there is none."),
]
ObjectionHandOverResult: TypeAlias = Annotated[
    Objection | ValidationFailed | IdempotencyKeyReused | NotFound | NotAllowedNow,
    strawberry.union(
        "ObjectionHandOverResult", description="The objection, or why it stands as it did."
    ),
]
