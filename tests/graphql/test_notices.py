"""The viewer's notices: the list, the count, marking as read, and what each speaks of."""

from datetime import UTC, datetime

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id, new_id
from marketplace import demands
from notifications.inbox import Subject, deliver
from storage.database import execute
from storage.models import Notice
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.demands import a_demand, an_offer, viewer_of
from tests.factories.notices import a_letter
from tests.factories.people import (
    Someone,
    a_membership,
    a_person,
    access_token_for,
    an_institution,
    an_officer,
    an_owner,
)
from tests.factories.products import a_product
from tests.queries import recorded_queries
from tests.stillness import nothing_moves

LIST = """
query ($first: Int, $after: String, $last: Int, $before: String, $unread: Boolean! = false) {
  viewer {
    unreadNoticeCount
    notices(first: $first, after: $after, last: $last, before: $before, unreadOnly: $unread) {
      edges { cursor node { id kind title body createdAt readAt subject { __typename id } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""

MARK = """
mutation ($ids: [ID!]!) {
  noticesMarkRead(ids: $ids) {
    __typename
    ... on NoticesMarked { unreadNoticeCount }
    ... on ValidationFailed { code message fieldErrors { field message } }
  }
}
"""

NODE = "query ($id: ID!) { node(id: $id) { __typename id ... on Notice { title } } }"


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_owner(now=clock.now())


async def told(someone: Someone, count: int) -> list[str]:
    """Gives somebody that many notices; their ids, the oldest first."""
    await deliver([a_letter(to=someone.person.id, title=f"{n}") for n in range(1, count + 1)])
    rows = await Notice.filter(recipient_id=someone.person.id).order_by("position")
    return [encode_id("notice", row.id) for row in rows]


async def test_anonymous_has_no_viewer_and_marks_nothing(api: GraphQL, owner: Someone) -> None:
    (notice,) = await told(owner, 1)
    async with nothing_moves():
        assert (await api.data(LIST))["viewer"] is None
        body = await api(MARK, variables={"ids": [notice]})
        assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert (await api.data(NODE, variables={"id": notice}))["node"] is None


async def test_another_persons_notices_are_neither_seen_nor_marked(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    (notice,) = await told(owner, 1)
    stranger = await an_owner(now=clock.now())
    async with nothing_moves():
        viewer = (await api.data(LIST, token=stranger.token))["viewer"]
        assert (viewer["unreadNoticeCount"], viewer["notices"]["edges"]) == (0, [])
        marked = await api.data(MARK, variables={"ids": [notice]}, token=stranger.token)
        assert marked["noticesMarkRead"]["unreadNoticeCount"] == 0
        found = await api.data(NODE, variables={"id": notice}, token=stranger.token)
        assert found["node"] is None


async def test_the_list_goes_from_the_newest(api: GraphQL, owner: Someone) -> None:
    ids = await told(owner, 5)
    viewer = (await api.data(LIST, variables={"first": 2}, token=owner.token))["viewer"]
    assert viewer["unreadNoticeCount"] == 5
    page = viewer["notices"]
    assert [edge["node"]["id"] for edge in page["edges"]] == ids[:2:-1]
    assert page["pageInfo"]["hasNextPage"] is True
    after = page["pageInfo"]["endCursor"]
    page = (await api.data(LIST, variables={"after": after}, token=owner.token))["viewer"][
        "notices"
    ]
    assert [edge["node"]["title"] for edge in page["edges"]] == ["3", "2", "1"]
    assert page["pageInfo"]["hasPreviousPage"] is True
    node = page["edges"][0]["node"]
    assert (node["kind"], node["body"], node["readAt"]) == ("SYSTEM", "示例正文", None)


@pytest.mark.parametrize(
    "arguments",
    [
        {"first": -1},
        {"first": 101},
        {"first": 1, "last": 1},
        {"after": "bm90LWEtY3Vyc29y"},
        {"after": "WyJwcm9kdWN0cyIsMV0"},
    ],
)
async def test_arguments_that_no_list_takes_are_refused(
    api: GraphQL, owner: Someone, arguments: dict[str, object]
) -> None:
    body = await api(LIST, variables=arguments, token=owner.token)
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_marking_moves_the_count_and_unread_only_leaves_read_ones_out(
    api: GraphQL, owner: Someone
) -> None:
    ids = await told(owner, 3)
    for _ in range(2):
        marked = await api.data(MARK, variables={"ids": ids[:2]}, token=owner.token)
        assert marked["noticesMarkRead"] == {
            "__typename": "NoticesMarked",
            "unreadNoticeCount": 1,
        }
    viewer = (await api.data(LIST, variables={"unread": True}, token=owner.token))["viewer"]
    assert [edge["node"]["id"] for edge in viewer["notices"]["edges"]] == ids[2:]
    viewer = (await api.data(LIST, token=owner.token))["viewer"]
    read = [edge["node"]["readAt"] is not None for edge in viewer["notices"]["edges"]]
    assert read == [False, True, True]


async def test_more_than_a_hundred_ids_are_refused(api: GraphQL, owner: Someone) -> None:
    ids = await told(owner, 1)
    many = [*ids, *(encode_id("notice", new_id()) for _ in range(100))]
    async with nothing_moves():
        result = (await api.data(MARK, variables={"ids": many}, token=owner.token))[
            "noticesMarkRead"
        ]
    assert (result["__typename"], result["code"]) == ("ValidationFailed", "VALIDATION_FAILED")
    assert [error["field"] for error in result["fieldErrors"]] == ["ids"]
    assert "100" in result["message"]


async def test_what_is_no_id_is_refused_and_another_kind_is_passed_over(
    api: GraphQL, owner: Someone
) -> None:
    (notice,) = await told(owner, 1)
    body = await api(MARK, variables={"ids": [notice, "nonsense"]}, token=owner.token)
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    product = encode_id("product", new_id())
    marked = await api.data(MARK, variables={"ids": [product]}, token=owner.token)
    assert marked["noticesMarkRead"]["unreadNoticeCount"] == 1


async def test_a_notice_is_a_node(api: GraphQL, owner: Someone) -> None:
    (notice,) = await told(owner, 1)
    found = await api.data(NODE, variables={"id": notice}, token=owner.token)
    assert found["node"] == {"__typename": "Notice", "id": notice, "title": "1"}


async def subjects(api: GraphQL, token: str) -> list[tuple[str, str] | None]:
    viewer = (await api.data(LIST, token=token))["viewer"]
    found = [edge["node"]["subject"] for edge in viewer["notices"]["edges"]]
    return [one and (one["__typename"], one["id"]) for one in found]


async def about(someone: Someone, kind: str, key: object) -> None:
    letter = a_letter(to=someone.person.id)
    subject = Subject(kind, key)  # type: ignore[arg-type]
    await deliver([type(letter)(letter.recipient, letter.key, letter.text, subject)])


async def test_the_subject_is_what_the_viewer_may_see(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    product = await a_product(institution=officer.institution, now=clock.now())
    demand = await a_demand(owner=owner, now=clock.now())
    offer = await an_offer(demand=demand, officer=officer, product=product, now=clock.now())
    keys = {"demand": demand.id, "offer": offer.id, "product": product.id}
    for someone in (owner, officer):
        for kind, key in keys.items():
            await about(someone, kind, key)
    await about(owner, "enterprise", owner.membership.enterprise_id)
    await about(officer, "enterprise", owner.membership.enterprise_id)
    await about(owner, "unheard_of", new_id())
    seen = [
        ("Product", encode_id("product", product.id)),
        ("Offer", encode_id("offer", offer.id)),
        ("Demand", encode_id("demand", demand.id)),
    ]
    firm = ("Enterprise", encode_id("enterprise", owner.enterprise.id))  # type: ignore[union-attr]
    assert await subjects(api, owner.token) == [None, firm, *seen]
    assert await subjects(api, officer.token) == [None, *seen], "not let in to the firm"

    await demands.withdraw(viewer_of(owner), demand.id, clock.now())
    assert await subjects(api, officer.token) == [None, seen[0], None, None], "no longer theirs"
    assert await subjects(api, owner.token) == [None, firm, *seen]


async def test_another_membership_of_the_same_person_sees_no_subject(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    demand = await a_demand(owner=owner, now=clock.now())
    await about(owner, "demand", demand.id)
    officer = await a_membership(
        person=owner.person, role=Role.OFFICER, institution=await an_institution(), now=clock.now()
    )
    token = await access_token_for(owner.person, officer, now=clock.now())
    assert await subjects(api, token) == [None]


async def test_a_page_costs_the_same_however_long_it_is(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    await a_product(now=clock.now())
    for _ in range(3):
        demand = await a_demand(owner=owner, now=clock.now())
        await about(owner, "demand", demand.id)
    await about(owner, "enterprise", owner.membership.enterprise_id)
    with recorded_queries() as few:
        await api.data(LIST, variables={"first": 2}, token=owner.token)
    for _ in range(20):
        await about(owner, "demand", demand.id)
    with recorded_queries() as many:
        await api.data(LIST, variables={"first": 100}, token=owner.token)
    # Who asks; how many are unread; the page; its enterprises; its demands.
    assert len(many) == len(few) == 5, many


async def test_marking_costs_two_statements(api: GraphQL, owner: Someone) -> None:
    ids = await told(owner, 50)
    with recorded_queries() as statements:
        await api.data(MARK, variables={"ids": ids}, token=owner.token)
    # Who asks; the update; how many are left.
    assert len(statements) == 3, statements


async def test_a_person_without_a_membership_has_an_inbox_too(
    api: GraphQL, clock: FrozenClock
) -> None:
    person = await a_person(now=clock.now())
    token = await access_token_for(person, now=clock.now())
    await deliver([a_letter(to=person.id)])
    viewer = (await api.data(LIST, token=token))["viewer"]
    assert viewer["unreadNoticeCount"] == 1
    await execute("DELETE FROM pgqueuer")
    assert datetime.fromisoformat(viewer["notices"]["edges"][0]["node"]["createdAt"]) <= (
        datetime.now(UTC)
    )
