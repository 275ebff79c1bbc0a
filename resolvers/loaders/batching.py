"""How a loader batches: at most 100 keys a query, each key read once a request."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader
from tortoise.models import Model

from foundation.pagination import Page
from marketplace.nested_pages import Asked

Found = TypeVar("Found")
ModelRow = TypeVar("ModelRow", bound=Model)
Paged = TypeVar("Paged")
Read: TypeAlias = Callable[[list[UUID]], Awaitable[Sequence[Found]]]

MAX_BATCH = 100


def by_key(read: Read[Found]) -> DataLoader[UUID, Found]:
    """A loader over a function that answers a list of keys in the keys' order."""

    async def read_batch(keys: list[UUID]) -> Sequence[Found | BaseException]:
        return await read(keys)

    return DataLoader(load_fn=read_batch, max_batch_size=MAX_BATCH)


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
