"""dataExport: everything held about an enterprise, as one file, once."""

import hashlib
import json
from typing import Any

import httpx2
import pytest

from foundation import receipts
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from foundation.tokens import signing_keys
from storage.database import execute, fetch
from tests.conftest import GraphQL
from tests.factories.credit import a_grading_consent
from tests.factories.demands import a_demand, a_key, an_offer
from tests.factories.holdings import an_owner_with_records, records_about
from tests.factories.people import Someone, an_officer, an_owner
from tests.factories.products import a_product
from tests.graphql.test_objection_file import filed
from tests.stillness import nothing_moves

EXPORT = """
mutation ($input: DataExportInput!) { dataExport(input: $input) {
  __typename
  ... on DownloadTicket { url ticket fileName digest expiresAt }
  ... on UserError { code message }
} }
"""


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_owner_with_records(clock.now())


def wish(owner: Someone, **changes: str) -> dict[str, Any]:
    assert owner.enterprise is not None
    values = {
        "enterpriseId": encode_id("enterprise", owner.enterprise.id),
        "idempotencyKey": a_key(),
    }
    return {"input": values | changes}


async def exported(api: GraphQL, owner: Someone, **changes: str) -> dict[str, Any]:
    data = await api.data(EXPORT, variables=wish(owner, **changes), token=owner.token)
    found: dict[str, Any] = data["dataExport"]
    return found


async def fetched(api: GraphQL, ticket: dict[str, Any]) -> httpx2.Response:
    return await api.client.get(
        ticket["url"], headers={"authorization": f"Ticket {ticket['ticket']}"}
    )


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    async with nothing_moves():
        body = await api(EXPORT, variables=wish(owner))

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_nobody_elses(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    stranger = await an_owner(now=clock.now())
    officer = await an_officer(now=clock.now())

    async with nothing_moves():
        data = await api.data(EXPORT, variables=wish(owner), token=stranger.token)
        body = await api(EXPORT, variables=wish(owner), token=officer.token)

    assert data["dataExport"]["code"] == "NOT_FOUND"
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_the_file_holds_everything_and_has_the_promised_digest(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    await a_grading_consent(owner, clock.now())
    officer = await an_officer(now=clock.now())
    product = await a_product(institution=officer.institution, now=clock.now())
    demand = await a_demand(owner=owner, now=clock.now())
    await an_offer(demand=demand, officer=officer, product=product, now=clock.now())
    records = await records_about(owner)
    await filed(api, owner, records[0]["node"])

    ticket = await exported(api, owner)
    answer = await fetched(api, ticket)

    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == ticket["digest"]
    assert ticket["fileName"] == "融桥-企业信息-2026-03-18.json"
    body = json.loads(answer.content)
    assert owner.enterprise is not None
    assert officer.institution is not None
    assert body["format"] == "rongqiao own data 1"
    assert body["enterprise"]["uscc"] == owner.enterprise.uscc
    assert [one["id"] for one in body["records"]] == [str(one["id"]) for one in records]
    assert {one["purpose"] for one in body["consents"]} >= {"GRADING", "PUBLISH_DEMAND"}
    assert body["grades"][-1]["indicators"]
    jwks = signing_keys().ring().jwks()
    receipt = receipts.read(jwks, "grade", body["grades"][-1]["receipt"])
    assert receipt["enterprise"]["uscc"] == owner.enterprise.uscc
    for one in body["consents"]:
        assert receipts.read(jwks, "consent", one["receipt"])["purpose"] == one["purpose"]
    assert body["objections"][0]["reason"] == "缴存人数应为 12 人"
    assert body["demands"][0]["id"] == str(demand.id)
    (run,) = body["match_runs"]
    assert run["demand_id"] == str(demand.id)
    plain = json.dumps(run["facts"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(plain.encode()).hexdigest() == run["facts_digest"]
    assert (body["credit_reports"], body["whitelist_entries"], body["grade_figures"]) == ([],) * 3
    assert body["offers"][0]["institution"] == officer.institution.name
    rows = await fetch(
        "SELECT id FROM access_ledger WHERE enterprise_id = $1 ORDER BY id", owner.enterprise.id
    )
    # The line of this export itself enters the chain with the file, so it stands in the next one.
    assert [one["line_id"] for one in body["access_entries"]] == [row["id"] for row in rows[:-1]]
    assert (await fetched(api, ticket)).status_code == 404, "once"


async def test_somebody_elses_data_is_not_in_it(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    other = await an_owner_with_records(clock.now())
    await a_demand(owner=other, now=clock.now())
    await filed(api, other, (await records_about(other))[0]["node"])
    assert other.enterprise is not None

    content = (await fetched(api, await exported(api, owner))).content.decode()

    assert other.enterprise.uscc not in content
    assert str(other.enterprise.id) not in content
    assert json.loads(content)["demands"] == []
    assert json.loads(content)["match_runs"] == []


async def test_the_same_key_gives_a_new_ticket_for_the_same_file(
    api: GraphQL, owner: Someone
) -> None:
    key = a_key()

    first = await exported(api, owner, idempotencyKey=key)
    again = await exported(api, owner, idempotencyKey=key)

    assert first["digest"] == again["digest"]
    assert first["ticket"] != again["ticket"]
    contents = [(await fetched(api, one)).content for one in (first, again)]
    assert contents[0] == contents[1] != b""
    assert len(await fetch("SELECT 1 FROM access_ledger WHERE what = 'DATA_EXPORTED'")) == 1


async def test_a_new_file_takes_the_place_of_the_one_before(api: GraphQL, owner: Someone) -> None:
    key = a_key()
    first = await exported(api, owner, idempotencyKey=key)

    second = await exported(api, owner)

    assert (await fetched(api, first)).status_code == 404
    assert (await fetched(api, second)).status_code == 200
    assert (await exported(api, owner, idempotencyKey=key))["code"] == "NOT_FOUND"
    assert len(await fetch("SELECT 1 FROM data_export")) == 1


async def test_a_long_history_is_written_in_parts(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    assert owner.enterprise is not None
    await execute(
        "INSERT INTO access_ledger (at, role, enterprise_id, what, purpose_kind, allowed) "
        "SELECT now(), 'PLATFORM', $1, 'GRADE_READ', 'DEMAND', true FROM generate_series(1, 1200)",
        owner.enterprise.id,
    )

    answer = await fetched(api, await exported(api, owner))

    assert len(json.loads(answer.content)["access_entries"]) == 1200
    parts = await fetch("SELECT number FROM data_export_part ORDER BY number")
    assert len(parts) > 1
