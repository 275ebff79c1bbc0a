"""Everything held about the viewer's enterprise: one record, or all of it as a file."""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.identifiers import decode_id
from schema.context import Info
from schema.download import DownloadTicket
from schema.held_record import CreditRecord
from schema.my_data import DataExportInput, DataExportResult
from schema.node import NodeFetchers
from sharing.holdings.export import export


@strawberry.type
class OwnDataMutations:
    """Root fields that hand an owner what is held."""

    @strawberry.mutation(
        description="OWNER: everything held about the enterprise as one JSON file: records, "
        "consents, grades, objections, demands, matches, offers, reports, and who looked. Free, as "
        "often as wanted; a new file takes the place of the one before."
    )
    async def data_export(
        self,
        info: Info,
        input: Annotated[DataExportInput, strawberry.argument(description="Whose data.")],
    ) -> DataExportResult:
        """Write the file and issue a ticket for it."""
        ticket = await export(
            info.context.viewer,
            decode_id("enterprise", input.enterprise_id),
            input.idempotency_key,
            info.context.clock.now(),
        )
        return DownloadTicket.of(ticket)


async def fetch_credit_record(info: Info, key: UUID) -> CreditRecord | None:
    """A record, for the owner of the enterprise that it is about."""
    found = await info.context.loaders.own_data.record(key)
    return CreditRecord.of(found) if found else None


NODES: NodeFetchers = {"credit_record": fetch_credit_record}
