"""Product.eligibility and the order of the shelf, for the viewer's own enterprise."""

from decimal import Decimal
from typing import Any

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from matching.terms import RequiredGrade
from storage.database import fetch
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.demands import a_demand
from tests.factories.people import an_officer, an_operator, an_owner
from tests.factories.products import a_product, prices
from tests.queries import recorded_queries

ELIGIBILITY = """
query ($id: ID!, $demandId: ID) { product(id: $id) { eligibility(demandId: $demandId) {
  verdict conditions { code verdict required actual distance explanation }
} } }
"""
SHELF = """
query ($first: Int, $after: String, $last: Int, $before: String, $city: CityCode! = JIANGYIN,
       $filter: ProductFilter, $sort: ProductSort! = RECOMMENDED) {
  products(city: $city, sort: $sort, filter: $filter,
           first: $first, after: $after, last: $last, before: $before) {
    edges { node { name } } pageInfo { endCursor hasNextPage } } }
"""


async def eligibility(
    api: GraphQL, product: Any, token: str | None, demand_id: str | None = None
) -> dict[str, Any] | None:
    variables = {"id": encode_id("product", product.id), "demandId": demand_id}
    found = await api.data(ELIGIBILITY, variables=variables, token=token)
    result: dict[str, Any] | None = found["product"]["eligibility"]
    return result


async def test_it_is_null_for_whoever_owns_no_enterprise(api: GraphQL, clock: FrozenClock) -> None:
    now = clock.now()
    product = await a_product(now=now)
    assert await eligibility(api, product, None) is None
    for somebody in (
        await an_officer(now=now),
        await an_officer(role=Role.PRODUCT_MANAGER, now=now),
        await an_operator(now=now),
    ):
        assert await eligibility(api, product, somebody.token) is None


async def test_another_enterprises_demand_and_a_foreign_id_give_nothing(
    api: GraphQL, clock: FrozenClock
) -> None:
    now = clock.now()
    product, owner = await a_product(now=now), await an_owner(now=now)
    theirs = await a_demand(now=now)
    for foreign in (encode_id("demand", theirs.id), encode_id("product", theirs.id)):
        assert await eligibility(api, product, owner.token, foreign) is None
    variables = {"id": encode_id("product", product.id), "demandId": "7"}
    body = await api(ELIGIBILITY, variables=variables, token=owner.token)
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_each_condition_is_said_for_the_enterprise(api: GraphQL, clock: FrozenClock) -> None:
    now = clock.now()
    owner = await an_owner(now=now)
    fits = await a_product(name="甲", now=now)
    above = await a_product(name="乙", required_grade=RequiredGrade.FIRST, now=now)
    fails = await a_product(
        name="丙", industries=("A",), tag_groups=(("没有人有的资质",),), now=now
    )
    fit = await eligibility(api, fits, owner.token)
    assert fit is not None
    assert fit["verdict"] == "PASS"
    assert [one["code"] for one in fit["conditions"]] == ["grade", "region", "size", "guarantee"]
    assert "按备选对待" in fit["conditions"][0]["explanation"]

    near = await eligibility(api, above, owner.token)
    assert near is not None
    assert near["verdict"] == "NEAR_MISS"
    assert near["conditions"][0] | {"explanation": ""} == {
        "code": "grade",
        "verdict": "NEAR_MISS",
        "required": "信用等级一级及以上",
        "actual": "未评级",
        "distance": "还差1级",
        "explanation": "",
    }

    failed = await eligibility(api, fails, owner.token)
    assert failed is not None
    assert failed["verdict"] == "FAIL"
    verdicts = {one["code"]: one["verdict"] for one in failed["conditions"]}
    assert (verdicts["industry"], verdicts["tags"]) == ("FAIL", "UNKNOWN")


async def test_a_demand_adds_what_it_asks_for(api: GraphQL, clock: FrozenClock) -> None:
    now = clock.now()
    owner, product = await an_owner(now=now), await a_product(now=now)
    demand = await a_demand(owner=owner, amount="2000000", term_months=36, now=now)
    found = await eligibility(api, product, owner.token, encode_id("demand", demand.id))
    assert found is not None
    told = {one["code"]: one for one in found["conditions"]}
    assert (found["verdict"], told["amount"]["verdict"]) == ("FAIL", "NEAR_MISS")
    assert "PARTIAL" in told["amount"]["explanation"]
    assert told["term"] == {
        "code": "term",
        "verdict": "FAIL",
        "required": "贷款期限3个月至2年",
        "actual": "3年",
        "distance": "相差12个月",
        "explanation": "把期限改为2年即可满足",
    }


async def test_eligibility_of_twenty_products_reads_the_enterprise_once(
    api: GraphQL, clock: FrozenClock
) -> None:
    now = clock.now()
    owner = await an_owner(now=now)
    for number in range(20):
        await a_product(name=f"产品{number:02}", now=now)
    document = """{ products(city: JIANGYIN, first: 20, sort: COST) { edges { node {
      eligibility { verdict conditions { code } } } } } }"""
    with recorded_queries() as queries:
        found = await api.data(document, token=owner.token)
    assert len(found["products"]["edges"]) == 20
    # Who is asking; the page; the catalogue's revision and its sheets; the enterprise, its grade,
    # the severe lists, its records, what is connected in its city, and the line in the ledger.
    assert len(queries) == 10, queries
    lines = await fetch("SELECT enterprise_id, what, purpose_kind, allowed FROM access_ledger")
    assert lines == [
        {
            "enterprise_id": owner.membership.enterprise_id,
            "what": "GRADE_READ",
            "purpose_kind": "OWN",
            "allowed": True,
        }
    ]


async def names(api: GraphQL, token: str | None, **variables: Any) -> list[str]:
    found = await api.data(SHELF, variables=variables, token=token)
    return [edge["node"]["name"] for edge in found["products"]["edges"]]


async def test_an_owner_sees_the_shelf_in_the_order_of_the_matches(
    api: GraphQL, clock: FrozenClock
) -> None:
    now = clock.now()
    owner = await an_owner(now=now)
    await a_product(name="不符", industries=("A",), prices=prices("1", "1", "1"), now=now)
    await a_product(
        name="差一级", required_grade=RequiredGrade.FIRST, prices=prices("1", "1", "1"), now=now
    )
    # Cheapest for 高级, dearest for this owner, who counts as 备选.
    await a_product(name="对高级便宜", prices=prices("1", "5", "6"), now=now)
    await a_product(name="对备选便宜", prices=prices("4", "4", "4"), now=now)
    small = Decimal(900_000)
    await a_product(name="额度小", max_amount=small, prices=prices("2", "2", "2"), now=now)
    await a_product(name="他城", city="CHANGZHOU", now=now)

    everybody = ["不符", "对高级便宜", "差一级", "对备选便宜", "额度小"]
    assert sorted(await names(api, None)) == sorted(everybody)
    own = ["对备选便宜", "对高级便宜", "额度小", "差一级", "不符"]
    assert await names(api, owner.token) == own
    assert await names(api, owner.token, filter={"maxAnnualRate": "1.5"}) == [
        "对高级便宜",
        "差一级",
        "不符",
    ]
    assert await names(api, owner.token, sort="COST") == await names(api, None, sort="COST")
    assert await names(api, owner.token, city="CHANGZHOU") == ["他城"]

    forward, after = [], None
    for _ in range(3):
        found = await api.data(SHELF, variables={"first": 2, "after": after}, token=owner.token)
        forward += [edge["node"]["name"] for edge in found["products"]["edges"]]
        after = found["products"]["pageInfo"]["endCursor"]
    assert forward == own
    assert not found["products"]["pageInfo"]["hasNextPage"]
    assert await names(api, owner.token, last=2, before=after) == ["额度小", "差一级"]


async def test_an_owners_cursor_is_of_no_use_to_others(api: GraphQL, clock: FrozenClock) -> None:
    now = clock.now()
    owner, other = await an_owner(now=now), await an_owner(now=now)
    await a_product(now=now)
    found = await api.data(SHELF, token=owner.token)
    cursor = found["products"]["pageInfo"]["endCursor"]
    for token in (None, other.token):
        body = await api(SHELF, variables={"after": cursor}, token=token)
        assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
