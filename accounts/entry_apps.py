"""Coming in through a city's entry app: its signed token is traded for a session of ours.

Issuer, audience, algorithms and the address of the keys are what the city's data pins; nothing
that the token says chooses a key's address. A token counts once, for five minutes.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from accounts.joining import phone_digest
from accounts.key_sets import KeySets
from accounts.sessions import Opened, open_session
from foundation.city import City, cities
from foundation.errors import Unauthenticated
from foundation.identifiers import new_id, normal_phone
from foundation.stand_ins import entry_app_keys_address
from storage.database import execute, fetch_one, transaction
from storage.models.session import SignInMethod

MAX_AGE = timedelta(minutes=5)
SKEW = timedelta(seconds=30)
MAX_TOKEN_CHARACTERS = 8000
MAX_REPRESENTED = 20
# Whatever a city's data names, a secret shared with the entry app never verifies.
SIGNATURES = frozenset({"ES256", "ES384", "RS256", "PS256", "EdDSA"})
REFUSED = "入口应用的登录凭据无效或已过期，请返回入口应用重新进入"

_CLAIMS: Any = {
    "require": ["iss", "aud", "sub", "iat", "jti"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}
_MALFORMED = (LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError)

_USE = """
INSERT INTO entry_token_use (id, issuer, jti_digest, expires_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (issuer, jti_digest) DO NOTHING RETURNING id
"""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('entry account ' || $1, 0))"

_KEEP_CLAIMS = """
UPDATE external_account SET phone_digest = $3, represents = $4::jsonb
WHERE issuer = $1 AND subject = $2 RETURNING person_id
"""

_ADD_ACCOUNT = """
WITH made AS (INSERT INTO person (id, created_at) VALUES ($1, $2) RETURNING id)
INSERT INTO external_account
  (id, person_id, issuer, subject, linked_at, phone_digest, represents)
SELECT $3, made.id, $4, $5, $2, $6, $7::jsonb FROM made
"""

_REAL_NAME = """
UPDATE enterprise e SET real_name_verified_at = $2
WHERE e.uscc = ANY($3::text[]) AND e.real_name_verified_at IS NULL AND EXISTS (
  SELECT FROM membership m
  WHERE m.enterprise_id = e.id AND m.person_id = $1 AND m.role = 'OWNER' AND m.ended_at IS NULL)
"""


@dataclass(frozen=True)
class EntryClaims:
    """What an entry app says of a person: who, with which phone, representing which USCCs."""

    issuer: str
    subject: str
    token_id: str
    issued_at: datetime
    phone: str | None
    represents: tuple[str, ...]


async def exchange(*, city: str, token: str, web: bool, keys: KeySets, now: datetime) -> Opened:
    """Trade an entry app's token for a session; the first time makes the person.

    Raises Unauthenticated for a token that does not hold or came before, Unavailable when the
    entry app's keys cannot be fetched.
    """
    claims = await verify(cities()[city], token, now, keys)
    async with transaction():
        digest = hashlib.sha256(claims.token_id.encode()).digest()
        ends = claims.issued_at + MAX_AGE + SKEW
        if await fetch_one(_USE, new_id(), claims.issuer, digest, ends) is None:
            raise Unauthenticated(REFUSED)
        person_id = await _person_of(claims, now)
        await execute(_REAL_NAME, person_id, now, list(claims.represents))
        return await open_session(
            person_id, method=SignInMethod.ENTRY_APP, city=city, web=web, now=now
        )


async def verify(city: City, token: str, now: datetime, keys: KeySets) -> EntryClaims:
    """The claims of a token that the city's entry app signed within the last five minutes.

    Raises Unauthenticated for anything else, Unavailable when its keys cannot be fetched.
    """
    app = city.entry_app
    try:
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise ValueError("too long for a token")
        header = jwt.get_unverified_header(token)
        key = await keys.key(entry_app_keys_address(city), str(header["kid"]))
        allowed = SIGNATURES.intersection(app.algorithms)
        if key is None or key.algorithm_name not in allowed:
            raise ValueError("no such key")
        body = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            audience=app.audience,
            issuer=app.issuer,
            options=_CLAIMS,
        )
        return _claims_in(body, now)
    except (jwt.PyJWTError, *_MALFORMED):
        raise Unauthenticated(REFUSED) from None


def _claims_in(body: dict[str, Any], now: datetime) -> EntryClaims:
    issued_at = _instant(body["iat"])
    ends = min(issued_at + MAX_AGE, _instant(body.get("exp", body["iat"] + 86_400)))
    starts = max(issued_at, _instant(body.get("nbf", body["iat"])))
    subject, token_id = body["sub"], body["jti"]
    if not starts - SKEW <= now <= ends:
        raise ValueError("not now")
    if not (_is_name(subject) and _is_name(token_id)):
        raise ValueError("no usable sub or jti")
    return EntryClaims(
        issuer=body["iss"],
        subject=subject,
        token_id=token_id,
        issued_at=issued_at,
        phone=normal_phone(str(body["phone_number"])) if body.get("phone_number") else None,
        represents=_represented(body.get("verified_person")),
    )


def _instant(seconds: object) -> datetime:
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise TypeError("not a number of seconds")
    return datetime.fromtimestamp(seconds, UTC)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200 and value.isprintable()


def _represented(claim: object) -> tuple[str, ...]:
    """The USCCs whose legal representative the app has verified this person to be."""
    listed = claim.get("legal_representative_of") if isinstance(claim, dict) else None
    codes = listed if isinstance(listed, list) else []
    return tuple(code for code in codes[:MAX_REPRESENTED] if isinstance(code, str))


async def _person_of(claims: EntryClaims, now: datetime) -> UUID:
    await execute(_LOCK, f"{claims.issuer} {claims.subject}")
    phone = phone_digest(claims.phone) if claims.phone else None
    represents = json.dumps(claims.represents)
    found = await fetch_one(_KEEP_CLAIMS, claims.issuer, claims.subject, phone, represents)
    if found is not None:
        linked: UUID = found["person_id"]
        return linked
    person_id = new_id()
    await execute(
        _ADD_ACCOUNT, person_id, now, new_id(), claims.issuer, claims.subject, phone, represents
    )
    return person_id
