"""Loads the viewer's notices, and what they speak of as far as the viewer may see it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from accounts import access
from accounts.viewers import Viewer
from foundation.pagination import Page, PageRequest
from marketplace.product_rows import read_products
from notifications import inbox
from resolvers.loaders.batching import by_key
from schema.demand import Demand
from schema.enterprise import Enterprise
from schema.node import Node
from schema.objection import Objection
from schema.offer import Offer
from schema.product import Product
from sharing.objections.readings import objections_for
from storage.models.notice import Notice

ReadNodes: TypeAlias = Callable[[Viewer | None, Sequence[UUID]], Awaitable[Mapping[UUID, Node]]]


class Notices:
    """The inbox of one viewer."""

    def __init__(self, viewer: Viewer | None) -> None:
        self._viewer = viewer
        self._subjects = {kind: _visible(viewer, read) for kind, read in _READ.items()}

    async def page(self, request: PageRequest, *, unread_only: bool) -> Page[Notice]:
        """A page, the newest first. Raises Unauthenticated."""
        person_id = access.signed_in(self._viewer).person_id
        return await inbox.page(person_id, request, unread_only=unread_only)

    async def unread_count(self) -> int:
        """How many are unread. Raises Unauthenticated."""
        return await inbox.unread_count(access.signed_in(self._viewer).person_id)

    async def subject(self, kind: str, key: UUID) -> Node | None:
        """What a notice speaks of; those asked for together are read in one query per kind."""
        subjects = self._subjects.get(kind)
        return await subjects.load(key) if subjects else None


def _visible(viewer: Viewer | None, read: ReadNodes) -> DataLoader[UUID, Node | None]:
    async def in_order(keys: list[UUID]) -> list[Node | None]:
        found = await read(viewer, keys)
        return [found.get(key) for key in keys]

    return by_key(in_order)


async def _demands(viewer: Viewer | None, keys: Sequence[UUID]) -> Mapping[UUID, Node]:
    return _nodes(Demand, await access.demands_for(viewer, keys))


async def _offers(viewer: Viewer | None, keys: Sequence[UUID]) -> Mapping[UUID, Node]:
    return _nodes(Offer, await access.offers_for(viewer, keys))


async def _enterprises(viewer: Viewer | None, keys: Sequence[UUID]) -> Mapping[UUID, Node]:
    return _nodes(Enterprise, await access.enterprises_for(viewer, keys))


async def _products(viewer: Viewer | None, keys: Sequence[UUID]) -> Mapping[UUID, Node]:
    visible = list(await access.products_for(viewer, keys))
    rows = await read_products(viewer, visible)
    return _nodes(Product, {row.id: row for row in rows if row is not None})


def _nodes(kind: Any, rows: Mapping[UUID, Any]) -> dict[UUID, Node]:
    return {key: kind.of(row) for key, row in rows.items()}


async def _objections(viewer: Viewer | None, keys: Sequence[UUID]) -> Mapping[UUID, Node]:
    return _nodes(Objection, await objections_for(viewer, keys))


_READ: Mapping[str, ReadNodes] = {
    "demand": _demands,
    "objection": _objections,
    "offer": _offers,
    "enterprise": _enterprises,
    "product": _products,
}
