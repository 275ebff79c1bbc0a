"""Who asks, from where, with which cookie: the context of one request or one socket."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.viewers import Viewer, viewer_of
from api.refusals import Code, Refused, error_body
from foundation.clock import Clock
from foundation.errors import Unauthenticated
from resolvers.loaders import RequestLoaders
from schema.context import Context, RefreshCookie

CLIENT_HEADER = b"rongqiao-client"
COOKIE = "rq_refresh"
COOKIE_PATH = "/graphql"

_BEARER = re.compile(r"Bearer ([A-Za-z0-9._~+/=-]{1,4096})", re.ASCII | re.IGNORECASE)
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9._~-]{1,512}", re.ASCII)

Headers = Mapping[bytes, bytes]


def headers_of(scope: Mapping[str, Any]) -> dict[bytes, bytes]:
    """A scope's headers by lower-case name; repeated ones joined by a comma, as HTTP has it."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        found[name] = found[name] + b", " + value if name in found else value
    return found


def address_of(scope: Mapping[str, Any]) -> str:
    """The caller's address, after the server has read the forwarding headers it trusts."""
    client = scope.get("client")
    return client[0] if client else "unknown"


async def viewer_from(authorization: str | None, now: datetime) -> Viewer | None:
    """The viewer of an Authorization value; None without one. Raises Refused for a bad one."""
    if authorization is None:
        return None
    found = _BEARER.fullmatch(authorization.strip())
    try:
        if found is None:
            raise Unauthenticated("登录凭据格式不对，请重新登录")
        return await viewer_of(found[1], now)
    except Unauthenticated as error:
        raise unauthenticated(error.message) from None


def unauthenticated(message: str) -> Refused:
    """The refusal of a whole request whose token is bad."""
    return Refused(
        [error_body(Code.UNAUTHENTICATED, message)],
        headers={"www-authenticate": 'Bearer error="invalid_token"'},
    )


def context_of(
    viewer: Viewer | None, clock: Clock, address: str, cookie: RefreshCookie | None = None
) -> Context:
    """The context of one operation."""
    return Context(
        viewer=viewer,
        clock=clock,
        loaders=RequestLoaders(viewer, clock),
        address=address,
        refresh_cookie=cookie or RefreshCookie(),
    )


def read_cookie(headers: Headers) -> RefreshCookie:
    """The refresh token's cookie of a request, which counts only with the web client's header."""
    if headers.get(CLIENT_HEADER, b"").strip().lower() != b"web":
        return RefreshCookie()
    return RefreshCookie(wanted=True, value=_cookie_value(headers.get(b"cookie", b"")))


def _cookie_value(header: bytes) -> str | None:
    for pair in header.decode("latin-1").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE and _COOKIE_VALUE.fullmatch(value):
            return value
    return None


def cookie_header(cookie: RefreshCookie, clock: Clock, *, secure: bool) -> str | None:
    """The Set-Cookie value that an operation left behind; None when it left none.

    Raises ValueError for a token that no cookie can hold.
    """
    if cookie.kept is None and not cookie.dropped:
        return None
    value, max_age = "", 0
    if cookie.kept is not None:
        value, expires_at = cookie.kept
        max_age = max(0, int((expires_at - clock.now()).total_seconds()))
        if not _COOKIE_VALUE.fullmatch(value):
            raise ValueError("a refresh token must fit into a cookie")
    parts = [f"{COOKIE}={value}", f"Path={COOKIE_PATH}", f"Max-Age={max_age}", "HttpOnly"]
    return "; ".join([*parts, "SameSite=Strict", *(["Secure"] if secure else [])])
