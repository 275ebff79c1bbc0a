"""Loads consents by pages, for the owner or the person, with what they cover and their last use."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from strawberry.dataloader import DataLoader

from accounts.viewers import Viewer
from foundation.errors import BadUserInput
from foundation.pagination import Page, PageRequest, page_of
from marketplace.nested_pages import Asked, id_key
from resolvers.loaders.batching import paged
from sharing import consents
from sharing.consenting import rows
from sharing.consenting.coverage import last_uses
from sharing.consenting.rules import Scope
from storage.models.consent import Consent


def pages_of_consents(viewer: Viewer | None) -> DataLoader[Asked, Page[Consent]]:
    """Pages of consents, newest first; a viewer acts for one enterprise, so there is one parent."""

    async def asked_page(asked: Asked) -> Page[Consent]:
        rows = await consents.newest_of(
            viewer,
            asked.parent,
            beyond=id_key(asked.keys),
            backward=asked.backward,
            limit=asked.size + 1,
        )
        return asked.page(rows, lambda row: [row.id.hex])

    async def read(keys: list[Asked]) -> list[Page[Consent]]:
        return [await asked_page(asked) for asked in keys]

    return paged(read)


def personal_consents_of(
    viewer: Viewer | None,
) -> Callable[[PageRequest], Awaitable[Page[Consent]]]:
    """Pages of what the viewer consented to for themselves, newest first."""

    async def read(request: PageRequest) -> Page[Consent]:
        found = await consents.own_personal(
            viewer,
            beyond=_key_of(request),
            backward=request.backward,
            limit=request.size + 1,
        )
        return page_of(request, found, lambda row: [row.id.hex])

    return read


async def read_scopes(keys: list[UUID]) -> list[Scope]:
    """What consents cover, in the order of their ids."""
    found = await rows.scopes_of(keys)
    return [found.get(key, ()) for key in keys]


async def read_last_uses(keys: list[UUID]) -> list[datetime | None]:
    """When consents were last read under, in the order of their ids."""
    found = await last_uses(keys)
    return [found.get(key) for key in keys]


def _key_of(request: PageRequest) -> UUID | None:
    if request.keys is None:
        return None
    try:
        return UUID(hex=str(request.keys[0]))
    except (ValueError, IndexError):
        raise BadUserInput("不是有效的游标") from None
