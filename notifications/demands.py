"""Demands and the products that fit them: who is told, once each.

An owner is told once for a demand, and of a product when it is better than before; an officer once
for a demand, however many of the bank's products fit it and however often it is matched again.
"""

from foundation.city import cities
from foundation.clock import day_in_shanghai
from marketplace.facts import (
    DemandExpired,
    DemandMatched,
    DemandWithdrawn,
    MatchImproved,
    ProductMatched,
)
from notifications import compose
from notifications.inbox import Letter, Subject, deliver, key_of
from notifications.recipients import (
    OfficerOfMatch,
    better_match,
    officers_to_ring,
    officers_with_offers_ended_by,
    owner_of_demand,
    what_fits,
)


async def tell_the_owner_what_fits(fact: DemandMatched) -> None:
    """PRODUCT_MATCHED to the owner of an open demand that at least one product fits."""
    fit = await what_fits(fact.demand_id)
    if fit is not None:
        letter = Letter(
            recipient=fit.owner,
            key=key_of("products fit", fact.demand_id),
            text=compose.products_fit_your_demand(fit.count, fit.first),
            subject=Subject("demand", fact.demand_id),
        )
        await deliver([letter])


async def ring_one_officer_per_matched_bank(fact: DemandMatched) -> None:
    """DEMAND_MATCHED to the officer whom each matched bank has for the demand."""
    await _ring(fact, await officers_to_ring(fact.demand_id))


async def tell_the_owner_of_the_product(fact: MatchImproved) -> None:
    """PRODUCT_MATCHED to the owner of an open demand that a product is better for than before;
    once a day for each version of it, and only so many a day.
    """
    found = await better_match(fact.demand_id, fact.product_id)
    if found is not None:
        letter = Letter(
            recipient=found.owner,
            key=key_of(
                "product", fact.product_id, found.version, day_in_shanghai(found.computed_at)
            ),
            text=compose.a_product_fits_your_demand(found.product),
            subject=Subject("product", fact.product_id),
        )
        await deliver([letter], most_a_day=cities()[found.city].notices.products_a_day)


async def ring_the_officer_of_the_products_bank(fact: ProductMatched) -> None:
    """DEMAND_MATCHED to that bank's officer, unless the demand has rung there before."""
    await _ring(fact, await officers_to_ring(fact.demand_id, fact.product_id))


async def _ring(fact: DemandMatched | ProductMatched, officers: list[OfficerOfMatch]) -> None:
    await deliver(
        [
            Letter(
                recipient=match.officer,
                key=key_of("demand fits", fact.demand_id, match.institution_id),
                text=compose.a_demand_fits_your_products(match.product),
                subject=Subject("demand", fact.demand_id),
            )
            for match in officers
        ]
    )


async def tell_the_banks_that_offered(fact: DemandWithdrawn | DemandExpired) -> None:
    """DEMAND_WITHDRAWN or DEMAND_EXPIRED to the officers whose offers ended with the demand."""
    text = (
        compose.a_demand_you_offered_on_was_withdrawn
        if isinstance(fact, DemandWithdrawn)
        else compose.a_demand_you_offered_on_expired
    )
    await deliver(
        [
            Letter(
                recipient=match.officer,
                key=fact.fact_id,
                text=text(match.product),
                subject=Subject("demand", fact.demand_id),
            )
            for match in await officers_with_offers_ended_by(fact.demand_id)
        ]
    )


async def tell_the_owner_that_time_is_over(fact: DemandExpired) -> None:
    """DEMAND_EXPIRED to the owner."""
    owner = await owner_of_demand(fact.demand_id)
    if owner is not None:
        letter = Letter(
            recipient=owner,
            key=fact.fact_id,
            text=compose.your_demand_expired(),
            subject=Subject("demand", fact.demand_id),
        )
        await deliver([letter])
