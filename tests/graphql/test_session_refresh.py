"""sessionRefresh: tokens rotate, a reused one closes its family, two tabs do not."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.database import fetch, fetch_one
from storage.models import Membership
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.codes import a_code
from tests.factories.people import a_membership, an_enterprise, an_owner
from tests.graphql.documents import CLOSE, OPEN, REFRESH, WHO

WEB = {"RongQiao-Client": "web"}


async def signed_in(api: GraphQL, phone: str, now: datetime) -> dict:
    code = await a_code(phone=phone, now=now)
    variables = {"input": {"phone": phone, "code": code, "city": "JIANGYIN"}}
    return (await api.data(OPEN, variables=variables))["sessionOpen"]


async def refresh(api: GraphQL, token: str | None) -> dict:
    return await api(REFRESH, variables={"input": {"refreshToken": token}})


def refused(body: dict) -> bool:
    return body["data"] is None and body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def post_web(api: GraphQL, document: str, variables: dict, cookie: str | None = None):
    headers = WEB | ({"Cookie": f"rq_refresh={cookie}"} if cookie else {})
    # The client would keep cookies by itself; a test says which one is sent.
    api.client.cookies.clear()
    body = {"query": document, "variables": variables}
    return await api.client.post("/graphql", json=body, headers=headers)


def cookie_of(answer) -> str:
    return answer.headers["set-cookie"].split(";")[0].removeprefix("rq_refresh=")


async def open_on_the_web(api: GraphQL, now: datetime) -> str:
    owner = await an_owner(now=now)
    code = await a_code(phone=owner.person.phone, now=now)
    phone = {"phone": owner.person.phone, "code": code, "city": "JIANGYIN"}
    return cookie_of(await post_web(api, OPEN, {"input": phone}))


@pytest.mark.parametrize("token", [None, "", "b.AAAA", "x" * 5000, "令牌"])
async def test_an_anonymous_caller_without_a_token_of_ours_is_refused(
    api: GraphQL, token: str | None
):
    assert refused(await refresh(api, token))
    assert await fetch_one("SELECT count(*) AS n FROM session") == {"n": 0}


async def test_a_token_is_traded_for_its_successor(api: GraphQL, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    first = await signed_in(api, owner.person.phone, clock.now())
    clock.advance(timedelta(minutes=20))
    assert (await api(WHO, token=first["accessToken"]))["errors"]

    second = (await refresh(api, first["refreshToken"]))["data"]["sessionRefresh"]

    assert second["refreshToken"] not in (None, first["refreshToken"])
    assert second["expiresAt"] == "2026-03-18T04:35:00Z"
    who = await api.data(WHO, token=second["accessToken"])
    assert who["viewer"]["enterprise"] == {"id": encode_id("enterprise", owner.enterprise.id)}


async def test_a_reused_token_closes_the_whole_family(api: GraphQL, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    first = await signed_in(api, owner.person.phone, clock.now())
    second = (await refresh(api, first["refreshToken"]))["data"]["sessionRefresh"]

    assert refused(await refresh(api, first["refreshToken"]))

    assert refused(await refresh(api, second["refreshToken"]))
    body = await api(WHO, token=second["accessToken"])
    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    closed = await fetch("SELECT close_reason FROM session WHERE method = 'CODE'")
    assert closed == [{"close_reason": "REUSED"}]


async def test_another_family_of_the_same_person_stays_open(api: GraphQL, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    first = await signed_in(api, owner.person.phone, clock.now())
    clock.advance(timedelta(minutes=2))
    other = await signed_in(api, owner.person.phone, clock.now())
    await refresh(api, first["refreshToken"])
    await refresh(api, first["refreshToken"])

    assert (await refresh(api, other["refreshToken"]))["data"]["sessionRefresh"]


async def test_of_two_at_once_without_a_cookie_one_wins_and_the_family_closes(
    api: GraphQL, clock: FrozenClock
):
    owner = await an_owner(now=clock.now())
    first = await signed_in(api, owner.person.phone, clock.now())

    bodies = await asyncio.gather(*(refresh(api, first["refreshToken"]) for _ in range(2)))

    assert sorted(refused(body) for body in bodies) == [False, True]
    won = next(body for body in bodies if not refused(body))["data"]["sessionRefresh"]
    assert refused(await refresh(api, won["refreshToken"]))


async def test_a_token_ends_after_thirty_days_and_a_session_after_ninety(
    api: GraphQL, clock: FrozenClock
):
    owner = await an_owner(now=clock.now())
    session = await signed_in(api, owner.person.phone, clock.now())
    for _ in range(3):
        clock.advance(timedelta(days=29))
        body = await refresh(api, session["refreshToken"])
        session = body["data"]["sessionRefresh"]
    clock.advance(timedelta(days=3))

    assert refused(await refresh(api, session["refreshToken"]))

    clock.instant = datetime(2027, 1, 1, tzinfo=UTC)
    fresh = await signed_in(api, owner.person.phone, clock.now())
    clock.advance(timedelta(days=30))
    assert refused(await refresh(api, fresh["refreshToken"]))


async def test_a_membership_that_ended_gives_way_to_another(api: GraphQL, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    session = await signed_in(api, owner.person.phone, clock.now())
    firm = await an_enterprise()
    kept = await a_membership(person=owner.person, role=Role.OWNER, enterprise=firm)
    await Membership.filter(id=owner.membership.id).update(ended_at=clock.now())
    body = await api(WHO, token=session["accessToken"])
    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"

    again = (await refresh(api, session["refreshToken"]))["data"]["sessionRefresh"]

    assert again["viewer"]["acting"]["id"] == encode_id("membership", kept.id)


async def test_on_the_web_the_token_is_a_cookie_that_no_script_sees(
    api: GraphQL, clock: FrozenClock
):
    owner = await an_owner(now=clock.now())
    code = await a_code(phone=owner.person.phone, now=clock.now())
    phone = {"phone": owner.person.phone, "code": code, "city": "JIANGYIN"}

    answer = await post_web(api, OPEN, {"input": phone})

    assert answer.json()["data"]["sessionOpen"]["refreshToken"] is None
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("rq_refresh=w.")
    assert {"HttpOnly", "SameSite=Strict", "Path=/graphql"} <= set(attributes)
    assert f"Max-Age={30 * 86400}" in attributes
    stored = await fetch("SELECT digest FROM refresh_token")
    assert cookie_of(answer) not in str(stored)


async def test_the_cookie_refreshes_and_rotates(api: GraphQL, clock: FrozenClock):
    cookie = await open_on_the_web(api, clock.now())

    answer = await post_web(api, REFRESH, {"input": {}}, cookie)

    session = answer.json()["data"]["sessionRefresh"]
    assert session["refreshToken"] is None
    assert cookie_of(answer) != cookie
    assert (await api.data(WHO, token=session["accessToken"]))["viewer"]["enterprise"]


async def test_a_cookie_without_the_clients_header_counts_for_nothing(
    api: GraphQL, clock: FrozenClock
):
    cookie = await open_on_the_web(api, clock.now())
    body = {"query": REFRESH, "variables": {"input": {}}}

    forged = await api.client.post(
        "/graphql", json=body, headers={"Cookie": f"rq_refresh={cookie}"}
    )

    assert refused(forged.json())
    assert "set-cookie" not in forged.headers
    answer = await post_web(api, REFRESH, {"input": {}}, cookie)
    assert answer.json()["data"]["sessionRefresh"]["accessToken"]


async def test_a_web_token_counts_as_cookie_only_and_another_never_as_cookie(
    api: GraphQL, clock: FrozenClock
):
    cookie = await open_on_the_web(api, clock.now())
    assert refused(await refresh(api, cookie))

    owner = await an_owner(now=clock.now())
    session = await signed_in(api, owner.person.phone, clock.now())
    answer = await post_web(api, REFRESH, {"input": {}}, session["refreshToken"])
    assert refused(answer.json())
    assert (await refresh(api, session["refreshToken"]))["data"]["sessionRefresh"]


async def test_two_tabs_that_refresh_at_once_get_the_same_successor(
    api: GraphQL, clock: FrozenClock
):
    cookie = await open_on_the_web(api, clock.now())
    first = await post_web(api, REFRESH, {"input": {}}, cookie)
    clock.advance(timedelta(seconds=10))

    second = await post_web(api, REFRESH, {"input": {}}, cookie)

    assert cookie_of(second) == cookie_of(first)
    third = await post_web(api, REFRESH, {"input": {}}, cookie_of(first))
    assert third.json()["data"]["sessionRefresh"]["accessToken"]


@pytest.mark.parametrize("successor_is_used", [True, False])
async def test_a_stolen_cookie_closes_the_family(
    api: GraphQL, clock: FrozenClock, successor_is_used: bool
):
    """Used again after ten seconds, or after its successor was used however soon."""
    cookie = await open_on_the_web(api, clock.now())
    latest = cookie_of(await post_web(api, REFRESH, {"input": {}}, cookie))
    if successor_is_used:
        latest = cookie_of(await post_web(api, REFRESH, {"input": {}}, latest))
    else:
        clock.advance(timedelta(seconds=11))

    answer = await post_web(api, REFRESH, {"input": {}}, cookie)

    assert refused(answer.json())
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert refused((await post_web(api, REFRESH, {"input": {}}, latest)).json())


async def test_signing_out_ends_both_tokens_at_once(api: GraphQL, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    session = await signed_in(api, owner.person.phone, clock.now())

    closed = await api.data(CLOSE, token=session["accessToken"])

    assert closed["sessionClose"] == {"closedAt": "2026-03-18T04:00:00Z"}
    assert (await api(WHO, token=session["accessToken"]))["errors"]
    assert refused(await refresh(api, session["refreshToken"]))


async def test_an_anonymous_caller_has_no_session_to_close(api: GraphQL):
    assert refused(await api(CLOSE))


async def test_the_web_client_signs_out_with_its_cookie_alone(api: GraphQL, clock: FrozenClock):
    cookie = await open_on_the_web(api, clock.now())

    answer = await post_web(api, CLOSE, {}, cookie)

    assert answer.json()["data"]["sessionClose"]["closedAt"]
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert refused((await post_web(api, REFRESH, {"input": {}}, cookie)).json())
