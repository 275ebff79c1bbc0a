"""Demand.matches: best first, with what is out of reach on request, paged both ways."""

from typing import Any

import pytest

from foundation.clock import FrozenClock
from matching.terms import RequiredGrade
from tests.conftest import GraphQL
from tests.factories.demands import a_demand
from tests.factories.people import Someone, an_owner
from tests.factories.products import a_product, prices
from tests.graphql.demand_scene import Scene, a_scene
from tests.queries import recorded_queries


@pytest.fixture
async def scene(api: GraphQL, clock: FrozenClock) -> Scene:
    return await a_scene(api, clock)


MATCHES = """
query ($id: ID!, $only: Boolean!, $first: Int, $after: String, $last: Int, $before: String) {
  demand(id: $id) {
    matches(eligibleOnly: $only, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id rank score annualRate limit allInCost allInCostSimple eligible
                            product { name } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""


async def a_ranking(scene: Scene) -> list[str]:
    for number, rate in enumerate(("2.0", "2.5", "3.0", "3.5")):
        await a_product(
            name=f"示例{number}贷", prices=prices(rate, rate, rate), now=scene.clock.now()
        )
    await a_product(name="示例高贷", required_grade=RequiredGrade.FIRST, now=scene.clock.now())
    scene.demand = await a_demand(owner=scene.owner, now=scene.clock.now())
    return ["示例0贷", "示例1贷", "示例2贷", "示例3贷", "示例甲贷"]


async def matches(scene: Scene, *, only: bool = True, **page: Any) -> dict[str, Any]:
    variables = {"id": scene.id, "only": only, **page}
    found = await scene.api.data(MATCHES, variables=variables, token=scene.owner.token)
    connection: dict[str, Any] = found["demand"]["matches"]
    return connection


def names(connection: dict[str, Any]) -> list[str]:
    return [edge["node"]["product"]["name"] for edge in connection["edges"]]


async def test_matches_come_best_first_and_what_is_out_of_reach_on_request(scene: Scene) -> None:
    expected = await a_ranking(scene)
    eligible = await matches(scene)
    assert names(eligible) == expected
    nodes = [edge["node"] for edge in eligible["edges"]]
    assert [node["rank"] for node in nodes] == [1, 2, 3, 4, 5]
    scores = [node["score"] for node in nodes]
    assert scores == sorted(scores, reverse=True)
    assert nodes[0]["annualRate"] == "2.00"
    assert nodes[0]["limit"] == "1500000"
    every = await matches(scene, only=False)
    assert names(every) == [*expected, "示例高贷"]
    last = every["edges"][-1]["node"]
    assert [last[name] for name in ("rank", "score", "annualRate", "limit", "allInCost")] == [
        None
    ] * 5


async def test_matches_are_paged_both_ways(scene: Scene) -> None:
    expected = await a_ranking(scene)
    first = await matches(scene, first=2)
    assert names(first) == expected[:2]
    assert (first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (True, False)
    second = await matches(scene, first=2, after=first["pageInfo"]["endCursor"])
    assert names(second) == expected[2:4]
    third = await matches(scene, first=2, after=second["pageInfo"]["endCursor"])
    assert names(third) == expected[4:]
    assert not third["pageInfo"]["hasNextPage"]
    back = await matches(scene, last=2, before=third["pageInfo"]["startCursor"])
    assert names(back) == expected[2:4]
    assert names(await matches(scene, last=2)) == expected[3:]
    assert names(await matches(scene, first=0)) == []


async def test_a_cursor_of_another_list_or_a_forged_one_is_bad_input(scene: Scene) -> None:
    await a_ranking(scene)
    cursor = (await matches(scene, only=False))["pageInfo"]["endCursor"]
    for page in (
        {"after": cursor},
        {"after": "forged"},
        {"first": 101},
        {"first": -1},
        {"first": 1, "last": 1},
    ):
        body = await scene.api(
            MATCHES, variables={"id": scene.id, "only": True, **page}, token=scene.owner.token
        )
        assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT", page


async def test_a_match_is_a_node_of_its_owner_and_of_its_bank(scene: Scene) -> None:
    await a_ranking(scene)
    own = (await matches(scene))["edges"][-1]["node"]
    best = (await matches(scene))["edges"][0]["node"]
    document = "query ($id: ID!) { node(id: $id) { id ... on Match { demand { id } } } }"

    async def reads(someone: Someone | None, match: dict[str, Any]) -> Any:
        token = someone.token if someone else None
        found = await scene.api.data(document, variables={"id": match["id"]}, token=token)
        return found["node"]

    assert await reads(None, own) is None
    assert await reads(await an_owner(now=scene.clock.now()), own) is None
    assert await reads(scene.owner, best) == {"id": best["id"], "demand": {"id": scene.id}}
    assert await reads(scene.officer, own) == {"id": own["id"], "demand": {"id": scene.id}}
    assert await reads(scene.officer, best) is None


@pytest.mark.parametrize(
    ("asked", "fragments"),
    [
        ("edges { node { why: reasons { code } } }", ""),
        ("edges { node { ... on Match { why: reasons { code } } } }", ""),
        (
            "edges { ...Entry }",
            "fragment Entry on MatchEdge { node { id ...Reasoned } } "
            "fragment Reasoned on Match { rank why: reasons { code } }",
        ),
    ],
    ids=["alias", "inline fragment", "named fragments"],
)
async def test_reasons_are_read_however_they_are_asked_for(
    scene: Scene, asked: str, fragments: str
) -> None:
    document = "query ($id: ID!) { demand(id: $id) { matches { " + asked + " } } } " + fragments
    await a_ranking(scene)
    found = await scene.api.data(document, variables={"id": scene.id}, token=scene.owner.token)
    entries = found["demand"]["matches"]["edges"]
    assert len(entries) == 5
    for entry in entries:
        assert {"grade", "region"} <= {reason["code"] for reason in entry["node"]["why"]}


async def test_reasons_stay_in_the_database_where_none_are_shown(scene: Scene) -> None:
    await a_ranking(scene)
    with recorded_queries() as statements:
        await matches(scene)
    assert not [one for one in statements if "m.reasons" in one]
