"""objectionFile: an owner objects to a datum, and readers see that it is disputed."""

from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id, new_id
from sharing.objections.readings import settle_provisional_deadlines, under_objection
from storage.database import execute, fetch
from storage.models import Objection
from tests.conftest import GraphQL
from tests.factories.demands import a_key
from tests.factories.holdings import an_owner_with_records, records_about
from tests.factories.people import Someone, an_officer, an_operator, an_owner
from tests.queries import recorded_queries
from tests.stillness import nothing_moves, queued

OBJECTION = """
  __typename
  ... on Objection {
    id field reason state filedAt handOverDueOn handOverDueIsProvisional late acknowledgement
    enterpriseName category { code } record { id objection { id } }
  }
"""
RESULT = (
    OBJECTION
    + """
  ... on UserError { code message }
  ... on ValidationFailed { fieldErrors { field message } }
"""
)
FILE = f"""
mutation ($input: ObjectionFileInput!) {{ objectionFile(input: $input) {{ {RESULT} }} }}
"""
NODE = f"query ($id: ID!) {{ node(id: $id) {{ {OBJECTION} }} }}"
OWN = """
query ($first: Int, $after: String) { viewer { enterprise {
  objections(first: $first, after: $after) { edges { cursor node { id reason } }
    pageInfo { hasNextPage } }
} } }
"""


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_owner_with_records(clock.now())


async def a_record(owner: Someone, category: str = "JS-13") -> dict[str, Any]:
    return next(one for one in await records_about(owner) if one["category"] == category)


async def filed(
    api: GraphQL, someone: Someone | None, record: str, **changes: Any
) -> dict[str, Any]:
    values = {"recordId": record, "reason": "缴存人数应为 12 人", "idempotencyKey": a_key()}
    data = await api.data(
        FILE, variables={"input": values | changes}, token=someone.token if someone else None
    )
    found: dict[str, Any] = data["objectionFile"]
    return found


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    record = await a_record(owner)
    values = {"recordId": record["node"], "reason": "有误", "idempotencyKey": a_key()}

    async with nothing_moves():
        body = await api(FILE, variables={"input": values})

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_another_owner_an_officer_an_operator(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    record = await a_record(owner)
    values = {"recordId": record["node"], "reason": "有误", "idempotencyKey": a_key()}
    stranger = await an_owner(now=clock.now())
    others = [await an_officer(now=clock.now()), await an_operator(now=clock.now())]

    async with nothing_moves():
        refused = await filed(api, stranger, record["node"])
        bodies = [await api(FILE, variables={"input": values}, token=one.token) for one in others]

    assert refused["code"] == "NOT_FOUND"
    assert [one["errors"][0]["extensions"]["code"] for one in bodies] == ["FORBIDDEN"] * 2


async def test_a_datum_is_disputed_from_then_on(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    record = await a_record(owner)

    found = await filed(api, owner, record["node"], field="缴存人数")

    assert owner.enterprise is not None
    assert found == {
        "__typename": "Objection",
        "id": found["id"],
        "field": "缴存人数",
        "reason": "缴存人数应为 12 人",
        "state": "FILED",
        "filedAt": "2026-03-18T04:00:00Z",
        # Filed on a Wednesday: the second working day behind it is Friday.
        "handOverDueOn": "2026-03-20",
        "handOverDueIsProvisional": False,
        "late": False,
        "acknowledgement": None,
        "enterpriseName": owner.enterprise.name,
        "category": {"code": "JS-13"},
        "record": {"id": record["node"], "objection": {"id": found["id"]}},
    }
    assert await under_objection([record["id"], new_id()]) == {
        record["id"]: frozenset({"缴存人数"})
    }
    assert await queued() == {"ObjectionFiled": 1}
    (line,) = await fetch(
        "SELECT purpose_kind, purpose_id, categories, field_names, person_id FROM access_ledger "
        "WHERE what = 'OBJECTION_FILED'"
    )
    objection = await Objection.get()
    assert line == {
        "purpose_kind": "OWN",
        "purpose_id": objection.id,
        "categories": ["JS-13"],
        "field_names": ["JS-13/缴存人数"],
        "person_id": owner.person.id,
    }


async def test_the_same_key_gives_the_same_objection(api: GraphQL, owner: Someone) -> None:
    record, key = await a_record(owner), a_key()

    first = await filed(api, owner, record["node"], idempotencyKey=key)
    async with nothing_moves():
        again = await filed(api, owner, record["node"], idempotencyKey=key)
        other = await filed(api, owner, record["node"], idempotencyKey=key, reason="不对")

    assert first["id"] == again["id"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_one_open_objection_for_each_record_and_field(api: GraphQL, owner: Someone) -> None:
    record = await a_record(owner)
    await filed(api, owner, record["node"])

    async with nothing_moves():
        again = await filed(api, owner, record["node"])
    of_a_field = await filed(api, owner, record["node"], field="缴存人数")

    assert again["code"] == "NOT_ALLOWED_NOW"
    assert "正在处理" in again["message"]
    assert of_a_field["__typename"] == "Objection"
    assert await under_objection([record["id"]]) == {record["id"]: frozenset()}
    await execute(
        "UPDATE objection SET state = 'REJECTED', handed_over_at = filed_at, acknowledgement = '1'"
    )
    assert await under_objection([record["id"]]) == {}
    assert (await filed(api, owner, record["node"]))["__typename"] == "Objection"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"field": "没有的字段"}, "field"),
        ({"field": ""}, "field"),
        ({"reason": "  "}, "reason"),
        ({"reason": "错" * 501}, "reason"),
        ({"reason": "错\u0301误"}, "reason"),
    ],
)
async def test_what_is_wrong_is_said_by_field(
    api: GraphQL, owner: Someone, changes: dict[str, str], field: str
) -> None:
    record = await a_record(owner)

    async with nothing_moves():
        refused = await filed(api, owner, record["node"], **changes)

    assert [one["field"] for one in refused["fieldErrors"]] == [field]


async def test_only_the_owner_and_the_citys_operators_see_it(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    found = await filed(api, owner, (await a_record(owner))["node"])
    here = await an_operator(now=clock.now())
    strangers = [
        await an_operator(city="CHANGZHOU", now=clock.now()),
        await an_officer(now=clock.now()),
        await an_owner(now=clock.now()),
    ]

    seen = (await api.data(NODE, variables={"id": found["id"]}, token=here.token))["node"]

    assert seen == found | {"record": None}, "an operator sees the objection and not the record"
    for token in [None, *(one.token for one in strangers)]:
        assert await api.data(NODE, variables={"id": found["id"]}, token=token) == {"node": None}


async def test_an_owner_pages_through_the_own_ones(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    records = await records_about(owner)
    for i, record in enumerate(records[:3]):
        await filed(api, owner, record["node"], reason=f"有误 {i}")
    stranger = await an_owner(now=clock.now())

    page = (await api.data(OWN, variables={"first": 2}, token=owner.token))["viewer"]
    cursor = page["enterprise"]["objections"]["edges"][-1]["cursor"]
    with recorded_queries() as statements:
        rest = (await api.data(OWN, variables={"after": cursor}, token=owner.token))["viewer"]
    none = (await api.data(OWN, token=stranger.token))["viewer"]

    reasons = [
        edge["node"]["reason"]
        for each in (page, rest)
        for edge in each["enterprise"]["objections"]["edges"]
    ]
    assert reasons == ["有误 2", "有误 1", "有误 0"]
    # The viewer, the enterprise, the objections.
    assert len(statements) == 3, statements
    assert none["enterprise"]["objections"]["edges"] == []


async def test_a_provisional_deadline_is_settled_when_the_year_is_known(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    record = await a_record(owner)
    found = await filed(api, owner, record["node"])
    await execute("UPDATE objection SET due_is_provisional = true, hand_over_due_on = '2026-03-19'")

    assert await settle_provisional_deadlines() == 1

    node = (await api.data(NODE, variables={"id": found["id"]}, token=owner.token))["node"]
    assert (node["handOverDueOn"], node["handOverDueIsProvisional"]) == ("2026-03-20", False)
    assert encode_id("objection", (await Objection.get()).id) == found["id"]
