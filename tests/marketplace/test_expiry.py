"""Time runs out for demands and offers, once each; a revoked consent ends its demand."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from marketplace import demands, offers
from storage.database import execute
from storage.models import Demand, Offer
from storage.models.demand import DemandStatus
from storage.models.offer import OfferStatus
from tests.factories.demands import a_demand, an_offer
from tests.factories.people import Someone, an_officer
from tests.factories.products import a_product
from tests.stillness import nothing_moves, queued

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
A_WEEK_ON = NOW + timedelta(days=7)
A_MONTH_ON = NOW + timedelta(days=30)
A_MOMENT = timedelta(microseconds=1)


async def an_offered_demand() -> tuple[Demand, Offer, Someone]:
    officer = await an_officer(now=NOW)
    product = await a_product(institution=officer.institution, now=NOW)
    demand = await a_demand(now=NOW)
    return demand, await an_offer(demand=demand, officer=officer, product=product, now=NOW), officer


async def test_an_offer_ends_on_its_moment_and_not_before() -> None:
    _, offer, _ = await an_offered_demand()
    async with nothing_moves():
        assert await offers.expire_due(A_WEEK_ON - A_MOMENT) == 0
    assert await offers.expire_due(A_WEEK_ON) == 1
    ended = await Offer.get(id=offer.id)
    assert (ended.status, ended.ended_at) == (OfferStatus.EXPIRED, A_WEEK_ON)
    assert await queued() == {"OfferExpired": 1}
    async with nothing_moves():
        assert await offers.expire_due(A_MONTH_ON) == 0


async def test_a_demand_ends_on_its_moment_with_the_offers_open_on_it() -> None:
    demand, offer, _ = await an_offered_demand()
    await execute("UPDATE offer SET expires_at = $1", A_MONTH_ON + timedelta(days=1))
    async with nothing_moves():
        assert await demands.expire_due(A_MONTH_ON - A_MOMENT) == 0
    assert await demands.expire_due(A_MONTH_ON) == 1
    ended = await Demand.get(id=demand.id)
    assert (ended.status, ended.ended_at) == (DemandStatus.EXPIRED, A_MONTH_ON)
    lapsed = await Offer.get(id=offer.id)
    assert (lapsed.status, lapsed.ended_at) == (OfferStatus.EXPIRED, A_MONTH_ON)
    assert await queued() == {"DemandExpired": 1}
    async with nothing_moves():
        assert await demands.expire_due(A_MONTH_ON) == 0


@pytest.mark.parametrize("status", ["MATCHED", "CONTRACTED"])
async def test_a_demand_that_found_its_bank_does_not_expire(status: str) -> None:
    await a_demand(now=NOW)
    await execute("UPDATE demand SET status = $1", status)
    async with nothing_moves():
        assert await demands.expire_due(A_MONTH_ON) == 0


async def test_two_jobs_at_once_expire_each_demand_and_offer_once() -> None:
    for _ in range(3):
        await an_offered_demand()
    counts = await asyncio.gather(*(offers.expire_due(A_WEEK_ON) for _ in range(3)))
    assert sum(counts) == 3
    counts = await asyncio.gather(*(demands.expire_due(A_MONTH_ON) for _ in range(3)))
    assert sum(counts) == 3
    assert await queued() == {"OfferExpired": 3, "DemandExpired": 3}


async def test_many_are_expired_in_batches() -> None:
    demand = await a_demand(now=NOW)
    await execute(
        """
        INSERT INTO demand (id, enterprise_id, publisher_id, consent_id, city, status, amount,
          term_months, purpose, guarantee_kinds, to_all_matched, matching, published_at, expires_at)
        SELECT gen_random_uuid(), d.enterprise_id, d.publisher_id, d.consent_id, d.city, d.status,
               d.amount, d.term_months, d.purpose, d.guarantee_kinds, d.to_all_matched, d.matching,
               d.published_at, d.expires_at
          FROM demand d, generate_series(1, $2) WHERE d.id = $1
        """,
        demand.id,
        demands.EXPIRY_BATCH,
    )
    assert await demands.expire_due(A_MONTH_ON) == demands.EXPIRY_BATCH + 1
    assert await queued() == {"DemandExpired": demands.EXPIRY_BATCH + 1}


async def test_a_revoked_consent_withdraws_its_demand_once() -> None:
    demand, offer, _ = await an_offered_demand()
    await demands.withdraw_for_consent(demand.consent_id, NOW)
    assert (await Demand.get(id=demand.id)).status is DemandStatus.WITHDRAWN
    assert (await Offer.get(id=offer.id)).status is OfferStatus.EXPIRED
    assert await queued() == {"DemandWithdrawn": 1}
    async with nothing_moves():
        await demands.withdraw_for_consent(demand.consent_id, NOW)
