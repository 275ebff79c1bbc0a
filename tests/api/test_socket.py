"""graphql-transport-ws with a real server and a real client: every message and every way to end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from api import socket as protocol
from api.app import create_app
from api.socket import PROTOCOL
from foundation.clock import FrozenClock
from foundation.settings import Settings
from storage.database import execute
from tests.api import toys
from tests.api.conftest import TOYS, serving
from tests.api.toys import SECRET
from tests.factories.people import a_person, access_token_for
from tests.servers import Database

INIT = {"type": "connection_init"}


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[str]:
    """The toys behind a real server, without a database of their own."""
    async with serving(create_app(Settings(), schema=TOYS)) as address:
        yield address


@asynccontextmanager
async def opened(
    address: str, *, init: object = INIT, origin: str | None = None
) -> AsyncIterator[ClientConnection]:
    """A connection that was acknowledged; `init` None leaves the initialisation to the test."""
    async with connect(
        f"ws://{address}/graphql",
        subprotocols=[Subprotocol(PROTOCOL)],
        origin=Origin(origin) if origin else None,
        max_size=None,
    ) as socket:
        assert socket.subprotocol == PROTOCOL
        if init is not None:
            await socket.send(json.dumps(init))
            assert await received(socket) == {"type": "connection_ack"}
        yield socket


async def received(socket: ClientConnection) -> dict[str, Any]:
    """The next message."""
    message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 30))
    return message


async def subscribe(socket: ClientConnection, query: str, name: str = "1", **more: object) -> None:
    """Start an operation."""
    payload = {"query": query, **more}
    await socket.send(json.dumps({"id": name, "type": "subscribe", "payload": payload}))


async def close_code(socket: ClientConnection, within_s: float = 30) -> int:
    """Read until the server closes; its code."""
    _, code = await drained(socket, within_s)
    assert code is not None, "closed without a code"
    return code


async def drained(socket: ClientConnection, within_s: float) -> tuple[int, int | None]:
    """Read until the server closes: how many messages came, and its code if it gave one."""
    messages = 0
    try:
        async with asyncio.timeout(within_s):
            while True:
                await socket.recv()
                messages += 1
    except ConnectionClosed as closed:
        return messages, closed.rcvd.code if closed.rcvd else None


async def test_a_subscription_sends_every_result_and_completes(server: str) -> None:
    async with opened(server) as socket:
        await subscribe(socket, "subscription($n:Int!){count(to:$n)}", variables={"n": 2})

        assert [await received(socket) for _ in range(3)] == [
            {"id": "1", "type": "next", "payload": {"data": {"count": 0}}},
            {"id": "1", "type": "next", "payload": {"data": {"count": 1}}},
            {"id": "1", "type": "complete"},
        ]


async def test_queries_and_mutations_run_here_too(server: str) -> None:
    async with opened(server) as socket:
        await subscribe(socket, "query A{hello} query B{toys{name}}", operationName="A")
        assert (await received(socket))["payload"] == {"data": {"hello": "hello world"}}
        assert (await received(socket))["type"] == "complete"

        await subscribe(socket, 'mutation{toyMake(input:{name:"x"}){... on Toy{name}}}', "1")
        assert (await received(socket))["payload"] == {"data": {"toyMake": {"name": "x"}}}


async def test_pings_are_answered_at_any_time(server: str) -> None:
    async with opened(server, init=None) as socket:
        await socket.send('{"type":"ping","payload":{"at":1}}')
        assert await received(socket) == {"type": "pong"}
        await socket.send('{"type":"pong"}')
        await socket.send(json.dumps(INIT))
        assert await received(socket) == {"type": "connection_ack"}


async def test_complete_ends_a_subscription_and_frees_its_id(server: str) -> None:
    async with opened(server) as socket:
        await subscribe(socket, "subscription{count(to:1000,everyMs:20)}", "a")
        await received(socket)
        await socket.send('{"id":"a","type":"complete"}')
        await socket.send('{"id":"unknown","type":"complete"}')
        await subscribe(socket, "{hello}", "a")

        async with asyncio.timeout(30):
            while (message := await received(socket)).get("payload") != {
                "data": {"hello": "hello world"}
            }:
                assert message["id"] == "a"
        assert await received(socket) == {"id": "a", "type": "complete"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription{refused}", "BAD_USER_INPUT"),
        ("subscription{mine}", "UNAUTHENTICATED"),
        ("subscription{count(to:true)}", "BAD_USER_INPUT"),
        ("subscription{nothing}", "BAD_USER_INPUT"),
        ("subscription{", "BAD_USER_INPUT"),
        ("", "BAD_USER_INPUT"),
        ("subscription{count(to:1e400)}", "BAD_USER_INPUT"),
    ],
)
async def test_an_operation_that_cannot_start_answers_error(
    server: str, query: str, code: str
) -> None:
    async with opened(server) as socket:
        await subscribe(socket, query)
        message = await received(socket)

        assert (message["id"], message["type"]) == ("1", "error")
        assert message["payload"][0]["extensions"]["code"] == code
        await subscribe(socket, "{hello}")
        assert (await received(socket))["type"] == "next"


async def test_a_subscription_that_breaks_is_masked(server: str) -> None:
    async with opened(server) as socket:
        await subscribe(socket, "subscription{broken}")

        assert (await received(socket))["payload"] == {"data": {"broken": 1}}
        message = await received(socket)
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert SECRET not in json.dumps(message)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", 4400),
        ("null", 4400),
        ("[]", 4400),
        ("5", 4400),
        ('"ping"', 4400),
        ("{}", 4400),
        ('{"type":null}', 4400),
        ('{"type":["ping"]}', 4400),
        ('{"type":"unknown"}', 4400),
        ('{"type":"ping","payload":5}', 4400),
        ('{"type":"subscribe"}', 4400),
        ('{"id":5,"type":"subscribe","payload":{"query":"{hello}"}}', 4400),
        ('{"id":"","type":"subscribe","payload":{"query":"{hello}"}}', 4400),
        ('{"id":"\\ud800","type":"subscribe","payload":{"query":"{hello}"}}', 4400),
        ('{"id":"1","type":"subscribe","payload":null}', 4400),
        ('{"id":"1","type":"subscribe","payload":[]}', 4400),
        ('{"type":"complete"}', 4400),
        ("[" * 30_000, 4400),
        (b"binary", 4400),
        ("x" * 70_000, 1009),
        (json.dumps(INIT), 4429),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_frames_that_break_the_protocol_close_the_connection(
    server: str, capsys: pytest.CaptureFixture[str], frame: str | bytes, code: int
) -> None:
    async with opened(server) as socket:
        await socket.send(frame)

        assert await close_code(socket) == code
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "frame",
    [
        b"\x81\x85\x00\x00\x00\x00\xff\xfe\xfd\xfc\xfb",  # text that is no UTF-8
        b"\x8f\x80\x00\x00\x00\x00",  # an opcode that does not exist
        b"\x81\x02{}",  # not masked
        b"\xf1\x80\x00\x00\x00\x00",  # reserved bits
    ],
)
async def test_frames_that_are_no_websocket_end_quietly(
    server: str, capsys: pytest.CaptureFixture[str], frame: bytes
) -> None:
    async with opened(server) as socket:
        socket.transport.write(frame)

        assert await close_code(socket) in (1002, 1007)
    assert "Traceback" not in "".join(capsys.readouterr())


async def test_subscribing_before_the_acknowledgement_closes_4401(server: str) -> None:
    async with opened(server, init=None) as socket:
        await subscribe(socket, "{hello}")

        assert await close_code(socket) == 4401


async def test_no_initialisation_closes_4408(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "INIT_TIMEOUT_S", 0.1)
    async with opened(server, init=None) as socket:
        await socket.send('{"type":"ping"}')

        assert await close_code(socket) == 4408


@pytest.mark.parametrize("payload", [5, [], "text"])
async def test_an_initialisation_of_the_wrong_shape_closes_4400(
    server: str, payload: object
) -> None:
    async with opened(server, init=None) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))

        assert await close_code(socket) == 4400


async def test_an_id_in_use_closes_4409(server: str) -> None:
    async with opened(server) as socket:
        await subscribe(socket, "subscription{count(to:1000,everyMs:50)}", "a")
        await subscribe(socket, "{hello}", "a")

        assert await close_code(socket) == 4409


async def test_operations_of_one_connection_are_bounded(server: str) -> None:
    async with opened(server) as socket:
        for n in range(protocol.MAX_OPERATIONS):
            await subscribe(socket, "subscription{count(to:9,everyMs:60000)}", f"s{n}")
        await subscribe(socket, "{hello}", "one too many")

        message = await received(socket)
        assert message["id"] == "one too many"
        assert message["payload"][0]["extensions"] == {
            "code": "RATE_LIMITED",
            "retryAfterSeconds": 1,
        }


async def test_who_reads_too_slowly_is_let_go(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "SEND_TIMEOUT_S", 0.3)
    monkeypatch.setattr(protocol, "SHUTDOWN_TIMEOUT_S", 0.3)
    async with opened(server) as socket:
        socket.transport.pause_reading()
        await subscribe(socket, "subscription{big(times:200)}")
        await asyncio.sleep(1.5)
        socket.transport.resume_reading()

        results, _ = await drained(socket, within_s=30)
    assert results < 100


async def test_another_subprotocol_closes_4406(server: str) -> None:
    async with connect(f"ws://{server}/graphql", subprotocols=[Subprotocol("graphql-ws")]) as one:
        assert await close_code(one) == 4406
    async with connect(f"ws://{server}/graphql") as none:
        assert await close_code(none) == 4406


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "file://", "http://[bad"])
async def test_a_page_of_another_origin_is_turned_away(server: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with opened(server, origin=origin):
            pass

    assert refused.value.response.status_code == 403


async def test_our_own_and_configured_origins_are_let_in(server: str) -> None:
    async with opened(server, origin=f"http://{server}"):
        pass
    async with opened(server, origin="http://localhost:5273"):
        pass
    configured = Settings(RQ_ALLOWED_ORIGINS="https://h5.example")
    async with (
        serving(create_app(configured, schema=TOYS)) as address,
        opened(address, origin="https://h5.example"),
    ):
        pass


async def test_a_token_in_the_address_counts_for_nothing(
    database: Database, settings: Settings
) -> None:
    token = await access_token_for(await a_person())
    async with (
        serving(create_app(settings, schema=TOYS)) as server,
        connect(
            f"ws://{server}/graphql?authorization=Bearer%20{token}&token={token}",
            subprotocols=[Subprotocol(PROTOCOL)],
            additional_headers={"Authorization": f"Bearer {token}"},
        ) as socket,
    ):
        await socket.send(json.dumps(INIT))
        await received(socket)
        await subscribe(socket, "{who}")

        assert (await received(socket))["payload"] == {"data": {"who": None}}


async def test_the_token_of_the_initialisation_says_who_asks(
    database: Database, settings: Settings
) -> None:
    person = await a_person()
    init = _init(await access_token_for(person))
    async with (
        serving(create_app(settings, schema=TOYS)) as server,
        opened(server, init=init) as socket,
    ):
        await subscribe(socket, "subscription{mine}")

        assert (await received(socket))["payload"] == {"data": {"mine": person.id.hex}}


@pytest.mark.parametrize(
    "authorization",
    ["Bearer x.y.z", "Bearer", "", "Basic abc", 5, {"a": 1}, "Bearer " + "x" * 5000, "Bearer é"],
    ids=lambda value: str(value)[:20],
)
async def test_a_bad_token_closes_4403(
    database: Database, server: str, authorization: object
) -> None:
    async with opened(server, init=None) as socket:
        payload = {"authorization": authorization}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))

        assert await close_code(socket) == 4403


async def test_an_open_socket_closes_4403_within_5_seconds_of_its_tokens_end(
    database: Database, settings: Settings, clock: FrozenClock
) -> None:
    person = await a_person(now=clock.now())
    init = _init(await access_token_for(person, now=clock.now()))
    async with (
        serving(create_app(settings, schema=TOYS, clock=clock)) as server,
        opened(server, init=init) as socket,
    ):
        await subscribe(socket, "subscription{mine}")
        await received(socket)
        clock.advance(timedelta(minutes=16))

        assert await close_code(socket, within_s=5) == 4403


async def test_open_sockets_close_4403_within_5_seconds_of_their_sessions_end(
    database: Database, settings: Settings
) -> None:
    ending, staying = await a_person(), await a_person()
    init = _init(await access_token_for(ending))
    other = _init(await access_token_for(staying))
    async with (
        serving(create_app(settings, schema=TOYS)) as server,
        opened(server, init=init) as one,
        opened(server, init=init) as two,
        opened(server, init=other) as untouched,
    ):
        await execute("UPDATE session SET closed_at = now() WHERE person_id = $1", ending.id)

        assert await close_code(one, within_s=5) == 4403
        assert await close_code(two, within_s=5) == 4403
        await subscribe(untouched, "{hello}")
        assert (await received(untouched))["type"] == "next"


async def test_a_caller_that_vanishes_ends_its_subscriptions(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = toys.counting
    async with opened(server) as socket:
        await subscribe(socket, "subscription{count(to:100000,everyMs:5)}")
        await received(socket)
        assert toys.counting == before + 1
        socket.transport.abort()
    async with asyncio.timeout(30):
        while toys.counting > before:  # noqa: ASYNC110 - the toy has no event to wait for
            await asyncio.sleep(0.02)


def _init(token: str) -> dict[str, Any]:
    return {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
