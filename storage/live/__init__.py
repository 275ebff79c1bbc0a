"""The live bus of this process: Redis when REDIS_URL is set, PostgreSQL's own channel otherwise."""

from foundation.settings import settings
from storage.live.bus import LiveBus, Wake
from storage.live.postgres import PostgresBus
from storage.live.redis import RedisBus

__all__ = ["LiveBus", "PostgresBus", "RedisBus", "Wake", "close_live_bus", "live_bus"]

_opened: list[LiveBus] = []


def live_bus() -> LiveBus:
    """The bus that every part of this process shares; it connects when it is first needed."""
    if not _opened:
        url = settings().redis_url
        _opened.append(RedisBus(url) if url else PostgresBus())
    return _opened[0]


async def close_live_bus() -> None:
    """Stop listening and close its connections; safe to call when none is open."""
    while _opened:
        await _opened.pop().close()
