"""enterpriseVerify: name and ID number must agree with the registry; wrong tries lock."""

import asyncio
import logging
from datetime import timedelta

import pytest

from accounts.registry_memory import MemoryRegistry
from foundation.city import cities
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id, new_id
from storage.database import fetch, fetch_one
from storage.models import Consent, Enterprise, Person
from storage.models.consent import ConsentPurpose
from tests.conftest import GraphQL
from tests.factories.people import Someone, a_person, access_token_for, an_officer, an_owner
from tests.factories.registry import ID_NUMBER, LEGAL_REPRESENTATIVE, a_profile
from tests.graphql.test_enterprise_register import registered

VERIFY = """
mutation ($id: ID!, $input: EnterpriseVerifyInput!) {
  enterpriseVerify(id: $id, input: $input) {
    __typename
    ... on Enterprise { id registration }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field message } }
    ... on Locked { retryAfterSeconds }
  }
}
"""
OTHER_ID_NUMBER = "110101190001010022"


def consent_version(city: str = "JIANGYIN") -> str:
    return cities()[city].consent_text("REAL_NAME").version


async def verify(
    api: GraphQL,
    token: str | None,
    enterprise_id: str,
    *,
    name: str = LEGAL_REPRESENTATIVE,
    id_number: str = ID_NUMBER,
    version: str | None = None,
) -> dict:
    variables = {
        "id": enterprise_id,
        "input": {
            "legalRepresentative": name,
            "idNumber": id_number,
            "consentTextVersion": version or consent_version(),
        },
    }
    return await api(VERIFY, variables=variables, token=token)


async def verified(api: GraphQL, owner: Someone, **values: str) -> dict:
    body = await verify(api, owner.token, own_id(owner), **values)
    assert "errors" not in body, body
    return body["data"]["enterpriseVerify"]


def own_id(owner: Someone) -> str:
    assert owner.enterprise is not None
    return encode_id("enterprise", owner.enterprise.id)


async def nothing_moved() -> bool:
    counted = await fetch_one(
        "SELECT (SELECT count(*) FROM enterprise WHERE real_name_verified_at IS NOT NULL)"
        " + (SELECT count(*) FROM consent) AS n"
    )
    return counted == {"n": 0}


@pytest.fixture
async def owner(database, registry: MemoryRegistry, clock: FrozenClock) -> Someone:
    """The owner of a registered enterprise that nobody has verified yet."""
    owner = await an_owner(real_name=False, now=clock.now())
    registry.add(
        a_profile(uscc=owner.enterprise.uscc, name=owner.enterprise.name),
        LEGAL_REPRESENTATIVE,
        ID_NUMBER,
    )
    return owner


async def test_an_anonymous_caller_verifies_nothing(
    api: GraphQL, owner: Someone, registry: MemoryRegistry
):
    body = await verify(api, None, own_id(owner))

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await nothing_moved()
    assert registry.asked == 0


@pytest.mark.parametrize("who", ["another owner", "an officer", "nobody"])
async def test_a_foreign_and_a_missing_enterprise_look_the_same(
    api: GraphQL, owner: Someone, registry: MemoryRegistry, clock: FrozenClock, who: str
):
    other = await (an_officer if who == "an officer" else an_owner)(now=clock.now())
    target = encode_id("enterprise", new_id()) if who == "nobody" else own_id(owner)

    body = await verify(api, other.token, target)

    assert body["data"]["enterpriseVerify"] == {
        "__typename": "NotFound",
        "code": "NOT_FOUND",
        "message": "没有找到，可能已被删除或无权查看",
    }
    assert registry.asked == 0
    assert (await Enterprise.get(id=owner.enterprise.id)).real_name_verified_at is None


async def test_name_and_number_that_agree_verify_the_enterprise(
    api: GraphQL, owner: Someone, clock: FrozenClock
):
    answer = await verified(api, owner, id_number="11010119000101001４")

    assert answer == {
        "__typename": "Enterprise",
        "id": own_id(owner),
        "registration": "REAL_NAME_VERIFIED",
    }
    assert (await Enterprise.get(id=owner.enterprise.id)).real_name_verified_at == clock.now()
    [consent] = await Consent.all()
    assert consent.purpose is ConsentPurpose.REAL_NAME
    assert consent.text_version == consent_version()
    assert (await Person.get(id=owner.person.id)).name == LEGAL_REPRESENTATIVE


async def test_a_grading_consent_makes_it_authorised(
    api: GraphQL, owner: Someone, clock: FrozenClock
):
    await verified(api, owner)
    grading = await Consent.create(
        enterprise=owner.enterprise,
        person=owner.person,
        purpose=ConsentPurpose.GRADING,
        text_version="1",
        granted_at=clock.now(),
    )
    assert (await verified(api, owner))["registration"] == "AUTHORISED"

    await Consent.filter(id=grading.id).update(revoked_at=clock.now())
    assert (await verified(api, owner))["registration"] == "REAL_NAME_VERIFIED"


async def test_a_verified_enterprise_is_not_asked_about_again(
    api: GraphQL, owner: Someone, registry: MemoryRegistry
):
    await verified(api, owner)
    asked = registry.asked

    assert (await verified(api, owner, name="另外一人"))["__typename"] == "Enterprise"
    assert registry.asked == asked
    assert await Consent.all().count() == 1


@pytest.mark.parametrize(
    "values", [{"name": "示例某人"}, {"id_number": OTHER_ID_NUMBER}], ids=["name", "number"]
)
async def test_a_disagreement_does_not_say_which_of_the_two_is_wrong(
    api: GraphQL, owner: Someone, values: dict[str, str]
):
    answer = await verified(api, owner, **values)

    sentence = "法定代表人姓名或身份证号码与登记信息不一致，还可以试4次"
    assert answer["fieldErrors"] == [{"field": "idNumber", "message": sentence}]
    assert await nothing_moved()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "legalRepresentative"),
        ({"name": "名" * 61}, "legalRepresentative"),
        ({"id_number": "110101190001010015"}, "idNumber"),
        ({"id_number": "110101900101001"}, "idNumber"),
        ({"id_number": ""}, "idNumber"),
        ({"version": "jiangyin-real-name-2020-01"}, "consentTextVersion"),
        (
            {"version": cities()["CHANGZHOU"].consent_text("REAL_NAME").version},
            "consentTextVersion",
        ),
    ],
)
async def test_what_cannot_be_right_is_refused_unasked_and_counts_no_try(
    api: GraphQL, owner: Someone, registry: MemoryRegistry, values: dict[str, str], field: str
):
    answer = await verified(api, owner, **values)

    assert [problem["field"] for problem in answer["fieldErrors"]] == [field]
    assert registry.asked == 0
    assert await fetch("SELECT id FROM verification_attempt") == []
    assert await nothing_moved()


async def test_five_wrong_tries_lock_the_next_for_a_day(
    api: GraphQL, owner: Someone, registry: MemoryRegistry, clock: FrozenClock
):
    for _ in range(5):
        answer = await verified(api, owner, id_number=OTHER_ID_NUMBER)
        assert answer["__typename"] == "ValidationFailed"
        clock.advance(timedelta(minutes=1))
    assert answer["fieldErrors"][0]["message"].endswith("请明天再试")
    asked = registry.asked

    owner = await _signed_in_again(owner, clock)
    refused = await verified(api, owner)

    assert refused["__typename"] == "Locked"
    assert refused["retryAfterSeconds"] == 24 * 3600 - 5 * 60
    assert registry.asked == asked
    assert await nothing_moved()
    clock.advance(timedelta(seconds=refused["retryAfterSeconds"]))
    owner = await _signed_in_again(owner, clock)
    assert (await verified(api, owner))["registration"] == "REAL_NAME_VERIFIED"


async def _signed_in_again(owner: Someone, clock: FrozenClock) -> Someone:
    token = await access_token_for(owner.person, owner.membership, now=clock.now())
    return Someone(owner.person, owner.membership, token, owner.enterprise)


async def test_tries_at_once_cannot_outrun_the_count(
    api: GraphQL, owner: Someone, registry: MemoryRegistry
):
    answers = await asyncio.gather(
        *(verified(api, owner, id_number=OTHER_ID_NUMBER) for _ in range(9))
    )

    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == 4 * ["Locked"] + 5 * ["ValidationFailed"]
    assert registry.asked == 5


async def test_a_silent_registry_changes_nothing_and_costs_no_try(
    api: GraphQL, owner: Someone, registry: MemoryRegistry
):
    registry.is_silent = True
    for _ in range(6):
        assert (await verified(api, owner))["__typename"] == "Unavailable"
    assert await nothing_moved()
    registry.is_silent = False

    assert (await verified(api, owner))["registration"] == "REAL_NAME_VERIFIED"


async def test_the_id_number_is_nowhere_afterwards(
    api: GraphQL, owner: Someone, registry: MemoryRegistry, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    await verified(api, owner, id_number=OTHER_ID_NUMBER)
    registry.is_silent = True
    await verified(api, owner)
    registry.is_silent = False
    await verified(api, owner)

    tables = await fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in (row["tablename"] for row in tables):
        rows = await fetch(f"SELECT row_to_json(t)::text AS text FROM {table} t")  # noqa: S608
        kept = "\n".join(row["text"] for row in rows)
        assert ID_NUMBER not in kept, table
        assert OTHER_ID_NUMBER not in kept, table
    assert ID_NUMBER not in caplog.text
    assert OTHER_ID_NUMBER not in caplog.text


async def test_who_claims_an_enterprise_sees_what_a_first_owner_would(
    api: GraphQL, owner: Someone, clock: FrozenClock
):
    claimant = await a_person()
    token = await access_token_for(claimant, now=clock.now())
    claim = await registered(api, token, owner.enterprise.uscc, owner.enterprise.name)

    body = await verify(api, token, claim["id"])

    assert body["data"]["enterpriseVerify"] == {
        "__typename": "Enterprise",
        "id": claim["id"],
        "registration": "REAL_NAME_VERIFIED",
    }
    assert await nothing_moved()
    [row] = await fetch("SELECT verified_at, consent_text_version FROM ownership_claim")
    assert row == {"verified_at": clock.now(), "consent_text_version": consent_version()}


async def test_a_claimants_wrong_tries_do_not_lock_the_owner_out(
    api: GraphQL, owner: Someone, clock: FrozenClock
):
    token = await access_token_for(await a_person(), now=clock.now())
    claim = await registered(api, token, owner.enterprise.uscc, owner.enterprise.name)
    for _ in range(6):
        body = await verify(api, token, claim["id"], id_number=OTHER_ID_NUMBER)
    assert body["data"]["enterpriseVerify"]["__typename"] == "Locked"

    assert (await verified(api, owner))["registration"] == "REAL_NAME_VERIFIED"
