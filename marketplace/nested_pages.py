"""Pages of lists that hang on many parents at once: one query for all parents that ask alike."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

from foundation.errors import BadUserInput
from foundation.pagination import Keys, Page, PageRequest, page_of

Row = TypeVar("Row")


class Asked(NamedTuple):
    """A page asked of one parent's list. Hashable, so that a loader can batch it.

    `eligible_only` and `with_reasons` are about lists of matches.
    """

    parent: UUID
    list_name: str
    size: int
    backward: bool
    keys: tuple[str | int | float | None, ...] | None
    eligible_only: bool = False
    with_reasons: bool = False

    @staticmethod
    def of(
        parent: UUID,
        request: PageRequest,
        *,
        eligible_only: bool = False,
        with_reasons: bool = False,
    ) -> "Asked":
        """The page that a request wants of a parent's list."""
        keys = None if request.keys is None else tuple(request.keys)
        return Asked(
            parent,
            request.list_name,
            request.size,
            request.backward,
            keys,
            eligible_only,
            with_reasons,
        )

    @property
    def manner(self) -> "Manner":
        """How it is asked, whatever the parent."""
        return Manner(self.size, self.backward, self.keys, self.eligible_only, self.with_reasons)

    def page(self, found: Sequence[Row], keys_of: Callable[[Row], Keys]) -> Page[Row]:
        """The page of rows read with one more than wanted, in reading direction."""
        keys = None if self.keys is None else list(self.keys)
        request = PageRequest(self.list_name, self.size, self.backward, keys)
        return page_of(request, found, keys_of)


class Manner(NamedTuple):
    """What several parents' pages have in common, so that one query reads them all."""

    size: int
    backward: bool
    keys: tuple[str | int | float | None, ...] | None
    eligible_only: bool
    with_reasons: bool

    def order(self, *, newest_first: bool = False) -> str:
        """The SQL direction in which the list is read."""
        return "DESC" if self.backward is not newest_first else "ASC"

    def beyond(self, *, newest_first: bool = False) -> str:
        """The SQL comparison that leads on from the cursor."""
        return "<" if self.backward is not newest_first else ">"


def by_manner(asked: Sequence[Asked]) -> dict[Manner, list[UUID]]:
    """The parents of each way of asking."""
    found: dict[Manner, list[UUID]] = defaultdict(list)
    for one in asked:
        found[one.manner].append(one.parent)
    return found


def whole_key(keys: Sequence[object] | None) -> int | None:
    """The one whole number of a cursor. Raises BadUserInput for anything else."""
    if keys is None:
        return None
    if len(keys) != 1 or type(keys[0]) is not int or not 0 <= keys[0] < 2**31:
        raise BadUserInput("游标无效")
    return keys[0]


def id_key(keys: Sequence[object] | None) -> UUID | None:
    """The one id of a cursor. Raises BadUserInput for anything else."""
    if keys is None:
        return None
    try:
        (text,) = keys
        return UUID(hex=text)  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        raise BadUserInput("游标无效") from None
