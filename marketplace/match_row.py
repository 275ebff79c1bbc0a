"""A match as it is read: the columns that a page shows, its reasons decoded only when asked for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from marketplace.product_rows import ProductRow

COLUMNS = ", ".join(
    f"m.{name}"
    for name in (
        *("id", "demand_id", "product_id", "eligible", "position", "rank", "score"),
        *("annual_rate", "limit_amount", "all_in_cost", "all_in_cost_simple", "computed_at"),
    )
)
"""What a query for rows selects of the table `m` before the reasons, in the order of MatchRow."""


class MatchRow(NamedTuple):
    """A kept match, or one computed on the spot, which has no demand. Yuan, percent per year.

    `stored_reasons` is JSON where it was kept, and None where a page shows none: twenty matches
    have some hundred sentences.
    """

    id: UUID
    demand_id: UUID | None
    product_id: UUID
    eligible: bool
    position: int
    rank: int | None
    score: float | None
    annual_rate: Decimal | None
    limit_amount: Decimal | None
    all_in_cost: Decimal | None
    all_in_cost_simple: Decimal | None
    computed_at: datetime
    stored_reasons: str | Sequence[dict[str, Any]] | None
    product: ProductRow

    @property
    def reasons(self) -> Sequence[dict[str, Any]]:
        """Every condition as JSON values. Raises LookupError where they were not read."""
        if self.stored_reasons is None:
            raise LookupError("the reasons of this match were not read")
        if not isinstance(self.stored_reasons, str):
            return self.stored_reasons
        found: list[dict[str, Any]] = orjson.loads(self.stored_reasons)
        return found

    @staticmethod
    def read(values: Iterable[Any], products: Mapping[UUID, ProductRow]) -> "MatchRow":
        """The row of a query that selects COLUMNS and the reasons, with its product among some."""
        columns = tuple(values)
        return MatchRow._make((*columns, products[columns[2]]))
