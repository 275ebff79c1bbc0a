"""A phone: posts operations and listens, over real HTTP and a real WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

LISTEN = """
subscription ($after: ID!) {
  noticeArrived(after: $after) { id kind title body subject { __typename id } }
}
"""
WITHIN_S = 30.0


@dataclass
class Line:
    """An open subscription of one person."""

    socket: ClientConnection

    async def next(self, within_s: float = WITHIN_S) -> dict[str, Any]:
        """The next notice."""
        message = json.loads(await asyncio.wait_for(self.socket.recv(), within_s))
        assert message["type"] == "next", message
        notice: dict[str, Any] = message["payload"]["data"]["noticeArrived"]
        return notice

    async def is_quiet(self, for_s: float = 0.5) -> bool:
        """Whether nothing arrives for a while."""
        try:
            await asyncio.wait_for(self.socket.recv(), for_s)
        except TimeoutError:
            return True
        return False


@dataclass(frozen=True)
class Phone:
    """One person's phone."""

    address: str
    token: str

    async def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The data of an operation."""
        async with httpx2.AsyncClient(timeout=WITHIN_S) as client:
            answer = await client.post(
                f"http://{self.address}/graphql",
                json={"query": document, "variables": dict(variables or {})},
                headers={"authorization": f"Bearer {self.token}"},
            )
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    @asynccontextmanager
    async def listening(self, after: str) -> AsyncIterator[Line]:
        """Listen for notices after one of them, as a phone does that has loaded its list."""
        async with connect(
            f"ws://{self.address}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
        ) as socket:
            init = {"authorization": f"Bearer {self.token}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": init}))
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
            payload = {"query": LISTEN, "variables": {"after": after}}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            yield Line(socket)
