"""What demands are published and filtered with, and what comes back."""

from typing import Annotated, TypeAlias

import strawberry

from credit.levels import GradeLevel
from marketplace import demand_pages
from matching.terms import GuaranteeKind
from schema.demand import Demand
from schema.failures import (
    IdempotencyKeyReused,
    NotAllowedNow,
    NotFound,
    NotVerified,
    ValidationFailed,
)
from schema.scalars import Percent, Yuan


@strawberry.input(
    description="Who may see a demand. Exactly one of the two; never preset by a client."
)
class DemandAudience:
    """The institutions that a demand goes to."""

    all_matched: bool | None = strawberry.field(
        default=None, description="True: every institution with a product that fits."
    )
    institution_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="These institutions, 1 to 20, and of them those that fit."
    )


@strawberry.input(description="A demand to publish for the viewer's enterprise.")
class DemandPublishInput:
    """What an owner asks for."""

    amount: Yuan = strawberry.field(description="Yuan wanted, within the city's limits.")
    term_months: int = strawberry.field(description="Months wanted, within the city's limits.")
    purpose: str = strawberry.field(
        description="What the money is for, 1 to 200 characters, no emoji, no line break; contact "
        "data and the enterprise's name are taken out."
    )
    guarantee_kinds: list[GuaranteeKind] | None = strawberry.field(
        default=None, description="How the owner would secure it; left out: no preference."
    )
    max_annual_rate: Percent | None = strawberry.field(
        default=None, description="The highest nominal rate wished, percent per year, 0 to 100."
    )
    audience: DemandAudience = strawberry.field(description="Who may see it.")
    consent_text_version: str = strawberry.field(
        description="Version of the city's PUBLISH_DEMAND text that was shown and agreed to."
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters, new for each intended demand."
    )


@strawberry.input(description="What a pool of demands is narrowed to; all that is given must hold.")
class DemandFilter:
    """Conditions on demands; each list has at most 50 entries."""

    districts: list[str] | None = strawberry.field(
        default=None, description="Codes of districts, their towns included, or of towns."
    )
    industries: list[str] | None = strawberry.field(
        default=None, description='Sections ("C") or divisions ("C34").'
    )
    min_amount: Yuan | None = strawberry.field(default=None, description="Yuan, inclusive.")
    max_amount: Yuan | None = strawberry.field(default=None, description="Yuan, inclusive.")
    grade_levels: list[GradeLevel] | None = strawberry.field(
        default=None, description="Credit grades of the enterprises."
    )

    def to_filter(self) -> demand_pages.DemandFilter:
        """The filter as the pool takes it."""
        return demand_pages.DemandFilter(
            districts=tuple(self.districts or ()),
            industries=tuple(self.industries or ()),
            min_amount=self.min_amount,
            max_amount=self.max_amount,
            grade_levels=tuple(self.grade_levels or ()),
        )


DemandPublishResult: TypeAlias = Annotated[
    Demand | ValidationFailed | IdempotencyKeyReused | NotVerified | NotAllowedNow,
    strawberry.union(
        "DemandPublishResult",
        description="The demand as it stands. NotVerified: real name comes first. NotAllowedNow: "
        "the enterprise has as many open demands as its city allows.",
    ),
]
DemandWithdrawResult: TypeAlias = Annotated[
    Demand | NotFound | NotAllowedNow,
    strawberry.union(
        "DemandWithdrawResult",
        description="The withdrawn demand. NotAllowedNow: it is not open any more.",
    ),
]
