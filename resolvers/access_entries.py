"""The access ledger: the owner's lines as nodes, and the look of those who supervise."""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.pagination import page_request
from schema.access_entry import AccessEntry, AccessEntryConnection
from schema.connection import After, Before, First, Last
from schema.context import Info
from schema.ledger_checkpoint import LedgerCheckpoint, LedgerCheckpointConnection
from schema.node import NodeFetchers
from sharing.access import checkpoints, entries


@strawberry.type
class AccessEntryQueries:
    """Root fields that read the access ledger."""

    @strawberry.field(
        description="OPERATOR or REGULATOR of the enterprise's city: the lines about an "
        "enterprise, newest first; null where the city has none of this code. Each reading is a "
        "line of its own, which the enterprise's owner sees."
    )
    async def access_entries_of(
        self,
        info: Info,
        uscc: Annotated[
            str, strawberry.argument(description="统一社会信用代码 of the enterprise.")
        ],
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> AccessEntryConnection | None:
        """A page of one enterprise's lines."""
        request = page_request(
            f"supervised:{uscc[:18]}", first=first, after=after, last=last, before=before
        )
        page = await entries.supervised_page(
            info.context.viewer, uscc[:18], request, info.context.clock.now()
        )
        return AccessEntryConnection.of(page, AccessEntry.of) if page else None

    @strawberry.field(
        description="OPERATOR or REGULATOR: signed checkpoints of the access ledger, newest "
        "first, to be kept outside the platform."
    )
    async def ledger_checkpoints(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> LedgerCheckpointConnection:
        """A page of checkpoints."""
        request = page_request(
            "ledger_checkpoints", first=first, after=after, last=last, before=before
        )
        page = await checkpoints.checkpoints_page(info.context.viewer, request)
        return LedgerCheckpointConnection.of(page, LedgerCheckpoint.of)


async def fetch_access_entry(info: Info, key: UUID) -> AccessEntry | None:
    """A line, for the owner of its enterprise."""
    if key.int >= 2**63:
        return None
    found = await entries.entry_for(info.context.viewer, key.int)
    return AccessEntry.of(found) if found else None


NODES: NodeFetchers = {"access_entry": fetch_access_entry}
