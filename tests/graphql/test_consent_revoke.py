"""consentRevoke: the owner takes a consent back, and the next reading shows it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from foundation.clock import FrozenClock, day_in_shanghai
from foundation.identifiers import encode_id, new_id
from storage.models import Consent, Grade
from storage.models.consent import ConsentPurpose
from tests.conftest import GraphQL
from tests.factories.credit import a_graded_owner, a_grading_consent
from tests.factories.demands import a_demand
from tests.factories.people import Someone, access_token_for, an_officer, an_owner
from tests.stillness import nothing_moves, queued

REVOKE = """
mutation ($id: ID!) {
  consentRevoke(id: $id) {
    __typename
    ... on Consent { id revokedAt }
    ... on UserError { code message }
  }
}
"""

GRADE = "{ viewer { enterprise { registration grade { level reasonCode } } } }"
NODE = "query ($id: ID!) { node(id: $id) { ... on Consent { id purpose } } }"


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await a_graded_owner(clock)


async def id_of(owner: Someone) -> str:
    grading = Consent.get(enterprise=owner.enterprise, purpose=ConsentPurpose.GRADING)
    return encode_id("consent", (await grading).id)


async def revoke(api: GraphQL, owner: Someone, consent_id: str) -> dict[str, Any]:
    answer = await api.data(REVOKE, variables={"id": consent_id}, token=owner.token)
    result: dict[str, Any] = answer["consentRevoke"]
    return result


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    async with nothing_moves():
        body = await api(REVOKE, variables={"id": await id_of(owner)})

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_another_enterprises_owner(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    stranger = await an_owner(now=clock.now())
    consent_id = await id_of(owner)

    async with nothing_moves():
        answer = await revoke(api, stranger, consent_id)
        node = await api.data(NODE, variables={"id": consent_id}, token=stranger.token)

    assert answer["__typename"] == "NotFound"
    assert node["node"] is None


async def test_an_officer_may_not(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    officer = await an_officer(now=clock.now())

    async with nothing_moves():
        body = await api(REVOKE, variables={"id": await id_of(owner)}, token=officer.token)

    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_the_next_reading_shows_that_nothing_is_authorised(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    before = await queued()

    answer = await revoke(api, owner, await id_of(owner))

    assert answer["__typename"] == "Consent"
    assert answer["revokedAt"] == "2026-03-18T04:00:00Z"
    enterprise = (await api.data(GRADE, token=owner.token))["viewer"]["enterprise"]
    assert enterprise == {
        "registration": "REAL_NAME_VERIFIED",
        "grade": {"level": "UNRATED", "reasonCode": "AUTHORISE_TO_BE_GRADED"},
    }
    after = await queued()
    assert after["ConsentRevoked"] == 1
    assert after["GradeChanged"] == before["GradeChanged"] + 1
    former = await Grade.filter(enterprise=owner.enterprise).order_by("computed_at", "id").first()
    assert former is not None
    assert former.superseded_at == clock.now()
    assert len(former.indicators) == 13


async def test_a_revoked_or_ended_consent_cannot_be_revoked(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    consent_id = await id_of(owner)
    await revoke(api, owner, consent_id)
    async with nothing_moves():
        again = await revoke(api, owner, consent_id)
    today = day_in_shanghai(clock.now())
    shorter = await a_grading_consent(owner, clock.now(), until=today)
    clock.advance(timedelta(days=1))
    token = await access_token_for(owner.person, owner.membership, now=clock.now())
    async with nothing_moves():
        ended = await revoke(api, replace(owner, token=token), encode_id("consent", shorter.id))

    assert (ended["code"], ended["message"]) == ("NOT_ALLOWED_NOW", "这项授权已经到期")
    assert (again["code"], again["message"]) == ("NOT_ALLOWED_NOW", "这项授权已经撤回")


async def test_a_consent_that_ends_with_its_demand_is_not_revoked_here(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    demand = await a_demand(owner=owner, now=clock.now())

    async with nothing_moves():
        answer = await revoke(api, owner, encode_id("consent", demand.consent_id))

    assert answer["message"] == "这项授权随融资需求一起结束，请撤回对应的需求"


async def test_missing_ones_and_ids_of_another_kind_look_the_same(
    api: GraphQL, owner: Someone
) -> None:
    assert owner.enterprise is not None
    missing = await revoke(api, owner, encode_id("consent", new_id()))
    other_kind = await revoke(api, owner, encode_id("enterprise", owner.enterprise.id))

    assert missing == other_kind
    assert missing["__typename"] == "NotFound"


async def test_an_owner_finds_the_consent_by_its_id(api: GraphQL, owner: Someone) -> None:
    consent_id = await id_of(owner)

    node = await api.data(NODE, variables={"id": consent_id}, token=owner.token)

    assert node["node"] == {"id": consent_id, "purpose": "GRADING"}
