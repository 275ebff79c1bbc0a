"""The viewer's notices: marking them as read, and the subscription that brings them."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated
from uuid import UUID

import strawberry

from accounts.access import signed_in
from foundation.errors import BadUserInput
from foundation.identifiers import decode_id
from notifications import inbox
from notifications.arrivals import arrivals
from schema.context import Info
from schema.node import NodeFetchers
from schema.notice import Notice, NoticesMarked, NoticesMarkReadResult


@strawberry.type
class NoticeMutations:
    """Root fields that change notices."""

    @strawberry.mutation(
        description="Marks notices of the viewer as read. Ids of others are passed over."
    )
    async def notices_mark_read(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="Which notices; at most 100.")
        ],
    ) -> NoticesMarkReadResult:
        """Mark notices as read."""
        viewer = signed_in(info.context.viewer)
        keys = [decode_id("notice", one) for one in ids]
        return NoticesMarked(unread_notice_count=await inbox.mark_read(viewer.person_id, keys))


@strawberry.type
class NoticeSubscriptions:
    """Root fields that bring notices."""

    @strawberry.subscription(
        description="Every notice for the viewer, live and in order, each once. More than 1,000 "
        "missed: one SYSTEM notice that asks to reload stands for them."
    )
    async def notice_arrived(
        self,
        info: Info,
        after: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="The last notice that was seen; everything after it comes first. "
                "Left out: from now on. Unknown or foreign: BAD_USER_INPUT."
            ),
        ] = None,
    ) -> AsyncIterator[Notice]:
        """Notices as they arrive."""
        viewer = signed_in(info.context.viewer)
        async with aclosing(arrivals(viewer.person_id, _seen(after))) as rows:
            async for row in rows:
                yield Notice.of(row)


def _seen(after: strawberry.ID | None) -> UUID | None:
    if after is None:
        return None
    key = decode_id("notice", after)
    if key is None:
        raise BadUserInput("after 不是消息的 ID")
    return key


async def fetch_notice(info: Info, key: UUID) -> Notice | None:
    """A notice of the viewer's."""
    viewer = info.context.viewer
    row = await inbox.notice_of(viewer.person_id, key) if viewer else None
    return Notice.of(row) if row else None


NODES: NodeFetchers = {"notice": fetch_notice}
