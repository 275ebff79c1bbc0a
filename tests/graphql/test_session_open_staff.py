"""sessionOpenStaff: password and TOTP, no code twice, locked after five wrong tries."""

import asyncio
from datetime import timedelta

import pyotp
import pytest

from accounts import staff
from accounts.viewers import open_sessions
from foundation.clock import FrozenClock
from storage.database import fetch, fetch_one
from storage.models import Person
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.people import a_membership, a_person, an_enterprise, an_institution
from tests.graphql.documents import OPEN_STAFF, REFRESH, WHO

PASSWORD = "示例-correct horse battery"
SECRET = pyotp.random_base32()


async def an_officer_with_login(clock: FrozenClock, login: str = "officer") -> Person:
    person = await a_person(now=clock.now())
    bank = await an_institution()
    await a_membership(person=person, role=Role.OFFICER, institution=bank)
    await staff.keep_credential(
        person_id=person.id,
        login=login,
        password=PASSWORD,
        totp_secret=SECRET,
        now=clock.now(),
    )
    return person


def totp(clock: FrozenClock, steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(clock.now() + steps * timedelta(seconds=30))


async def open_staff(
    api: GraphQL, *, login: str = "officer", password: str = PASSWORD, totp: str
) -> dict:
    variables = {"input": {"login": login, "password": password, "totp": totp}}
    return (await api.data(OPEN_STAFF, variables=variables))["sessionOpenStaff"]


async def sessions() -> int:
    counted = await fetch_one("SELECT count(*) AS n FROM session")
    return counted["n"] if counted else -1


async def test_an_officer_signs_in_and_acts_for_the_bank(api: GraphQL, clock: FrozenClock):
    await an_officer_with_login(clock)

    session = await open_staff(api, login="  OFFICER ", totp=totp(clock))

    assert session["viewer"]["acting"]["role"] == "OFFICER"
    assert (await api.data(WHO, token=session["accessToken"]))["viewer"]["acting"]


async def test_a_staff_membership_goes_before_an_enterprise(api: GraphQL, clock: FrozenClock):
    person = await an_officer_with_login(clock)
    await a_membership(
        person=person, role=Role.OWNER, enterprise=await an_enterprise(), now=clock.now()
    )

    session = await open_staff(api, totp=totp(clock))

    assert session["viewer"]["acting"]["role"] == "OFFICER"


@pytest.mark.parametrize("wrong", ["password", "totp", "login"])
async def test_whatever_is_wrong_the_answer_is_the_same(
    api: GraphQL, clock: FrozenClock, wrong: str
):
    await an_officer_with_login(clock)
    right = {"login": "officer", "password": PASSWORD, "totp": totp(clock)}
    other = {"login": "nobody", "password": "wrong", "totp": totp(clock, 5)}

    refused = await open_staff(api, **(right | {wrong: other[wrong]}))

    assert refused == {
        "__typename": "CodeWrong",
        "code": "CODE_WRONG",
        "message": "登录名、密码或动态码不正确，还可以试4次",
        "triesLeft": 4,
    }
    assert await sessions() == 0


async def test_a_code_counts_once_even_for_two_at_the_same_time(api: GraphQL, clock: FrozenClock):
    await an_officer_with_login(clock)

    answers = await asyncio.gather(*(open_staff(api, totp=totp(clock)) for _ in range(3)))

    assert sorted(a["__typename"] for a in answers) == ["CodeWrong", "CodeWrong", "Session"]
    assert (await open_staff(api, totp=totp(clock)))["__typename"] == "CodeWrong"
    assert (await open_staff(api, totp=totp(clock, -1)))["__typename"] == "CodeWrong"
    clock.advance(timedelta(seconds=30))
    assert (await open_staff(api, totp=totp(clock)))["__typename"] == "Session"


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (1, True), (2, False)])
async def test_a_neighbouring_code_counts_and_no_further_one(
    api: GraphQL, clock: FrozenClock, steps: int, opens: bool
):
    await an_officer_with_login(clock)

    answer = await open_staff(api, totp=totp(clock, steps))

    assert (answer["__typename"] == "Session") is opens


@pytest.mark.parametrize("login", ["officer", "nobody"])
async def test_five_wrong_tries_lock_known_and_unknown_logins_alike(
    api: GraphQL, clock: FrozenClock, login: str
):
    await an_officer_with_login(clock)
    answers = [
        await open_staff(api, login=login, password="wrong", totp=totp(clock)) for _ in range(5)
    ]
    assert [answer["triesLeft"] for answer in answers] == [4, 3, 2, 1, 0]
    clock.advance(timedelta(minutes=5))

    refused = await open_staff(api, login=login, totp=totp(clock))

    assert refused["__typename"] == "Locked"
    assert refused["retryAfterSeconds"] == 600
    assert await sessions() == 0


async def test_the_lock_opens_after_a_quarter_of_an_hour(api: GraphQL, clock: FrozenClock):
    await an_officer_with_login(clock)
    for _ in range(7):
        await open_staff(api, password="wrong", totp=totp(clock))
    clock.advance(timedelta(minutes=15))

    assert (await open_staff(api, totp=totp(clock)))["__typename"] == "Session"
    assert await fetch("SELECT tries FROM staff_try") == []


async def test_tries_at_once_cannot_outrun_the_count(api: GraphQL, clock: FrozenClock):
    await an_officer_with_login(clock)

    answers = await asyncio.gather(
        *(open_staff(api, password="wrong", totp=totp(clock)) for _ in range(9))
    )

    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == 5 * ["CodeWrong"] + 4 * ["Locked"]


@pytest.mark.parametrize(
    ("field", "value"), [("login", " "), ("password", ""), ("totp", "12345"), ("totp", "abcdef")]
)
async def test_what_is_empty_or_malformed_counts_no_try(
    api: GraphQL, clock: FrozenClock, field: str, value: str
):
    right = {"login": "officer", "password": PASSWORD, "totp": totp(clock)}

    refused = await open_staff(api, **(right | {field: value}))

    assert [problem["field"] for problem in refused["fieldErrors"]] == [field]
    assert await fetch("SELECT tries FROM staff_try") == []


async def test_a_staff_session_ends_after_twelve_hours(api: GraphQL, clock: FrozenClock):
    await an_officer_with_login(clock)
    session = await open_staff(api, totp=totp(clock))
    clock.advance(timedelta(hours=12))

    body = await api(REFRESH, variables={"input": {"refreshToken": session["refreshToken"]}})

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_password_and_totp_secret_are_kept_unreadable(database, clock: FrozenClock):
    await an_officer_with_login(clock)

    [kept] = await fetch("SELECT password_hash, totp_secret_sealed FROM staff_credential")

    assert kept["password_hash"].startswith("$argon2id$")
    assert SECRET.encode() not in bytes(kept["totp_secret_sealed"])
    assert await staff.totp_secret_of("officer") == SECRET


async def test_a_reset_ends_the_sessions_that_stand(api: GraphQL, clock: FrozenClock):
    person = await an_officer_with_login(clock)
    session = await open_staff(api, totp=totp(clock))
    [row] = await fetch("SELECT id FROM session")

    await staff.keep_credential(
        person_id=person.id,
        login="officer",
        password="another long password",
        totp_secret=SECRET,
        now=clock.now(),
    )

    assert await open_sessions([row["id"]], clock.now()) == set()
    assert (await api(WHO, token=session["accessToken"]))["errors"]


async def test_a_login_stays_with_its_person(database, clock: FrozenClock):
    await an_officer_with_login(clock)
    other = await a_person()

    with pytest.raises(ValueError, match="somebody else"):
        await staff.keep_credential(
            person_id=other.id,
            login="Officer",
            password=PASSWORD,
            totp_secret=SECRET,
            now=clock.now(),
        )
    kept = await fetch("SELECT person_id FROM staff_credential")
    assert other.id not in [row["person_id"] for row in kept]
