"""The one outbound HTTP client: known hosts only, bounded in time and size, no redirects.

Hosts come from RQ_OUTBOUND_HOSTS; since nothing is followed elsewhere, no answer can lead a
request to an address inside. Plain HTTP is spoken outside production only.
"""

import asyncio
import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx2

from foundation.settings import settings
from foundation.stand_ins import outbound_hosts

MAX_BYTES = 256 * 1024
_FAULTS = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError)
_LIMITS = httpx2.Limits(max_connections=20, max_keepalive_connections=10)

# Nothing compressed is asked for or undone: a small body could unfold into a huge one.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "RongQiao"}


class OutboundError(Exception):
    """An outside service did not give a usable answer in time. Holds nothing that was sent.

    `may_pass`: it was not reached, or not in time; what was asked can be asked again.
    """

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass


class OutboundClient:
    """Fetches JSON from outside services."""

    def __init__(
        self,
        hosts: tuple[str, ...],
        *,
        allow_http: bool,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._schemes = {"https", "http"} if allow_http else {"https"}
        self._transport = transport
        self._client: httpx2.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def get_json(
        self, url: str, *, seconds: float, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """The status and JSON body of a GET, within so many seconds. Raises OutboundError."""
        return await self._json("GET", url, seconds, headers, None)

    async def post_json(
        self,
        url: str,
        body: Mapping[str, Any],
        *,
        seconds: float,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """The status and JSON body of a POST, within so many seconds. Raises OutboundError."""
        return await self._json("POST", url, seconds, headers, body)

    async def close(self) -> None:
        """Close what is open; the client opens again when it is next used."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _json(
        self,
        method: str,
        url: str,
        seconds: float,
        headers: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
    ) -> tuple[int, Any]:
        self._check_allowed(url)
        try:
            async with asyncio.timeout(seconds):
                request = self._opened().stream(method, url, headers=headers, json=body)
                async with request as answer:
                    content = await _bounded(answer)
                    return answer.status_code, json.loads(content) if content else None
        except (*_FAULTS, TimeoutError, ValueError, RecursionError) as error:
            # `from None`: the cause can carry the request with what was sent.
            raise OutboundError(
                f"{urlsplit(url).hostname}: {type(error).__name__}",
                may_pass=isinstance(error, httpx2.TransportError | TimeoutError),
            ) from None

    def _check_allowed(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in self._schemes or parts.username or parts.password:
            raise OutboundError(
                f"{parts.hostname}: {parts.scheme} is not spoken to outside services"
            )
        host = (parts.hostname or "").lower()
        if not self._hosts & {host, f"{host}:{parts.port}"}:
            raise OutboundError(f"{host} is not in RQ_OUTBOUND_HOSTS")

    def _opened(self) -> httpx2.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._loop = loop
            self._client = httpx2.AsyncClient(
                follow_redirects=False,
                trust_env=False,
                limits=_LIMITS,
                transport=self._transport,
                headers=_HEADERS,
            )
        return self._client


async def _bounded(answer: httpx2.Response) -> bytes:
    content = bytearray()
    async for chunk in answer.aiter_raw():
        content += chunk
        if len(content) > MAX_BYTES:
            raise OutboundError(f"{answer.url.host}: more than {MAX_BYTES} bytes")
    return bytes(content)


@cache
def outbound() -> OutboundClient:
    """The client of this process, as its settings allow."""
    return OutboundClient(outbound_hosts(), allow_http=not settings().is_production)
