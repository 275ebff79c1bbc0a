"""viewer: who is asking, what they act for, and how many queries that takes."""

from datetime import timedelta

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.models import Membership, Session
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.people import (
    a_membership,
    a_person,
    access_token_for,
    an_enterprise,
    an_institution,
    an_officer,
    an_owner,
)
from tests.queries import recorded_queries

VIEWER = """
{
  viewer {
    id name
    acting { id role city enterprise { id } institution { id name } }
    memberships { id role city enterprise { id name registration } institution { id name } }
    enterprise { id name registration }
    institution { id name }
  }
}
"""


async def test_an_anonymous_caller_is_nobody(api: GraphQL):
    assert await api.data(VIEWER) == {"viewer": None}


async def test_an_owner_acts_for_their_enterprise(api: GraphQL, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    firm = {"id": encode_id("enterprise", owner.enterprise.id)}

    viewer = (await api.data(VIEWER, token=owner.token))["viewer"]

    named = firm | {"name": owner.enterprise.name, "registration": "REAL_NAME_VERIFIED"}
    membership = {
        "id": encode_id("membership", owner.membership.id),
        "role": "OWNER",
        "city": "JIANGYIN",
        "institution": None,
    }
    assert viewer == {
        "id": encode_id("person", owner.person.id),
        "name": None,
        "acting": membership | {"enterprise": firm},
        "memberships": [membership | {"enterprise": named}],
        "enterprise": named,
        "institution": None,
    }


async def test_an_officer_acts_for_their_bank(api: GraphQL, clock: FrozenClock):
    officer = await an_officer(now=clock.now())

    viewer = (await api.data(VIEWER, token=officer.token))["viewer"]

    bank = officer.institution
    assert viewer["institution"] == {"id": encode_id("institution", bank.id), "name": bank.name}
    assert viewer["enterprise"] is None
    assert viewer["acting"]["role"] == "OFFICER"


async def test_nobody_sees_another_persons_enterprise(api: GraphQL, clock: FrozenClock):
    owner, other = await an_owner(now=clock.now()), await an_owner(now=clock.now())
    node = "query ($id: ID!) { node(id: $id) { id } }"
    variables = {"id": encode_id("enterprise", owner.enterprise.id)}

    assert await api.data(node, variables=variables, token=other.token) == {"node": None}
    assert await api.data(node, variables=variables) == {"node": None}
    own = await api.data(node, variables=variables, token=owner.token)
    assert own == {"node": {"id": variables["id"]}}


async def test_a_membership_that_has_ended_is_not_listed(api: GraphQL, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    ended = await a_membership(
        person=owner.person, role=Role.OWNER, enterprise=await an_enterprise(), now=clock.now()
    )
    await Membership.filter(id=ended.id).update(ended_at=clock.now())

    viewer = (await api.data(VIEWER, token=owner.token))["viewer"]

    assert [m["id"] for m in viewer["memberships"]] == [
        encode_id("membership", owner.membership.id)
    ]


@pytest.mark.parametrize("change", ["closed", "expired", "too late", "another person"])
async def test_a_token_whose_session_does_not_hold_is_refused(
    api: GraphQL, clock: FrozenClock, change: str
):
    owner = await an_owner(now=clock.now())
    sessions = Session.filter(person=owner.person)
    if change == "closed":
        await sessions.update(closed_at=clock.now())
    elif change == "expired":
        await sessions.update(expires_at=clock.now() + timedelta(microseconds=1))
        clock.advance(timedelta(seconds=1))
    elif change == "another person":
        await sessions.update(person=await a_person())
    else:
        clock.advance(timedelta(minutes=15))

    body = await api(VIEWER, token=owner.token)

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert body.get("data") is None


@pytest.mark.parametrize("memberships", [2, 20])
async def test_many_memberships_take_no_more_queries(
    api: GraphQL, clock: FrozenClock, memberships: int
):
    person = await a_person(now=clock.now())
    bank = await an_institution()
    first = await a_membership(person=person, role=Role.OFFICER, institution=bank, now=clock.now())
    for _ in range(memberships):
        firm = await an_enterprise()
        await a_membership(person=person, role=Role.OWNER, enterprise=firm, now=clock.now())
    token = await access_token_for(person, first, now=clock.now())

    with recorded_queries() as statements:
        viewer = (await api.data(VIEWER, token=token))["viewer"]

    assert len(viewer["memberships"]) == memberships + 1
    # Session with membership, person, memberships, enterprises, institutions, states.
    assert len(statements) == 6, statements
