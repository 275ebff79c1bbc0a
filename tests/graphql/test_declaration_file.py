"""declarationFile: an owner's own statement, with a signed commitment, marked as such."""

from typing import Any

import pytest

from foundation import receipts
from foundation.city import cities
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id, new_id
from foundation.tokens import signing_keys
from sharing.lists import list_versions
from storage.database import fetch
from storage.models import CreditRecord, Declaration, ImportBatch
from tests.conftest import GraphQL
from tests.factories.credit import a_graded_owner
from tests.factories.people import Someone, an_enterprise, an_officer, an_owner
from tests.stillness import nothing_moves, queued

FILE = """
mutation ($input: DeclarationFileInput!) {
  declarationFile(input: $input) {
    __typename
    ... on Declaration {
      id category { code selfDeclared ours } values { field value } commitmentVersion filedAt
      recordId receipt
    }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field message } }
  }
}
"""
LIST = """
query ($id: ID!, $first: Int) {
  declarations(enterpriseId: $id, first: $first) {
    edges { node { id } } pageInfo { hasNextPage }
  }
}
"""
GRADE = "{ viewer { enterprise { grade { level indicators { number letter value } } } } }"
STAFF = {"field": "从业人员（人）", "value": "35"}
DAY = {"field": "数据截止日期", "value": "2026-02-28"}


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_owner(now=clock.now())


def a_statement(owner: Someone, **changes: Any) -> dict[str, Any]:
    assert owner.enterprise is not None
    commitment = cities()[owner.enterprise.city].commitment
    assert commitment is not None
    return {
        "enterpriseId": encode_id("enterprise", owner.enterprise.id),
        "category": "LOCAL-DECLARED-SIZE",
        "values": [DAY, STAFF],
        "commitmentVersion": commitment.version,
        "idempotencyKey": f"declare-{new_id().hex}",
    } | changes


async def file(api: GraphQL, owner: Someone, **changes: Any) -> dict[str, Any]:
    wanted = {"input": a_statement(owner, **changes)}
    answer: dict[str, Any] = await api.data(FILE, variables=wanted, token=owner.token)
    result: dict[str, Any] = answer["declarationFile"]
    return result


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    async with nothing_moves():
        body = await api(FILE, variables={"input": a_statement(owner)})

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_another_enterprises_owner_and_an_officer(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    stranger, officer = await an_owner(now=clock.now()), await an_officer(now=clock.now())
    wanted = {"input": a_statement(owner)}

    async with nothing_moves():
        foreign = await api.data(FILE, variables=wanted, token=stranger.token)
        body = await api(FILE, variables=wanted, token=officer.token)

    assert foreign["declarationFile"]["__typename"] == "NotFound"
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_before_real_name_nothing_is_stated(api: GraphQL, clock: FrozenClock) -> None:
    unverified = await an_owner(real_name=False, now=clock.now())

    async with nothing_moves():
        answer = await file(api, unverified)

    assert answer["code"] == "NOT_VERIFIED"


async def test_a_statement_is_kept_marked_and_receipted(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    assert owner.enterprise is not None
    answer = await file(api, owner)

    assert answer["__typename"] == "Declaration"
    category = {"code": "LOCAL-DECLARED-SIZE", "selfDeclared": True, "ours": True}
    assert answer["category"] == category
    stated = {one["field"]: one["value"] for one in answer["values"]}
    assert stated == {
        "统一社会信用代码": owner.enterprise.uscc,
        "数据截止日期": "2026-02-28",
        "从业人员（人）": "35",
    }
    claims = receipts.read(signing_keys().ring().jwks(), "declaration", answer["receipt"])
    assert claims["values"] == stated
    assert claims["commitment"] == "jiangyin-commitment-2026-11"
    assert len(claims["commitment_sha256"]) == 64
    record = await CreditRecord.get()
    assert encode_id("credit_record", record.id) == answer["recordId"]
    assert (record.category, record.uscc) == ("LOCAL-DECLARED-SIZE", owner.enterprise.uscc)
    batch = await ImportBatch.get()
    assert (batch.provider, batch.accepted) == ("企业自愿填报", 1)
    assert batch.finished_at is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category": "JS-13"}, "category"),
        ({"category": "LOCAL-DECLARED-NOTHING"}, "category"),
        ({"commitmentVersion": "old"}, "commitmentVersion"),
        ({"values": []}, "values"),
        ({"values": [STAFF]}, "values"),
        ({"values": [DAY, {"field": "从业人员（人）", "value": "-1"}]}, "values.1.value"),
        ({"values": [DAY, {"field": "从业人员（人）", "value": "=1+1"}]}, "values.1.value"),
        ({"values": [{"field": "数据截止日期", "value": "2026-12-31"}]}, "values.0.value"),
        ({"values": [DAY, {"field": "没有的项", "value": "1"}]}, "values.1.field"),
        ({"values": [DAY, STAFF, STAFF]}, "values.2.field"),
        ({"values": [DAY, {"field": "统一社会信用代码", "value": "x"}]}, "values.1.field"),
        ({"values": [DAY, {"field": "从业人员（人）", "value": "1" * 501}]}, "values.1.value"),
    ],
)
async def test_what_does_not_hold_is_named(
    api: GraphQL, owner: Someone, changes: dict[str, Any], field: str
) -> None:
    async with nothing_moves():
        answer = await file(api, owner, **changes)

    assert answer["__typename"] == "ValidationFailed"
    assert [one["field"] for one in answer["fieldErrors"]] == [field]


async def test_the_same_key_files_once(api: GraphQL, owner: Someone) -> None:
    first = await file(api, owner, idempotencyKey="declare-once")
    async with nothing_moves():
        again = await file(api, owner, idempotencyKey="declare-once")
        other = await file(api, owner, idempotencyKey="declare-once", values=[DAY])

    assert again["id"] == first["id"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_only_the_owner_reads_what_was_stated(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    assert owner.enterprise is not None
    ids = [(await file(api, owner))["id"] for _ in range(3)]
    stranger = await an_owner(now=clock.now())
    wanted = {"id": encode_id("enterprise", owner.enterprise.id), "first": 2}

    own = await api.data(LIST, variables=wanted, token=owner.token)
    foreign = await api.data(LIST, variables=wanted, token=stranger.token)
    node = "query ($id: ID!) { node(id: $id) { id } }"

    assert [edge["node"]["id"] for edge in own["declarations"]["edges"]] == ids[:0:-1]
    assert own["declarations"]["pageInfo"]["hasNextPage"] is True
    assert foreign["declarations"]["edges"] == []
    assert (await api.data(node, variables={"id": ids[0]}, token=stranger.token))["node"] is None
    found = (await api.data(node, variables={"id": ids[0]}, token=owner.token))["node"]
    assert found == {"id": ids[0]}


async def test_a_statement_changes_no_grade_and_no_profile(
    api: GraphQL, clock: FrozenClock
) -> None:
    owner = await a_graded_owner(clock, with_peers=False)
    before = await api.data(GRADE, token=owner.token)
    facts = await queued()
    [profile] = await fetch("SELECT * FROM enterprise WHERE id = $1", owner.enterprise.id)  # type: ignore[union-attr]

    await file(api, owner)

    assert await api.data(GRADE, token=owner.token) == before
    assert await queued() == facts
    [after] = await fetch("SELECT * FROM enterprise WHERE id = $1", owner.enterprise.id)  # type: ignore[union-attr]
    assert after == profile
    assert await Declaration.all().count() == 1


SIZE = "{ viewer { enterprise { size sizeDetail { size missing withDeclared } } } }"


async def test_what_the_registry_lacks_is_shown_apart_with_what_was_stated(
    api: GraphQL, clock: FrozenClock
) -> None:
    enterprise = await an_enterprise(employees=None, annual_revenue=None, now=clock.now())
    owner = await an_owner(enterprise=enterprise, now=clock.now())
    before = (await api.data(SIZE, token=owner.token))["viewer"]["enterprise"]
    revenue = {"field": "上年营业收入（元）", "value": "8000000"}

    await file(api, owner, values=[DAY, STAFF, revenue])

    after = (await api.data(SIZE, token=owner.token))["viewer"]["enterprise"]
    assert before["sizeDetail"]["withDeclared"] is None
    assert after["sizeDetail"]["withDeclared"] == "SMALL"
    assert after["size"] == after["sizeDetail"]["size"] == before["size"] == "UNKNOWN"


async def test_what_the_registry_has_is_not_overwritten(api: GraphQL, owner: Someone) -> None:
    await file(api, owner, values=[DAY, {"field": "从业人员（人）", "value": "5000"}])

    found = (await api.data(SIZE, token=owner.token))["viewer"]["enterprise"]

    assert found["sizeDetail"]["withDeclared"] is None


def test_no_rule_reads_what_owners_state() -> None:
    declared = [
        category
        for versions in list_versions().values()
        for version in versions
        for category in version.categories
        if category.code.startswith("LOCAL-DECLARED-")
    ]

    assert len(declared) == 3
    assert {category.feeds for category in declared} == {""}
