"""A kept match computed again, and what differs."""

from datetime import datetime

import strawberry

from marketplace import match_replays
from matching.factors import FACTORS
from schema.match_factor import MatchFactor


@strawberry.type(
    description="A kept match computed again from what was kept with it: rules, facts, shelf. Seen "
    "by the enterprise's owner; by an institution for its own product, without the enterprise's "
    "values."
)
class MatchReplay:
    """Kept and replayed."""

    replayable: bool = strawberry.field(
        description="Whether anything was kept to replay it from; a match of an earlier time has "
        "nothing until it is matched again."
    )
    agrees: bool = strawberry.field(
        description="Whether the kept match is exactly what its facts and rules give."
    )
    rank: int | None = strawberry.field(description="As kept; null when not eligible.")
    replayed_rank: int | None = strawberry.field(
        description="As computed again; null when not eligible, or not replayable."
    )
    rules_version: str | None = strawberry.field(
        description="Version of the rules that gave the order; null when not replayable."
    )
    facts_digest: str | None = strawberry.field(
        description="SHA-256 of the facts and a salt, in hex; null when not replayable."
    )
    computed_at: datetime = strawberry.field(description="When the kept match was computed.")
    differences: list[str] = strawberry.field(
        description="How kept and replayed differ, or why it cannot be replayed, in Chinese; empty "
        "when they agree."
    )
    changed_since: list[str] = strawberry.field(
        description="What is different today, in Chinese: the product's terms, the rules, and for "
        "the owner the enterprise's own facts. None of it speaks against the kept match."
    )
    factors: list[MatchFactor] = strawberry.field(
        description="Everything that decides the order, first things first."
    )

    @staticmethod
    def of(found: match_replays.MatchReplay) -> "MatchReplay":
        """The GraphQL replay."""
        run = found.run
        return MatchReplay(
            replayable=run is not None,
            agrees=found.agrees,
            rank=found.match.rank,
            replayed_rank=found.replayed_rank,
            rules_version=None if run is None else run.rules_version,
            facts_digest=None if run is None else bytes(run.digest).hex(),
            computed_at=found.match.computed_at,
            differences=list(found.differences),
            changed_since=list(found.changed_since),
            factors=[MatchFactor.of(factor) for factor in FACTORS],
        )
