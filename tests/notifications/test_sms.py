"""Codes leave by SMS: one contract for every channel, and the gateway over real HTTP."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts import codes
from accounts.facts import CodeRequested
from foundation.clock import FrozenClock
from foundation.http_client import OutboundClient
from notifications.channels import SmsError, sms_channel, use_sms_channel
from notifications.channels.base import CodeMessage, SmsChannel
from notifications.channels.console import ConsoleSms
from notifications.channels.gateway import GatewaySms
from notifications.channels.memory import MemorySms
from notifications.codes import send_the_code_by_sms
from storage.database import fetch, fetch_one
from tests.factories.people import a_phone

MESSAGE = CodeMessage(phone="+8614000000001", code="123456", city="JIANGYIN", minutes=5)


@dataclass
class Gateway:
    """An SMS gateway on the loopback interface: answers as it is told, keeps what it got."""

    url: str = ""
    answer: bytes = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    silent: bool = False
    got: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append(({"line": head[0], **headers}, json.loads(body)))
        if self.silent:
            await asyncio.sleep(30)
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(gateway.serve(reader, writer))
        tasks.add(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    gateway.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/messages"
    yield gateway
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def through(gateway: Gateway, *hosts: str) -> AsyncIterator[GatewaySms]:
    client = OutboundClient(hosts or ("127.0.0.1",), allow_http=True)
    yield GatewaySms(gateway.url, "made-up-token", client)
    await client.close()


@pytest.fixture(params=["memory", "console", "gateway"])
async def channel_and_sent(
    request: pytest.FixtureRequest, gateway: Gateway
) -> AsyncIterator[tuple[SmsChannel, Callable[[], Awaitable[str]]]]:
    """A channel, and what of the message can be seen on its other side."""
    printed, memory = io.StringIO(), MemorySms()

    async def seen() -> str:
        if request.param == "gateway":
            return json.dumps(gateway.got)
        return printed.getvalue() or "".join(f"{m.phone} {m.code}" for m in memory.sent)

    async with through(gateway) as over_http:
        channels: dict[str, SmsChannel] = {
            "memory": memory,
            "console": ConsoleSms(printed),
            "gateway": over_http,
        }
        yield channels[request.param], seen


async def test_a_code_reaches_its_phone_once(
    channel_and_sent: tuple[SmsChannel, Callable[[], Awaitable[str]]],
) -> None:
    channel, seen = channel_and_sent
    await channel.send_code(MESSAGE)
    text = await seen()
    assert text.count(MESSAGE.code) == 1
    assert text.count(MESSAGE.phone) == 1


def test_neither_phone_nor_code_shows_in_a_log() -> None:
    assert "123456" not in repr(MESSAGE)
    assert "14000000001" not in repr(MESSAGE)


async def test_the_gateway_gets_template_and_values_and_the_bearer_token(gateway: Gateway) -> None:
    async with through(gateway) as channel:
        await channel.send_code(MESSAGE)
    ((headers, body),) = gateway.got
    assert headers["line"] == "POST /messages HTTP/1.1"
    assert headers["authorization"] == "bearer made-up-token"
    assert headers["content-type"] == "application/json"
    assert body == {
        "to": "+8614000000001",
        "template": "one_time_code",
        "city": "JIANGYIN",
        "values": {"code": "123456", "minutes": "5"},
    }


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "503 Unavailable"])
async def test_a_refusal_is_an_error_that_quotes_nobody(gateway: Gateway, status: str) -> None:
    gateway.answer = (
        f"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}".encode()
    )
    async with through(gateway) as channel:
        with pytest.raises(SmsError, match=status[:3]) as refusal:
            await channel.send_code(MESSAGE)
    assert "123456" not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


async def test_a_host_that_is_not_allowed_gets_nothing(gateway: Gateway) -> None:
    async with through(gateway, "sms.example") as channel:
        with pytest.raises(SmsError, match="RQ_OUTBOUND_HOSTS"):
            await channel.send_code(MESSAGE)
    assert gateway.got == []


async def test_a_redirect_is_not_followed(gateway: Gateway) -> None:
    gateway.answer = (
        b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:9/\r\n"
        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
    async with through(gateway) as channel:
        with pytest.raises(SmsError, match="307"):
            await channel.send_code(MESSAGE)
    assert len(gateway.got) == 1


def test_without_a_channel_the_fact_waits() -> None:
    with pytest.raises(SmsError, match="RQ_SMS_URL"):
        sms_channel()


async def requested(clock: FrozenClock) -> CodeRequested:
    await codes.send(phone=a_phone(), city="JIANGYIN", address="192.0.2.1", now=clock.now())
    row = await fetch_one("SELECT id FROM code_challenge ORDER BY requested_at DESC LIMIT 1")
    assert row is not None
    return CodeRequested(challenge_id=row["id"])


@pytest.fixture
def now() -> FrozenClock:
    return FrozenClock(datetime.now(UTC))


@pytest.mark.usefixtures("database")
async def test_a_code_that_left_is_not_sent_again(now: FrozenClock) -> None:
    sms = MemorySms()
    fact = await requested(now)
    with use_sms_channel(sms):
        await send_the_code_by_sms(fact)
        await send_the_code_by_sms(fact)
    assert len(sms.sent) == 1
    assert await codes.redeem(sms.sent[0].phone, sms.sent[0].code, now.now()) is None


@pytest.mark.usefixtures("database")
async def test_after_a_failure_another_code_is_drawn_and_only_that_one_opens(
    now: FrozenClock,
) -> None:
    sms = MemorySms(failures=1)
    fact = await requested(now)
    with use_sms_channel(sms):
        with pytest.raises(SmsError):
            await send_the_code_by_sms(fact)
        await send_the_code_by_sms(fact)
    (message,) = sms.sent
    assert await codes.redeem(message.phone, message.code, now.now()) is None


@pytest.mark.usefixtures("database")
async def test_a_code_that_comes_too_late_is_not_sent(now: FrozenClock) -> None:
    sms = MemorySms()
    fact = await requested(FrozenClock(now.now() - timedelta(minutes=6)))
    with use_sms_channel(sms):
        await send_the_code_by_sms(fact)
    assert sms.sent == []


@pytest.mark.usefixtures("database")
async def test_the_queue_and_the_table_hold_no_code(now: FrozenClock) -> None:
    sms = MemorySms()
    fact = await requested(now)
    with use_sms_channel(sms):
        await send_the_code_by_sms(fact)
    (job,) = await fetch("SELECT payload FROM pgqueuer")
    assert set(json.loads(job["payload"])["body"]) == {"fact_id", "challenge_id"}
    (challenge,) = await fetch("SELECT code_mac FROM code_challenge")
    assert sms.sent[0].code.encode() not in bytes(challenge["code_mac"])
