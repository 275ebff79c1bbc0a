"""Data providers: which unit a person sends credit records for, and what that unit may send."""

import json
from collections.abc import Sequence
from datetime import datetime

from accounts.access import require_role
from accounts.viewers import Viewer
from foundation.errors import Forbidden
from foundation.identifiers import new_id
from storage.database import fetch_models
from storage.models.data_provider import DataProvider
from storage.models.membership import Role

MAX_NAME = 80

_OF_MEMBERSHIP = """
SELECT p.* FROM data_provider p JOIN membership m ON m.provider_id = p.id WHERE m.id = $1
"""

_KEEP = """
INSERT INTO data_provider (id, city, name, categories, created_at)
VALUES ($1, $2, $3, $4::text::jsonb, $5)
ON CONFLICT (city, name) DO UPDATE SET categories = excluded.categories
RETURNING *
"""


async def provider_of(viewer: Viewer | None) -> DataProvider | None:
    """The unit that a viewer acts for as a data provider; None for everybody else."""
    if viewer is None or viewer.role is not Role.DATA_PROVIDER:
        return None
    rows = await fetch_models(DataProvider, _OF_MEMBERSHIP, viewer.membership_id)
    return rows[0] if rows else None


async def require_provider(viewer: Viewer | None) -> DataProvider:
    """The unit that the viewer acts for. Raises Unauthenticated, Forbidden for any other role,
    and for a data provider's person whom no unit has been given.
    """
    require_role(viewer, Role.DATA_PROVIDER)
    found = await provider_of(viewer)
    if found is None:
        raise Forbidden("您的账号还没有关联信息提供单位，请联系平台运营")
    return found


async def keep_provider(
    *, city: str, name: str, categories: Sequence[str], now: datetime
) -> DataProvider:
    """A unit of a city with the categories it may send from now on, a new one or one that is
    there. Raises ValueError for a name of the wrong length.
    """
    if not 0 < len(name.strip()) <= MAX_NAME:
        raise ValueError(f"a provider's name has 1 to {MAX_NAME} characters")
    rows = await fetch_models(
        DataProvider,
        _KEEP,
        new_id(),
        city,
        name.strip(),
        json.dumps(sorted(set(categories))),
        now,
    )
    return rows[0]
