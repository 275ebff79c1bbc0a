"""The Relay connection, once: pages of rows with keyset cursors as edges.

A noun declares `ProductConnection = Connection[Product]`; the GraphQL names follow from it.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeAlias, TypeVar

import strawberry

from foundation.pagination import DEFAULT_PAGE, MAX_PAGE, Page

T = TypeVar("T")
Row = TypeVar("Row")

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many from the start, or after `after`: 0 to {MAX_PAGE}, "
        f"{DEFAULT_PAGE} when left out. Not with `last`."
    ),
]
After: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Cursor of this same list; the page begins after it."),
]
Last: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many from the end, or before `before`: 0 to {MAX_PAGE}. Not with `first`."
    ),
]
Before: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Cursor of this same list; the page ends before it."),
]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Whether more stands on either side, and the cursors of both ends."""

    has_next_page: bool = strawberry.field(description="Whether more follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether some stand before this page.")
    start_cursor: str | None = strawberry.field(
        description="Cursor of the first entry; null for an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last entry; null for an empty page."
    )


@strawberry.type(description="One entry of a list, with its place.")
class Edge(Generic[T]):
    """A node and the cursor that says where it stands."""

    node: T = strawberry.field(description="The entry.")
    cursors: strawberry.Private[Sequence[str]]
    place: strawberry.Private[int]

    @strawberry.field(description="Opaque place of the entry in this list; valid in no other list.")
    def cursor(self) -> str:
        """The cursor, which is written only for those who ask."""
        return self.cursors[self.place]


@strawberry.type(description="A page of a list, at most 100 entries.")
class Connection(Generic[T]):
    """Edges in list order, and where the page stands."""

    edges: list[Edge[T]] = strawberry.field(description="The entries, in the order of the list.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")

    @classmethod
    def of(cls, page: Page[Row], node_of: Callable[[Row], T]) -> "Connection[T]":
        """The connection of a page of rows, each turned into its GraphQL type."""
        edges = [
            Edge(node=node_of(row), cursors=page.cursors, place=place)
            for place, row in enumerate(page.rows)
        ]
        return cls(
            edges=edges,
            page_info=PageInfo(
                has_next_page=page.has_next,
                has_previous_page=page.has_previous,
                start_cursor=page.cursors[0] if page.cursors else None,
                end_cursor=page.cursors[-1] if page.cursors else None,
            ),
        )
