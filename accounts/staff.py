"""Staff sign in with a password and a TOTP code; no code counts twice.

Unknown logins cost the same time, give the same answer and lock the same way as known ones.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Any
from uuid import UUID

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from accounts.codes import spoken_wait
from accounts.sessions import Opened, open_session
from accounts.signing_out import close_all_sessions
from foundation.errors import CodeWrong, Locked, Problems
from foundation.identifiers import new_id
from foundation.sealing import keyed_digest, seal, unseal
from storage.database import execute, fetch_one, transaction
from storage.models.session import CloseReason, SignInMethod

MAX_TRIES = 5
SPAN = timedelta(minutes=15)
MAX_LOGIN = 60
MIN_PASSWORD, MAX_PASSWORD = 12, 200
TOTP_STEP_S = 30

_SEAL = "TOTP secret"
# One of OWASP's equal settings for argon2id: much memory, one thread.
_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
# A hash takes 46 MiB and a core for some 40 ms, so only a few run at once.
_HASHES_AT_ONCE = asyncio.Semaphore(2)

# Counted before anything is compared, so that tries that come at once cannot outrun the count.
_COUNT_TRY = """
INSERT INTO staff_try AS t (id, login_digest, tries, since) VALUES ($1, $2, 1, $3)
ON CONFLICT (login_digest) DO UPDATE SET
  tries = CASE WHEN t.since <= $4 THEN 1 ELSE least(t.tries, $5) + 1 END,
  since = CASE WHEN t.since <= $4 THEN $3 ELSE t.since END
RETURNING tries, since
"""

_CREDENTIAL = """
SELECT id, person_id, password_hash, totp_secret_sealed FROM staff_credential WHERE login = $1
"""

_USE_STEP = "UPDATE staff_credential SET last_totp_step = $2 WHERE id = $1 AND last_totp_step < $2"

_PUT_CREDENTIAL = """
INSERT INTO staff_credential
  (id, person_id, login, password_hash, totp_secret_sealed, last_totp_step)
VALUES ($1, $2, $3, $4, $5, 0)
ON CONFLICT (login) DO UPDATE SET password_hash = excluded.password_hash,
  totp_secret_sealed = excluded.totp_secret_sealed, last_totp_step = 0
WHERE staff_credential.person_id = excluded.person_id RETURNING id
"""


async def open_by_password(
    *, login: str, password: str, totp: str, web: bool, now: datetime
) -> Opened:
    """Sign a member of staff in.

    Raises ValidationFailed for what is empty or too long, CodeWrong when anything does not
    match, Locked after five wrong tries within 15 minutes.
    """
    name = normal_login(login)
    _check_shape(name, password, totp)
    digest = keyed_digest("staff login", name.encode())
    tries = await _count_try(digest, now)
    credential = await fetch_one(_CREDENTIAL, name)
    if await _agrees(credential, password):
        step = _matching_step(_totp_secret(credential), totp, now)
        if credential is not None and step is not None:
            async with transaction():
                if await execute(_USE_STEP, credential["id"], step):
                    await execute("DELETE FROM staff_try WHERE login_digest = $1", digest)
                    return await open_session(
                        credential["person_id"],
                        method=SignInMethod.STAFF,
                        city=None,
                        web=web,
                        now=now,
                    )
    left = MAX_TRIES - tries
    then = f"还可以试{left}次" if left else "请15分钟后再试"
    raise CodeWrong(f"登录名、密码或动态码不正确，{then}", left)


async def keep_credential(
    *, person_id: UUID, login: str, password: str, totp_secret: str, now: datetime
) -> None:
    """Give a person a login, or give the login they have a new password and TOTP secret.

    Sessions that stand are closed. Raises ValidationFailed for a login or password of the wrong
    length, ValueError for a login that another person has.
    """
    name = normal_login(login)
    problems = Problems()
    problems.check(1 <= len(name) <= MAX_LOGIN, "login", f"登录名为 1 到 {MAX_LOGIN} 个字符")
    good = MIN_PASSWORD <= len(password) <= MAX_PASSWORD
    problems.check(good, "password", f"密码为 {MIN_PASSWORD} 到 {MAX_PASSWORD} 个字符")
    problems.raise_if_any()
    hashed = await asyncio.to_thread(_HASHER.hash, password)
    sealed = seal(_SEAL, totp_secret.encode())
    async with transaction():
        kept = await fetch_one(_PUT_CREDENTIAL, new_id(), person_id, name, hashed, sealed)
        if kept is None:
            raise ValueError(f"the login {name} belongs to somebody else")
        await close_all_sessions(person_id, CloseReason.CREDENTIAL_RESET, now)


async def person_of_login(login: str) -> UUID:
    """Whose login it is. Raises LookupError for an unknown one."""
    person_id: UUID = (await _known(login))["person_id"]
    return person_id


async def totp_secret_of(login: str) -> str:
    """The TOTP secret of a login, for the command line. Raises LookupError for an unknown one."""
    return _totp_secret(await _known(login))


async def _known(login: str) -> Mapping[str, Any]:
    credential = await fetch_one(_CREDENTIAL, normal_login(login))
    if credential is None:
        raise LookupError(f"no staff login {login}")
    return credential


def normal_login(login: str) -> str:
    """A login as it is kept: no case, no width, no space around it."""
    return unicodedata.normalize("NFKC", login[: MAX_LOGIN * 2]).strip().lower()


def _check_shape(login: str, password: str, totp: str) -> None:
    problems = Problems()
    problems.check(1 <= len(login) <= MAX_LOGIN, "login", "请输入登录名")
    problems.check(1 <= len(password) <= MAX_PASSWORD, "password", "请输入密码")
    six_digits = len(totp) == 6 and totp.isascii() and totp.isdigit()
    problems.check(six_digits, "totp", "动态码是 6 位数字")
    problems.raise_if_any()


async def _count_try(digest: bytes, now: datetime) -> int:
    counted = await fetch_one(_COUNT_TRY, new_id(), digest, now, now - SPAN, MAX_TRIES)
    tries, since = (counted["tries"], counted["since"]) if counted else (1, now)
    if tries > MAX_TRIES:
        seconds = max(1, ceil((since + SPAN - now).total_seconds()))
        raise Locked(f"输错次数过多，请{spoken_wait(seconds)}后再试", seconds)
    return int(tries)


async def _agrees(credential: Mapping[str, Any] | None, password: str) -> bool:
    async with _HASHES_AT_ONCE:
        nobody = await asyncio.to_thread(_hash_of_nobody)
        kept = credential["password_hash"] if credential else nobody
        try:
            return await asyncio.to_thread(_HASHER.verify, kept, password)
        except (Argon2Error, InvalidHashError):
            return False


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))


def _totp_secret(credential: Mapping[str, Any] | None) -> str:
    return unseal(_SEAL, credential["totp_secret_sealed"]).decode() if credential else ""


def _matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step whose code this is: the present one or a neighbour, else None."""
    present = int(now.timestamp()) // TOTP_STEP_S
    totp = pyotp.TOTP(secret, interval=TOTP_STEP_S)
    agreeing = [
        step
        for step in (present - 1, present, present + 1)
        if secrets.compare_digest(totp.generate_otp(step), code)
    ]
    return agreeing[-1] if agreeing else None
