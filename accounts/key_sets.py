"""Public keys of entry apps: fetched from pinned addresses, kept, refreshed in the background.

A sign-in waits at most two seconds, and only when a key is not known yet. While the entry app's
server is silent, the keys that are known go on serving for a day.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt

from foundation.errors import Unavailable
from foundation.http_client import OutboundClient, OutboundError, outbound

FETCH_SECONDS = 2.0
FRESH_SECONDS = 600.0
USABLE_SECONDS = 86_400.0
# How often at most an unknown key id may send us to the entry app's server.
RETRY_SECONDS = 30.0
MAX_KEYS = 50


@dataclass
class _KeySet:
    keys: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    fetched: float | None = None
    tried: float | None = None
    fetching: asyncio.Task[None] | None = None


class KeySets:
    """The key sets of all entry apps, by address."""

    def __init__(
        self, client: OutboundClient, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._seconds = seconds
        self._sets: dict[str, _KeySet] = {}

    async def key(self, address: str, kid: str) -> jwt.PyJWK | None:
        """The key with an id; None when the set at the address has none.

        Raises Unavailable when the set is not known and cannot be fetched within two seconds.
        """
        known = self._sets.setdefault(address, _KeySet())
        age = self._age(known.fetched)
        usable = age < USABLE_SECONDS
        if usable and kid in known.keys:
            if age > FRESH_SECONDS and self._age(known.tried) > RETRY_SECONDS:
                self._fetch(address, known)
            return known.keys[kid]
        if known.fetching is not None or self._age(known.tried) > RETRY_SECONDS or not usable:
            await asyncio.shield(self._fetch(address, known))
        if self._age(known.fetched) >= USABLE_SECONDS:
            raise Unavailable("入口应用暂时没有应答，请稍后再试，或用短信验证码登录")
        return known.keys.get(kid)

    def _fetch(self, address: str, known: _KeySet) -> asyncio.Task[None]:
        if known.fetching is None:
            known.tried = self._seconds()
            known.fetching = asyncio.create_task(self._replace(address, known))
        return known.fetching

    def _age(self, moment: float | None) -> float:
        return float("inf") if moment is None else self._seconds() - moment

    async def _replace(self, address: str, known: _KeySet) -> None:
        try:
            status, body = await self._client.get_json(address, seconds=FETCH_SECONDS)
            if status == 200:
                known.keys = _keys_in(body)
                known.fetched = self._seconds()
        except OutboundError:
            pass  # what is known goes on serving; the caller sees how old it is
        finally:
            known.fetching = None


def _keys_in(body: Any) -> Mapping[str, jwt.PyJWK]:
    entries = body.get("keys") if isinstance(body, dict) else None
    found = {}
    for entry in (entries if isinstance(entries, list) else [])[:MAX_KEYS]:
        try:
            key = jwt.PyJWK.from_dict(entry)
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError, KeyError):
            continue  # a key of a kind that we do not know must not hide the others
        if isinstance(key.key_id, str) and key.key_type != "oct":
            found[key.key_id] = key
    return found


@cache
def key_sets() -> KeySets:
    """The key sets of this process."""
    return KeySets(outbound())
