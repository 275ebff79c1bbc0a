"""The door of the WebSocket: origin, subprotocol, and how many may be open."""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from api.context import address_of
from api.execution import Execution
from api.rate_limits import RateLimits
from api.socket import PROTOCOL, Close, Connection
from api.watch import SessionWatch
from foundation.clock import Clock

MAX_OPEN = 5_000
MAX_OPEN_PER_ADDRESS = 200
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SocketEndpoint:
    """The ASGI application of the GraphQL path's WebSocket."""

    def __init__(
        self,
        execution: Execution,
        clock: Clock,
        watch: SessionWatch,
        limits: RateLimits,
        *,
        allowed_origins: Iterable[str] = (),
        any_local_origin: bool = False,
    ) -> None:
        self._execution = execution
        self._clock = clock
        self._watch = watch
        self._limits = limits
        self._allowed = frozenset(origin.lower().rstrip("/") for origin in allowed_origins)
        self._any_local = any_local_origin
        self._open: Counter[str] = Counter()

    @property
    def open_count(self) -> int:
        """How many connections this process holds."""
        return self._open.total()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection from handshake to close; a refused handshake answers 403."""
        socket = WebSocket(scope, receive, send)
        address = address_of(scope)
        if not self._is_welcome(socket, address):
            await socket.close()
            return
        if PROTOCOL not in scope.get("subprotocols", ()):
            await socket.accept()
            await socket.close(Close.SUBPROTOCOL, "Subprotocol not acceptable")
            return
        self._open[address] += 1
        try:
            await socket.accept(PROTOCOL)
            await Connection(
                socket, self._execution, self._clock, self._watch, self._limits, address
            ).serve()
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

    def _is_welcome(self, socket: WebSocket, address: str) -> bool:
        if self.open_count >= MAX_OPEN or self._open[address] >= MAX_OPEN_PER_ADDRESS:
            return False
        origins = socket.headers.getlist("origin")
        return not origins or (len(origins) == 1 and self._is_ours(origins[0], socket))

    def _is_ours(self, origin: str, socket: WebSocket) -> bool:
        """Whether a page of this origin may connect: our own, a configured one, or a local one."""
        try:
            parts = urlsplit(origin.lower())
        except ValueError:
            return False
        if parts.scheme not in ("http", "https"):
            return False
        if parts.netloc == socket.headers.get("host", "").lower():
            return True
        if f"{parts.scheme}://{parts.netloc}" in self._allowed:
            return True
        return self._any_local and parts.hostname in _LOOPBACK
