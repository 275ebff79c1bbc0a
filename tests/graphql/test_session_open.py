"""sessionOpen: the code, its five minutes, five tries and single use, and whose session opens."""

import asyncio
from datetime import timedelta

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.database import fetch, fetch_one
from storage.models import Person
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.codes import a_code, wrong
from tests.factories.people import (
    a_membership,
    a_person,
    a_phone,
    an_enterprise,
    an_institution,
    an_owner,
)
from tests.graphql.documents import OPEN, WHO


async def open_session(api: GraphQL, phone: str, code: str, city: str = "JIANGYIN") -> dict:
    variables = {"input": {"phone": phone, "code": code, "city": city}}
    return (await api.data(OPEN, variables=variables))["sessionOpen"]


async def nothing_opened() -> bool:
    counts = await fetch_one(
        "SELECT (SELECT count(*) FROM session) AS s, (SELECT count(*) FROM refresh_token) AS r,"
        " (SELECT count(*) FROM person) AS p"
    )
    return counts == {"s": 0, "r": 0, "p": 0}


async def test_the_first_sign_in_of_an_anonymous_caller_makes_the_person(
    api: GraphQL, clock: FrozenClock
):
    phone = a_phone()
    code = await a_code(phone=phone, now=clock.now())

    session = await open_session(api, phone, code)

    [person] = await Person.all()
    assert person.phone == phone
    assert session["viewer"] == {
        "id": encode_id("person", person.id),
        "name": None,
        "acting": None,
        "memberships": [],
        "enterprise": None,
    }
    assert session["expiresAt"] == "2026-03-18T04:15:00Z"
    assert session["refreshToken"]
    who = await api.data(WHO, token=session["accessToken"])
    assert who["viewer"]["id"] == encode_id("person", person.id)


async def test_the_second_sign_in_finds_the_person_and_acts_for_their_enterprise(
    api: GraphQL, clock: FrozenClock
):
    owner = await an_owner(now=clock.now())
    code = await a_code(phone=owner.person.phone, now=clock.now())

    session = await open_session(api, owner.person.phone, code)

    assert await Person.all().count() == 1
    assert session["viewer"]["acting"] == {
        "id": encode_id("membership", owner.membership.id),
        "role": "OWNER",
        "city": "JIANGYIN",
    }
    assert session["viewer"]["enterprise"] == {"id": encode_id("enterprise", owner.enterprise.id)}


async def test_a_wrong_code_opens_nothing_and_says_how_many_tries_are_left(
    api: GraphQL, clock: FrozenClock
):
    phone = a_phone()
    code = await a_code(phone=phone, now=clock.now())

    refused = await open_session(api, phone, wrong(code))

    assert refused == {
        "__typename": "CodeWrong",
        "code": "CODE_WRONG",
        "message": "验证码不正确，还可以试4次",
        "triesLeft": 4,
    }
    assert await nothing_opened()


async def test_five_wrong_tries_lock_even_the_right_code(api: GraphQL, clock: FrozenClock):
    phone = a_phone()
    code = await a_code(phone=phone, now=clock.now())
    left = [(await open_session(api, phone, wrong(code)))["triesLeft"] for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]

    refused = await open_session(api, phone, code)

    assert refused["__typename"] == "Locked"
    assert refused["retryAfterSeconds"] == 60
    assert await nothing_opened()


async def test_wrong_tries_at_once_are_all_counted(api: GraphQL, clock: FrozenClock):
    phone = a_phone()
    code = await a_code(phone=phone, now=clock.now())

    answers = await asyncio.gather(*(open_session(api, phone, wrong(code)) for _ in range(9)))

    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == 5 * ["CodeWrong"] + 4 * ["Locked"]
    assert await fetch("SELECT tries FROM code_challenge") == [{"tries": 5}]


async def test_a_code_is_used_once_even_by_two_at_the_same_time(api: GraphQL, clock: FrozenClock):
    phone = a_phone()
    code = await a_code(phone=phone, now=clock.now())

    answers = await asyncio.gather(*(open_session(api, phone, code) for _ in range(6)))

    assert sorted(a["__typename"] for a in answers) == 5 * ["CodeWrong"] + ["Session"]
    assert await Person.all().count() == 1
    assert await fetch_one("SELECT count(*) AS n FROM session") == {"n": 1}


async def test_a_code_ends_after_five_minutes(api: GraphQL, clock: FrozenClock):
    phone = a_phone()
    code = await a_code(phone=phone, now=clock.now())
    clock.advance(timedelta(minutes=5))

    refused = await open_session(api, phone, code)

    assert refused["__typename"] == "CodeWrong"
    assert refused["message"] == "验证码已失效，请重新获取"
    assert await nothing_opened()


async def test_only_the_last_code_counts(api: GraphQL, clock: FrozenClock):
    phone = a_phone()
    first = await a_code(phone=phone, now=clock.now())
    clock.advance(timedelta(minutes=1))
    second = await a_code(phone=phone, now=clock.now())

    if first != second:
        assert (await open_session(api, phone, first))["__typename"] == "CodeWrong"
    assert (await open_session(api, phone, second))["__typename"] == "Session"


async def test_a_code_counts_for_its_own_phone_only(api: GraphQL, clock: FrozenClock):
    code = await a_code(phone=a_phone(), now=clock.now())
    other = a_phone()
    while await a_code(phone=other, now=clock.now()) == code:
        other = a_phone()

    assert (await open_session(api, other, code))["__typename"] == "CodeWrong"
    assert await nothing_opened()


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５"])
async def test_what_is_no_code_is_refused_without_counting_a_try(
    api: GraphQL, clock: FrozenClock, code: str
):
    phone = a_phone()
    await a_code(phone=phone, now=clock.now())

    refused = await open_session(api, phone, code)

    assert refused["fieldErrors"] == [{"field": "code", "message": "验证码是 6 位数字"}]
    assert await fetch("SELECT tries FROM code_challenge") == [{"tries": 0}]


async def test_only_the_digest_of_the_code_is_kept(api: GraphQL, clock: FrozenClock):
    code = await a_code(phone=a_phone(), now=clock.now())

    [challenge] = await fetch("SELECT * FROM code_challenge")
    assert len(challenge["code_mac"]) == 32
    assert code not in str(challenge)


async def test_the_city_of_the_entry_decides_what_acts_first(api: GraphQL, clock: FrozenClock):
    person = await a_person()
    for city in ("JIANGYIN", "CHANGZHOU"):
        firm = await an_enterprise(city=city)
        await a_membership(person=person, role=Role.OWNER, city=city, enterprise=firm)
    code = await a_code(phone=person.phone, now=clock.now())

    session = await open_session(api, person.phone, code, city="CHANGZHOU")

    assert session["viewer"]["acting"]["city"] == "CHANGZHOU"
    assert len(session["viewer"]["memberships"]) == 2


async def test_a_phone_alone_never_acts_for_a_bank(api: GraphQL, clock: FrozenClock):
    person = await a_person()
    bank = await an_institution()
    await a_membership(person=person, role=Role.OFFICER, institution=bank)
    code = await a_code(phone=person.phone, now=clock.now())

    session = await open_session(api, person.phone, code)

    assert session["viewer"]["acting"] is None
    assert [m["role"] for m in session["viewer"]["memberships"]] == ["OFFICER"]
