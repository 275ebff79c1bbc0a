"""A product for a demand, or for an enterprise, as the rules ranked it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import strawberry

from accounts.viewers import Viewer
from foundation.identifiers import encode_id
from foundation.pagination import Page
from marketplace.match_row import MatchRow
from marketplace.match_views import shown_reasons
from matching.terms import Verdict
from schema.connection import Connection
from schema.context import Info
from schema.eligibility import ConditionResult
from schema.node import Node
from schema.product import Product
from schema.scalars import Percent, Yuan

if TYPE_CHECKING:
    from schema.demand import Demand


@dataclass(frozen=True)
class _Kept:
    """A condition as it is kept with a match."""

    code: str
    verdict: Verdict
    required: str
    actual: str | None
    distance: str | None
    explanation: str

    @staticmethod
    def of(values: dict[str, Any]) -> "_Kept":
        return _Kept(**{**values, "verdict": Verdict(values["verdict"])})


@strawberry.type(
    description="A product for a demand, or for an enterprise without one. Ineligible ones have no "
    "rank and no price. Seen by the enterprise's owner; by an institution for its own products."
)
class Match(Node):
    """A match; whoever holds its row has been given access to it."""

    eligible: bool = strawberry.field(
        description="Whether every condition that excludes is met; a limit under the amount does "
        "not exclude."
    )
    rank: int | None = strawberry.field(
        description="1 for the best among all products of the city; null when not eligible."
    )
    score: float | None = strawberry.field(
        description="0 to 100 from full amount, asked guarantee kind and all-in cost; never rises "
        "with rank. Null when not eligible."
    )
    annual_rate: Percent | None = strawberry.field(
        description="Nominal rate this grade gets, percent per year; null when not eligible."
    )
    limit: Yuan | None = strawberry.field(
        description="The most this grade may have, yuan; null when not eligible."
    )
    all_in_cost: Percent | None = strawberry.field(
        description="Interest and every fee by IRR, compounded (复利), percent per year; null when "
        "not eligible, or when none exists: then a reason with the code cost says why."
    )
    all_in_cost_simple: Percent | None = strawberry.field(
        description="The same, simple (单利), percent per year."
    )
    computed_at: datetime = strawberry.field(description="When the rules were run.")
    product: Product = strawberry.field(description="The product.")
    row: strawberry.Private[MatchRow]
    viewer: strawberry.Private[Viewer | None]

    @strawberry.field(description="The demand; null for a match computed without one.")
    async def demand(
        self, info: Info
    ) -> Annotated["Demand", strawberry.lazy("schema.demand")] | None:
        """What it is a match for."""
        from schema.demand import Demand

        if self.row.demand_id is None:
            return None
        row = await info.context.loaders.demands.load(self.row.demand_id)
        return Demand.of(row) if row else None

    @strawberry.field(
        description="Every condition with its verdict. An institution is not told the enterprise's "
        "own values beyond the applicant's profile."
    )
    def reasons(self) -> list[ConditionResult]:
        """Why it stands where it stands."""
        shown = shown_reasons(self.viewer, self.row.reasons)
        return [ConditionResult.of(_Kept.of(reason)) for reason in shown]

    @staticmethod
    def of(row: MatchRow, viewer: Viewer | None) -> "Match":
        """The GraphQL match of a row, as a viewer is shown it."""
        return Match(
            id=strawberry.ID(encode_id("match", row.id)),
            eligible=row.eligible,
            rank=row.rank,
            score=row.score,
            annual_rate=None if row.annual_rate is None else Percent(row.annual_rate),
            limit=None if row.limit_amount is None else Yuan(row.limit_amount),
            all_in_cost=None if row.all_in_cost is None else Percent(row.all_in_cost),
            all_in_cost_simple=(
                None if row.all_in_cost_simple is None else Percent(row.all_in_cost_simple)
            ),
            computed_at=row.computed_at,
            product=Product.of(row.product),
            row=row,
            viewer=viewer,
        )


MatchConnection: TypeAlias = Connection[Match]


def match_connection(info: Info, page: Page[MatchRow]) -> MatchConnection:
    """The connection of a page, as the viewer is shown it."""
    viewer = info.context.viewer
    return MatchConnection.of(page, lambda row: Match.of(row, viewer))
