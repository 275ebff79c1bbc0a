"""Loads the pages of an enterprise's consents, for its owner."""

from strawberry.dataloader import DataLoader

from accounts.viewers import Viewer
from foundation.pagination import Page
from marketplace.nested_pages import Asked, id_key
from resolvers.loaders.batching import paged
from sharing import consents
from storage.models.consent import Consent


def pages_of_consents(viewer: Viewer | None) -> DataLoader[Asked, Page[Consent]]:
    """Pages of consents, newest first; a viewer acts for one enterprise, so there is one parent."""

    async def page_of(asked: Asked) -> Page[Consent]:
        rows = await consents.newest_of(
            viewer,
            asked.parent,
            beyond=id_key(asked.keys),
            backward=asked.backward,
            limit=asked.size + 1,
        )
        return asked.page(rows, lambda row: [row.id.hex])

    async def read(keys: list[Asked]) -> list[Page[Consent]]:
        return [await page_of(asked) for asked in keys]

    return paged(read)
