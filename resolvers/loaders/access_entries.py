"""Loads pages of the access ledger, and the consents its lines rest on, for the owner."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from accounts.access import owned_enterprise
from accounts.viewers import Viewer
from foundation.pagination import Page, PageRequest
from resolvers.loaders.batching import Read
from sharing.access import entries
from sharing.access.entries import Entry
from storage.models.consent import Consent


def pages_of_access(
    viewer: Viewer | None,
) -> Callable[[UUID, bool, PageRequest], Awaitable[Page[Entry]]]:
    """Pages of an enterprise's lines; a viewer acts for one enterprise, so there is one parent."""

    async def read(enterprise_id: UUID, refused_only: bool, request: PageRequest) -> Page[Entry]:
        return await entries.own_page(viewer, enterprise_id, request, refused_only=refused_only)

    return read


def own_consents(viewer: Viewer | None) -> Read[Consent | None]:
    """Consents of the viewer's own enterprise, by id."""

    async def read(keys: list[UUID]) -> list[Consent | None]:
        enterprise_id = owned_enterprise(viewer) if viewer else None
        if enterprise_id is None:
            return [None] * len(keys)
        rows = await Consent.filter(id__in=keys, enterprise_id=enterprise_id)
        found = {row.id: row for row in rows}
        return [found.get(key) for key in keys]

    return read
