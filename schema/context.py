"""What a GraphQL operation may rely on: the viewer, the clock, and loaders declared by need.

Each Protocol is a need of a nested field; resolvers/loaders implements it; api/context.py joins
both for one request. So `schema` opens no connection and calls no service.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

import strawberry

from accounts.viewers import Viewer
from foundation.clock import Clock


class Loaders(Protocol):
    """Every loader of one request: batched by key, or paged."""


@dataclass
class RefreshCookie:
    """The web client's refresh token, which its scripts never see: what came, what goes back.

    `wanted` is true when the request says that it comes from the web client. A cookie without
    that header counts for nothing: another site's page cannot send the header.
    """

    wanted: bool = False
    value: str | None = None
    kept: tuple[str, datetime] | None = None
    dropped: bool = False

    def keep(self, token: str, expires_at: datetime) -> None:
        """Send the token back as a cookie that lasts until then."""
        self.kept = (token, expires_at)

    def drop(self) -> None:
        """Make the browser forget it."""
        self.dropped = True


@dataclass
class Context:
    """One operation's surroundings; `address` is the caller's, for limits only, never logged."""

    viewer: Viewer | None
    clock: Clock
    loaders: Loaders
    address: str
    refresh_cookie: RefreshCookie = field(default_factory=RefreshCookie)


Info: TypeAlias = strawberry.Info[Context, None]
