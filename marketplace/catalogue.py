"""The shelf: published products of a city, filtered, sorted and paged, and their sheets for rules.

A page is one query, its banks included. The catalogue has a revision, kept by triggers in the
transaction that changes what is on show; everything cached here is keyed by it.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

from foundation.city import cities
from foundation.errors import BadUserInput
from foundation.pagination import Keys, Page, PageRequest, page_of
from marketplace.product_filter import ON_SHELF, ProductFilter, shelf_condition
from marketplace.product_rows import COLUMNS, JOIN, ProductRow, product_row
from marketplace.product_sheet import Sheet, matching_sheet
from matching.sheet import ProductSheet
from storage.database import fetch, fetch_one

VERSION_IS_FRESH_FOR_S = 0.5


class ProductSort(StrEnum):
    """In which order the shelf is read."""

    RECOMMENDED = "RECOMMENDED"
    COST = "COST"
    AMOUNT = "AMOUNT"
    NEWEST = "NEWEST"


@dataclass(frozen=True)
class _Order:
    """Ascending SQL expressions, the last of them unique, with their types and cursor keys."""

    expressions: tuple[str, ...]
    types: tuple[str, ...]
    readers: tuple[Callable[[Any], object], ...]
    keys_of: Callable[[ProductRow], Keys]


_NO_COST = Decimal(99_999)


def _exact(value: Any) -> Decimal:
    if not isinstance(value, str) or len(value) > 20:
        raise ValueError(value)
    return Decimal(value)


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > 2**62:
        raise ValueError(value)
    return value


def _truth(value: Any) -> bool:
    return bool(_whole(value))


def _cost(row: ProductRow) -> str:
    return str(_NO_COST if row.reference_cost is None else row.reference_cost)


def _microseconds(row: ProductRow) -> int:
    if row.published_at is None:
        raise LookupError("a product on show was published")
    return round(row.published_at.timestamp() * 1_000_000)


_BY_COST = "coalesce(p.reference_cost, 99999)"
_ORDERS = {
    ProductSort.RECOMMENDED: _Order(
        ("(NOT p.lends_reference)", _BY_COST, "p.id"),
        ("boolean", "numeric", "uuid"),
        (_truth, _exact, UUID),
        lambda row: [int(not row.lends_reference), _cost(row), row.id.hex],
    ),
    ProductSort.COST: _Order(
        (_BY_COST, "p.id"),
        ("numeric", "uuid"),
        (_exact, UUID),
        lambda row: [_cost(row), row.id.hex],
    ),
    ProductSort.AMOUNT: _Order(
        ("(-p.max_amount)", "p.id"),
        ("numeric", "uuid"),
        (_exact, UUID),
        lambda row: [str(-row.max_amount), row.id.hex],
    ),
    ProductSort.NEWEST: _Order(
        ("(-(extract(epoch FROM p.published_at) * 1000000)::bigint)", "p.id"),
        ("bigint", "uuid"),
        (_whole, UUID),
        lambda row: [-_microseconds(row), row.id.hex],
    ),
}


def list_name(city: str, sort: ProductSort, narrowed: ProductFilter, order: str = "") -> str:
    """The name of a list, so that a cursor of another sort or filter is recognised as foreign."""
    told = json.dumps(asdict(narrowed), default=str, sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()[:8]
    return f"products:{city}:{sort}:{digest}{order}"


async def page(
    city: str, narrowed: ProductFilter, sort: ProductSort, request: PageRequest
) -> Page[ProductRow]:
    """A page of a city's shelf in one query. Raises BadUserInput for a forged cursor or a filter
    that is out of bounds.
    """
    order, condition = _ORDERS[sort], shelf_condition(city, narrowed)
    if request.keys is not None:
        sign = "<" if request.backward else ">"
        slots = ", ".join(f"{{}}::{kind}" for kind in order.types)
        expressions = ", ".join(order.expressions)
        condition.add(f"({expressions}) {sign} ({slots})", *_read_keys(order, request.keys))
    direction = "DESC" if request.backward else "ASC"
    ordering = ", ".join(f"{expression} {direction}" for expression in order.expressions)
    rows = await fetch(
        f"SELECT {COLUMNS} FROM {JOIN} WHERE {condition.sql} ORDER BY {ordering} "  # noqa: S608 - constants of this module; every value is a parameter
        f"LIMIT {request.size + 1}",
        *condition.values,
    )
    return page_of(request, [product_row(row) for row in rows], order.keys_of)


async def page_in_order(
    city: str,
    narrowed: ProductFilter,
    request: PageRequest,
    ranked: Sequence[tuple[UUID, Keys]],
) -> Page[ProductRow]:
    """A page of a city's shelf in a given order: every product's id with its sort keys.

    What is no longer on the shelf is left out. Raises BadUserInput for a forged cursor.
    """
    condition = shelf_condition(city, narrowed)
    order = list(reversed(ranked)) if request.backward else list(ranked)
    if request.keys is not None:
        order = _after(order, request)
    keys = dict(order)
    rows = await fetch(
        f"SELECT {COLUMNS} FROM {JOIN} "  # noqa: S608 - constants of this module; every value is a parameter
        f"JOIN unnest(${len(condition.values) + 1}::uuid[]) WITH ORDINALITY AS o (id, place) "
        f"ON o.id = p.id WHERE {condition.sql} ORDER BY o.place LIMIT {request.size + 1}",
        *condition.values,
        list(keys),
    )
    return page_of(request, [product_row(row) for row in rows], lambda row: keys[row.id])


def _after(order: list[tuple[UUID, Keys]], request: PageRequest) -> list[tuple[UUID, Keys]]:
    wanted = request.keys or []
    try:
        if request.backward:
            return [one for one in order if one[1] < wanted]
        return [one for one in order if one[1] > wanted]
    except TypeError:
        raise BadUserInput("游标无效") from None


def _read_keys(order: _Order, keys: Keys) -> list[object]:
    try:
        return [read(key) for read, key in zip(order.readers, keys, strict=True)]
    except (ValueError, TypeError, AttributeError, InvalidOperation):
        raise BadUserInput("游标无效") from None


@dataclass
class _Kept:
    """What this process remembers of the catalogue, by its revision."""

    version: int = 0
    fresh_until: float = 0.0
    sheets: dict[str, tuple[int, tuple[ProductSheet, ...]]] = field(default_factory=dict)


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
    """The sheet of every product on a city's shelf, kept for as long as the catalogue stands."""
    revision = await _revision()
    kept = _kept.sheets.get(city)
    if kept is None or kept[0] != revision:
        kept = (revision, await _read_sheets(city))
        _kept.sheets[city] = kept
    return kept[1]


async def _revision() -> int:
    row = await fetch_one("SELECT number FROM catalogue_revision WHERE id = 1")
    return row["number"] if row else 0


async def _read_sheets(city: str) -> tuple[ProductSheet, ...]:
    rows = await fetch(
        f"SELECT p.id, p.version, p.institution_id, p.sheet FROM {JOIN} "  # noqa: S608 - constants
        f"WHERE p.city = $1 AND {ON_SHELF} ORDER BY p.id",
        city,
    )
    return tuple(
        matching_sheet(
            Sheet.from_json(row["sheet"]),
            product_id=row["id"],
            version=row["version"],
            institution_id=row["institution_id"],
            city=cities()[city],
        )
        for row in rows
    )
