"""publicBatchIssue: public information by district and industry, with receipts and ledger lines."""

import hashlib
import json
from typing import Any

import pytest

from foundation import receipts
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id, new_id
from foundation.tokens import signing_keys
from sharing.public_batches import content
from sharing.public_batches.content import public_codes
from storage.database import fetch
from storage.models import PublicBatch
from storage.models.institution import InstitutionStatus
from tests.conftest import GraphQL
from tests.factories.credit import a_history, import_histories
from tests.factories.people import (
    Someone,
    an_enterprise,
    an_institution,
    an_officer,
    an_operator,
    an_owner,
)
from tests.stillness import nothing_moves

ISSUE = """
mutation ($input: PublicBatchIssueInput!) {
  publicBatchIssue(input: $input) {
    __typename
    ... on PublicBatch {
      id institution { name } district { code } industry { code } enterpriseCount rowCount hasMore
      digest issuedAt receipt
    }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field } }
  }
}
"""
DOWNLOAD = """
mutation ($id: ID!) {
  publicBatchDownload(id: $id) {
    __typename
    ... on DownloadTicket { url ticket fileName digest }
    ... on UserError { code }
  }
}
"""
LIST = "{ publicBatches { edges { node { id } } } }"
DISTRICT = "320281400"


@pytest.fixture
async def operator(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_operator(now=clock.now())


@pytest.fixture
async def officer(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_officer(now=clock.now())


def a_wish(officer: Someone, **changes: Any) -> dict[str, Any]:
    assert officer.institution is not None
    return {
        "institutionId": encode_id("institution", officer.institution.id),
        "district": DISTRICT,
        "industry": "C",
        "idempotencyKey": f"batch-{new_id().hex}",
    } | changes


async def issue(api: GraphQL, who: Someone, wish: dict[str, Any]) -> dict[str, Any]:
    answer = await api.data(ISSUE, variables={"input": wish}, token=who.token)
    result: dict[str, Any] = answer["publicBatchIssue"]
    return result


async def fetched(api: GraphQL, who: Someone, batch_id: str) -> bytes:
    answer = await api.data(DOWNLOAD, variables={"id": batch_id}, token=who.token)
    ticket = answer["publicBatchDownload"]
    assert ticket["__typename"] == "DownloadTicket", ticket
    headers = {"authorization": f"Ticket {ticket['ticket']}"}
    answer = await api.client.get(ticket["url"], headers=headers)
    assert answer.status_code == 200
    assert (await api.client.get(ticket["url"], headers=headers)).status_code == 404
    body: bytes = answer.content
    assert hashlib.sha256(body).hexdigest() == ticket["digest"]
    return body


async def test_anonymous_and_other_roles(
    api: GraphQL, officer: Someone, clock: FrozenClock
) -> None:
    owner = await an_owner(now=clock.now())
    wanted = {"input": a_wish(officer)}

    async with nothing_moves():
        nobody = await api(ISSUE, variables=wanted)
        bank = await api(ISSUE, variables=wanted, token=officer.token)
        firm = await api(ISSUE, variables=wanted, token=owner.token)

    codes = [body["errors"][0]["extensions"]["code"] for body in (nobody, bank, firm)]
    assert codes == ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN"]


async def test_public_rows_alone_are_handed_out_with_a_receipt_and_a_line_each(
    api: GraphQL, operator: Someone, officer: Someone, clock: FrozenClock
) -> None:
    now = clock.now()
    firms = [await an_enterprise(now=now) for _ in range(2)]
    await an_enterprise(industry="G54", now=now)
    await an_enterprise(city="CHANGZHOU", now=now)
    await import_histories([a_history(one, policy="鼓励") for one in firms], now)

    answer = await issue(api, operator, a_wish(officer))

    assert answer["__typename"] == "PublicBatch", answer
    assert (answer["enterpriseCount"], answer["hasMore"]) == (2, False)
    body = await fetched(api, officer, answer["id"])
    assert hashlib.sha256(body).hexdigest() == answer["digest"]
    lines = [json.loads(line) for line in body.decode().splitlines()]
    assert {line["统一社会信用代码"] for line in lines} == {one.uscc for one in firms}
    codes = {row["类别"] for line in lines for row in line["公开信息"]}
    assert "LOCAL-POLICY-CLASS" in codes
    assert codes <= public_codes("JIANGYIN")
    assert not codes & {"JS-1", "JS-13", "JS-10", "JS-14", "LOCAL-LOAN", "LOCAL-PERSONAL-CREDIT"}
    assert answer["rowCount"] == sum(len(line["公开信息"]) for line in lines)
    claims = receipts.read(signing_keys().ring().jwks(), "public_batch", answer["receipt"])
    assert claims["file_sha256"] == answer["digest"]
    batch = await PublicBatch.get()
    rows = await fetch(
        "SELECT enterprise_id, purpose_kind, purpose_id, institution_id, allowed"
        " FROM access_ledger WHERE what = 'BATCH_EXPORTED'"
    )
    assert {row["enterprise_id"] for row in rows} == {one.id for one in firms}
    assert {(row["purpose_kind"], row["purpose_id"]) for row in rows} == {("BATCH", batch.id)}
    assert {row["institution_id"] for row in rows} == {batch.institution_id}


async def test_a_batch_is_bounded_and_the_next_one_goes_on(
    api: GraphQL,
    operator: Someone,
    officer: Someone,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(content, "MAX_ENTERPRISES", 2)
    firms = sorted([(await an_enterprise(now=clock.now())).uscc for _ in range(3)])

    first = await issue(api, operator, a_wish(officer))
    second = await issue(api, operator, a_wish(officer, afterId=first["id"]))

    assert (first["enterpriseCount"], first["hasMore"]) == (2, True)
    assert (second["enterpriseCount"], second["hasMore"]) == (1, False)
    bodies = [await fetched(api, officer, one["id"]) for one in (first, second)]
    found = [
        json.loads(line)["统一社会信用代码"]
        for body in bodies
        for line in body.decode().splitlines()
    ]
    assert found == firms


async def test_where_much_is_public_a_batch_has_fewer_enterprises_and_all_of_each(
    api: GraphQL,
    operator: Someone,
    officer: Someone,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    firms = sorted([(await an_enterprise(now=clock.now())) for _ in range(4)], key=lambda f: f.uscc)
    await import_histories([a_history(one, colour="绿") for one in firms], clock.now())
    whole = await issue(api, operator, a_wish(officer))
    assert whole["enterpriseCount"] == 4
    monkeypatch.setattr(content, "MAX_ROWS", whole["rowCount"] // 2)

    batches = [await issue(api, operator, a_wish(officer))]
    while batches[-1]["hasMore"]:
        batches.append(await issue(api, operator, a_wish(officer, afterId=batches[-1]["id"])))

    assert len(batches) > 1
    assert sum(one["enterpriseCount"] for one in batches) == 4
    assert sum(one["rowCount"] for one in batches) == whole["rowCount"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"district": "320402"}, "district"), ({"industry": "Z9"}, "industry")],
)
async def test_what_does_not_exist_here_is_named(
    api: GraphQL, operator: Someone, officer: Someone, changes: dict[str, Any], field: str
) -> None:
    async with nothing_moves():
        answer = await issue(api, operator, a_wish(officer, **changes))

    assert [one["field"] for one in answer["fieldErrors"]] == [field]


async def test_who_is_not_let_in_or_unknown_gets_nothing(
    api: GraphQL, operator: Someone, officer: Someone, clock: FrozenClock
) -> None:
    out = await an_institution(status=InstitutionStatus.SUSPENDED, now=clock.now())
    suspended = encode_id("institution", out.id)
    unknown = encode_id("institution", new_id())
    other = await issue(api, operator, a_wish(officer, industry="C34"))

    async with nothing_moves():
        put_out = await issue(api, operator, a_wish(officer, institutionId=suspended))
        missing = await issue(api, operator, a_wish(officer, institutionId=unknown))
        after_another = await issue(api, operator, a_wish(officer, afterId=other["id"]))

    assert put_out["code"] == "NOT_ALLOWED_NOW"
    assert (missing["code"], after_another["code"]) == ("NOT_FOUND", "NOT_FOUND")


async def test_the_same_key_gives_the_same_batch(
    api: GraphQL, operator: Someone, officer: Someone
) -> None:
    wish = a_wish(officer, idempotencyKey="batch-once")
    first = await issue(api, operator, wish)
    async with nothing_moves():
        again = await issue(api, operator, wish)
        other = await issue(api, operator, wish | {"industry": "C34"})

    assert again["id"] == first["id"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_another_institution_and_another_citys_operator_see_nothing(
    api: GraphQL, operator: Someone, officer: Someone, clock: FrozenClock
) -> None:
    batch_id = (await issue(api, operator, a_wish(officer)))["id"]
    stranger = await an_officer(now=clock.now())
    elsewhere = await an_operator(city="CHANGZHOU", now=clock.now())
    node = "query ($id: ID!) { node(id: $id) { id } }"

    async with nothing_moves():
        refused = await api.data(DOWNLOAD, variables={"id": batch_id}, token=stranger.token)
        operators = await api(DOWNLOAD, variables={"id": batch_id}, token=operator.token)
    for who in (stranger, elsewhere):
        assert (await api.data(LIST, token=who.token))["publicBatches"]["edges"] == []
        assert (await api.data(node, variables={"id": batch_id}, token=who.token))["node"] is None

    assert refused["publicBatchDownload"]["code"] == "NOT_FOUND"
    assert operators["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    for who in (officer, operator):
        edges = (await api.data(LIST, token=who.token))["publicBatches"]["edges"]
        assert [edge["node"]["id"] for edge in edges] == [batch_id]
