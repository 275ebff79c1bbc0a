"""Statements of owners about their enterprises."""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.identifiers import decode_id
from foundation.pagination import page_of, page_request
from marketplace.nested_pages import id_key
from schema.connection import After, Before, First, Last
from schema.context import Info
from schema.declaration import (
    Declaration,
    DeclarationConnection,
    DeclarationFileInput,
    DeclarationFileResult,
)
from schema.node import NodeFetchers
from sharing.declaring import filing
from storage.models import declaration as rows


def _declaration(info: Info, row: rows.Declaration) -> Declaration:
    viewer = info.context.viewer
    if viewer is None or viewer.city is None:
        raise LookupError("an owner acts in a city")
    return Declaration.of(row, viewer.city)


async def fetch_declaration(info: Info, key: UUID) -> Declaration | None:
    """A statement, for the owner of its enterprise."""
    row = await filing.declaration_for(info.context.viewer, key)
    return _declaration(info, row) if row else None


@strawberry.type
class DeclarationQueries:
    """Root fields that read statements."""

    @strawberry.field(
        description="OWNER: the enterprise's own statements, newest first; empty for anybody else."
    )
    async def declarations(
        self,
        info: Info,
        enterprise_id: Annotated[
            strawberry.ID, strawberry.argument(description="The owner's enterprise.")
        ],
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> DeclarationConnection:
        """A page of statements."""
        key = decode_id("enterprise", enterprise_id)
        name = f"declarations:{enterprise_id}"
        request = page_request(name, first=first, after=after, last=last, before=before)
        found = (
            await filing.newest_of(
                info.context.viewer,
                key,
                beyond=id_key(request.keys),
                backward=request.backward,
                limit=request.size + 1,
            )
            if key
            else []
        )
        page = page_of(request, found, lambda row: [row.id.hex])
        return DeclarationConnection.of(page, lambda row: _declaration(info, row))


@strawberry.type
class DeclarationMutations:
    """Root fields that keep statements."""

    @strawberry.mutation(
        description="OWNER: states something about the enterprise (自愿填报), with the commitment "
        "in force. Kept as a record marked selfDeclared, apart from what providers send."
    )
    async def declaration_file(
        self,
        info: Info,
        input: Annotated[DeclarationFileInput, strawberry.argument(description="What is stated.")],
    ) -> DeclarationFileResult:
        """File a statement."""
        statement = filing.Statement(
            enterprise_id=decode_id("enterprise", input.enterprise_id),
            category=input.category,
            values=[filing.Value(one.field, one.value) for one in input.values],
            commitment_version=input.commitment_version,
        )
        context = info.context
        now = context.clock.now()
        row = await filing.file(context.viewer, statement, input.idempotency_key, now)
        return _declaration(info, row)


NODES: NodeFetchers = {"declaration": fetch_declaration}
