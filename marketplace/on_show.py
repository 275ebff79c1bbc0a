"""Published products with their sheets, kept in this process for as long as the catalogue stands.

A product is shown to every enterprise that it fits, and changes a few times a year.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from accounts.viewers import Viewer
from marketplace.product_rows import ProductRow, read_products
from storage.models.product import ProductStatus

REVISION = "(SELECT number FROM catalogue_revision WHERE id = 1)"
"""The catalogue's revision in the statement that finds which products are on show."""

MAX_KEPT = 10_000


@dataclass
class _Kept:
    """What was read since the catalogue became what it is."""

    revision: int | None = None
    rows: dict[UUID, ProductRow] = field(default_factory=dict)


_kept = _Kept()


async def products_on_show(
    viewer: Viewer | None, revision: int | None, ids: Collection[UUID]
) -> Mapping[UUID, ProductRow]:
    """Products that were on show at a revision of the catalogue, by id, with their sheets.

    One that has left the shelf since is as the viewer may see it. Raises LookupError for one that
    has never been on it.
    """
    if not ids:
        return {}
    kept = _at(revision)
    found = {key: kept.rows[key] for key in ids if key in kept.rows}
    missing = [key for key in ids if key not in found]
    if missing:
        read = {row.id: row for row in await read_products(viewer, missing) if row is not None}
        kept.rows.update(_same_for_everyone(read))
        found |= read
    if len(found) < len(frozenset(ids)):
        raise LookupError("what is asked for was on show")
    return found


def _at(revision: int | None) -> _Kept:
    global _kept
    if _kept.revision != revision or len(_kept.rows) > MAX_KEPT:
        _kept = _Kept(revision)
    return _kept


def _same_for_everyone(read: Mapping[UUID, ProductRow]) -> dict[UUID, ProductRow]:
    return {key: row for key, row in read.items() if row.status is ProductStatus.PUBLISHED}
