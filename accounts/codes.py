"""One-time codes: six digits, five minutes, five tries, used once.

A request only writes a challenge; the worker draws the code and keeps nothing but its keyed
digest. How often a phone or an address may ask is counted in PostgreSQL, under a lock per phone
and per address, so that two requests at once cannot both pass.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil
from uuid import UUID

from accounts.facts import CodeRequested
from foundation.errors import CodeWrong, Locked, Problems, RateLimited, UserError
from foundation.identifiers import new_id, normal_phone
from foundation.sealing import digests_agree, keyed_digest
from foundation.settings import settings
from storage.database import execute, fetch_one, transaction
from storage.queue import enqueue

LIFETIME = timedelta(minutes=5)
MAX_TRIES = 5
INTERVAL = timedelta(minutes=1)
DAY = timedelta(days=1)
MAX_A_DAY = 10
ADDRESS_SPAN = timedelta(hours=1)

_LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended('code address ' || $1, 0)),
       pg_advisory_xact_lock(hashtextextended('code phone ' || $2, 0))
"""

# The requests whose age decides: the last one, and those that fill the day and the hour.
_ASKED = """
SELECT
  (SELECT max(requested_at) FROM code_challenge WHERE phone = $1) AS last,
  (SELECT requested_at FROM code_challenge WHERE phone = $1
    ORDER BY requested_at DESC OFFSET $2 LIMIT 1) AS filled_the_day,
  (SELECT requested_at FROM code_challenge WHERE address_digest = $3
    ORDER BY requested_at DESC OFFSET $4 LIMIT 1) AS filled_the_hour
"""

_ADD = """
INSERT INTO code_challenge (id, phone, city, address_digest, requested_at, expires_at, tries)
VALUES ($1, $2, $3, $4, $5, $6, 0)
"""

_LATEST = """
SELECT id, code_mac, requested_at, expires_at, tries, used_at FROM code_challenge
WHERE phone = $1 ORDER BY requested_at DESC, id DESC LIMIT 1 FOR UPDATE
"""

_DRAW = """
UPDATE code_challenge SET code_mac = $2
WHERE id = $1 AND sent_at IS NULL AND used_at IS NULL AND expires_at > $3
RETURNING phone, city
"""


@dataclass(frozen=True)
class DrawnCode:
    """A code to be sent: where to, and through which city's entry."""

    phone: str
    city: str
    code: str


async def send(*, phone: str, city: str, address: str, now: datetime) -> int:
    """Ask for a code; the seconds after which the next may be asked for.

    The answer does not depend on whether the phone is known. Raises ValidationFailed for what is
    no mobile number, RateLimited when asked too often.
    """
    number = phone_of(phone)
    digest = _address_digest(address)
    async with transaction():
        await execute(_LOCK, digest.hex(), number)
        await _refuse_too_many(number, digest, now)
        challenge_id = new_id()
        await execute(_ADD, challenge_id, number, city, digest, now, now + LIFETIME)
        await enqueue(CodeRequested(challenge_id=challenge_id))
    return int(INTERVAL.total_seconds())


def phone_of(text: str) -> str:
    """A phone number as it is kept. Raises ValidationFailed."""
    number = normal_phone(unicodedata.normalize("NFKC", text).strip())
    problems = Problems()
    problems.check(number is not None, "phone", "请输入 11 位中国大陆手机号码")
    problems.raise_if_any()
    return str(number)


async def _refuse_too_many(phone: str, address_digest: bytes, now: datetime) -> None:
    asked = await fetch_one(
        _ASKED, phone, MAX_A_DAY - 1, address_digest, settings().codes_per_address - 1
    )
    spans = {"last": INTERVAL, "filled_the_day": DAY, "filled_the_hour": ADDRESS_SPAN}
    times = [(at, spans[name]) for name, at in (asked or {}).items() if at is not None]
    waits = [at + span - now for at, span in times]
    wait = max(waits, default=timedelta(0))
    if wait > timedelta(0):
        seconds = ceil(wait.total_seconds())
        raise RateLimited(f"获取验证码太频繁，请{spoken_wait(seconds)}后再试", seconds)


def _address_digest(address: str) -> bytes:
    # One household or phone has a whole /64 of IPv6 addresses.
    try:
        parsed = ip_address(address)
        if isinstance(parsed, IPv6Address):
            address = str(IPv6Address(int(parsed) >> 64 << 64))
    except ValueError:
        pass
    return keyed_digest("address", address.encode())


def spoken_wait(seconds: int) -> str:
    """A wait the way a person says it: 40秒, 12分钟, 3小时; never shorter than it is."""
    if seconds < 60:
        return f"{seconds}秒"
    if seconds < 3600:
        return f"{ceil(seconds / 60)}分钟"
    return f"{ceil(seconds / 3600)}小时"


async def draw(challenge_id: UUID, now: datetime) -> DrawnCode | None:
    """Draw the code of a challenge and keep its digest; None when none is to be sent any more.

    A repeat before `mark_sent` draws again: the code that was sent last is the one that counts.
    """
    code = f"{secrets.randbelow(1_000_000):06d}"
    row = await fetch_one(_DRAW, challenge_id, _mac(challenge_id, code), now)
    return DrawnCode(row["phone"], row["city"], code) if row else None


async def mark_sent(challenge_id: UUID, now: datetime) -> None:
    """Note that a code has left, so that a repeat sends no second one."""
    await execute("UPDATE code_challenge SET sent_at = $2 WHERE id = $1", challenge_id, now)


async def redeem(phone: str, code: str, now: datetime) -> UserError | None:
    """Use the latest code of a phone up, in the open transaction; the refusal when it is wrong.

    The refusal is returned, not raised, so that the transaction keeps the try that it counted.
    Raises ValidationFailed for what cannot be a code; that is no try.
    """
    digits = _digits(code)
    challenge = await fetch_one(_LATEST, phone)
    if challenge is None or challenge["used_at"] is not None or challenge["expires_at"] <= now:
        return CodeWrong("验证码已失效，请重新获取", 0)
    if challenge["tries"] >= MAX_TRIES:
        wait = challenge["requested_at"] + INTERVAL - now
        seconds = max(1, ceil(wait.total_seconds()))
        return Locked(f"输错次数过多，请{spoken_wait(seconds)}后重新获取验证码", seconds)
    challenge_id, kept = challenge["id"], challenge["code_mac"] or b""
    if digests_agree(kept, _mac(challenge_id, digits)):
        await execute("UPDATE code_challenge SET used_at = $2 WHERE id = $1", challenge_id, now)
        return None
    await execute("UPDATE code_challenge SET tries = tries + 1 WHERE id = $1", challenge_id)
    left = MAX_TRIES - 1 - challenge["tries"]
    return CodeWrong(
        f"验证码不正确，还可以试{left}次" if left else "验证码不正确，请重新获取", left
    )


def _digits(code: str) -> str:
    digits = unicodedata.normalize("NFKC", code[:20]).strip()
    problems = Problems()
    well_formed = len(digits) == 6 and digits.isascii() and digits.isdigit()
    problems.check(well_formed, "code", "验证码是 6 位数字")
    problems.raise_if_any()
    return digits


def _mac(challenge_id: UUID, code: str) -> bytes:
    return keyed_digest("one-time code", challenge_id.bytes + code.encode())
