"""What has happened in the story: one demand of each state, with the offers that led there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from foundation.city import cities
from marketplace import demands, offers
from marketplace.demand_rules import Draft
from marketplace.offer_rules import Terms
from matching.terms import GuaranteeKind
from storage.models.demand import Demand, DemandStatus
from storage.models.match import Match
from storage.models.membership import Membership, Role
from storage.models.offer import Offer, OfferStatus
from tools.story.firms import Firm
from tools.story.letting_in import let_the_bank_read
from tools.story.people import acting


@dataclass(frozen=True)
class Wanted:
    """A demand of the story and how long ago it was published."""

    slug: str
    amount: int
    term_months: int
    purpose: str
    days_ago: int


DEMANDS = (
    Wanted("owner-candidate", 800_000, 12, "采购原材料，备货旺季订单", 2),
    Wanted("software", 1_000_000, 12, "研发投入和人员工资", 6),
    Wanted("peer-01", 2_000_000, 24, "购置数控机床", 4),
    Wanted("peer-04", 600_000, 12, "支付货款", 9),
    Wanted("changzhou-solar", 3_000_000, 12, "补充流动资金", 3),
    Wanted("sole-trader", 100_000, 6, "店面装修", 8),
    Wanted("cangzhou-transport", 500_000, 12, "更新运输车辆", 40),
    Wanted("owner-cangzhou", 1_500_000, 12, "采购管材", 1),
)


async def publish(wanted: Wanted, firm: Firm, now: datetime) -> None:
    """Publish a demand of the story for every matched institution, once."""
    draft = Draft(
        amount=Decimal(wanted.amount),
        term_months=wanted.term_months,
        purpose=wanted.purpose,
        guarantee_kinds=(GuaranteeKind.CREDIT,),
        max_annual_rate=None,
        all_matched=True,
        institution_ids=None,
        consent_text_version=cities()[firm.city].consent_text("PUBLISH_DEMAND").version,
    )
    viewer = await acting(firm.phone, Role.OWNER)
    at = now - timedelta(days=wanted.days_ago)
    await demands.publish(viewer, draft, f"story-demand-{wanted.slug}", at)


async def move_on(firms: dict[str, Firm], now: datetime) -> None:
    """Offers are made, accepted and declined; one demand is withdrawn, one expires."""
    await demands.expire_due(now)
    await _withdraw(firms["sole-trader"], now)
    for slug, then in _OFFERS.items():
        offer = await _offer(firms[slug], now)
        if offer is not None and offer.status is OfferStatus.OPEN:
            await then(offer, firms[slug], now)


async def _withdraw(firm: Firm, now: datetime) -> None:
    demand = await _demand_of(firm)
    if demand is not None and demand.status is DemandStatus.OPEN:
        await demands.withdraw(await acting(firm.phone, Role.OWNER), demand.id, now)


async def _offer(firm: Firm, now: datetime) -> Offer | None:
    """The offer of the first bank with an officer whose product matches, best match first."""
    demand = await _demand_of(firm)
    if demand is None:
        return None
    made = await Offer.filter(demand=demand).first()
    if made is not None or demand.status is not DemandStatus.OPEN:
        return made
    matches = await Match.filter(demand=demand, eligible=True).order_by("position")
    for match in matches.copy():
        product = await match.product
        officer = await Membership.filter(
            institution_id=product.institution_id,
            role=Role.OFFICER,
            city=demand.city,
            ended_at=None,
        ).prefetch_related("person")
        phone = officer[0].person.phone if officer else None
        if phone and match.limit_amount is not None and match.annual_rate is not None:
            terms = Terms(
                demand_id=demand.id,
                product_id=product.id,
                amount=min(demand.amount, match.limit_amount),
                annual_rate=match.annual_rate,
                term_months=demand.term_months,
                message="资料齐全，三个工作日内可以放款",
            )
            key = f"story-offer-{firm.slug}"
            viewer = await acting(phone, Role.OFFICER)
            return await offers.make(viewer, terms, key, now - timedelta(hours=20))
    return None


async def _demand_of(firm: Firm) -> Demand | None:
    return await Demand.filter(enterprise__uscc=firm.uscc).order_by("published_at").first()


async def _leave_open(_offer: Offer, _firm: Firm, _now: datetime) -> None:
    """The owner has not decided yet."""


async def _accept(offer: Offer, firm: Firm, now: datetime) -> None:
    await let_the_bank_read(offer, firm, now)
    viewer = await acting(firm.phone, Role.OWNER)
    await offers.accept(viewer, offer.id, f"story-accept-{firm.slug}", now)


async def _decline(offer: Offer, firm: Firm, now: datetime) -> None:
    await offers.decline(await acting(firm.phone, Role.OWNER), offer.id, "已有其他安排", now)


_OFFERS: dict[str, Callable[[Offer, Firm, datetime], Awaitable[None]]] = {
    "peer-01": _leave_open,
    "software": _accept,
    "peer-04": _decline,
}
