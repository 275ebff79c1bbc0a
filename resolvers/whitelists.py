"""Monthly whitelists: frozen and sent by operators, read by them and the institutions."""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.identifiers import decode_id
from schema.city import CityCode
from schema.context import Info
from schema.node import NodeFetchers
from schema.whitelist import (
    Whitelist,
    WhitelistFreezeInput,
    WhitelistFreezeResult,
    WhitelistSendInput,
    WhitelistSendResult,
)
from sharing.grades import whitelist
from sharing.grades.whitelist_pages import whitelist_for, whitelist_of_month


@strawberry.type
class WhitelistQueries:
    """Root fields about whitelists."""

    @strawberry.field(
        description="A city's whitelist of a month, for the operator of the city and for officers "
        "and product managers of institutions that received it; null otherwise."
    )
    async def whitelist(
        self,
        info: Info,
        city: Annotated[CityCode, strawberry.argument(description="Which city.")],
        month: Annotated[str, strawberry.argument(description="The month, as 2026-11.")],
    ) -> Whitelist | None:
        """One list."""
        found = await whitelist_of_month(info.context.viewer, city.value, month[:7])
        return Whitelist.of(found) if found else None


@strawberry.type
class WhitelistMutations:
    """Mutations of whitelists."""

    @strawberry.mutation(
        description="OPERATOR: freezes this month's whitelist of the city, with the difference to "
        "the month before. It is also done by the clock on the first of the month."
    )
    async def whitelist_freeze(
        self,
        info: Info,
        input: Annotated[WhitelistFreezeInput, strawberry.argument(description="Which list.")],
    ) -> WhitelistFreezeResult:
        """Freeze a list."""
        row = await whitelist.freeze(
            info.context.viewer,
            input.city.value,
            input.month,
            input.idempotency_key,
            info.context.clock.now(),
        )
        return Whitelist.of(row)

    @strawberry.mutation(
        description="OPERATOR: sends a whitelist to an institution, once. Each enterprise on it "
        "finds a line in its access ledger."
    )
    async def whitelist_send(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the list.")],
        input: Annotated[WhitelistSendInput, strawberry.argument(description="To whom.")],
    ) -> WhitelistSendResult:
        """Send a list."""
        row = await whitelist.send(
            info.context.viewer,
            decode_id("whitelist", id),
            decode_id("institution", input.institution_id),
            input.idempotency_key,
            info.context.clock.now(),
        )
        return Whitelist.of(row)


async def fetch_whitelist(info: Info, key: UUID) -> Whitelist | None:
    """A list, for whom `whitelist` would give it to."""
    found = await whitelist_for(info.context.viewer, key)
    return Whitelist.of(found) if found else None


NODES: NodeFetchers = {"whitelist": fetch_whitelist}
