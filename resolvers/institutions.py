"""Institutions, which everybody may see."""

from typing import Annotated
from uuid import UUID

import strawberry

from accounts import access
from foundation.identifiers import decode_id
from schema.context import Info
from schema.institution import Institution
from schema.node import NodeFetchers


async def fetch_institution(info: Info, key: UUID | None) -> Institution | None:
    """The institution with a key."""
    found = await access.institution_for(info.context.viewer, key)
    return None if found is None else Institution.of(found)


@strawberry.type
class InstitutionQueries:
    """Root fields about institutions."""

    @strawberry.field(description="An institution; null when missing. Open to everyone.")
    async def institution(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the institution.")],
    ) -> Institution | None:
        """One institution."""
        return await fetch_institution(info, decode_id("institution", id))


NODES: NodeFetchers = {"institution": fetch_institution}
