"""Matches by their ids; they are listed below demands and enterprises."""

from uuid import UUID

from accounts import access
from marketplace import match_pages
from schema.context import Info
from schema.match import Match
from schema.node import NodeFetchers


async def fetch_match(info: Info, key: UUID) -> Match | None:
    """A kept match, or one computed for the viewer's own enterprise."""
    viewer = info.context.viewer
    row = await access.match_for(viewer, key)
    if row is None:
        row = await match_pages.computed_by_id(viewer, key, info.context.clock.now())
    return Match.of(row) if row else None


NODES: NodeFetchers = {"match": fetch_match}
