"""The one outbound client: known hosts, bounded time and size, no redirects."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from foundation.http_client import MAX_BYTES, OutboundClient, OutboundError

Answer = Callable[[httpx2.Request], httpx2.Response]


class Outside(httpx2.AsyncBaseTransport):
    """Answers without a network, and remembers what it was asked."""

    def __init__(self, answer: Answer, delay: float = 0) -> None:
        self._answer = answer
        self._delay = delay
        self.asked: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        await asyncio.sleep(self._delay)
        return self._answer(request)


def answering(content: bytes, status: int = 200, **headers: str) -> Answer:
    return lambda _: httpx2.Response(status, headers=headers, stream=httpx2.ByteStream(content))


def client_to(outside: Outside, *hosts: str, allow_http: bool = False) -> OutboundClient:
    return OutboundClient(hosts or ("known.example",), allow_http=allow_http, transport=outside)


async def test_a_known_host_is_asked():
    outside = Outside(answering(b'{"a": 1}'))

    assert await client_to(outside).get_json("https://known.example/x", seconds=1) == (
        200,
        {"a": 1},
    )
    assert await client_to(outside).post_json("https://KNOWN.example/x", {"b": 2}, seconds=1) == (
        200,
        {"a": 1},
    )
    assert outside.asked[1].content == b'{"b":2}'


@pytest.mark.parametrize(
    "url",
    [
        "https://unknown.example/",
        "https://known.example.forger.example/",
        "https://forger.example/known.example",
        "https://known.example@forger.example/",
        "https://user:word@known.example/",
        "http://known.example/",
        "ftp://known.example/",
        "file:///etc/passwd",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "//known.example/",
        "",
    ],
)
async def test_whatever_is_not_allowed_is_never_asked(url: str):
    outside = Outside(answering(b"{}"))

    with pytest.raises(OutboundError):
        await client_to(outside).get_json(url, seconds=1)
    assert outside.asked == []


async def test_a_host_can_be_allowed_on_one_port_only():
    outside = Outside(answering(b"{}"))
    client = client_to(outside, "known.example:8443")

    await client.get_json("https://known.example:8443/", seconds=1)
    with pytest.raises(OutboundError):
        await client.get_json("https://known.example:9443/", seconds=1)
    assert len(outside.asked) == 1


async def test_a_redirect_is_an_answer_and_is_not_followed():
    outside = Outside(answering(b"", 302, location="http://127.0.0.1/admin"))

    assert await client_to(outside).get_json("https://known.example/", seconds=1) == (302, None)
    assert len(outside.asked) == 1


async def test_the_time_is_bounded_as_a_whole():
    outside = Outside(answering(b"{}"), delay=5)

    async with asyncio.timeout(30):
        with pytest.raises(OutboundError, match=r"known\.example: TimeoutError"):
            await client_to(outside).get_json("https://known.example/", seconds=0.05)


class Drops(httpx2.AsyncByteStream):
    """A body that never ends, a byte at a time."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.01)
            yield b" "

    async def aclose(self) -> None: ...


async def test_a_slow_body_does_not_stretch_the_time():
    outside = Outside(lambda _: httpx2.Response(200, stream=Drops()))

    async with asyncio.timeout(30):
        with pytest.raises(OutboundError):
            await client_to(outside).get_json("https://known.example/", seconds=0.1)


async def test_the_size_is_bounded():
    outside = Outside(answering(b'"' + b"x" * MAX_BYTES + b'"'))

    with pytest.raises(OutboundError, match="more than"):
        await client_to(outside).get_json("https://known.example/", seconds=1)


async def test_nothing_is_unfolded():
    outside = Outside(answering(gzip.compress(b"{}"), **{"content-encoding": "gzip"}))

    with pytest.raises(OutboundError):
        await client_to(outside).get_json("https://known.example/", seconds=1)
    assert outside.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("content", [b"<html>", b"\xff\xfe", b"[" * 100_000, b"{"])
async def test_what_is_no_json_is_no_answer(content: bytes):
    outside = Outside(answering(content))

    with pytest.raises(OutboundError):
        await client_to(outside).get_json("https://known.example/", seconds=1)


async def test_an_error_says_nothing_of_what_was_sent():
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError(f"cannot send {request.content!r}", request=request)

    with pytest.raises(OutboundError) as caught:
        await client_to(Outside(fail)).post_json(
            "https://known.example/", {"id_number": "110101190001010014"}, seconds=1
        )
    assert str(caught.value) == "known.example: ConnectError"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
