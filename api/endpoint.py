"""GraphQL over HTTP: POST and, for queries, GET on one path."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import OperationType
from starlette.types import Receive, Scope, Send

from accounts.viewers import Viewer
from api.answer_cache import AnswerCache, is_open
from api.answers import body_of, encode, fault_of, masked
from api.context import (
    Headers,
    address_of,
    context_of,
    cookie_header,
    headers_of,
    read_cookie,
    viewer_from,
)
from api.execution import Execution
from api.media import Media, accepted, is_json
from api.metrics import Metrics
from api.payload import Payload
from api.rate_limits import RateLimits
from api.refusals import Refused, malformed
from api.requests import MAX_BODY, GraphQLRequest, read_body, read_query_string
from foundation.clock import Clock

BODY_TIMEOUT_S = 20.0

_ALWAYS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"accept, accept-encoding, authorization"),
)


_CONTENT_TYPES = {media: media.content_type.encode() for media in Media}


@dataclass(slots=True)
class _Reply:
    """What goes back, as far as it is known."""

    media: Media = Media.JSON
    status: int = 200
    payload: Payload = field(default_factory=lambda: Payload(b""))
    headers: dict[str, str] = field(default_factory=dict)


class GraphQLEndpoint:
    """The ASGI application of the GraphQL path."""

    def __init__(
        self,
        execution: Execution,
        clock: Clock,
        *,
        limits: RateLimits,
        cache: AnswerCache | None,
        metrics: Metrics,
        secure_cookies: bool,
        explorer: str | None = None,
    ) -> None:
        self._execution = execution
        self._clock = clock
        self._limits = limits
        self._cache = cache
        self._metrics = metrics
        self._secure_cookies = secure_cookies
        self._explorer = explorer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        headers = headers_of(scope)
        reply = _Reply()
        try:
            if self._explorer is not None and _is_a_visit(scope, headers):
                raise malformed("请打开浏览页", 302, location=self._explorer)
            reply.media = _media(headers)
            reply.payload = await self._answer(scope, headers, receive, reply)
        except Refused as refused:
            self._refuse(reply, refused)
        except Exception as error:  # the last net: nothing may reach the caller unmasked
            self._refuse(reply, fault_of(masked(error, "request")))
        await _send(send, reply, headers.get(b"accept-encoding", b""))
        self._metrics.answered(reply.status, time.perf_counter() - started)

    def _refuse(self, reply: _Reply, refused: Refused) -> None:
        self._metrics.failed(refused.errors)
        reply.status = refused.status(reply.media)
        reply.headers |= refused.headers
        reply.payload = Payload(encode({"errors": refused.errors}))

    async def _answer(
        self, scope: Scope, headers: Headers, receive: Receive, reply: _Reply
    ) -> Payload:
        address = address_of(scope)
        signed_out = b"authorization" not in headers
        viewer = None
        if signed_out and self._limits.are_local:
            self._limits.count_here(None, address)
        else:
            viewer = await self._viewer(headers, address)
        raw = await _raw(scope, headers, receive)
        cache = self._cache if signed_out else None
        found, version = (None, None) if cache is None else await _ready(cache, raw)
        if found is not None:
            self._metrics.from_cache()
            return found
        plan = self._execution.plan(_read(scope["method"], raw))
        _refuse_kind(plan.kind, scope["method"])
        cookie = read_cookie(headers)
        context = context_of(viewer, self._clock, address, cookie)
        result = await self._execution.run(plan, context)
        set_cookie = cookie_header(cookie, self._clock, secure=self._secure_cookies)
        if set_cookie is not None:
            reply.headers["set-cookie"] = set_cookie
        body = body_of(result)
        self._metrics.failed(body.get("errors", ()))
        payload = Payload(encode(body))
        if cache and not result.errors and is_open(plan.operation, plan.document.fragments):
            cache.keep(raw, payload, version)
        return payload

    async def _viewer(self, headers: Headers, address: str) -> Viewer | None:
        """Who asks, counted against their limit; a bad token counts against the address."""
        viewer = None
        try:
            viewer = await viewer_from(_text(headers, b"authorization"), self._clock.now())
        finally:
            await self._limits.count(viewer, address)
        return viewer


async def _ready(cache: AnswerCache, raw: bytes) -> tuple[Payload | None, object]:
    """A ready answer, and the catalogue's version; neither when the database is away.

    That is found out, and told, by the operation itself.
    """
    try:
        return await cache.find(raw), cache.version
    except Exception:
        return None, None


def _text(headers: Headers, name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def _is_a_visit(scope: Scope, headers: Headers) -> bool:
    """Whether somebody opened the path in a browser instead of asking it something."""
    wanted = accepted(_text(headers, b"accept"))
    return scope["method"] == "GET" and not scope["query_string"] and wanted[:1] == (Media.PAGE,)


def _media(headers: Headers) -> Media:
    for media in accepted(_text(headers, b"accept")):
        if media is not Media.PAGE:
            return media
    raise malformed("只能以 application/graphql-response+json 或 application/json 作答", 406)


async def _raw(scope: Scope, headers: Headers, receive: Receive) -> bytes:
    """The bytes that are the request: the query string of a GET, the body of a POST."""
    if scope["method"] == "GET":
        query: bytes = scope["query_string"]
        if len(query) > MAX_BODY:
            raise _too_large()
        return b"?" + query
    if scope["method"] != "POST":
        raise malformed("只接受 GET 与 POST", 405, allow="GET, POST")
    if not is_json(_text(headers, b"content-type")):
        raise malformed("请求须为 application/json，UTF-8 编码", 415)
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise malformed("不接受压缩的请求", 415)
    return await _body(headers, receive)


def _read(method: str, raw: bytes) -> GraphQLRequest:
    return read_query_string(raw[1:]) if method == "GET" else read_body(raw)


def _refuse_kind(kind: OperationType, method: str) -> None:
    if kind is OperationType.SUBSCRIPTION:
        raise malformed("订阅请用 WebSocket")
    if kind is OperationType.MUTATION and method == "GET":
        raise malformed("变更请用 POST", 405, allow="POST")


async def _body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    """The request's body, read no further than is allowed."""
    declared = headers.get(b"content-length", b"0")
    if not declared.isdigit() or len(declared) > 12 or int(declared) > MAX_BODY:
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            return await _all_of(receive)
    except TimeoutError:
        raise malformed("请求迟迟没有发完", 408, connection="close") from None


async def _all_of(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise malformed("连接已断开")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise _too_large()
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def _too_large() -> Refused:
    return malformed(f"请求超过 {MAX_BODY // 1024} KB", 413, connection="close")


async def _send(send: Send, reply: _Reply, accept_encoding: bytes) -> None:
    body, encoding = reply.payload.encoded(accept_encoding)
    headers = [
        (b"content-type", _CONTENT_TYPES[reply.media]),
        (b"content-length", str(len(body)).encode()),
        *_ALWAYS,
    ]
    for name, value in reply.headers.items():
        headers.append((name.encode(), value.encode()))
    if encoding is not None:
        headers.append((b"content-encoding", encoding))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
