"""GraphQL over HTTP: POST and, for queries, GET on one path."""

from collections.abc import Mapping
from typing import Any

from graphql import OperationType
from starlette.types import Receive, Scope, Send

from api.answers import body_of, encode, masked
from api.context import (
    address_of,
    context_of,
    cookie_header,
    headers_of,
    read_cookie,
    viewer_from,
)
from api.execution import Execution
from api.media import Media, accepted, is_json
from api.refusals import Refused, malformed
from api.requests import MAX_BODY, GraphQLRequest, read_body, read_query_string
from foundation.clock import Clock

_ALWAYS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"accept, authorization"),
]


class GraphQLEndpoint:
    """The ASGI application of the GraphQL path."""

    def __init__(self, execution: Execution, clock: Clock, *, secure_cookies: bool) -> None:
        self._execution = execution
        self._clock = clock
        self._secure_cookies = secure_cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope)
        media = Media.JSON
        extra: dict[str, str] = {}
        try:
            media = _media(headers)
            status, body = 200, await self._answer(scope, headers, receive, extra)
        except Refused as refused:
            status, body = refused.status(media), {"errors": refused.errors}
            extra |= refused.headers
        except Exception as error:  # the last net: nothing may reach the caller unmasked
            entry = masked(error, "request")
            status, body = 500 if media is Media.RESPONSE else 200, {"errors": [entry]}
        await _send(send, status, media, encode(body), extra)

    async def _answer(
        self,
        scope: Scope,
        headers: Mapping[bytes, bytes],
        receive: Receive,
        extra: dict[str, str],
    ) -> dict[str, Any]:
        now = self._clock.now()
        viewer = await viewer_from(_text(headers, b"authorization"), now)
        plan = self._execution.plan(await _request(scope, headers, receive))
        _refuse_kind(plan.kind, scope["method"])
        cookie = read_cookie(headers)
        context = context_of(viewer, self._clock, address_of(scope), cookie)
        result = await self._execution.run(plan, context)
        set_cookie = cookie_header(cookie, now, secure=self._secure_cookies)
        if set_cookie is not None:
            extra["set-cookie"] = set_cookie
        return body_of(result)


def _text(headers: Mapping[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def _media(headers: Mapping[bytes, bytes]) -> Media:
    for media in accepted(_text(headers, b"accept")):
        if media is not Media.PAGE:
            return media
    raise malformed("只能以 application/graphql-response+json 或 application/json 作答", 406)


async def _request(
    scope: Scope, headers: Mapping[bytes, bytes], receive: Receive
) -> GraphQLRequest:
    if scope["method"] == "GET":
        return read_query_string(scope["query_string"])
    if scope["method"] != "POST":
        raise malformed("只接受 GET 与 POST", 405, allow="GET, POST")
    if not is_json(_text(headers, b"content-type")):
        raise malformed("请求须为 application/json，UTF-8 编码", 415)
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise malformed("不接受压缩的请求", 415)
    return read_body(await _body(headers, receive))


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
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise malformed("连接已断开")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise _too_large()
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def _too_large() -> Refused:
    return malformed(f"请求超过 {MAX_BODY // 1024} KB", 413, connection="close")


async def _send(
    send: Send, status: int, media: Media, body: bytes, extra: Mapping[str, str]
) -> None:
    headers = [
        (b"content-type", media.content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        *_ALWAYS,
        *((name.encode(), value.encode()) for name, value in extra.items()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
