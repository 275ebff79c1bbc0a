"""Offers: each step rings the other side."""

from collections.abc import Callable
from uuid import UUID

from marketplace.facts import (
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferMade,
    OfferWithdrawn,
)
from notifications import compose
from notifications.compose import NamedProduct, Text
from notifications.inbox import Letter, Subject, deliver
from notifications.recipients import parties_of_offer


async def tell_the_owner_of_the_offer(fact: OfferMade) -> None:
    """OFFER_RECEIVED to the owner of the demand."""
    await _tell(fact.offer_id, fact.fact_id, to_owner=compose.an_offer_came)


async def tell_the_owner_that_it_was_withdrawn(fact: OfferWithdrawn) -> None:
    """OFFER_WITHDRAWN to the owner of the demand."""
    await _tell(fact.offer_id, fact.fact_id, to_owner=compose.an_offer_was_withdrawn)


async def tell_the_officer_of_the_acceptance(fact: OfferAccepted) -> None:
    """OFFER_ACCEPTED to the officer who made the offer."""
    await _tell(fact.offer_id, fact.fact_id, to_officer=compose.your_offer_was_accepted)


async def tell_the_officer_of_the_answer(fact: OfferDeclined) -> None:
    """OFFER_DECLINED to the officer who made the offer."""
    await _tell(fact.offer_id, fact.fact_id, to_officer=compose.your_offer_was_declined)


async def tell_both_sides_that_time_is_over(fact: OfferExpired) -> None:
    """OFFER_EXPIRED to the officer and to the owner."""
    await _tell(
        fact.offer_id,
        fact.fact_id,
        to_owner=compose.an_offer_to_you_expired,
        to_officer=compose.your_offer_expired,
    )


async def _tell(
    offer_id: UUID,
    key: UUID,
    *,
    to_owner: Callable[[NamedProduct], Text] | None = None,
    to_officer: Callable[[NamedProduct], Text] | None = None,
) -> None:
    parties = await parties_of_offer(offer_id)
    if parties is None:
        return
    sides = ((parties.owner, to_owner), (parties.officer, to_officer))
    await deliver(
        [
            Letter(
                recipient=person,
                key=key,
                text=text(parties.product),
                subject=Subject("offer", offer_id),
            )
            for person, text in sides
            if person is not None and text is not None
        ]
    )
