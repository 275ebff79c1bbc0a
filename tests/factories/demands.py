"""Demands and offers as a test needs them, made the way people make them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from accounts.viewers import Viewer
from foundation.city import cities
from marketplace import demands, offers
from marketplace.demand_rules import Draft
from marketplace.matchmaking import match_demand
from marketplace.offer_rules import Terms
from matching.terms import GuaranteeKind
from storage.database import execute
from storage.models import Demand, Institution, Offer, Product
from tests.factories.people import Someone, an_owner

_numbers = count(1)


def a_key() -> str:
    """An idempotency key that no other call gave."""
    return f"test-key-{next(_numbers):06d}"


def text_version(city: str = "JIANGYIN") -> str:
    """The version of the text that a city's owners agree to when they publish."""
    return cities()[city].consent_text("PUBLISH_DEMAND").version


def viewer_of(someone: Someone) -> Viewer:
    """Somebody as the services see them."""
    membership = someone.membership
    return Viewer(
        person_id=someone.person.id,
        session_id=someone.person.id,
        membership_id=membership.id,
        role=membership.role,
        city=membership.city,
        enterprise_id=membership.enterprise_id,
        institution_id=membership.institution_id,
    )


async def a_demand(
    *,
    owner: Someone | None = None,
    amount: str = "500000",
    term_months: int = 12,
    purpose: str = "采购原材料",
    guarantee_kinds: Sequence[GuaranteeKind] = (),
    max_annual_rate: str | None = None,
    institutions: Sequence[Institution] | None = None,
    matched: bool = True,
    now: datetime | None = None,
) -> Demand:
    """A demand of 50万 over 12 months for every matched bank, matched with what is on show."""
    at = now or datetime.now(UTC)
    owner = owner or await an_owner(now=at)
    draft = Draft(
        amount=Decimal(amount),
        term_months=term_months,
        purpose=purpose,
        guarantee_kinds=tuple(guarantee_kinds),
        max_annual_rate=None if max_annual_rate is None else Decimal(max_annual_rate),
        all_matched=institutions is None,
        institution_ids=None if institutions is None else tuple(one.id for one in institutions),
        consent_text_version=text_version(owner.membership.city),
    )
    demand = await demands.publish(viewer_of(owner), draft, a_key(), at)
    if matched:
        await match_demand(demand.id, at)
        await execute("DELETE FROM pgqueuer")
    return await Demand.get(id=demand.id)


async def an_offer(
    *,
    demand: Demand,
    officer: Someone,
    product: Product,
    amount: str = "400000",
    annual_rate: str = "3.8",
    term_months: int = 12,
    message: str | None = None,
    now: datetime | None = None,
) -> Offer:
    """An officer's open offer of 40万 at 3.8 % over 12 months."""
    terms = Terms(
        demand_id=demand.id,
        product_id=product.id,
        amount=Decimal(amount),
        annual_rate=Decimal(annual_rate),
        term_months=term_months,
        message=message,
    )
    offer = await offers.make(viewer_of(officer), terms, a_key(), now or datetime.now(UTC))
    await execute("DELETE FROM pgqueuer")
    return offer
