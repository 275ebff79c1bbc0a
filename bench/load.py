"""The load: a process of its own that sends one request over and over on a few connections.

It counts bytes instead of parsing answers, because every answer to the same request has the same
length; so it stays several times quicker than what it measures. Loopback only, bounded in time.
"""

import asyncio
import base64
import json
import sys
from typing import Any

import uvloop

MAX_SECONDS = 60.0
_OK = b"HTTP/1.1 200 "


class Caller(asyncio.Protocol):
    """One connection: sends the next request when the answer to the last one is complete."""

    def __init__(self, request: bytes, answer_size: int) -> None:
        self.request = request
        self.answer_size = answer_size
        self.answers = 0
        self.failures = 0
        self._left = answer_size
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if self._left == self.answer_size and not data.startswith(_OK):
            self.failures += 1
        self._left -= len(data)
        if self._left <= 0:
            self.failures += self._left < 0
            self.answers += 1
            self._left = self.answer_size
            self._transport.write(self.request)

    def connection_lost(self, _: Exception | None) -> None:
        self.failures += self._left != self.answer_size

    def stop(self) -> None:
        self._transport.abort()


async def answer_size(port: int, request: bytes) -> int:
    """How long the answer is, headers included. Raises RuntimeError unless its status is 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(_OK):
        raise RuntimeError(head.decode("latin-1"))
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].split(b":")[1])
    await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()
    return len(head) + length


async def load(port: int, request: bytes, connections: int, seconds: float) -> dict[str, float]:
    """Send for a while; how many answers came in how long."""
    size = await answer_size(port, request)
    loop = asyncio.get_running_loop()
    callers = []
    started = loop.time()
    for _ in range(connections):
        _, caller = await loop.create_connection(lambda: Caller(request, size), "127.0.0.1", port)
        callers.append(caller)
    await asyncio.sleep(min(seconds, MAX_SECONDS))
    answers = sum(caller.answers for caller in callers)
    failures = sum(caller.failures for caller in callers)
    took = loop.time() - started
    for caller in callers:
        caller.stop()
    return {"answers": answers, "failures": failures, "seconds": took}


def main() -> None:
    """One order a line on standard input, one result a line on standard output."""
    for line in sys.stdin:
        order = json.loads(line)
        order["request"] = base64.b64decode(order["request"])
        print(json.dumps(uvloop.run(load(**order))), flush=True)


if __name__ == "__main__":
    main()
