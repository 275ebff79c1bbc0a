"""A provider's gateway on a socket of the loopback interface, as good or bad as a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from foundation.city import DataSource
from foundation.clock import FrozenClock
from foundation.http_client import OutboundClient
from sharing.interfaces.calls import Pace
from sharing.interfaces.http import HttpSource

Reply = tuple[int, bytes, Mapping[str, str]]


@dataclass
class LocalSource:
    """What it was asked, and what it answers next; the last answer is given again."""

    port: int
    replies: list[Reply | Callable[[asyncio.StreamReader], Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    def adapter(self, token: str | None = "示例令牌".encode().hex()) -> HttpSource:
        """Our side of it."""
        client = OutboundClient((f"127.0.0.1:{self.port}",), allow_http=True)
        self.client = client
        return HttpSource(client, f"http://127.0.0.1:{self.port}/tax/", token)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                int(line.split(":")[1])
                for line in head.split("\r\n")
                if line.lower().startswith("content-length")
            )
            self.heads.append(head)
            self.bodies.append(json.loads(await reader.readexactly(length)))
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            if callable(reply):
                await reply(reader)
                return
            status, content, headers = reply
            lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write("\r\n".join([*lines, "", ""]).encode() + content)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def rows(uscc: str, *found: Mapping[str, str], category: str = "JS-1") -> Reply:
    """A good answer."""
    body = {"category": category, "uscc": uscc, "rows": [dict(row) for row in found]}
    return 200, json.dumps(body).encode(), {"Content-Type": "application/json"}


def failing(status: int = 500, content: bytes = b"", **headers: str) -> Reply:
    """Another answer."""
    return status, content, headers


@asynccontextmanager
async def a_local_source(
    *replies: Reply | Callable[[asyncio.StreamReader], Any],
) -> AsyncIterator[LocalSource]:
    """A gateway that listens while the block lasts."""
    local = LocalSource(0, list(replies))
    server = await asyncio.start_server(local.serve, "127.0.0.1", 0)
    local.port = server.sockets[0].getsockname()[1]
    try:
        yield local
    finally:
        if hasattr(local, "client"):
            await local.client.close()
        server.close()
        await server.wait_closed()


def a_source(**changes: Any) -> DataSource:
    """A source's settings, with every default of a test visible."""
    given = {
        "name": "tax",
        "title": "示例税务接口",
        "categories": ("JS-1",),
        "url": "https://tax.example",
        # Long enough for a busy machine: a test that wants a slow source says how slow.
        "seconds": 20.0,
        "attempts": 3,
        "calls_per_minute": 60,
        "burst": 10,
        "breaker_after": 5,
        "breaker_pause_s": 60,
    }
    return DataSource(**(given | changes))


@dataclass
class Slept:
    """A pace that waits for nothing: it moves its clock instead, and remembers how far."""

    clock: FrozenClock
    waits: list[float] = field(default_factory=list)

    @property
    def pace(self) -> Pace:
        """What a caller is given."""
        return Pace(self.clock, self._sleep, lambda: 1.0)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.advance(timedelta(seconds=seconds))
