"""demandWithdraw: out of every bank's sight, its consent revoked, its open offers lapsed."""

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.database import execute
from storage.models import Consent, Demand, Offer
from storage.models.offer import OfferStatus
from tests.conftest import GraphQL
from tests.factories.people import an_owner
from tests.graphql.deals import Deal, a_deal
from tests.stillness import nothing_moves, queued

WITHDRAW = """
mutation ($id: ID!) {
  result: demandWithdraw(id: $id) {
    __typename
    ... on Demand { id status availableActions offers { edges { node { status } } } }
    ... on UserError { code message }
  }
}
"""


@pytest.fixture
async def deal(api: GraphQL, clock: FrozenClock) -> Deal:
    return await a_deal(api, clock)


def id_of(deal: Deal) -> str:
    return encode_id("demand", deal.demand.id)


async def test_anonymous(deal: Deal) -> None:
    async with nothing_moves():
        assert await deal.code(WITHDRAW, None, id=id_of(deal)) == "UNAUTHENTICATED"


async def test_another_owner_does_not_find_it(deal: Deal) -> None:
    other = await an_owner(now=deal.clock.now())
    async with nothing_moves():
        foreign = await deal.run(WITHDRAW, other, id=id_of(deal))
        missing = await deal.run(WITHDRAW, other, id="demand_" + "0" * 32)
        no_demand = await deal.run(WITHDRAW, other, id="offer_" + "0" * 32)
    assert foreign["__typename"] == "NotFound"
    assert foreign == missing == no_demand


async def test_an_officer_is_forbidden(deal: Deal) -> None:
    async with nothing_moves():
        assert await deal.code(WITHDRAW, deal.officer, id=id_of(deal)) == "FORBIDDEN"


async def test_a_demand_is_withdrawn_with_all_that_hangs_on_it(deal: Deal) -> None:
    offer = await deal.offer()
    result = await deal.run(WITHDRAW, deal.owner, id=id_of(deal))
    assert result == {
        "__typename": "Demand",
        "id": id_of(deal),
        "status": "WITHDRAWN",
        "availableActions": [],
        "offers": {"edges": [{"node": {"status": "EXPIRED"}}]},
    }
    assert (await Demand.get()).ended_at == deal.clock.now()
    assert (await Consent.get()).revoked_at == deal.clock.now()
    lapsed = await Offer.get(id=offer.id)
    assert (lapsed.status, lapsed.ended_at) == (OfferStatus.EXPIRED, deal.clock.now())
    assert await queued() == {"DemandWithdrawn": 1}
    found = await deal.api.data(
        "query ($id: ID!) { node(id: $id) { id } }",
        variables={"id": id_of(deal)},
        token=deal.officer.token,
    )
    assert found == {"node": None}


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("MATCHED", "已接受一家机构的报价，该机构撤回报价后需求会重新开放"),
        ("CONTRACTED", "需求已签约，不能再改动"),
        ("WITHDRAWN", "需求已撤回，可以重新发布一条"),
        ("EXPIRED", "需求已到期，可以重新发布一条"),
    ],
)
async def test_only_an_open_demand_is_withdrawn(deal: Deal, status: str, message: str) -> None:
    ended = deal.clock.now() if status in ("WITHDRAWN", "EXPIRED") else None
    await execute("UPDATE demand SET status = $1, ended_at = $2", status, ended)
    async with nothing_moves():
        result = await deal.run(WITHDRAW, deal.owner, id=id_of(deal))
    assert result == {"__typename": "NotAllowedNow", "code": "NOT_ALLOWED_NOW", "message": message}
