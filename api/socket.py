"""graphql-transport-ws on the GraphQL path: one connection, its operations, and how each ends.

The token comes in connection_init's payload.authorization and nowhere else. Frames that break the
protocol close the connection with the protocol's own codes; a caller that reads too slowly is let
go instead of being waited for.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, aclosing, suppress
from enum import IntEnum
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType, located_error
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from accounts.viewers import Viewer
from api.answers import body_of, encode, entry, masked
from api.context import context_of, viewer_from
from api.execution import Execution, Plan
from api.rate_limits import RateLimits
from api.refusals import Code, Refused, error_body
from api.requests import is_clean, read_json, request_of
from api.watch import SessionWatch
from foundation.clock import Clock
from schema.context import Context

PROTOCOL = "graphql-transport-ws"
MAX_MESSAGE = 64 * 1024
MAX_OPERATIONS = 20
MAX_ID = 128
INIT_TIMEOUT_S = 10.0
SEND_TIMEOUT_S = 10.0
SHUTDOWN_TIMEOUT_S = 5.0


class Close(IntEnum):
    """Why a connection is closed."""

    TOO_BIG = 1009
    FAULT = 1011
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    DUPLICATE_ID = 4409
    TOO_MANY_INITS = 4429
    TOO_SLOW = 4499


_REASONS = {
    Close.TOO_BIG: "Message too big",
    Close.FAULT: "Internal error",
    Close.BAD_REQUEST: "Invalid message",
    Close.UNAUTHORIZED: "Unauthorized",
    Close.FORBIDDEN: "Forbidden",
    Close.SUBPROTOCOL: "Subprotocol not acceptable",
    Close.INIT_TIMEOUT: "Connection initialisation timeout",
    Close.DUPLICATE_ID: "Subscriber already exists",
    Close.TOO_MANY_INITS: "Too many initialisation requests",
    Close.TOO_SLOW: "Reading too slowly",
}


class Closing(Exception):
    """Ends the connection with a code."""

    def __init__(self, code: Close) -> None:
        super().__init__(_REASONS[code])
        self.code = code


class Gone(Exception):
    """The other side no longer takes what is sent; reading finds out the rest."""


class Connection:
    """One accepted connection."""

    def __init__(
        self,
        socket: WebSocket,
        execution: Execution,
        clock: Clock,
        watch: SessionWatch,
        limits: RateLimits,
        address: str,
    ) -> None:
        self._socket = socket
        self._execution = execution
        self._clock = clock
        self._watch = watch
        self._limits = limits
        self._address = address
        self._viewer: Viewer | None = None
        self._initialised = False
        self._acknowledged = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._sending = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._ending: asyncio.Future[Close] = asyncio.get_running_loop().create_future()

    async def serve(self) -> None:
        """Speak the protocol until one side ends it."""
        reading = asyncio.create_task(self._read())
        either: set[asyncio.Future[Any]] = {reading, self._ending}
        try:
            async with self._stack:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            await self._close(self._code_of(reading))
        finally:
            await self._stop(reading)

    def end(self, code: Close) -> None:
        """Close the connection from outside its own reading."""
        if not self._ending.done():
            self._ending.set_result(code)

    def _code_of(self, reading: asyncio.Task[None]) -> Close | None:
        if self._ending.done():
            return self._ending.result()
        error = reading.exception()
        if isinstance(error, Closing):
            return error.code
        if error is None or isinstance(error, WebSocketDisconnect | Gone):
            return None
        masked(error, "socket")
        return Close.FAULT

    async def _close(self, code: Close | None) -> None:
        if code is None or self._socket.application_state is WebSocketState.DISCONNECTED:
            return
        with suppress(Exception):
            async with asyncio.timeout(SHUTDOWN_TIMEOUT_S):
                await self._socket.close(code, _REASONS[code])

    async def _stop(self, reading: asyncio.Task[None]) -> None:
        tasks = [reading, *self._operations.values()]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=SHUTDOWN_TIMEOUT_S)
        self._ending.cancel()

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(INIT_TIMEOUT_S):
                while not self._initialised:
                    await self._handle(await self._message())
        except TimeoutError:
            raise Closing(Close.INIT_TIMEOUT) from None
        while True:
            await self._handle(await self._message())

    async def _message(self) -> Mapping[str, Any]:
        frame = await self._socket.receive()
        if frame["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(frame.get("code") or 1005)
        text = frame.get("text")
        if text is None:
            raise Closing(Close.BAD_REQUEST)
        if len(text) > MAX_MESSAGE:
            raise Closing(Close.TOO_BIG)
        try:
            message = read_json(text)
        except Refused:
            raise Closing(Close.BAD_REQUEST) from None
        if not isinstance(message, dict):
            raise Closing(Close.BAD_REQUEST)
        return message

    async def _handle(self, message: Mapping[str, Any]) -> None:
        match message.get("type"):
            case "connection_init":
                await self._initialise(_payload(message))
            case "ping":
                _payload(message)
                await self._send({"type": "pong"})
            case "pong":
                _payload(message)
            case "subscribe":
                await self._subscribe(message)
            case "complete":
                task = self._operations.pop(_id(message), None)
                if task is not None:
                    task.cancel()
            case _:
                raise Closing(Close.BAD_REQUEST)

    async def _initialise(self, payload: Mapping[str, Any]) -> None:
        if self._initialised:
            raise Closing(Close.TOO_MANY_INITS)
        self._initialised = True
        authorization = payload.get("authorization")
        if authorization is not None and not isinstance(authorization, str):
            raise Closing(Close.FORBIDDEN)
        try:
            self._viewer = await viewer_from(authorization, self._clock.now())
        except Refused:
            raise Closing(Close.FORBIDDEN) from None
        if self._viewer is not None:
            watching = self._watch.over(self._viewer, lambda: self.end(Close.FORBIDDEN))
            await self._stack.enter_async_context(watching)
        await self._send({"type": "connection_ack"})
        self._acknowledged = True

    async def _subscribe(self, message: Mapping[str, Any]) -> None:
        if not self._acknowledged:
            raise Closing(Close.UNAUTHORIZED)
        name = _id(message)
        payload = message.get("payload")
        if not isinstance(payload, dict):
            raise Closing(Close.BAD_REQUEST)
        if name in self._operations:
            raise Closing(Close.DUPLICATE_ID)
        if len(self._operations) >= MAX_OPERATIONS:
            refusal = error_body(
                Code.RATE_LIMITED, "同时进行的操作过多，请先结束一些", retryAfterSeconds=1
            )
            await self._send({"id": name, "type": "error", "payload": [refusal]})
            return
        self._operations[name] = asyncio.create_task(self._operate(name, payload))

    async def _operate(self, name: str, payload: Mapping[str, Any]) -> None:
        """Run one operation to its end and say how it ended."""
        errors: list[Any] = []
        with suppress(Gone):
            try:
                await self._run(name, payload)
            except Refused as refused:
                errors = refused.errors
            except Gone:
                raise
            except Exception as error:
                errors = [entry(_at_root(error))]
            del self._operations[name]
            last: dict[str, Any] = {"id": name, "type": "error", "payload": errors}
            await self._send(last if errors else {"id": name, "type": "complete"})

    async def _run(self, name: str, payload: Mapping[str, Any]) -> None:
        """Send an operation's results. Raises Refused or whatever ended it early."""
        await self._limits.count(self._viewer, self._address)
        plan = self._execution.plan(request_of(payload))
        if plan.kind is OperationType.SUBSCRIPTION:
            await self._stream(name, plan)
        else:
            await self._next(name, await self._execution.run(plan, self._context()))

    async def _stream(self, name: str, plan: Plan) -> None:
        source = await self._execution.subscribe(plan, self._context)
        if isinstance(source, ExecutionResult):
            raise Refused([entry(error) for error in source.errors or ()])
        async with aclosing(source):
            async for result in source:
                await self._next(name, result)

    def _context(self) -> Context:
        return context_of(self._viewer, self._clock, self._address)

    async def _next(self, name: str, result: ExecutionResult) -> None:
        await self._send({"id": name, "type": "next", "payload": body_of(result)})

    async def _send(self, message: Mapping[str, Any]) -> None:
        """Send one message; a caller that takes none for ten seconds is let go."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S), self._sending:
                await self._socket.send_text(encode(message).decode())
        except TimeoutError:
            self.end(Close.TOO_SLOW)
            raise Gone from None
        except (WebSocketDisconnect, RuntimeError):
            raise Gone from None


def _payload(message: Mapping[str, Any]) -> Mapping[str, Any]:
    payload = message.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise Closing(Close.BAD_REQUEST)
    return payload


def _id(message: Mapping[str, Any]) -> str:
    name = message.get("id")
    if not isinstance(name, str) or not 0 < len(name) <= MAX_ID or not is_clean(name):
        raise Closing(Close.BAD_REQUEST)
    return name


def _at_root(error: Exception) -> GraphQLError:
    return error if isinstance(error, GraphQLError) else located_error(error)
