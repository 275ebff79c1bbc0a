"""How a demand stands before the shelf while its owner writes it, and what one change opens most.

The owner's own look at the own grade: each is a line of the access ledger.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from accounts import access
from accounts.viewers import Viewer
from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.errors import Forbidden, Problems
from marketplace.applicants import own_applicant
from marketplace.catalogue import compiled
from marketplace.demand_rules import check_figures
from matching.applicant import Applicant, Wish
from matching.changes import Advice
from matching.terms import GuaranteeKind
from storage.models.membership import Role

if TYPE_CHECKING:
    from matching.engine.catalogue import Catalogue
    from matching.health import Health


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """A demand that is being written: yuan, months, percent per year."""

    amount: Decimal
    term_months: int
    guarantee_kinds: Sequence[GuaranteeKind]
    max_annual_rate: Decimal | None


@dataclass(frozen=True)
class DemandHealth:
    """Counts, and changes in the order of what they open; `wish` is what was asked for."""

    wish: Wish
    health: "Health"
    advice: Sequence[Advice]


async def health_of_sketch(viewer: Viewer | None, sketch: Sketch, now: datetime) -> DemandHealth:
    """The health of what an owner is typing.

    Raises Unauthenticated, Forbidden for everybody but owners, ValidationFailed for figures
    outside the city's limits.
    """
    owner = access.require_role(viewer, Role.OWNER)
    if owner.enterprise_id is None or owner.city is None:
        raise Forbidden("当前身份不能进行这项操作")
    problems = Problems()
    check_figures(
        problems,
        limits=cities()[owner.city].demand,
        amount=sketch.amount,
        term_months=sketch.term_months,
        guarantee_kinds=sketch.guarantee_kinds,
        max_annual_rate=sketch.max_annual_rate,
    )
    problems.raise_if_any()
    wish = Wish(
        amount=sketch.amount,
        term_months=sketch.term_months,
        guarantee_kinds=frozenset(sketch.guarantee_kinds),
        max_annual_rate=sketch.max_annual_rate,
    )
    applicant = await own_applicant(owner, owner.enterprise_id, now)
    columns = await compiled(owner.city)
    return await asyncio.to_thread(_computed, columns, applicant, wish, day_in_shanghai(now))


def _computed(columns: "Catalogue", applicant: Applicant, wish: Wish, today: date) -> DemandHealth:
    # Columns need numpy, which the API does not load at its start.
    from matching.advice import advise
    from matching.health import health_of

    return DemandHealth(
        wish=wish,
        health=health_of(columns, applicant, wish, today),
        advice=advise(columns, applicant, wish, today),
    )
