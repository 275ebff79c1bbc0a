"""Pages of products by keyset: one query a page, its banks included."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from foundation.errors import BadUserInput
from foundation.pagination import Keys, Page, PageRequest, page_of
from marketplace.product_filter import Condition
from marketplace.product_rows import COLUMNS, JOIN, ProductRow, product_row
from storage.database import fetch

_EXACT = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,4})?", re.ASCII)
_NO_COST = Decimal(99_999)


@dataclass(frozen=True)
class Order:
    """Ascending SQL expressions, the last of them unique, with their types and cursor keys."""

    expressions: tuple[str, ...]
    types: tuple[str, ...]
    readers: tuple[Callable[[Any], object], ...]
    keys_of: Callable[[ProductRow], Keys]


def _exact(value: Any) -> Decimal:
    if not isinstance(value, str) or _EXACT.fullmatch(value) is None:
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
BY_REFERENCE = Order(
    ("(NOT p.lends_reference)", _BY_COST, "p.id"),
    ("boolean", "numeric", "uuid"),
    (_truth, _exact, UUID),
    lambda row: [int(not row.lends_reference), _cost(row), row.id.hex],
)
BY_COST = Order(
    (_BY_COST, "p.id"),
    ("numeric", "uuid"),
    (_exact, UUID),
    lambda row: [_cost(row), row.id.hex],
)
BY_AMOUNT = Order(
    ("(-p.max_amount)", "p.id"),
    ("numeric", "uuid"),
    (_exact, UUID),
    lambda row: [str(-row.max_amount), row.id.hex],
)
BY_NEWEST = Order(
    ("(-(extract(epoch FROM p.published_at) * 1000000)::bigint)", "p.id"),
    ("bigint", "uuid"),
    (_whole, UUID),
    lambda row: [-_microseconds(row), row.id.hex],
)
BY_ID = Order(("p.id",), ("uuid",), (UUID,), lambda row: [row.id.hex])


async def read_page(order: Order, condition: Condition, request: PageRequest) -> Page[ProductRow]:
    """A page in an order that the database knows. Raises BadUserInput for a forged cursor."""
    if request.keys is not None:
        slots = ", ".join(f"{{}}::{kind}" for kind in order.types)
        expressions = ", ".join(order.expressions)
        sign = "<" if request.backward else ">"
        condition.add(f"({expressions}) {sign} ({slots})", *_read_keys(order, request.keys))
    direction = "DESC" if request.backward else "ASC"
    ordering = ", ".join(f"{expression} {direction}" for expression in order.expressions)
    rows = await fetch(
        f"SELECT {COLUMNS} FROM {JOIN} WHERE {condition.sql} "  # noqa: S608 - constants; values are parameters
        f"ORDER BY {ordering} LIMIT {request.size + 1}",
        *condition.values,
    )
    return page_of(request, [product_row(row) for row in rows], order.keys_of)


async def read_page_in_order(
    places: Sequence[tuple[Keys, UUID]], condition: Condition, request: PageRequest
) -> Page[ProductRow]:
    """A page in a given order: sort keys and ids, ascending; ids that the condition does not
    find are left out. Raises BadUserInput for a forged cursor.
    """
    wanted = _on_one_side(places, request)
    keys = {product_id: place for place, product_id in wanted}
    rows = await fetch(
        f"SELECT {COLUMNS} FROM {JOIN} "  # noqa: S608 - constants; values are parameters
        f"JOIN unnest(${len(condition.values) + 1}::uuid[]) WITH ORDINALITY AS o (id, place) "
        f"ON o.id = p.id WHERE {condition.sql} ORDER BY o.place LIMIT {request.size + 1}",
        *condition.values,
        list(keys),
    )
    return page_of(request, [product_row(row) for row in rows], lambda row: keys[row.id])


def _on_one_side(
    places: Sequence[tuple[Keys, UUID]], request: PageRequest
) -> list[tuple[Keys, UUID]]:
    """The places after the cursor, or those before it in reverse, which is reading direction."""
    found, cursor = list(places), request.keys
    if cursor is not None:
        try:
            found = [p for p in found if (p[0] < cursor if request.backward else p[0] > cursor)]
        except TypeError:
            raise BadUserInput("游标无效") from None
    return found[::-1] if request.backward else found


def _read_keys(order: Order, keys: Keys) -> list[object]:
    try:
        return [read(key) for read, key in zip(order.readers, keys, strict=True)]
    except (ValueError, TypeError, AttributeError):
        raise BadUserInput("游标无效") from None
