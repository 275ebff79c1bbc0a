"""sessionActAs: one's own memberships only, and staff roles only with a second factor."""

from datetime import timedelta

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id, new_id
from foundation.tokens import signing_keys
from storage.models import Membership, Person, Session
from storage.models.membership import Role
from storage.models.session import SignInMethod
from tests.conftest import GraphQL
from tests.factories.people import a_membership, a_person, an_enterprise, an_institution, an_owner
from tests.graphql.documents import ACT_AS, WHO


async def a_token(
    person: Person, membership: Membership | None, method: SignInMethod, clock: FrozenClock
) -> str:
    session = await Session.create(
        person=person,
        membership=membership,
        method=method,
        opened_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )
    ring = signing_keys().ring()
    return ring.sign_access(person_id=person.id, session_id=session.id, now=clock.now())[0]


async def act_as(api: GraphQL, token: str | None, membership: Membership) -> dict:
    variables = {"id": encode_id("membership", membership.id)}
    return await api(ACT_AS, variables=variables, token=token)


async def acting(api: GraphQL, token: str) -> dict | None:
    return (await api.data(WHO, token=token))["viewer"]["acting"]


async def test_an_anonymous_caller_acts_for_nobody(api: GraphQL, clock: FrozenClock):
    owner = await an_owner(now=clock.now())

    body = await act_as(api, None, owner.membership)

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_another_persons_membership_looks_like_none(api: GraphQL, clock: FrozenClock):
    owner, other = await an_owner(now=clock.now()), await an_owner(now=clock.now())

    foreign = (await act_as(api, owner.token, other.membership))["data"]["sessionActAs"]

    missing = await api.data(
        ACT_AS, variables={"id": encode_id("membership", new_id())}, token=owner.token
    )
    assert foreign["__typename"] == "ValidationFailed"
    assert foreign == missing["sessionActAs"]
    assert (await acting(api, owner.token))["id"] == encode_id("membership", owner.membership.id)


async def test_the_session_acts_for_the_chosen_enterprise_from_then_on(
    api: GraphQL, clock: FrozenClock
):
    owner = await an_owner(now=clock.now())
    firm = await an_enterprise()
    second = await a_membership(person=owner.person, role=Role.OWNER, enterprise=firm)

    session = (await act_as(api, owner.token, second))["data"]["sessionActAs"]

    assert session["viewer"]["enterprise"] == {"id": encode_id("enterprise", firm.id)}
    assert session["refreshToken"] is None
    assert (await acting(api, session["accessToken"]))["id"] == encode_id("membership", second.id)
    assert (await acting(api, owner.token))["id"] == encode_id("membership", second.id)


async def test_an_ended_membership_is_refused(api: GraphQL, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    firm = await an_enterprise()
    ended = await a_membership(person=owner.person, role=Role.OWNER, enterprise=firm)
    await Membership.filter(id=ended.id).update(ended_at=clock.now())

    answer = (await act_as(api, owner.token, ended))["data"]["sessionActAs"]

    assert answer["__typename"] == "ValidationFailed"
    assert (await acting(api, owner.token))["id"] == encode_id("membership", owner.membership.id)


@pytest.mark.parametrize(
    ("method", "allowed"),
    [
        (SignInMethod.CODE, False),
        (SignInMethod.ENTRY_APP, False),
        (SignInMethod.STAFF, True),
        (SignInMethod.PERSONA, True),
    ],
)
async def test_a_bank_is_acted_for_with_a_second_factor_only(
    api: GraphQL, clock: FrozenClock, method: SignInMethod, allowed: bool
):
    person = await a_person()
    bank = await an_institution()
    officer = await a_membership(person=person, role=Role.OFFICER, institution=bank)
    token = await a_token(person, None, method, clock)

    answer = (await act_as(api, token, officer))["data"]["sessionActAs"]

    assert (answer["__typename"] == "Session") is allowed
    assert (await acting(api, token) is not None) is allowed


async def test_text_that_is_no_id_is_bad_input(api: GraphQL, clock: FrozenClock):
    owner = await an_owner(now=clock.now())

    body = await api(ACT_AS, variables={"id": "no id"}, token=owner.token)

    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
