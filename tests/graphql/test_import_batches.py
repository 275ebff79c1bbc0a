"""importBatches: files of a city, newest first; sharingCategories: what a city receives."""

from typing import Any

import pytest

from foundation.clock import FrozenClock
from storage.models import ImportBatch
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.people import Someone, an_operator, an_owner
from tests.factories.providers import FUND, a_data_provider
from tests.queries import recorded_queries

LIST = """
query ($city: CityCode!, $first: Int, $after: String, $last: Int) {
  importBatches(city: $city, first: $first, after: $after, last: $last) {
    edges { node { id provider state category { code } } }
    pageInfo { endCursor hasNextPage hasPreviousPage }
  }
}
"""


async def some_batches(clock: FrozenClock, *, provider: str, number: int) -> None:
    for place in range(number):
        await ImportBatch.create(
            city="JIANGYIN",
            category="JS-13",
            provider=provider,
            file_digest=f"{provider}{place}".encode(),
            received_on=clock.now().date(),
            started_at=clock.now(),
            finished_at=clock.now() if place else None,
        )


async def page(api: GraphQL, who: Someone | None, **variables: Any) -> dict[str, Any]:
    wanted = {"city": "JIANGYIN"} | variables
    answer = await api.data(LIST, variables=wanted, token=who and who.token)
    found: dict[str, Any] = answer["importBatches"]
    return found


async def test_anonymous(api: GraphQL) -> None:
    body = await api(LIST, variables={"city": "JIANGYIN"})

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_owners_and_regulators_may_not(api: GraphQL, clock: FrozenClock) -> None:
    for who in (
        await an_owner(now=clock.now()),
        await an_operator(role=Role.REGULATOR, now=clock.now()),
    ):
        body = await api(LIST, variables={"city": "JIANGYIN"}, token=who.token)
        assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_provider_sees_its_own_and_an_operator_all_of_the_city(
    api: GraphQL, clock: FrozenClock
) -> None:
    await some_batches(clock, provider=FUND, number=2)
    await some_batches(clock, provider="示例水务公司", number=1)
    provider = await a_data_provider(now=clock.now())
    operator = await an_operator(now=clock.now())
    elsewhere = await an_operator(city="CHANGZHOU", now=clock.now())

    own = await page(api, provider)
    # The viewer, and the batches with their uploads.
    with recorded_queries() as queries:
        every = await page(api, operator)

    assert [edge["node"]["provider"] for edge in own["edges"]] == [FUND, FUND]
    assert [edge["node"]["state"] for edge in own["edges"]] == ["FINISHED", "READING"]
    assert len(every["edges"]) == 3
    assert len(queries) == 2
    assert (await page(api, elsewhere))["edges"] == []
    assert (await page(api, operator, city="CHANGZHOU"))["edges"] == []


async def test_pages_lead_on_and_back(api: GraphQL, clock: FrozenClock) -> None:
    await some_batches(clock, provider=FUND, number=5)
    operator = await an_operator(now=clock.now())
    every = [edge["node"]["id"] for edge in (await page(api, operator))["edges"]]

    first = await page(api, operator, first=2)
    second = await page(api, operator, first=2, after=first["pageInfo"]["endCursor"])
    last = await page(api, operator, last=2)

    assert [edge["node"]["id"] for edge in first["edges"]] == every[:2]
    assert [edge["node"]["id"] for edge in second["edges"]] == every[2:4]
    assert [edge["node"]["id"] for edge in last["edges"]] == every[3:]
    forged = await api(
        LIST, variables={"city": "JIANGYIN", "after": "bm9uc2Vuc2U"}, token=operator.token
    )
    assert forged["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("city", ["JIANGYIN", "CHANGZHOU", "CANGZHOU"])
async def test_everybody_reads_what_a_city_receives(api: GraphQL, city: str) -> None:
    answer = await api.data(
        "query ($city: CityCode!) { sharingCategories(city: $city) {"
        " code name listTitle ours mode authorisation needsConsent operating providers"
        " fields { name personal kept } } }",
        variables={"city": city},
    )

    found = {one["code"]: one for one in answer["sharingCategories"]}
    assert found["LOCAL-LOAN"]["ours"] is True
    assert all(one["name"] and one["listTitle"] and one["fields"] for one in found.values())
    if city == "JIANGYIN":
        assert found["JS-13"]["mode"] == "COLLECTED"
        assert found["JS-1"]["authorisation"] == "ENTERPRISE"
        assert found["JS-1"]["needsConsent"] is True
        assert found["JS-5"]["needsConsent"] is False
        assert found["JS-1"]["operating"] is False
