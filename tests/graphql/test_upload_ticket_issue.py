"""uploadTicketIssue: who may send which file."""

from datetime import timedelta

import pytest

from foundation.clock import FrozenClock
from storage.models import UploadTicket
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.people import Someone, an_officer, an_operator, an_owner
from tests.factories.providers import a_data_provider
from tests.graphql.upload_scene import ISSUE, a_ticket, a_wish, issue
from tests.stillness import nothing_moves


@pytest.fixture
async def provider(api: GraphQL, clock: FrozenClock) -> Someone:
    return await a_data_provider(now=clock.now())


async def test_anonymous(api: GraphQL) -> None:
    async with nothing_moves():
        body = await api(ISSUE, variables={"input": a_wish()})

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_other_roles_and_people_without_a_unit_may_not(
    api: GraphQL, clock: FrozenClock
) -> None:
    now = clock.now()
    people = [
        await an_owner(now=now),
        await an_officer(now=now),
        await an_operator(now=now),
        await an_operator(role=Role.REGULATOR, now=now),
        await an_operator(role=Role.DATA_PROVIDER, now=now),
    ]

    for who in people:
        async with nothing_moves():
            body = await api(ISSUE, variables={"input": a_wish()}, token=who.token)
        assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_ticket_is_for_one_file_and_half_an_hour(api: GraphQL, provider: Someone) -> None:
    answer = await issue(api, provider)

    assert answer["url"] == "/uploads"
    assert answer["expiresAt"] == "2026-03-18T04:30:00Z"
    assert answer["maxBytes"] == str(2 * 1024**3)
    assert answer["ticket"] not in answer["url"]
    row = await UploadTicket.get()
    assert (row.category, row.file_name, row.used_at) == ("JS-13", "公积金.csv", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"city": "CHANGZHOU"}, "city"),
        ({"category": "JS-1"}, "category"),
        ({"category": "JS-9999"}, "category"),
        ({"fileName": "   "}, "fileName"),
        ({"fileName": "a" * 121}, "fileName"),
    ],
)
async def test_what_the_unit_may_not_send(
    api: GraphQL, provider: Someone, changes: dict[str, str], field: str
) -> None:
    async with nothing_moves():
        answer = await issue(api, provider, **changes)

    assert answer["__typename"] == "ValidationFailed"
    assert [one["field"] for one in answer["fieldErrors"]] == [field]


async def test_the_same_key_gives_the_same_ticket_and_another_input_none(
    api: GraphQL, provider: Someone, clock: FrozenClock
) -> None:
    first = await issue(api, provider, idempotencyKey="upload-once")
    clock.advance(timedelta(minutes=1))
    async with nothing_moves():
        again = await issue(api, provider, idempotencyKey="upload-once")
        other = await issue(api, provider, idempotencyKey="upload-once", fileName="another.csv")

    assert again == first
    assert other["__typename"] == "IdempotencyKeyReused"


async def test_a_folder_in_the_name_is_left_out(api: GraphQL, provider: Someone) -> None:
    await a_ticket(api, provider, fileName="C:\\secret\\..\\三月.xlsx")

    assert (await UploadTicket.get()).file_name == "三月.xlsx"
