"""creditCode: the grade behind a 苏信码, while the enterprise's owner agrees and no longer."""

import base64
from datetime import date, timedelta
from typing import Any

import pytest

from foundation.city import cities
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from sharing.credit_code import code_of
from storage.database import fetch
from storage.models import Consent
from tests.conftest import GraphQL
from tests.factories.credit import a_graded_owner
from tests.factories.demands import a_key
from tests.factories.people import Someone, an_officer, an_owner
from tests.stillness import nothing_moves

GRANT = """
mutation ($input: ConsentGrantInput!) {
  consentGrant(input: $input) {
    __typename
    ... on Consent { id state creditCode receipt }
    ... on ValidationFailed { fieldErrors { field message } }
  }
}
"""
REVOKE = """
mutation ($id: ID!) {
  consentRevoke(id: $id) { ... on Consent { id state creditCode } }
}
"""
SHOWN = "query ($code: String!) { creditCode(code: $code) { enterpriseName uscc city level asOf } }"
ENTRIES = """
query ($id: ID!) {
  node(id: $id) {
    ... on Enterprise { accessEntries(first: 5) { edges { node { readerName explanation } } } }
  }
}
"""


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await a_graded_owner(clock)


async def agree(api: GraphQL, owner: Someone, until: date | None = None) -> dict[str, Any]:
    city = owner.enterprise.city
    version = cities()[city].consent_text("CREDIT_CODE").version if city != "CANGZHOU" else "1"
    values = {
        "enterpriseId": encode_id("enterprise", owner.enterprise.id),
        "purpose": "CREDIT_CODE",
        "textVersion": version,
        "until": until and until.isoformat(),
        "idempotencyKey": a_key(),
    }
    answer = await api.data(GRANT, variables={"input": values}, token=owner.token)
    found: dict[str, Any] = answer["consentGrant"]
    return found


async def shown(api: GraphQL, code: str, token: str | None = None) -> Any:
    return (await api.data(SHOWN, variables={"code": code}, token=token))["creditCode"]


async def lines() -> list[dict[str, Any]]:
    return await fetch(
        "SELECT role, person_id, consent_id, allowed, refusal FROM access_ledger"
        " WHERE purpose_kind = 'CREDIT_CODE' ORDER BY id"
    )


async def test_au_13_whoever_scans_the_code_sees_the_level_while_the_owner_agrees(
    api: GraphQL, owner: Someone
) -> None:
    consent = await agree(api, owner)

    card = await shown(api, consent["creditCode"])

    enterprise = owner.enterprise
    assert card == {
        "enterpriseName": enterprise.name,
        "uscc": enterprise.uscc,
        "city": "JIANGYIN",
        "level": card["level"],
        "asOf": "2026-03-18",
    }
    assert card["level"] not in ("UNRATED", "NOT_CERTIFIED")
    (line,) = await lines()
    assert (line["role"], line["person_id"], line["allowed"]) == ("VISITOR", None, True)
    assert encode_id("consent", line["consent_id"]) == consent["id"]


async def test_au_13_without_the_consent_the_code_shows_nothing_and_the_look_is_noted(
    api: GraphQL, owner: Someone
) -> None:
    code = code_of(owner.enterprise.id)

    async with nothing_moves():
        assert await shown(api, code) is None

    (line,) = await lines()
    assert (line["role"], line["allowed"], line["refusal"]) == ("VISITOR", False, "NO_CONSENT")


async def test_a_code_goes_dark_when_the_consent_is_taken_back_and_comes_back_with_it(
    api: GraphQL, owner: Someone
) -> None:
    consent = await agree(api, owner)
    code = consent["creditCode"]

    taken = await api.data(REVOKE, variables={"id": consent["id"]}, token=owner.token)

    assert taken["consentRevoke"]["creditCode"] is None
    assert await shown(api, code) is None
    assert (await agree(api, owner))["creditCode"] == code
    assert await shown(api, code) is not None
    assert [line["refusal"] for line in await lines()] == ["CONSENT_REVOKED", None]


async def test_a_code_goes_dark_behind_the_consents_last_day(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    code = (await agree(api, owner, until=date(2026, 3, 19)))["creditCode"]

    clock.advance(timedelta(days=1))
    assert await shown(api, code) is not None
    clock.advance(timedelta(days=1))
    assert await shown(api, code) is None
    assert [line["refusal"] for line in await lines()] == [None, "CONSENT_EXPIRED"]


async def test_it_shows_no_grade_that_rests_on_a_grading_consent_taken_back(
    api: GraphQL, owner: Someone
) -> None:
    code = (await agree(api, owner))["creditCode"]
    grading = await Consent.get(enterprise=owner.enterprise, purpose="GRADING")
    await api.data(REVOKE, variables={"id": encode_id("consent", grading.id)}, token=owner.token)

    card = await shown(api, code)

    assert card["level"] == "UNRATED"


async def test_what_is_no_code_shows_nothing_and_leaves_no_line(
    api: GraphQL, owner: Someone
) -> None:
    code = (await agree(api, owner))["creditCode"]
    body = base64.urlsafe_b64decode(code)
    forged = base64.urlsafe_b64encode(body[:-1] + bytes([body[-1] ^ 1])).decode()
    stranger = base64.urlsafe_b64encode(b"\0" * 24).decode()

    for text in ("", "x", forged, stranger, code + "=", code[:-1], "码" * 32, "A" * 5000):
        assert await shown(api, text) is None
    assert await lines() == []


async def test_a_code_that_a_request_asks_for_many_times_is_one_look(
    api: GraphQL, owner: Someone
) -> None:
    code = (await agree(api, owner))["creditCode"]
    fields = " ".join(f"a{number}: creditCode(code: $code) {{ level }}" for number in range(20))

    found = await api.data(f"query ($code: String!) {{ {fields} }}", variables={"code": code})

    assert len({card["level"] for card in found.values()}) == 1
    assert len(await lines()) == 1


async def test_a_request_looks_at_three_codes_at_most(
    api: GraphQL, clock: FrozenClock, owner: Someone
) -> None:
    codes = [code_of((await an_owner(now=clock.now())).enterprise.id) for _ in range(3)]
    codes.append((await agree(api, owner))["creditCode"])
    fields = " ".join(
        f'a{number}: creditCode(code: "{code}") {{ level }}' for number, code in enumerate(codes)
    )

    found = await api.data(f"{{ {fields} }}")

    assert found["a3"] is None
    assert len(await lines()) == 3


async def test_the_owner_sees_that_somebody_scanned_it(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    code = (await agree(api, owner))["creditCode"]
    stranger = await an_officer(now=clock.now())
    await shown(api, code, stranger.token)

    variables = {"id": encode_id("enterprise", owner.enterprise.id)}
    found = await api.data(ENTRIES, variables=variables, token=owner.token)

    newest = found["node"]["accessEntries"]["edges"][0]["node"]
    assert newest["readerName"] == "扫码的人"
    assert newest["explanation"] == "扫码的人查看信用等级，用途：通过苏信码展示信用等级。"


async def test_one_consent_to_it_is_active_at_a_time(api: GraphQL, owner: Someone) -> None:
    await agree(api, owner)

    async with nothing_moves():
        again = await agree(api, owner)

    assert again["fieldErrors"][0]["field"] == "purpose"


async def test_a_city_outside_jiangsu_has_none(api: GraphQL, clock: FrozenClock) -> None:
    owner = await an_owner(now=clock.now(), city="CANGZHOU")

    async with nothing_moves():
        answer = await agree(api, owner)

    assert answer["fieldErrors"] == [{"field": "purpose", "message": "所在城市没有这项授权"}]
