"""The shelf: published products of a city, filtered, sorted and paged, and their sheets for rules.

The catalogue has a revision, kept by triggers in the transaction that changes what is on show;
everything cached here is keyed by it.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from accounts.access import owned_enterprise
from accounts.viewers import Viewer
from foundation.clock import day_in_shanghai
from foundation.pagination import Keys, Page, PageRequest
from marketplace.applicants import own_applicant
from marketplace.product_filter import ON_SHELF, Condition, ProductFilter, shelf_condition
from marketplace.product_pages import (
    BY_AMOUNT,
    BY_COST,
    BY_ID,
    BY_NEWEST,
    BY_REFERENCE,
    read_page,
    read_page_in_order,
)
from marketplace.product_rows import JOIN, ProductRow
from marketplace.product_sheet import kept_sheet
from matching.applicant import Applicant
from matching.sheet import ProductSheet
from storage.database import fetch, fetch_one
from storage.models.product import ProductStatus

if TYPE_CHECKING:
    from matching.engine.catalogue import Catalogue

VERSION_IS_FRESH_FOR_S = 0.5

_REVISION = "SELECT number FROM catalogue_revision WHERE id = 1"
_HELD = f"{_REVISION} FOR SHARE SKIP LOCKED"
# Before anything was ever on show there is no row to hold.
_FIRST = """
INSERT INTO catalogue_revision (id, number)
SELECT 1, 0 WHERE NOT EXISTS (SELECT FROM catalogue_revision) ON CONFLICT (id) DO NOTHING
RETURNING number
"""


class ProductSort(StrEnum):
    """In which order the shelf is read."""

    RECOMMENDED = "RECOMMENDED"
    COST = "COST"
    AMOUNT = "AMOUNT"
    NEWEST = "NEWEST"


_ORDERS = {
    ProductSort.RECOMMENDED: BY_REFERENCE,
    ProductSort.COST: BY_COST,
    ProductSort.AMOUNT: BY_AMOUNT,
    ProductSort.NEWEST: BY_NEWEST,
}


def shelf_list(viewer: Viewer | None, city: str, narrowed: ProductFilter, sort: ProductSort) -> str:
    """The name of a list of the shelf: a cursor of another sort, filter or order is foreign."""
    digest = _digest(narrowed)
    enterprise_id = _ranked_for(viewer, city, sort)
    order = f":{enterprise_id.hex}" if enterprise_id else ""
    return f"products:{city}:{sort}:{digest}{order}"


@lru_cache(maxsize=1024)
def _digest(narrowed: ProductFilter) -> str:
    told = json.dumps(asdict(narrowed), default=str, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:8]


async def shelf(
    viewer: Viewer | None,
    city: str,
    narrowed: ProductFilter,
    sort: ProductSort,
    request: PageRequest,
    now: datetime,
) -> Page[ProductRow]:
    """A page of a city's shelf. RECOMMENDED is the order of the matches of the viewer's enterprise
    in its own city, and for everybody else that of the reference cost.

    Raises BadUserInput for a forged cursor or a filter that is out of bounds.
    """
    condition = shelf_condition(city, narrowed)
    enterprise_id = _ranked_for(viewer, city, sort)
    if viewer is None or enterprise_id is None:
        return await read_page(_ORDERS[sort], condition, request)
    applicant = await own_applicant(viewer, enterprise_id, now)
    places = await asyncio.to_thread(_places, await compiled(city), applicant, day_in_shanghai(now))
    return await read_page_in_order(places, condition, request)


def _places(columns: "Catalogue", applicant: Applicant, today: date) -> list[tuple[Keys, UUID]]:
    from matching.engine.shelf import shelf_for

    keys = shelf_for(columns, applicant, None, today).sort_keys()
    return [([*key], UUID(hex=key[-1])) for key in keys]


def _ranked_for(viewer: Viewer | None, city: str, sort: ProductSort) -> UUID | None:
    if viewer is None or viewer.city != city or sort is not ProductSort.RECOMMENDED:
        return None
    return owned_enterprise(viewer)


async def institution_page(
    viewer: Viewer | None,
    institution_id: UUID,
    city: str | None,
    statuses: tuple[ProductStatus, ...],
    request: PageRequest,
) -> Page[ProductRow]:
    """A page of an institution's products, oldest first: published ones for everyone, the others
    for its own people.
    """
    condition = Condition()
    condition.add("p.institution_id = {}", institution_id)
    if viewer is None or viewer.institution_id != institution_id:
        condition.add(ON_SHELF)
    condition.add_if_given("p.city = {}", city)
    condition.add_if_given("p.status = ANY({}::text[])", [status.value for status in statuses])
    return await read_page(BY_ID, condition, request)


async def review_page(operator: Viewer, request: PageRequest) -> Page[ProductRow]:
    """A page of the products that wait for an operator's decision in their city, oldest first."""
    condition = Condition()
    condition.add("p.status = {}", ProductStatus.IN_REVIEW.value)
    condition.add("p.city = {}", operator.city)
    return await read_page(BY_ID, condition, request)


@dataclass
class _Kept:
    """What this process remembers of the catalogue, by its revision."""

    version: int = 0
    fresh_until: float = 0.0
    sheets: dict[str, tuple[int, tuple[ProductSheet, ...]]] = field(default_factory=dict)
    compiled: dict[str, "Catalogue"] = field(default_factory=dict)


_kept = _Kept()


async def version() -> int:
    """A number that changes whenever what is on show changes; at most half a second old.

    A change made by this process is seen at once.
    """
    if time.monotonic() >= _kept.fresh_until:
        _kept.version = await _revision()
        _kept.fresh_until = time.monotonic() + VERSION_IS_FRESH_FOR_S
    return _kept.version


def forget_version() -> None:
    """Read the version anew next time: called after a transaction that may have changed it."""
    _kept.fresh_until = 0.0


async def sheets_of(city: str) -> tuple[ProductSheet, ...]:
    """The sheet of every product on a city's shelf: the same tuple for as long as they stand."""
    revision = await _revision()
    kept = _kept.sheets.get(city)
    if kept is None or kept[0] != revision:
        sheets = await _read_sheets(city)
        former = _kept.sheets.get(city)
        # Something else changed: another city's shelf, or what no sheet says.
        is_as_before = former is not None and former[1] == sheets
        kept = _kept.sheets[city] = (revision, former[1] if former and is_as_before else sheets)
    return kept[1]


async def compiled(city: str) -> "Catalogue":
    """The same sheets in columns, compiled once for each state of the shelf."""
    sheets = await sheets_of(city)
    columns = _kept.compiled.get(city)
    if columns is None or columns.sheets is not sheets:
        columns = _kept.compiled[city] = await asyncio.to_thread(_compiled, sheets)
    return columns


def revision_of(city: str) -> int:
    """The revision of the catalogue at which a city's shelf was last looked at by this process."""
    return _kept.sheets[city][0]


class CatalogueMovedError(Exception):
    """What is on show is no longer what something was computed from."""


async def check_shelf(city: str, sheets: Sequence[ProductSheet]) -> None:
    """Raises CatalogueMovedError unless the very tuple of `sheets_of` is still what it answers."""
    if await sheets_of(city) is not sheets:
        raise CatalogueMovedError


async def hold_shelf(city: str, sheets: Sequence[ProductSheet]) -> None:
    """Keep what is on show as it is until the open transaction ends; its last statement.

    Whoever changes what is on show waits for the commit alone. A change that is on its way is not
    waited for, so that nobody can wait in a circle. Raises CatalogueMovedError for one, and when
    these sheets are not what is on a city's shelf.
    """
    if not (await fetch_one(_HELD) or await fetch_one(_FIRST)):
        raise CatalogueMovedError
    await check_shelf(city, sheets)


async def changes_are_over() -> None:
    """Wait for the changes of what is on show that are on their way; outside a transaction.

    Raises CatalogueMovedError when one takes longer than a statement may.
    """
    try:
        await fetch(f"{_REVISION} FOR SHARE")
    except asyncpg.QueryCanceledError as error:
        raise CatalogueMovedError from error


def _compiled(sheets: tuple[ProductSheet, ...]) -> "Catalogue":
    # Columns need numpy, which the API does not load at its start.
    from matching.engine.catalogue import compile_sheets

    return compile_sheets(sheets)


async def _revision() -> int:
    row = await fetch_one(_REVISION)
    return row["number"] if row else 0


async def _read_sheets(city: str) -> tuple[ProductSheet, ...]:
    rows = await fetch(
        f"SELECT p.id, p.version, p.institution_id, p.sheet FROM {JOIN} "  # noqa: S608 - constants
        f"WHERE p.city = $1 AND {ON_SHELF} ORDER BY p.id",
        city,
    )
    return tuple(
        kept_sheet(row["sheet"], row["id"], row["version"], row["institution_id"], city)
        for row in rows
    )
