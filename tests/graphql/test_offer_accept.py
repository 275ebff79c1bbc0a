"""offerAccept: exactly one, under every race; name and number for that bank alone."""

import asyncio
from datetime import timedelta

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.database import execute
from storage.models import Demand, Offer
from storage.models.demand import DemandStatus
from storage.models.offer import OfferStatus
from tests.conftest import GraphQL
from tests.factories.demands import a_demand, a_key
from tests.factories.people import an_owner
from tests.graphql.deals import ACCEPT, WITHDRAW, Deal, a_deal, offer_id
from tests.stillness import nothing_moves, queued


@pytest.fixture
async def deal(api: GraphQL, clock: FrozenClock) -> Deal:
    return await a_deal(api, clock)


def an_input(key: str | None = None) -> dict[str, str]:
    return {"idempotencyKey": key or a_key()}


async def statuses() -> dict[str, int]:
    found: dict[str, int] = {}
    for offer in await Offer.all():
        found[offer.status.value] = found.get(offer.status.value, 0) + 1
    return found


async def test_anonymous(deal: Deal) -> None:
    offer = await deal.offer()
    async with nothing_moves():
        code = await deal.code(ACCEPT, None, id=offer_id(offer), input=an_input())
    assert code == "UNAUTHENTICATED"


async def test_another_owner_does_not_find_it(deal: Deal) -> None:
    offer = await deal.offer()
    other = await an_owner(now=deal.clock.now())
    async with nothing_moves():
        foreign = await deal.run(ACCEPT, other, id=offer_id(offer), input=an_input())
        missing = await deal.run(ACCEPT, other, id="offer_" + "0" * 32, input=an_input())
        no_offer = await deal.run(ACCEPT, other, id="demand_" + "0" * 32, input=an_input())
    assert foreign["__typename"] == "NotFound"
    assert foreign == missing == no_offer


async def test_an_officer_is_forbidden(deal: Deal) -> None:
    offer = await deal.offer()
    async with nothing_moves():
        code = await deal.code(ACCEPT, deal.officer, id=offer_id(offer), input=an_input())
    assert code == "FORBIDDEN"


async def test_an_accepted_offer_matches_the_demand(deal: Deal) -> None:
    offer = await deal.offer()
    result = await deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=an_input())
    assert (result["__typename"], result["status"]) == ("Offer", "ACCEPTED")
    assert result["demand"] == {
        "id": encode_id("demand", deal.demand.id),
        "status": "MATCHED",
        "contact": {"phone": deal.owner.person.phone},
    }
    assert (await Demand.get()).status is DemandStatus.MATCHED
    assert await queued() == {"OfferAccepted": 1}


async def test_other_offers_stay_open_and_count_again_once_the_bank_withdraws(deal: Deal) -> None:
    offer = await deal.offer()
    _, other = await deal.rival()
    await deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=an_input())
    assert await statuses() == {"ACCEPTED": 1, "OPEN": 1}
    async with nothing_moves():
        refused = await deal.run(ACCEPT, deal.owner, id=offer_id(other), input=an_input())
    assert refused["__typename"] == "NotAllowedNow"
    assert refused["message"] == "已接受一家机构的报价，该机构撤回报价后需求会重新开放"

    withdrawn = await deal.run(WITHDRAW, deal.officer, id=offer_id(offer))
    assert withdrawn["demand"]["status"] == "OPEN"
    accepted = await deal.run(ACCEPT, deal.owner, id=offer_id(other), input=an_input())
    assert accepted["status"] == "ACCEPTED"
    assert await statuses() == {"WITHDRAWN": 1, "ACCEPTED": 1}


async def test_of_many_offers_accepted_at_once_exactly_one_is(deal: Deal) -> None:
    offers = [await deal.offer()] + [(await deal.rival())[1] for _ in range(3)]
    await execute("DELETE FROM pgqueuer")
    results = await asyncio.gather(
        *(deal.run(ACCEPT, deal.owner, id=offer_id(one), input=an_input()) for one in offers)
    )
    kinds = [result["__typename"] for result in results]
    assert sorted(kinds) == ["NotAllowedNow"] * 3 + ["Offer"]
    assert await statuses() == {"ACCEPTED": 1, "OPEN": 3}
    assert await queued() == {"OfferAccepted": 1}


async def test_accept_and_withdraw_at_once_leave_one_true_state(deal: Deal) -> None:
    for _ in range(4):
        deal.demand = await a_demand(owner=deal.owner, now=deal.clock.now())
        offer = await deal.offer()
        await asyncio.gather(
            deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=an_input()),
            deal.run(WITHDRAW, deal.officer, id=offer_id(offer)),
        )
        offer = await Offer.get(id=offer.id)
        demand = await Demand.get(id=deal.demand.id)
        # Whichever came first, the bank did withdraw: before, or after it was accepted.
        assert offer.status is OfferStatus.WITHDRAWN
        assert demand.status is DemandStatus.OPEN
        await execute(
            "UPDATE demand SET status = 'WITHDRAWN', ended_at = now() WHERE id = $1", demand.id
        )


async def test_the_same_key_gives_the_offer_as_it_stands(deal: Deal) -> None:
    offer = await deal.offer()
    key = an_input()
    first = await deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=key)
    async with nothing_moves():
        again = await deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=key)
    assert again == first
    await deal.run(WITHDRAW, deal.officer, id=offer_id(offer))
    later = await deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=key)
    assert later["status"] == "WITHDRAWN"


async def test_the_same_acceptance_sent_at_once_has_one_effect(deal: Deal) -> None:
    offer = await deal.offer()
    key = an_input()
    results = await asyncio.gather(
        *(deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=key) for _ in range(5))
    )
    assert {result["status"] for result in results} == {"ACCEPTED"}
    assert await queued() == {"OfferAccepted": 1}


async def test_the_same_key_for_another_offer_is_refused(deal: Deal) -> None:
    offer = await deal.offer()
    _, other = await deal.rival()
    key = an_input()
    await deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=key)
    async with nothing_moves():
        result = await deal.run(ACCEPT, deal.owner, id=offer_id(other), input=key)
    assert result["__typename"] == "IdempotencyKeyReused"


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("ACCEPTED", "报价已被接受，只有机构可以撤回"),
        ("DECLINED", "报价已被谢绝，机构可以重新报价"),
        ("WITHDRAWN", "报价已撤回，机构可以重新报价"),
        ("EXPIRED", "报价已失效，机构可以重新报价"),
    ],
)
async def test_only_an_open_offer_is_accepted(deal: Deal, status: str, message: str) -> None:
    offer = await deal.offer()
    ended = None if status == "ACCEPTED" else deal.clock.now()
    await execute("UPDATE offer SET status = $1, ended_at = $2", status, ended)
    async with nothing_moves():
        result = await deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=an_input())
    assert (result["__typename"], result["message"]) == ("NotAllowedNow", message)


async def test_an_offer_past_its_time_is_not_accepted(deal: Deal) -> None:
    offer = await deal.offer()
    made = deal.clock.now() - timedelta(days=7)
    await execute("UPDATE offer SET made_at = $1, expires_at = $2", made, deal.clock.now())
    async with nothing_moves():
        result = await deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=an_input())
    assert result["message"] == "报价已过有效期，请等待机构重新报价"


async def test_a_suspended_banks_offer_is_not_accepted(deal: Deal) -> None:
    offer = await deal.offer()
    await execute("UPDATE institution SET status = 'SUSPENDED'")
    async with nothing_moves():
        result = await deal.run(ACCEPT, deal.owner, id=offer_id(offer), input=an_input())
    assert result["message"] == "该机构已暂停服务，请选择其他机构的报价"
