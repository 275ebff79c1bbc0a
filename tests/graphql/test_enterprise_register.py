"""enterpriseRegister: what the registry confirms, who becomes owner, what a second claim learns."""

import asyncio
import json
from datetime import date

import pytest

from accounts.registry_memory import MemoryRegistry
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.database import fetch, fetch_one
from storage.models import Enterprise, ExternalAccount, Membership, Person
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.credit import a_graded_owner
from tests.factories.people import (
    a_membership,
    a_person,
    a_uscc,
    access_token_for,
    an_enterprise,
    an_officer,
    an_operator,
    an_owner,
)
from tests.factories.registry import ID_NUMBER, LEGAL_REPRESENTATIVE, a_profile
from tests.graphql.documents import WHO

REGISTER = """
mutation ($input: EnterpriseRegisterInput!) {
  enterpriseRegister(input: $input) {
    __typename
    ... on Enterprise {
      id name uscc city registration district { code name } industry { code name }
      size grade { level reasonCode reason asOf indicators { number } }
    }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field message } }
  }
}
"""


async def register(
    api: GraphQL, token: str | None, uscc: str, name: str, city: str = "JIANGYIN"
) -> dict:
    variables = {"input": {"uscc": uscc, "name": name, "city": city}}
    return await api(REGISTER, variables=variables, token=token)


async def registered(api: GraphQL, token: str, uscc: str, name: str, **more: str) -> dict:
    body = await register(api, token, uscc, name, **more)
    assert "errors" not in body, body
    return body["data"]["enterpriseRegister"]


async def stored() -> dict | None:
    return await fetch_one(
        "SELECT (SELECT count(*) FROM enterprise) AS enterprises,"
        " (SELECT count(*) FROM membership WHERE role = 'OWNER') AS owners,"
        " (SELECT count(*) FROM ownership_claim) AS claims,"
        " (SELECT count(*) FROM pgqueuer) AS facts"
    )


NOTHING = {"enterprises": 0, "owners": 0, "claims": 0, "facts": 0}


@pytest.fixture
async def token(database, clock: FrozenClock) -> str:
    """Somebody who has proven a phone and acts for nothing yet."""
    return await access_token_for(await a_person(now=clock.now()), now=clock.now())


async def test_an_anonymous_caller_registers_nothing(api: GraphQL, registry: MemoryRegistry):
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    body = await register(api, None, profile.uscc, profile.name)

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await stored() == NOTHING
    assert registry.asked == 0


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OPERATOR])
async def test_staff_register_nothing(
    api: GraphQL, registry: MemoryRegistry, clock: FrozenClock, role: Role
):
    staff = await (an_officer if role is Role.OFFICER else an_operator)(now=clock.now())
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    body = await register(api, staff.token, profile.uscc, profile.name)

    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await stored() == NOTHING


async def test_the_registry_says_what_the_enterprise_is(
    api: GraphQL, registry: MemoryRegistry, token: str
):
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    answer = await registered(api, token, profile.uscc, "示例精密(江阴)有限公司 ")

    [row] = await Enterprise.all()
    assert answer == {
        "__typename": "Enterprise",
        "id": encode_id("enterprise", row.id),
        "name": "示例精密（江阴）有限公司",
        "uscc": profile.uscc,
        "city": "JIANGYIN",
        "registration": "REGISTERED",
        "district": {"code": "320281400", "name": "高新区"},
        "industry": {"code": "C34", "name": "通用设备制造业"},
        "size": "UNKNOWN",
        "grade": {
            "level": "UNRATED",
            "reasonCode": "AUTHORISE_TO_BE_GRADED",
            "reason": "尚未授权评级：授权使用本企业信用信息后即可评定等级",
            "asOf": None,
            "indicators": [],
        },
    }
    assert row.established_on == date(2016, 3, 1)
    assert row.real_name_verified_at is None


async def test_the_session_acts_for_the_first_enterprise_at_once(
    api: GraphQL, registry: MemoryRegistry, token: str
):
    first, second = a_profile(), a_profile(name="示例包装有限公司")
    for profile in (first, second):
        registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    answer = await registered(api, token, first.uscc, first.name)
    await registered(api, token, second.uscc, second.name)

    who = (await api.data(WHO, token=token))["viewer"]
    assert who["enterprise"] == {"id": answer["id"]}
    assert await Membership.all().count() == 2


@pytest.mark.parametrize(
    "uscc", ["", "123", "91320281MA0RQ0001I", "O" * 18, "91320281MA0RQ00015X", "企业" * 9]
)
async def test_what_has_not_the_shape_of_a_uscc_is_refused_unasked(
    api: GraphQL, registry: MemoryRegistry, token: str, uscc: str
):
    answer = await registered(api, token, uscc, "示例有限公司")

    [problem] = answer["fieldErrors"]
    assert problem["field"] == "uscc"
    assert "18 位" in problem["message"]
    assert registry.asked == 0
    assert await stored() == NOTHING


async def test_an_unknown_uscc_is_refused_with_a_sentence(
    api: GraphQL, registry: MemoryRegistry, token: str
):
    answer = await registered(api, token, a_uscc(), "示例有限公司")

    sentence = "登记机关没有这个统一社会信用代码，请与营业执照核对"
    assert answer["fieldErrors"] == [{"field": "uscc", "message": sentence}]
    assert await stored() == NOTHING


def with_wrong_check_digit(uscc: str) -> str:
    return uscc[:-1] + ("1" if uscc[-1] == "0" else "0")


async def test_a_wrong_check_digit_is_named(api: GraphQL, registry: MemoryRegistry, token: str):
    answer = await registered(api, token, with_wrong_check_digit(a_uscc()), "示例有限公司")

    sentence = "统一社会信用代码的校验位不对，请与营业执照核对"
    assert answer["fieldErrors"] == [{"field": "uscc", "message": sentence}]
    assert await stored() == NOTHING


async def test_the_registry_overrides_the_check_digit_of_a_code_that_was_issued(
    api: GraphQL, registry: MemoryRegistry, token: str
):
    profile = a_profile(uscc=with_wrong_check_digit(a_uscc()))
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    answer = await registered(api, token, profile.uscc.lower(), profile.name)

    assert answer["uscc"] == profile.uscc


async def test_another_name_than_the_registrys_is_refused(
    api: GraphQL, registry: MemoryRegistry, token: str
):
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    answer = await registered(api, token, profile.uscc, "示例纺织有限公司")

    assert [problem["field"] for problem in answer["fieldErrors"]] == ["name"]
    assert profile.name not in json.dumps(answer, ensure_ascii=False)
    assert await stored() == NOTHING


async def test_an_address_outside_the_city_is_refused(
    api: GraphQL, registry: MemoryRegistry, token: str
):
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    answer = await registered(api, token, profile.uscc, profile.name, city="CHANGZHOU")

    assert [problem["field"] for problem in answer["fieldErrors"]] == ["city"]
    assert await stored() == NOTHING


async def test_a_silent_registry_changes_nothing(
    api: GraphQL, registry: MemoryRegistry, token: str
):
    registry.is_silent = True

    answer = await registered(api, token, a_uscc(), "示例有限公司")

    assert answer["__typename"] == "Unavailable"
    assert answer["code"] == "UNAVAILABLE"
    assert await stored() == NOTHING


async def test_without_a_proven_phone_nothing_is_registered(
    api: GraphQL, registry: MemoryRegistry, clock: FrozenClock
):
    person = await Person.create(created_at=clock.now())
    token = await access_token_for(person, now=clock.now())
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    answer = await registered(api, token, profile.uscc, profile.name)

    assert [problem["field"] for problem in answer["fieldErrors"]] == ["phone"]
    assert await stored() == NOTHING


async def test_the_owner_who_registers_again_gets_the_same_enterprise(
    api: GraphQL, registry: MemoryRegistry, token: str
):
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    first = await registered(api, token, profile.uscc, profile.name)
    second = await registered(api, token, profile.uscc, profile.name)

    assert first == second
    assert await stored() == {"enterprises": 1, "owners": 1, "claims": 0, "facts": 0}


async def test_a_second_claim_gets_the_answer_of_a_first_and_goes_to_the_operator(
    api: GraphQL, registry: MemoryRegistry, clock: FrozenClock, token: str
):
    owner = await an_owner(now=clock.now())
    firm = owner.enterprise
    profile = a_profile(uscc=firm.uscc, name=firm.name)
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)
    fresh = a_profile()
    registry.add(fresh, LEGAL_REPRESENTATIVE, ID_NUMBER)
    first = await registered(
        api, await access_token_for(await a_person(), now=clock.now()), fresh.uscc, fresh.name
    )

    claim = await registered(api, token, firm.uscc, firm.name)

    told_apart_by = {"id", "name", "uscc"}
    assert {k: v for k, v in claim.items() if k not in told_apart_by} == {
        k: v for k, v in first.items() if k not in told_apart_by
    }
    assert claim["id"] != encode_id("enterprise", firm.id)
    [job] = await fetch("SELECT entrypoint, payload FROM pgqueuer")
    [row] = await fetch("SELECT id, enterprise_id, state FROM ownership_claim")
    assert job["entrypoint"] == "OwnershipClaimed"
    assert json.loads(bytes(job["payload"]))["body"]["claim_id"] == str(row["id"])
    assert row["enterprise_id"] == firm.id
    assert row["state"] == "OPEN"


async def test_a_claim_opens_nothing_of_the_enterprise(
    api: GraphQL, registry: MemoryRegistry, clock: FrozenClock, token: str
):
    owner = await an_owner(now=clock.now())
    profile = a_profile(uscc=owner.enterprise.uscc, name=owner.enterprise.name)
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)
    claim = await registered(api, token, profile.uscc, profile.name)

    node = "query ($id: ID!) { node(id: $id) { id } }"
    for node_id in (claim["id"], encode_id("enterprise", owner.enterprise.id)):
        assert await api.data(node, variables={"id": node_id}, token=token) == {"node": None}
    assert (await api.data(WHO, token=token))["viewer"]["enterprise"] is None


async def test_a_claim_shows_no_grade_that_was_computed(
    api: GraphQL, registry: MemoryRegistry, clock: FrozenClock, token: str
):
    owner = await a_graded_owner(clock)
    profile = a_profile(uscc=owner.enterprise.uscc, name=owner.enterprise.name)
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)
    lines = await fetch("SELECT id FROM access_ledger")

    claim = await registered(api, token, profile.uscc, profile.name)

    assert claim["grade"]["level"] == "UNRATED"
    assert claim["grade"]["reasonCode"] == "AUTHORISE_TO_BE_GRADED"
    assert claim["grade"]["indicators"] == []
    assert await fetch("SELECT id FROM access_ledger") == lines


async def test_an_owner_reads_the_grades_of_all_their_enterprises(
    api: GraphQL, registry: MemoryRegistry, clock: FrozenClock
):
    owner = await a_graded_owner(clock)
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)
    await registered(api, owner.token, profile.uscc, profile.name)

    found = await api.data(
        "{ viewer { memberships { enterprise { name grade { reasonCode } } } } }", token=owner.token
    )

    grades = {
        one["enterprise"]["name"]: one["enterprise"]["grade"]["reasonCode"]
        for one in found["viewer"]["memberships"]
    }
    assert grades.keys() == {owner.enterprise.name, profile.name}
    assert grades[profile.name] == "AUTHORISE_TO_BE_GRADED"
    assert grades[owner.enterprise.name] != "AUTHORISE_TO_BE_GRADED"


async def test_a_repeated_claim_is_one_claim(
    api: GraphQL, registry: MemoryRegistry, clock: FrozenClock, token: str
):
    owner = await an_owner(now=clock.now())
    profile = a_profile(uscc=owner.enterprise.uscc, name=owner.enterprise.name)
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    answers = [await registered(api, token, profile.uscc, profile.name) for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert await stored() == {"enterprises": 1, "owners": 1, "claims": 1, "facts": 1}


async def test_of_two_who_register_at_once_one_owns_and_one_claims(
    api: GraphQL, registry: MemoryRegistry, clock: FrozenClock
):
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)
    tokens = [await access_token_for(await a_person(), now=clock.now()) for _ in range(4)]

    answers = await asyncio.gather(
        *(registered(api, token, profile.uscc, profile.name) for token in tokens)
    )

    assert {answer["__typename"] for answer in answers} == {"Enterprise"}
    assert await stored() == {"enterprises": 1, "owners": 1, "claims": 3, "facts": 3}


async def test_an_enterprise_without_owner_goes_to_who_registers_it(
    api: GraphQL, registry: MemoryRegistry, token: str
):
    firm = await an_enterprise(real_name=False)
    profile = a_profile(uscc=firm.uscc, name=firm.name)
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    answer = await registered(api, token, firm.uscc, firm.name)

    assert answer["id"] == encode_id("enterprise", firm.id)
    assert await Membership.all().count() == 1


async def test_a_verified_enterprise_without_owner_is_claimed_not_taken(
    api: GraphQL, registry: MemoryRegistry, token: str
):
    firm = await an_enterprise(real_name=True)
    profile = a_profile(uscc=firm.uscc, name=firm.name)
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    answer = await registered(api, token, firm.uscc, firm.name)

    assert answer["registration"] == "REGISTERED"
    assert await stored() == {"enterprises": 1, "owners": 0, "claims": 1, "facts": 1}


async def test_an_entry_apps_verified_person_skips_the_second_step(
    api: GraphQL, registry: MemoryRegistry, clock: FrozenClock
):
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)
    person = await a_person()
    await ExternalAccount.create(
        person=person,
        issuer="https://chengyidai.example",
        subject="1",
        linked_at=clock.now(),
        represents=[profile.uscc],
    )
    token = await access_token_for(person, now=clock.now())

    answer = await registered(api, token, profile.uscc, profile.name)

    assert answer["registration"] == "REAL_NAME_VERIFIED"


async def test_twenty_enterprises_are_enough_for_one_account(
    api: GraphQL, registry: MemoryRegistry, clock: FrozenClock
):
    person = await a_person()
    for _ in range(20):
        await a_membership(person=person, role=Role.OWNER, enterprise=await an_enterprise())
    token = await access_token_for(person, now=clock.now())
    profile = a_profile()
    registry.add(profile, LEGAL_REPRESENTATIVE, ID_NUMBER)

    answer = await registered(api, token, profile.uscc, profile.name)

    assert [problem["field"] for problem in answer["fieldErrors"]] == ["uscc"]
    assert await Enterprise.all().count() == 20
