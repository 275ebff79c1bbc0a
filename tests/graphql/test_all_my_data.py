"""Viewer.allMyData: an owner reads everything held, free and without limit (FN-16)."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from matching.factors import RULES_VERSION
from sharing.holdings.records import fields_of
from sharing.lists import categories_of
from storage.database import fetch
from tests.conftest import GraphQL
from tests.factories.credit import a_history, import_histories
from tests.factories.demands import a_demand
from tests.factories.holdings import an_owner_with_records, records_about
from tests.factories.people import (
    Someone,
    access_token_for,
    an_officer,
    an_operator,
    an_owner,
)
from tests.factories.products import a_product
from tests.queries import recorded_queries
from tests.stillness import nothing_moves

RECORD = """
  id category { code name } provider receivedOn selfDeclared current
  fields { name value masked } objection { id }
"""
DATA = f"""
query ($category: String, $currentOnly: Boolean! = false, $first: Int, $after: String,
       $last: Int, $before: String) {{
  viewer {{ allMyData {{
    enterprise {{ name }}
    countsByCategory {{ category {{ code }} records newestReceivedOn }}
    records(category: $category, currentOnly: $currentOnly, first: $first, after: $after,
            last: $last, before: $before) {{
      edges {{ cursor node {{ {RECORD} }} }} pageInfo {{ hasNextPage hasPreviousPage }}
    }}
  }} }}
}}
"""
NODE = f"query ($id: ID!) {{ node(id: $id) {{ ... on CreditRecord {{ {RECORD} }} }} }}"


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_owner_with_records(clock.now())


async def held(api: GraphQL, owner: Someone, **variables: Any) -> dict[str, Any]:
    data = await api.data(DATA, variables=variables, token=owner.token)
    found: dict[str, Any] = data["viewer"]["allMyData"]
    return found


def nodes(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in found["records"]["edges"]]


async def lines(owner: Someone) -> list[dict[str, Any]]:
    assert owner.enterprise is not None
    return await fetch(
        "SELECT what, purpose_kind, categories FROM access_ledger WHERE enterprise_id = $1 "
        "ORDER BY id",
        owner.enterprise.id,
    )


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    (record, *_) = await records_about(owner)

    assert await api.data(DATA) == {"viewer": None}
    assert await api.data(NODE, variables={"id": record["node"]}) == {"node": None}
    assert await lines(owner) == []


async def test_nobody_elses(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    (record, *_) = await records_about(owner)
    officer = await an_officer(now=clock.now())
    operator = await an_operator(now=clock.now())
    stranger = await an_owner(now=clock.now())

    for other in (officer, operator):
        data = await api.data(DATA, token=other.token)
        assert data["viewer"]["allMyData"] is None
    assert nodes(await held(api, stranger)) == []
    for other in (officer, operator, stranger):
        data = await api.data(NODE, variables={"id": record["node"]}, token=other.token)
        assert data == {"node": None}
    assert await lines(owner) == []


async def test_every_record_is_shown_by_the_lists_own_names(api: GraphQL, owner: Someone) -> None:
    found = await held(api, owner, category="JS-13", first=1)

    assert owner.enterprise is not None
    assert found["enterprise"]["name"] == owner.enterprise.name
    (record,) = nodes(found)
    assert record["category"] == {"code": "JS-13", "name": "住房公积金缴纳情况"}
    assert (record["selfDeclared"], record["current"]) == (False, True)
    values = {field["name"]: field["value"] for field in record["fields"]}
    assert values["统一社会信用代码"] == owner.enterprise.uscc
    node = await api.data(NODE, variables={"id": record["id"]}, token=owner.token)
    assert node["node"] == record
    assert (
        await lines(owner)
        == [{"what": "DATA_READ", "purpose_kind": "OWN", "categories": ["JS-13"]}] * 2
    )


def test_what_was_never_kept_shows_its_name_and_no_value() -> None:
    category = categories_of("CANGZHOU")["CANG-3"]

    found = fields_of(category, {"法定代表人证件类型": "身份证"})

    assert [(one.name, one.value, one.masked) for one in found] == [
        ("法定代表人姓名", "***", True),
        ("法定代表人证件类型", "身份证", False),
        ("法定代表人证件号码", "***", True),
    ]


async def test_counts_name_every_category(api: GraphQL, owner: Someone) -> None:
    counts = (await held(api, owner))["countsByCategory"]

    expected: dict[str, int] = {}
    for record in await records_about(owner):
        expected[record["category"]] = expected.get(record["category"], 0) + 1
    assert {one["category"]["code"]: one["records"] for one in counts} == expected
    assert {one["newestReceivedOn"] for one in counts} <= {
        record["received_on"].isoformat() for record in await records_about(owner)
    }


async def test_a_replaced_version_is_still_shown_and_marked(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    before = len(await records_about(owner))
    clock.advance(timedelta(days=1))
    assert owner.enterprise is not None
    token = await access_token_for(owner.person, owner.membership, now=clock.now())
    owner = Someone(owner.person, owner.membership, token, enterprise=owner.enterprise)
    assert owner.enterprise is not None
    await import_histories([a_history(owner.enterprise, colour="蓝")], clock.now())

    everything = nodes(await held(api, owner, first=100))
    standing = nodes(await held(api, owner, first=100, currentOnly=True))

    replaced = [one for one in everything if not one["current"]]
    assert len(everything) > before
    assert replaced
    assert [one for one in everything if one["current"]] == standing


async def test_pages_lead_through_all_of_them_newest_first(api: GraphQL, owner: Someone) -> None:
    expected = [record["node"] for record in await records_about(owner)]

    first = await held(api, owner, first=5)
    rest = await held(api, owner, first=100, after=first["records"]["edges"][-1]["cursor"])
    back = await held(api, owner, last=5, before=rest["records"]["edges"][0]["cursor"])

    assert [one["id"] for one in nodes(first) + nodes(rest)] == expected
    assert first["records"]["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    assert rest["records"]["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    assert nodes(back) == nodes(first)
    body = await api(DATA, variables={"after": "WyJub3RpY2VzIiwxXQ"}, token=owner.token)
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_page_takes_as_many_queries_as_one_record(api: GraphQL, owner: Someone) -> None:
    """The viewer, the enterprise, the counts, the records, their line, the objections to them."""
    with recorded_queries() as statements:
        found = await held(api, owner, first=100)

    assert len(nodes(found)) > 10
    assert len(statements) == 6, statements


RUNS = """
query ($first: Int, $after: String) { viewer { allMyData { matchRuns(first: $first, after: $after) {
  edges { cursor node { demandId computedAt rulesVersion facts factsDigest } }
  pageInfo { hasNextPage }
} } } }
"""


async def runs(api: GraphQL, token: str | None, **variables: Any) -> list[dict[str, Any]]:
    found = (await api.data(RUNS, variables=variables, token=token))["viewer"]["allMyData"]
    return list(found["matchRuns"]["edges"]) if found else []


async def test_what_its_matches_were_computed_from_is_shown_and_its_digest_can_be_checked(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    await a_product(now=clock.now())
    demands = [await a_demand(owner=owner, now=clock.now()) for _ in range(2)]
    before = await lines(owner)

    newest, *_ = await runs(api, owner.token, first=1)
    (other,) = await runs(api, owner.token, after=newest["cursor"])

    ids = [one["node"]["demandId"] for one in (other, newest)]
    assert ids == [encode_id("demand", demand.id) for demand in demands]
    for one in (other["node"], newest["node"]):
        assert hashlib.sha256(one["facts"].encode()).hexdigest() == one["factsDigest"]
        assert json.loads(one["facts"])["applicant"]["industry"] == "C34"
        assert (one["rulesVersion"], one["computedAt"]) == (
            RULES_VERSION,
            "2026-03-18T04:00:00Z",
        )
    read = (await lines(owner))[len(before) :]
    assert [(line["what"], line["purpose_kind"]) for line in read] == [("DATA_READ", "OWN")] * 2


async def test_nobody_elses_matches(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    await a_product(now=clock.now())
    await a_demand(owner=owner, now=clock.now())
    stranger, officer = await an_owner(now=clock.now()), await an_officer(now=clock.now())

    async with nothing_moves():
        assert await runs(api, stranger.token) == []
        assert await runs(api, officer.token) == []
        assert await api.data(RUNS) == {"viewer": None}
