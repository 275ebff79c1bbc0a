"""Enterprise.consents: an owner finds what was agreed to, and can take it back."""

from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.database import execute
from storage.models import Consent
from tests.conftest import GraphQL
from tests.factories.credit import a_graded_owner
from tests.factories.demands import a_demand, an_offer
from tests.factories.people import Someone, an_officer, an_owner
from tests.factories.products import a_product

CONSENTS = """
query ($first: Int, $after: String, $last: Int, $before: String) {
  viewer { enterprise { consents(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id purpose revokedAt } } pageInfo { hasNextPage hasPreviousPage }
  } } }
}
"""

OTHERS = (
    "query ($id: ID!) { node(id: $id) { ... on Enterprise { consents { edges { cursor } } } } }"
)

REVOKE = "mutation ($id: ID!) { consentRevoke(id: $id) { __typename } }"


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await a_graded_owner(clock)


async def page(api: GraphQL, owner: Someone, **variables: Any) -> dict[str, Any]:
    data = await api.data(CONSENTS, variables=variables, token=owner.token)
    found: dict[str, Any] = data["viewer"]["enterprise"]["consents"]
    return found


def purposes(found: dict[str, Any]) -> list[str]:
    return [edge["node"]["purpose"] for edge in found["edges"]]


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    assert owner.enterprise is not None
    enterprise_id = encode_id("enterprise", owner.enterprise.id)
    assert await api.data(OTHERS, variables={"id": enterprise_id}) == {"node": None}


async def test_an_officer_who_was_let_in_reads_none(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    product = await a_product(institution=officer.institution, now=clock.now())
    demand = await a_demand(owner=owner, now=clock.now())
    await an_offer(demand=demand, officer=officer, product=product, now=clock.now())
    await execute("UPDATE offer SET status = 'ACCEPTED'")
    await execute("UPDATE demand SET status = 'MATCHED'")
    enterprise_id = encode_id("enterprise", demand.enterprise_id)

    data = await api.data(OTHERS, variables={"id": enterprise_id}, token=officer.token)

    assert data == {"node": {"consents": {"edges": []}}}


async def test_another_owner_reads_only_their_own(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    stranger = await an_owner(now=clock.now())
    theirs = {
        encode_id("consent", one.id) for one in await Consent.filter(enterprise=owner.enterprise)
    }

    found = {edge["node"]["id"] for edge in (await page(api, stranger))["edges"]}

    assert theirs
    assert not found & theirs


async def test_what_is_found_can_be_taken_back(api: GraphQL, owner: Someone) -> None:
    edge, persons = (await page(api, owner))["edges"]
    assert (edge["node"]["purpose"], edge["node"]["revokedAt"]) == ("GRADING", None)

    await api.data(REVOKE, variables={"id": edge["node"]["id"]}, token=owner.token)

    edge, still = (await page(api, owner))["edges"]
    assert edge["node"]["revokedAt"] == "2026-03-18T04:00:00Z"
    assert still == persons


async def test_pages_lead_through_all_of_them_newest_first(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    await a_demand(owner=owner, now=clock.now())
    await a_demand(owner=owner, now=clock.now())
    everything = await page(api, owner)
    given = ["PUBLISH_DEMAND", "PUBLISH_DEMAND", "GRADING", "PERSONAL_CREDIT"]
    assert purposes(everything) == given

    first = await page(api, owner, first=2)
    rest = await page(api, owner, first=2, after=first["edges"][-1]["cursor"])
    back = await page(api, owner, last=2, before=rest["edges"][0]["cursor"])

    assert first["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    assert rest["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    assert first["edges"] + rest["edges"] == everything["edges"]
    assert back["edges"] == first["edges"]


async def test_a_forged_cursor_is_bad_input(api: GraphQL, owner: Someone) -> None:
    body = await api(CONSENTS, variables={"after": "WyJub3RpY2VzIiwxXQ"}, token=owner.token)
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
