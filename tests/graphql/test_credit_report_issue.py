"""creditReportIssue: public data and the level, for the owner and for officers let in."""

import hashlib
import json
from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from sharing.access.download_kinds import open_download
from sharing.consents import revoke
from sharing.grades.report_content import LAYOUT
from storage.database import execute, fetch
from storage.models import Consent, CreditReport
from tests.conftest import GraphQL
from tests.factories.credit import a_graded_owner
from tests.factories.demands import a_demand, a_key, viewer_of
from tests.factories.people import Someone, an_officer, an_operator, an_owner
from tests.graphql.test_enterprise_grade import let_in
from tests.stillness import nothing_moves

ISSUE = """
mutation ($input: CreditReportIssueInput!) {
  creditReportIssue(input: $input) {
    __typename
    ... on CreditReport {
      id issuedAt layout showsLevel digest
      json { url ticket fileName digest }
      pdf { url ticket fileName digest }
    }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field message } }
  }
}
"""
AGAIN = "query ($id: ID!) { node(id: $id) { ... on CreditReport { digest } } }"


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await a_graded_owner(clock, records="5修")


async def issue(
    api: GraphQL, owner: Someone, token: str | None, *, key: str = "", demand: Any = None
) -> dict[str, Any]:
    assert owner.enterprise is not None
    values: dict[str, Any] = {
        "enterpriseId": encode_id("enterprise", owner.enterprise.id),
        "idempotencyKey": key or a_key(),
    }
    if demand is not None:
        values["demandId"] = encode_id("demand", demand.id)
    answer = await api(ISSUE, variables={"input": values}, token=token)
    found: dict[str, Any] = (answer.get("data") or {}).get("creditReportIssue") or answer
    return found


async def fetched(ticket: dict[str, Any], clock: FrozenClock) -> bytes:
    from uuid import UUID

    key = UUID(hex=ticket["url"].rsplit("/", 1)[1])
    download = await open_download(key, ticket["ticket"], clock.now())
    assert download is not None
    return b"".join([chunk async for chunk in download.chunks])


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    async with nothing_moves():
        answer = await issue(api, owner, None)

    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_another_owner_and_an_officer_who_was_not_let_in(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    another = await an_owner(now=clock.now())
    officer = await an_officer(now=clock.now())

    async with nothing_moves():
        for stranger in (another, officer):
            assert (await issue(api, owner, stranger.token))["code"] == "NOT_FOUND"
    operator = await an_operator(now=clock.now())
    async with nothing_moves():
        answer = await issue(api, owner, operator.token)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_fn_06_the_owner_gets_public_data_and_the_level_as_json_and_pdf(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    found = await issue(api, owner, owner.token)

    body = await fetched(found["json"], clock)
    assert hashlib.sha256(body).hexdigest() == found["digest"] == found["json"]["digest"]
    report = json.loads(body)
    assert (report["layout"], found["layout"]) == (LAYOUT, LAYOUT)
    assert (report["grade"]["level"], report["grade"]["chinese"]) == ("FIRST", "一级")
    assert owner.enterprise is not None
    assert report["enterprise"]["uscc"] == owner.enterprise.uscc
    listed = {one["category"] for one in report["sections"] if one["rows"]}
    assert "LOCAL-PUBLIC-RECORD" in listed
    pages = await fetched(found["pdf"], clock)
    assert pages.startswith(b"%PDF")
    assert hashlib.sha256(pages).hexdigest() == found["pdf"]["digest"]


async def test_nothing_that_needs_a_consent_is_in_it(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    found = await issue(api, owner, owner.token)

    text = (await fetched(found["json"], clock)).decode()
    codes = {one["category"] for one in json.loads(text)["sections"]}
    private = {"JS-1", "JS-10", "JS-13", "JS-14", "JS-31", "LOCAL-LOAN", "LOCAL-PERSONAL-CREDIT"}
    assert not codes & private
    assert "2000000" not in text


async def test_an_officer_names_the_demand_that_let_the_bank_in(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    demand = await let_in(owner, officer, clock)
    other = await a_demand(owner=owner, now=clock.now())

    for named in (None, other):
        async with nothing_moves():
            answer = await issue(api, owner, officer.token, demand=named)
            assert [one["field"] for one in answer["fieldErrors"]] == ["demandId"]
    found = await issue(api, owner, officer.token, demand=demand)

    assert found["showsLevel"] is True
    kept = await CreditReport.get()
    assert officer.institution is not None
    assert (kept.institution_id, kept.demand_id) == (officer.institution.id, demand.id)
    (line,) = await fetch("SELECT * FROM access_ledger WHERE what = 'REPORT_ISSUED'")
    assert (line["purpose_kind"], line["purpose_id"]) == ("DEMAND", demand.id)
    assert (line["person_id"], line["allowed"]) == (officer.person.id, True)
    assert "LOCAL-PUBLIC-RECORD" in line["categories"]


async def test_a_report_of_whom_nothing_was_graded_holds_no_level(
    api: GraphQL, clock: FrozenClock
) -> None:
    silent = await an_owner(now=clock.now())

    found = await issue(api, silent, silent.token)

    assert found["showsLevel"] is False
    assert json.loads(await fetched(found["json"], clock))["grade"] is None


async def test_the_same_key_gives_the_same_report_and_only_its_reader_finds_it(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    first = await issue(api, owner, owner.token, key="one-report")
    again = await issue(api, owner, owner.token, key="one-report")

    assert again["id"] == first["id"]
    assert again["json"]["ticket"] != first["json"]["ticket"]
    assert await CreditReport.all().count() == 1
    officer = await an_officer(now=clock.now())
    await let_in(owner, officer, clock)
    for token, seen in ((owner.token, True), (officer.token, False), (None, False)):
        node = (await api.data(AGAIN, variables={"id": first["id"]}, token=token))["node"]
        assert (node is not None) is seen


async def test_a_file_is_fetched_once(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    ticket = (await issue(api, owner, owner.token))["json"]

    await fetched(ticket, clock)

    with pytest.raises(AssertionError):
        await fetched(ticket, clock)


@pytest.mark.parametrize("how", ["consent taken back", "demand withdrawn"])
async def test_au_8_a_bank_sees_a_report_no_longer_than_it_may(
    api: GraphQL, owner: Someone, clock: FrozenClock, how: str
) -> None:
    officer = await an_officer(now=clock.now())
    demand = await let_in(owner, officer, clock)
    found = await issue(api, owner, officer.token, demand=demand, key="the-report")
    if how == "consent taken back":
        consent = await Consent.get(enterprise=owner.enterprise, purpose="GRADING")
        await revoke(viewer_of(owner), consent.id, clock.now())
    else:
        ended = "UPDATE demand SET status = 'WITHDRAWN', ended_at = $2 WHERE id = $1"
        await execute(ended, demand.id, clock.now())

    node = await api.data(AGAIN, variables={"id": found["id"]}, token=officer.token)
    again = await issue(api, owner, officer.token, demand=demand, key="the-report")

    assert node["node"] is None
    assert again["code"] == "NOT_FOUND" if "code" in again else again["fieldErrors"]
    for ticket in (found["json"], found["pdf"]):
        with pytest.raises(AssertionError):
            await fetched(ticket, clock)


async def test_a_later_look_at_a_report_is_a_line_too(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    demand = await let_in(owner, officer, clock)
    found = await issue(api, owner, officer.token, demand=demand)
    written = "SELECT id FROM access_ledger WHERE person_id = $1 AND allowed AND purpose_id = $2"
    before = len(await fetch(written, officer.person.id, demand.id))

    await api.data(AGAIN, variables={"id": found["id"]}, token=officer.token)

    assert len(await fetch(written, officer.person.id, demand.id)) == before + 1
