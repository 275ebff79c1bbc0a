"""What a GraphQL operation may rely on: the viewer, the clock, and loaders declared by need.

`schema.needs` says what nested fields need to read; resolvers/loaders meets it; api/context.py
joins both for one request. So `schema` opens no connection and calls no service.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

import strawberry

from accounts.viewers import Viewer
from foundation.clock import Clock
from schema.needs.accounts import AccountLoaders
from schema.needs.consents import ConsentLoaders
from schema.needs.demands import DemandLoaders
from schema.needs.grades import GradeLoaders
from schema.needs.products import ProductLoaders
from schema.needs.sources import SourceLoaders


class Loaders(
    AccountLoaders,
    GradeLoaders,
    ConsentLoaders,
    ProductLoaders,
    DemandLoaders,
    SourceLoaders,
    Protocol,
):
    """Every loader of one request: batched by key, or paged."""

    def for_viewer(self, viewer: Viewer | None) -> "Loaders":
        """Fresh loaders, for the rest of an operation that signs somebody in or out."""
        ...


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

    def continue_as(self, viewer: Viewer | None) -> None:
        """Let the rest of this operation run as a viewer who has just signed in, or out."""
        self.viewer = viewer
        self.loaders = self.loaders.for_viewer(viewer)


Info: TypeAlias = strawberry.Info[Context, None]
