"""offerWithdraw: the bank takes its offer back, before or after it was accepted."""

import pytest

from foundation.clock import FrozenClock
from storage.database import execute
from storage.models import Demand, Offer
from storage.models.demand import DemandStatus
from storage.models.offer import OfferStatus
from tests.conftest import GraphQL
from tests.factories.people import an_officer
from tests.graphql.deals import WITHDRAW, Deal, a_deal, offer_id
from tests.stillness import nothing_moves, queued


@pytest.fixture
async def deal(api: GraphQL, clock: FrozenClock) -> Deal:
    return await a_deal(api, clock)


async def test_anonymous(deal: Deal) -> None:
    offer = await deal.offer()
    async with nothing_moves():
        assert await deal.code(WITHDRAW, None, id=offer_id(offer)) == "UNAUTHENTICATED"


async def test_another_bank_does_not_find_it(deal: Deal) -> None:
    offer = await deal.offer()
    rival, _ = await deal.rival()
    async with nothing_moves():
        foreign = await deal.run(WITHDRAW, rival, id=offer_id(offer))
        missing = await deal.run(WITHDRAW, rival, id="offer_" + "0" * 32)
    assert foreign["__typename"] == "NotFound"
    assert foreign == missing


async def test_the_owner_is_forbidden(deal: Deal) -> None:
    offer = await deal.offer()
    async with nothing_moves():
        assert await deal.code(WITHDRAW, deal.owner, id=offer_id(offer)) == "FORBIDDEN"


async def test_a_colleague_of_the_bank_may_withdraw(deal: Deal) -> None:
    offer = await deal.offer()
    colleague = await an_officer(institution=deal.bank, now=deal.clock.now())
    result = await deal.run(WITHDRAW, colleague, id=offer_id(offer))
    assert (result["status"], result["demand"]["status"]) == ("WITHDRAWN", "OPEN")
    row = await Offer.get()
    assert (row.status, row.ended_at) == (OfferStatus.WITHDRAWN, deal.clock.now())
    assert await queued() == {"OfferWithdrawn": 1}


async def test_an_accepted_offer_that_is_withdrawn_reopens_the_demand(deal: Deal) -> None:
    offer = await deal.offer()
    await execute("UPDATE offer SET status = 'ACCEPTED'")
    await execute("UPDATE demand SET status = 'MATCHED'")
    result = await deal.run(WITHDRAW, deal.officer, id=offer_id(offer))
    assert (result["status"], result["demand"]["status"]) == ("WITHDRAWN", "OPEN")
    assert (await Demand.get()).status is DemandStatus.OPEN


async def test_after_a_contract_nothing_is_withdrawn(deal: Deal) -> None:
    offer = await deal.offer()
    await execute("UPDATE offer SET status = 'ACCEPTED'")
    await execute("UPDATE demand SET status = 'CONTRACTED'")
    async with nothing_moves():
        result = await deal.run(WITHDRAW, deal.officer, id=offer_id(offer))
    assert (result["__typename"], result["message"]) == ("NotAllowedNow", "需求已签约，不能再改动")


@pytest.mark.parametrize("status", ["DECLINED", "WITHDRAWN", "EXPIRED"])
async def test_an_offer_that_has_ended_is_not_withdrawn(deal: Deal, status: str) -> None:
    offer = await deal.offer()
    await execute("UPDATE offer SET status = $1, ended_at = $2", status, deal.clock.now())
    async with nothing_moves():
        result = await deal.run(WITHDRAW, deal.officer, id=offer_id(offer))
    assert result["__typename"] == "NotAllowedNow"
