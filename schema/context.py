"""What a GraphQL operation may rely on: the viewer, the clock, and loaders declared by need.

Each Protocol is a need of a nested field; resolvers/loaders implements it; api/context.py joins
both for one request. So `schema` opens no connection and calls no service.
"""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import strawberry

from accounts.viewers import Viewer
from foundation.clock import Clock


class Loaders(Protocol):
    """Every loader of one request: batched by key, or paged."""


@dataclass
class Context:
    """One operation's surroundings; `address` is the caller's, for limits only, never logged."""

    viewer: Viewer | None
    clock: Clock
    loaders: Loaders
    address: str


Info: TypeAlias = strawberry.Info[Context, None]
