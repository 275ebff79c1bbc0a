"""How a loader batches: at most 100 keys a query, each key read once a request."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader
from tortoise.models import Model

from foundation.pagination import Page
from marketplace.nested_pages import Asked

Found = TypeVar("Found")
Row = TypeVar("Row")
ModelRow = TypeVar("ModelRow", bound=Model)
Paged = TypeVar("Paged")
Read: TypeAlias = Callable[[list[UUID]], Awaitable[Sequence[Found]]]

MAX_BATCH = 100


def by_key(read: Read[Found]) -> DataLoader[UUID, Found]:
    """A loader over a function that answers a list of keys in the keys' order."""

    async def read_batch(keys: list[UUID]) -> Sequence[Found | BaseException]:
        return await read(keys)

    return DataLoader(load_fn=read_batch, max_batch_size=MAX_BATCH)


def by_set(read: Read[Row | None]) -> DataLoader[frozenset[UUID], Mapping[UUID, Row]]:
    """A loader of whole sets of keys over a function that answers a list of keys: a set waits once,
    however many are in it. A key without a row is left out.
    """

    async def read_batch(
        sets: list[frozenset[UUID]],
    ) -> Sequence[Mapping[UUID, Row] | BaseException]:
        keys = list(frozenset().union(*sets))
        found: dict[UUID, Row | None] = {}
        for start in range(0, len(keys), MAX_BATCH):
            piece = keys[start : start + MAX_BATCH]
            found |= zip(piece, await read(piece), strict=True)
        return [{key: row for key in one if (row := found[key]) is not None} for one in sets]

    return DataLoader(load_fn=read_batch, max_batch_size=MAX_BATCH)


class OneOfSet(Generic[Row]):
    """Single keys from a loader of sets: what is asked for singly and by the page is one query."""

    def __init__(self, sets: DataLoader[frozenset[UUID], Mapping[UUID, Row]]) -> None:
        self._sets = sets

    async def load(self, key: UUID) -> Row | None:
        """What stands under one key."""
        return (await self._sets.load(frozenset({key}))).get(key)


def paged(
    read: Callable[[list[Asked]], Awaitable[Sequence[Page[Paged]]]],
) -> DataLoader[Asked, Page[Paged]]:
    """A loader over a function that answers a list of asked pages in their order."""

    async def read_batch(keys: list[Asked]) -> Sequence[Page[Paged] | BaseException]:
        return await read(keys)

    return DataLoader(load_fn=read_batch, max_batch_size=MAX_BATCH)


async def rows_by_id(model: type[ModelRow], keys: list[UUID]) -> list[ModelRow | None]:
    """Rows of a table in the order of their keys, None for a key without a row."""
    found = {row.pk: row for row in await model.filter(pk__in=keys)}
    return [found.get(key) for key in keys]
