"""noticeArrived over a real WebSocket: who may listen, from where, and what comes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from api.app import create_app
from foundation.identifiers import encode_id
from foundation.settings import Settings
from notifications.inbox import deliver
from storage.database import execute
from storage.models import Notice
from tests.api.conftest import serving
from tests.factories.notices import a_letter
from tests.factories.people import Someone, an_owner
from tests.servers import Database
from tests.stillness import nothing_moves

LISTEN = """
subscription ($after: ID) { noticeArrived(after: $after) { id kind title subject { id } } }
"""
SOON_S = 30.0
UNKNOWN = UUID(int=1)


@pytest.fixture
async def address(database: Database) -> AsyncIterator[str]:
    async with serving(create_app(Settings(DATABASE_URL=database.url))) as address:
        yield address


@pytest.fixture
async def owner(database: Database) -> Someone:
    return await an_owner()


@asynccontextmanager
async def subscribed(
    address: str, token: str | None, after: object = None
) -> AsyncIterator[ClientConnection]:
    async with connect(
        f"ws://{address}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
    ) as socket:
        payload = {"authorization": f"Bearer {token}"} if token else {}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        operation = {"query": LISTEN, "variables": {"after": after}}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": operation}))
        yield socket


async def message(socket: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), SOON_S))
    return found


async def titles(socket: ClientConnection, count: int) -> list[str]:
    found = [await message(socket) for _ in range(count)]
    return [one["payload"]["data"]["noticeArrived"]["title"] for one in found]


async def refusal(socket: ClientConnection) -> str:
    refused = await message(socket)
    assert refused["type"] == "error", refused
    code: str = refused["payload"][0]["extensions"]["code"]
    return code


async def told(someone: Someone, *titled: str) -> list[str]:
    await deliver([a_letter(to=someone.person.id, title=title) for title in titled])
    rows = await Notice.filter(recipient_id=someone.person.id).order_by("position")
    return [encode_id("notice", row.id) for row in rows]


async def test_anonymous(address: str) -> None:
    async with nothing_moves(), subscribed(address, None) as socket:
        assert await refusal(socket) == "UNAUTHENTICATED"


async def test_another_persons_notice_is_no_place_to_resume_from(
    address: str, owner: Someone
) -> None:
    (theirs,) = await told(await an_owner(), "别人的")
    async with nothing_moves(), subscribed(address, owner.token, theirs) as socket:
        assert await refusal(socket) == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "after",
    [encode_id("notice", UNKNOWN), encode_id("demand", UNKNOWN), "nonsense", "", 7],
    ids=["unknown", "another kind", "no id", "empty", "number"],
)
async def test_what_is_no_notice_of_the_viewers_is_refused(
    address: str, owner: Someone, after: object
) -> None:
    async with nothing_moves(), subscribed(address, owner.token, after) as socket:
        assert await refusal(socket) == "BAD_USER_INPUT"


async def test_what_was_missed_comes_first_and_then_what_happens(
    address: str, owner: Someone
) -> None:
    ids = await told(owner, "一", "二", "三")
    stranger = await an_owner()
    async with subscribed(address, owner.token, ids[0]) as socket:
        assert await titles(socket, 2) == ["二", "三"]
        await told(stranger, "别人的")
        await told(owner, "四", "五")
        assert await titles(socket, 2) == ["四", "五"]


async def test_two_devices_get_the_same(address: str, owner: Someone) -> None:
    (welcome,) = await told(owner, "欢迎")
    async with (
        subscribed(address, owner.token, welcome) as phone,
        subscribed(address, owner.token, welcome) as tablet,
    ):
        await told(owner, "一", "二")
        assert await titles(phone, 2) == await titles(tablet, 2) == ["一", "二"]


async def test_completing_ends_it_and_the_socket_goes_on(address: str, owner: Someone) -> None:
    (welcome,) = await told(owner, "欢迎")
    async with subscribed(address, owner.token, welcome) as socket:
        await socket.send(json.dumps({"id": "1", "type": "complete"}))
        await told(owner, "之后")
        await socket.send(json.dumps({"type": "ping"}))
        while (found := await message(socket))["type"] == "next":
            pass
        assert found == {"type": "pong"}


async def test_a_session_that_ends_takes_its_subscription_with_it(
    address: str, owner: Someone
) -> None:
    (welcome,) = await told(owner, "欢迎")
    async with subscribed(address, owner.token, welcome) as socket:
        await execute(
            "UPDATE session SET closed_at = now(), close_reason = 'SIGNED_OUT' "
            "WHERE person_id = $1",
            owner.person.id,
        )
        await asyncio.wait_for(socket.wait_closed(), SOON_S)
        assert socket.close_code == 4403
