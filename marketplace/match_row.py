"""A match as it is read: the columns that a page shows, its reasons decoded only when asked for."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from storage.models.match import Match

COLUMNS = ", ".join(
    f"m.{name}"
    for name in (
        *("id", "demand_id", "product_id", "eligible", "position", "rank", "score"),
        *("annual_rate", "limit_amount", "all_in_cost", "all_in_cost_simple", "computed_at"),
        "reasons",
    )
)
"""What a query for rows selects of the table `m`."""


class MatchRow(NamedTuple):
    """A kept match, or one computed on the spot, which has no demand. Yuan, percent per year.

    `kept_reasons` is JSON: a page holds some hundred sentences, and most pages show none.
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
    kept_reasons: str

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Every condition as JSON values."""
        found: list[dict[str, Any]] = orjson.loads(self.kept_reasons)
        return found

    @staticmethod
    def read(values: Mapping[str, Any]) -> "MatchRow":
        """The row of a query that selects COLUMNS."""
        return MatchRow(*values.values())

    @staticmethod
    def of(match: Match) -> "MatchRow":
        """The row of a match that was read as a model."""
        return MatchRow(
            id=match.id,
            demand_id=match.demand_id,
            product_id=match.product_id,
            eligible=match.eligible,
            position=match.position,
            rank=match.rank,
            score=match.score,
            annual_rate=match.annual_rate,
            limit_amount=match.limit_amount,
            all_in_cost=match.all_in_cost,
            all_in_cost_simple=match.all_in_cost_simple,
            computed_at=match.computed_at,
            kept_reasons=json.dumps(match.reasons, ensure_ascii=False),
        )
