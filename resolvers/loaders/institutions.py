"""Loads institutions."""

from uuid import UUID

from resolvers.loaders.batching import rows_by_id
from storage.models.institution import Institution


async def read_institutions(keys: list[UUID]) -> list[Institution | None]:
    """Institutions by id."""
    return await rows_by_id(Institution, keys)
