"""Waiting for what another task or process will do."""

import asyncio
from collections.abc import Awaitable, Callable

LOOK_EVERY_S = 0.01


async def until(holds: Callable[[], Awaitable[bool]], within_s: float = 30.0) -> None:
    """Look again and again until something holds. Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not await holds():  # noqa: ASYNC110 - what is waited for is in a database
            await asyncio.sleep(LOOK_EVERY_S)
