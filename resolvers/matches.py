"""Matches by their ids, what orders them, and how a demand that is being written stands.

They are listed below demands and enterprises.
"""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.identifiers import decode_id
from marketplace import demand_health, match_pages, match_replays, rule_lab
from matching.factors import FACTORS
from schema.context import Info
from schema.demand_health import DemandHealth, DemandHealthInput, DemandHealthResult
from schema.match import Match
from schema.match_factor import MatchFactor
from schema.match_replay import MatchReplay
from schema.node import NodeFetchers
from schema.product_input import ProductReviseInput
from schema.rule_lab import RuleLab, RuleLabResult


async def fetch_match(info: Info, key: UUID) -> Match | None:
    """A kept match, or one computed for the viewer's own enterprise."""
    viewer = info.context.viewer
    row = await match_pages.kept_by_id(viewer, key)
    if row is None:
        row = await match_pages.computed_by_id(viewer, key, info.context.clock.now())
    return Match.of(row, viewer) if row else None


@strawberry.type
class MatchQueries:
    """Root fields about matching."""

    @strawberry.field(
        description="Everything that decides the order of matches, first things first. No field "
        "of a product or an institution buys a place."
    )
    def match_factors(self) -> list[MatchFactor]:
        """The published factors."""
        return [MatchFactor.of(factor) for factor in FACTORS]

    @strawberry.field(
        description="How many products of the city a demand would fit, how that moves with amount "
        "and term, and which one change opens most. Owners only, for their enterprise."
    )
    async def demand_health(
        self,
        info: Info,
        input: Annotated[
            DemandHealthInput, strawberry.argument(description="The demand as typed so far.")
        ],
    ) -> DemandHealthResult:
        """The health of what is being typed."""
        context = info.context
        found = await demand_health.health_of_sketch(
            context.viewer, input.to_sketch(), context.clock.now()
        )
        return DemandHealth.of(found)

    @strawberry.field(
        description="A kept match computed again from the rules, facts and shelf that were kept "
        "with it; null when missing, kept nowhere, or not for this viewer."
    )
    async def match_replay(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of a kept match.")],
    ) -> MatchReplay | None:
        """The same order again, or what differs."""
        context = info.context
        found = await match_replays.replay_of(
            context.viewer, decode_id("match", id), context.clock.now()
        )
        return MatchReplay.of(found) if found else None

    @strawberry.field(
        description="What a product would do among the firms of its city: a saved one with "
        "unsaved changes, or one that was never saved; nothing is kept. Product managers of its "
        "institution only."
    )
    async def rule_lab(
        self,
        info: Info,
        product_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="The product; left out: one that was never saved, of the institution "
                "and the city that the manager acts for."
            ),
        ] = None,
        changes: Annotated[
            ProductReviseInput | None,
            strawberry.argument(
                description="What would change; left out: the sheet as saved. Without a product: "
                "the whole sheet, as in productDraft."
            ),
        ] = None,
    ) -> RuleLabResult:
        """A rule set tried before it is published."""
        viewer, now = info.context.viewer, info.context.clock.now()
        values = changes.values() if changes else {}
        if product_id is None:
            return RuleLab.of(await rule_lab.try_out_new(viewer, values, now))
        return RuleLab.of(
            await rule_lab.try_out(viewer, decode_id("product", product_id), values, now)
        )


NODES: NodeFetchers = {"match": fetch_match}
