"""One-time codes as the worker would draw them."""

from datetime import datetime

from accounts import codes
from storage.database import fetch_one


async def a_code(*, phone: str, now: datetime, city: str = "JIANGYIN") -> str:
    """Ask for a code and draw it."""
    await codes.send(phone=phone, city=city, address="192.0.2.1", now=now)
    return await drawn_code(phone=phone, now=now)


async def drawn_code(*, phone: str, now: datetime) -> str:
    """Draw the code of a phone's latest challenge."""
    latest = await fetch_one(
        "SELECT id FROM code_challenge WHERE phone = $1 ORDER BY requested_at DESC LIMIT 1", phone
    )
    assert latest is not None
    drawn = await codes.draw(latest["id"], now)
    assert drawn is not None
    assert drawn.phone == phone
    return drawn.code


def wrong(code: str) -> str:
    """Six digits that are not this code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
