"""The Relay node: whatever has an id of its own, and how a kind of id finds its record."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from uuid import UUID

import strawberry

from schema.context import Info


@strawberry.interface(description="Whatever has an id of its own and can be fetched by `node`.")
class Node:
    """An object with an id."""

    id: strawberry.ID = strawberry.field(
        description="Opaque and stable, for example demand_0199…; ids of different kinds differ."
    )


NodeFetcher: TypeAlias = Callable[[Info, UUID], Awaitable[Node | None]]
"""Fetches one record of a kind for the viewer; None for missing and not visible alike."""

NodeFetchers: TypeAlias = Mapping[str, NodeFetcher]
