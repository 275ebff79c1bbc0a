"""Reads an enterprise's data for a demand, as a viewer may."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from accounts.viewers import Viewer
from foundation.clock import Clock
from sharing.disclosure.reading import shared_data
from sharing.disclosure.shown import Shared


def shared_data_as(
    viewer: Viewer | None, clock: Clock
) -> Callable[[UUID, UUID | None], Awaitable[list[Shared]]]:
    """The reading of one enterprise for one demand; each is a line of the access ledger.

    What one request asks of it in several fields is one reading, and one line.
    """
    done: dict[tuple[UUID, UUID | None], list[Shared]] = {}
    one_at_a_time = asyncio.Lock()

    async def read(enterprise_id: UUID, demand_id: UUID | None) -> list[Shared]:
        key = (enterprise_id, demand_id)
        async with one_at_a_time:
            if key not in done:
                done[key] = await shared_data(viewer, enterprise_id, demand_id, clock)
            return done[key]

    return read
