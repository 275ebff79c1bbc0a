"""The ways in which a nested field asks: by a key, by the page, by a code."""

from collections.abc import Awaitable
from typing import Protocol, TypeVar
from uuid import UUID

from foundation.pagination import Page
from marketplace.nested_pages import Asked

Found = TypeVar("Found", covariant=True)
Row = TypeVar("Row")


class ByKey(Protocol[Found]):
    """What stands under a key; keys asked for at the same time are read in one query."""

    def load(self, key: UUID) -> Awaitable[Found]:
        """What stands under one key."""
        ...


class Pages(Protocol[Row]):
    """Pages of a parent's list; those asked for alike at the same time are read in one query."""

    def load(self, key: Asked) -> Awaitable[Page[Row]]:
        """One page."""
        ...


class OfCode(Protocol[Found]):
    """What stands under a code that somebody holds."""

    def load(self, key: str) -> Awaitable[Found]:
        """What stands under one code."""
        ...


class OfCategory(Protocol[Found]):
    """What stands under a city and the code of one of its categories."""

    def load(self, key: tuple[str, str]) -> Awaitable[Found]:
        """What stands under one category."""
        ...
