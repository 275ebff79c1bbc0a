"""Records about an enterprise, as its owner reads them."""

from datetime import date
from typing import TypeAlias

import strawberry

from foundation.identifiers import encode_id
from schema.connection import Connection
from schema.context import Info
from schema.node import Node
from schema.objection import Objection
from schema.shared_field import SharedField
from schema.sharing_category import SharingCategory
from sharing.declaring.kinds import is_self_declared
from sharing.holdings.records import HeldRecord


@strawberry.type(
    description="One row of a category about an enterprise, as it was received and never changed; "
    "a correction is a later row. For the enterprise's owner."
)
class CreditRecord(Node):
    """One record; whoever holds it has been given access to it."""

    category: SharingCategory = strawberry.field(description="The category it belongs to.")
    provider: str = strawberry.field(description="The unit it came from.")
    received_on: date = strawberry.field(description="The day it was received.")
    self_declared: bool = strawberry.field(
        description="自愿填报: the owner's own statement, not a provider's."
    )
    current: bool = strawberry.field(
        description="Whether it is what stands; false once a later row replaced it."
    )
    fields: list[SharedField] = strawberry.field(
        description="Its fields in the list's order: those with a value, and the personal ones, "
        "which were never kept and show no value."
    )
    record: strawberry.Private[HeldRecord]

    @strawberry.field(description="The newest objection to it or to one of its fields; or null.")
    async def objection(self, info: Info) -> Objection | None:
        """The newest objection of the owner."""
        found = await info.context.loaders.objections_of_records.load(self.record.id)
        return Objection.of(found) if found else None

    @staticmethod
    def of(record: HeldRecord) -> "CreditRecord":
        """The GraphQL record of a held one."""
        return CreditRecord(
            id=strawberry.ID(encode_id("credit_record", record.id)),
            category=SharingCategory.of(record.city, record.category),
            provider=record.provider,
            received_on=record.received_on,
            self_declared=is_self_declared(record.category),
            current=record.current,
            fields=[SharedField.of(field) for field in record.fields],
            record=record,
        )


CreditRecordConnection: TypeAlias = Connection[CreditRecord]
