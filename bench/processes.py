"""Processes that a benchmark starts and ends: servers on free ports, and the load."""

import asyncio
import base64
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0


def free_port() -> int:
    """A port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def serving(*command: str, environment: Mapping[str, str]) -> AsyncIterator[int]:
    """A server started as `python -m …` with PORT set; its port once it takes connections."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *command),
        env={**os.environ, **environment, "PORT": str(port)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=sys.stderr,
    )
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            await _listening(process, port)
        yield port
    finally:
        await _ended(process)


async def _listening(process: asyncio.subprocess.Process, port: int) -> None:
    while True:
        if process.returncode is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            await writer.wait_closed()
            return


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


class Load:
    """The process that sends."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def rate(self, port: int, request: bytes, *, connections: int, seconds: float) -> float:
        """Answers a second. Raises RuntimeError when any answer was not the expected one."""
        order = {
            "port": port,
            "request": base64.b64encode(request).decode(),
            "connections": connections,
            "seconds": seconds,
        }
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the load has no pipes")
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        line = await asyncio.wait_for(self._process.stdout.readline(), seconds + 30)
        result = json.loads(line)
        if result["failures"]:
            raise RuntimeError(f"{result['failures']} answers were not what was expected")
        return float(result["answers"] / result["seconds"])


@asynccontextmanager
async def loading() -> AsyncIterator[Load]:
    """A load process, for as long as it is needed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.load"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Load(process)
    finally:
        await _ended(process)


def post(path: str, body: object, *, token: str | None = None) -> bytes:
    """An HTTP/1.1 request with a JSON body, and an access token where somebody asks, as bytes."""
    content = json.dumps(body, ensure_ascii=False).encode()
    who = f"authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"accept: application/graphql-response+json\r\n{who}content-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
