"""Enterprise.matches and Enterprise.demands: computed on the spot, or of one of its demands."""

from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from marketplace import offers
from matching.terms import RequiredGrade
from storage.models import AccessLedgerEntry, Match
from tests.conftest import GraphQL
from tests.factories.demands import a_demand, a_key, an_offer, viewer_of
from tests.factories.people import Someone, an_officer, an_owner
from tests.factories.products import a_product, prices
from tests.queries import recorded_queries

MATCHES = """
query ($id: ID!, $demandId: ID, $only: Boolean, $first: Int, $after: String, $last: Int,
       $before: String) {
  node(id: $id) { ... on Enterprise {
    matches(demandId: $demandId, eligibleOnly: $only, first: $first, after: $after, last: $last,
            before: $before) {
      edges { node { id rank score allInCost demand { id } product { name } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  } }
}
"""

DEMANDS = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  node(id: $id) { ... on Enterprise {
    demands(first: $first, after: $after, last: $last, before: $before) {
      edges { node { id } } pageInfo { startCursor endCursor }
    }
  } }
}
"""


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    await a_product(name="示例甲贷", prices=prices("2", "2", "2"), now=clock.now())
    await a_product(name="示例乙贷", prices=prices("3", "3", "3"), now=clock.now())
    await a_product(name="示例高贷", required_grade=RequiredGrade.FIRST, now=clock.now())
    return await an_owner(now=clock.now())


def id_of(someone: Someone) -> str:
    assert someone.enterprise is not None
    return encode_id("enterprise", someone.enterprise.id)


async def matches(api: GraphQL, someone: Someone, **variables: Any) -> dict[str, Any]:
    found = await api.data(
        MATCHES, variables={"id": id_of(someone), "only": True, **variables}, token=someone.token
    )
    connection: dict[str, Any] = found["node"]["matches"]
    return connection


def names(connection: dict[str, Any]) -> list[str]:
    return [edge["node"]["product"]["name"] for edge in connection["edges"]]


async def test_anonymous_and_foreign_viewers_reach_no_enterprise(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    for token in (None, (await an_owner(now=clock.now())).token):
        found = await api.data(MATCHES, variables={"id": id_of(owner), "only": True}, token=token)
        assert found == {"node": None}


async def test_without_a_demand_the_shelf_is_ranked_for_the_enterprise(
    api: GraphQL, owner: Someone
) -> None:
    found = await matches(api, owner)
    assert names(found) == ["示例甲贷", "示例乙贷"]
    assert [edge["node"]["rank"] for edge in found["edges"]] == [1, 2]
    assert {edge["node"]["demand"] for edge in found["edges"]} == {None}
    assert names(await matches(api, owner, only=False)) == ["示例甲贷", "示例乙贷", "示例高贷"]
    assert await Match.all().count() == 0


async def test_computed_matches_keep_their_ids_and_are_nodes_of_their_owner(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    once, twice = await matches(api, owner), await matches(api, owner)
    assert once == twice
    one = once["edges"][0]["node"]
    document = "query ($id: ID!) { node(id: $id) { ... on Match { id product { name } } } }"
    found = await api.data(document, variables={"id": one["id"]}, token=owner.token)
    assert found["node"] == {"id": one["id"], "product": {"name": "示例甲贷"}}
    for token in (None, (await an_owner(now=clock.now())).token):
        assert await api.data(document, variables={"id": one["id"]}, token=token) == {"node": None}


async def test_computed_matches_are_paged_both_ways(api: GraphQL, owner: Someone) -> None:
    first = await matches(api, owner, only=False, first=1)
    assert names(first) == ["示例甲贷"]
    assert first["pageInfo"]["hasNextPage"]
    rest = await matches(api, owner, only=False, first=5, after=first["pageInfo"]["endCursor"])
    assert names(rest) == ["示例乙贷", "示例高贷"]
    assert not rest["pageInfo"]["hasNextPage"]
    back = await matches(api, owner, only=False, last=1, before=rest["pageInfo"]["endCursor"])
    assert names(back) == ["示例乙贷"]
    assert names(await matches(api, owner, last=1)) == ["示例乙贷"]


async def test_matches_of_a_demand_are_the_kept_ones(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    demand = await a_demand(owner=owner, amount="2000000", now=clock.now())
    found = await matches(api, owner, demandId=encode_id("demand", demand.id))
    kept = {encode_id("match", row.id) for row in await Match.filter(eligible=True)}
    assert {edge["node"]["id"] for edge in found["edges"]} == kept
    assert found["edges"][0]["node"]["demand"] == {"id": encode_id("demand", demand.id)}


async def test_a_foreign_missing_or_other_id_of_a_demand_gives_nothing(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    foreign = await a_demand(now=clock.now())
    for one in (encode_id("demand", foreign.id), "demand_" + "0" * 32, id_of(owner)):
        assert names(await matches(api, owner, demandId=one)) == []


async def test_before_real_name_no_grade_is_read(api: GraphQL, clock: FrozenClock) -> None:
    await a_product(name="示例甲贷", now=clock.now())
    someone = await an_owner(real_name=False, now=clock.now())
    assert names(await matches(api, someone)) == ["示例甲贷"]


async def test_a_bank_that_was_let_in_sees_its_own_products_only(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    product = await a_product(name="示例本行贷", institution=officer.institution, now=clock.now())
    demand = await a_demand(owner=owner, now=clock.now())
    other = await a_demand(owner=owner, matched=False, now=clock.now())
    offer = await an_offer(demand=demand, officer=officer, product=product, now=clock.now())
    await offers.accept(viewer_of(owner), offer.id, a_key(), clock.now())

    variables = {"id": id_of(owner), "only": True}
    found = await api.data(MATCHES, variables=variables, token=officer.token)
    assert names(found["node"]["matches"]) == ["示例本行贷"]
    kept = await api.data(
        MATCHES,
        variables={**variables, "demandId": encode_id("demand", demand.id)},
        token=officer.token,
    )
    assert names(kept["node"]["matches"]) == ["示例本行贷"]
    unseen = await api.data(
        MATCHES,
        variables={**variables, "demandId": encode_id("demand", other.id)},
        token=officer.token,
    )
    assert names(unseen["node"]["matches"]) == []


async def test_demands_are_paged_newest_first(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    made = [await a_demand(owner=owner, now=clock.now()) for _ in range(5)]
    order = [encode_id("demand", one.id) for one in reversed(made)]

    async def page(**wanted: Any) -> tuple[list[str], dict[str, Any]]:
        found = await api.data(DEMANDS, variables={"id": id_of(owner), **wanted}, token=owner.token)
        connection = found["node"]["demands"]
        return [edge["node"]["id"] for edge in connection["edges"]], connection["pageInfo"]

    assert (await page())[0] == order
    first, info = await page(first=3)
    assert first == order[:3]
    assert (await page(first=3, after=info["endCursor"]))[0] == order[3:]
    assert (await page(last=1, before=info["endCursor"]))[0] == order[1:2]
    assert (await page(last=2))[0] == order[3:]


async def test_computing_reads_the_applicant_and_the_shelf_once(
    api: GraphQL, owner: Someone
) -> None:
    document = """
    query ($id: ID!) { node(id: $id) { ... on Enterprise {
      a: matches(first: 1) { edges { node { product { name } } } }
      b: matches(first: 2, eligibleOnly: false) { edges { node { product { name } } } }
    } } }
    """
    await matches(api, owner)
    with recorded_queries() as statements:
        await api.data(document, variables={"id": id_of(owner)}, token=owner.token)
    # The viewer, the enterprise three times, its grade, the severe list, tags (2), the ledger's
    # line, the catalogue's revision, the products.
    assert len(statements) <= 11, statements


async def test_reading_ones_own_matches_is_a_line_in_the_ledger(
    api: GraphQL, owner: Someone
) -> None:
    await matches(api, owner)
    line = await AccessLedgerEntry.get()
    assert (line.what, line.role, line.purpose_kind) == ("GRADE_READ", "OWNER", "OWN")
