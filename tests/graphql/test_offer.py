"""An offer as it is read: by the demand's owner, and by the bank that made it."""

from typing import Any

import pytest

from foundation.clock import FrozenClock
from storage.database import execute
from tests.conftest import GraphQL
from tests.factories.people import Someone, an_officer, an_owner
from tests.graphql.deals import Deal, a_deal, offer_id

READ = """
query ($id: ID!) {
  offer(id: $id) { id }
  node(id: $id) { __typename id }
}
"""

OFFERS = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  offer(id: $id) { demand {
    offers(first: $first, after: $after, last: $last, before: $before) {
      edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  } }
}
"""


@pytest.fixture
async def deal(api: GraphQL, clock: FrozenClock) -> Deal:
    return await a_deal(api, clock)


async def sees(deal: Deal, someone: Someone | None, offer: str) -> bool:
    token = someone.token if someone else None
    found = await deal.api.data(READ, variables={"id": offer}, token=token)
    assert (found["offer"] is None) == (found["node"] is None)
    return found["offer"] is not None


async def test_the_matrix_of_who_sees_an_offer(deal: Deal) -> None:
    offer = offer_id(await deal.offer())
    now = deal.clock.now()
    rival, other_offer = await deal.rival()
    colleague = await an_officer(institution=deal.bank, now=now)
    elsewhere = await an_officer(institution=deal.bank, city="CANGZHOU", now=now)
    seen = {
        "anonymous": await sees(deal, None, offer),
        "owner": await sees(deal, deal.owner, offer),
        "another owner": await sees(deal, await an_owner(now=now), offer),
        "officer": await sees(deal, deal.officer, offer),
        "colleague": await sees(deal, colleague, offer),
        "the bank's officer elsewhere": await sees(deal, elsewhere, offer),
        "rival": await sees(deal, rival, offer),
        "rival, own offer": await sees(deal, rival, offer_id(other_offer)),
    }
    assert {who for who, found in seen.items() if found} == {
        "owner",
        "officer",
        "colleague",
        "rival, own offer",
    }


async def test_a_suspended_bank_sees_its_offers_no_more(deal: Deal) -> None:
    offer = offer_id(await deal.offer())
    await execute("UPDATE institution SET status = 'SUSPENDED'")
    assert not await sees(deal, deal.officer, offer)
    assert await sees(deal, deal.owner, offer)


async def test_an_offer_on_a_withdrawn_demand_is_its_owners_alone(deal: Deal) -> None:
    offer = offer_id(await deal.offer())
    await execute("UPDATE demand SET status = 'WITHDRAWN', ended_at = now()")
    assert not await sees(deal, deal.officer, offer)
    assert await sees(deal, deal.owner, offer)


async def test_offers_are_paged_newest_first_both_ways(deal: Deal) -> None:
    made = [await deal.offer()] + [(await deal.rival())[1] for _ in range(4)]
    order = [offer_id(one) for one in reversed(made)]

    async def page(**wanted: Any) -> tuple[list[str], dict[str, Any]]:
        found = await deal.api.data(
            OFFERS, variables={"id": order[0], **wanted}, token=deal.owner.token
        )
        connection = found["offer"]["demand"]["offers"]
        return [edge["node"]["id"] for edge in connection["edges"]], connection["pageInfo"]

    assert (await page())[0] == order
    first, info = await page(first=2)
    assert first == order[:2]
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (True, False)
    second, info = await page(first=2, after=info["endCursor"])
    assert second == order[2:4]
    assert (await page(last=2, before=info["endCursor"]))[0] == order[1:3]
    assert (await page(last=2))[0] == order[3:]
