"""Sessions: opening, refreshing, acting for somebody else, closing.

A session is the family of its refresh tokens. Each token is used once and traded for its
successor; one that comes a second time closes the family, because one of its two holders is not
the person. Memberships other than an owner's need a second factor, that is a staff session.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts import codes
from accounts.joining import person_behind
from accounts.signing_out import close_session
from accounts.viewers import Viewer
from foundation.errors import FieldProblem, Unauthenticated, ValidationFailed
from foundation.identifiers import new_id
from foundation.sealing import keyed_digest
from foundation.tokens import EXPIRED, signing_keys
from storage.database import execute, fetch_one, transaction
from storage.models.membership import Role
from storage.models.session import CloseReason, SignInMethod

REFRESH_LIFETIME = timedelta(days=30)
SESSION_LIFETIME = timedelta(days=90)
STAFF_SESSION_LIFETIME = timedelta(hours=12)
# Tabs of one browser share the cookie and may send it at the same time; see docs/decisions/.
WEB_REPLAY_GRACE = timedelta(seconds=10)

_SECOND_FACTOR = (SignInMethod.STAFF, SignInMethod.PERSONA)

# $3: whether anything but an owner's membership may be chosen; then it is preferred.
_CHOOSE = """
SELECT id, role, city, enterprise_id, institution_id FROM membership
WHERE person_id = $1 AND ended_at IS NULL AND (role = 'OWNER' OR $3)
ORDER BY ((role <> 'OWNER') = $3) DESC, (city = $2) IS TRUE DESC, created_at, id LIMIT 1
"""

_OPEN = """
INSERT INTO session (id, person_id, membership_id, method, opened_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""

_ISSUE = """
INSERT INTO refresh_token (id, session_id, digest, issued_at, expires_at)
VALUES ($1, $2, $3, $4, $5)
"""

_FAMILY = """
SELECT r.id, r.used_at, r.successor_id, r.expires_at AS token_expires_at,
       s.id AS session_id, s.person_id, s.method, s.expires_at, s.closed_at, s.membership_id
FROM refresh_token r JOIN session s ON s.id = r.session_id
WHERE r.digest = $1 FOR UPDATE
"""

_UNUSED = "SELECT expires_at FROM refresh_token WHERE id = $1 AND used_at IS NULL"

_ACT = """
UPDATE session s SET membership_id = m.id
FROM membership m
WHERE s.id = $1 AND s.person_id = $2 AND s.closed_at IS NULL
  AND m.id = $3 AND m.person_id = s.person_id AND m.ended_at IS NULL
  AND (m.role = 'OWNER' OR s.method IN ('STAFF', 'PERSONA'))
RETURNING m.id, m.role, m.city, m.enterprise_id, m.institution_id
"""


@dataclass(frozen=True)
class RefreshToken:
    """A refresh token in clear, on its way to its holder, and when it ends."""

    text: str
    expires_at: datetime


@dataclass(frozen=True)
class Opened:
    """What a sign-in hands out. `refresh` is None where the holder keeps the token it has."""

    viewer: Viewer
    access_token: str
    expires_at: datetime
    refresh: RefreshToken | None


async def open_by_code(
    *, phone: str, code: str, city: str, link_to: Viewer | None, web: bool, now: datetime
) -> Opened:
    """Sign in with the code that a phone received; the first time makes the person.

    `link_to` is a viewer who came through an entry app and asks that this phone be theirs too.
    Raises ValidationFailed, CodeWrong or Locked.
    """
    number = codes.phone_of(phone)
    async with transaction():
        refusal = await codes.redeem(number, code, now)
        if refusal is None:
            person_id = await person_behind(number, link_to, now)
            return await open_session(
                person_id, method=SignInMethod.CODE, city=city, web=web, now=now
            )
    raise refusal


async def open_session(
    person_id: UUID, *, method: SignInMethod, city: str | None, web: bool, now: datetime
) -> Opened:
    """Open a session in the open transaction, for the membership that suits the city best."""
    chosen = await fetch_one(_CHOOSE, person_id, city, method in _SECOND_FACTOR)
    session_id = new_id()
    lifetime = STAFF_SESSION_LIFETIME if method is SignInMethod.STAFF else SESSION_LIFETIME
    ends_at = now + lifetime
    await execute(_OPEN, session_id, person_id, chosen and chosen["id"], method.value, now, ends_at)
    viewer = _viewer(person_id, session_id, chosen)
    return _hand_out(viewer, await _issue(session_id, new_id(), web, now, ends_at), now)


async def refresh(token: str, *, web: bool, now: datetime) -> Opened:
    """Trade a refresh token for its successor and a fresh access token.

    Raises Unauthenticated for a token that is unknown, expired, of a closed session, or used
    before; the last closes the session.
    """
    async with transaction():
        family = await fetch_one(_FAMILY, _digest(token))
        if family is None or not _lives(family, now) or _is_web(token) is not web:
            raise Unauthenticated(EXPIRED)
        again = family["used_at"] is not None
        successor = await (_successor_again if again else _trade)(family, web, now)
        if successor is not None:
            viewer = await _viewer_of_family(family)
            return _hand_out(viewer, successor, now)
        await close_session(family["session_id"], CloseReason.REUSED, now)
    raise Unauthenticated(EXPIRED)


async def act_as(viewer: Viewer, membership_id: UUID | None, now: datetime) -> Opened:
    """Let the viewer's session act for another of their memberships.

    Raises ValidationFailed for one that is not theirs, has ended, or needs a staff sign-in.
    """
    chosen = await fetch_one(_ACT, viewer.session_id, viewer.person_id, membership_id)
    if chosen is None:
        raise ValidationFailed(
            [FieldProblem("membershipId", "没有这个身份，或需要以工作人员方式登录")]
        )
    return _hand_out(_viewer(viewer.person_id, viewer.session_id, chosen), None, now)


async def close(session_id: UUID, now: datetime) -> None:
    """Sign out: the session's access and refresh tokens stop working at once; repeatable."""
    await close_session(session_id, CloseReason.SIGNED_OUT, now)


async def close_by_refresh_token(token: str, now: datetime) -> bool:
    """Sign out who comes with a refresh token only; whether it was one of ours."""
    found = await fetch_one(
        "SELECT session_id FROM refresh_token WHERE digest = $1", _digest(token)
    )
    if found is not None:
        await close(found["session_id"], now)
    return found is not None


def _lives(family: Mapping[str, Any], now: datetime) -> bool:
    ends = min(family["expires_at"], family["token_expires_at"])
    return family["closed_at"] is None and now < ends


async def _trade(family: Mapping[str, Any], web: bool, now: datetime) -> RefreshToken | None:
    successor_id = new_id()
    await execute(
        "UPDATE refresh_token SET used_at = $2, successor_id = $3 WHERE id = $1",
        family["id"],
        now,
        successor_id,
    )
    session_id, ends_at = family["session_id"], family["expires_at"]
    return await _issue(session_id, successor_id, web, now, ends_at)


async def _successor_again(
    family: Mapping[str, Any], web: bool, now: datetime
) -> RefreshToken | None:
    """The successor of a used token, for a second tab that sent it in the same moment."""
    if not web or now - family["used_at"] > WEB_REPLAY_GRACE:
        return None
    successor_id = family["successor_id"]
    unused = await fetch_one(_UNUSED, successor_id)
    return RefreshToken(_text(successor_id, web), unused["expires_at"]) if unused else None


async def _issue(
    session_id: UUID, token_id: UUID, web: bool, now: datetime, ends_at: datetime
) -> RefreshToken:
    token = RefreshToken(_text(token_id, web), min(now + REFRESH_LIFETIME, ends_at))
    await execute(_ISSUE, token_id, session_id, _digest(token.text), now, token.expires_at)
    return token


# A token is the keyed digest of its row's key: it can be made again for a second tab, but only
# by who has both the secret and the row. Its first letter says where it may be shown.
def _text(token_id: UUID, web: bool) -> str:
    body = base64.urlsafe_b64encode(keyed_digest("refresh token", token_id.bytes)).decode()
    return f"{'w' if web else 'b'}.{body.rstrip('=')}"


def _is_web(token: str) -> bool:
    return token.startswith("w.")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token[:200].encode("utf-8", "replace")).digest()


async def _viewer_of_family(family: Mapping[str, Any]) -> Viewer:
    """Who the family's session acts for; another membership when the chosen one has ended."""
    chosen = await fetch_one(
        "SELECT id, role, city, enterprise_id, institution_id FROM membership"
        " WHERE id = $1 AND ended_at IS NULL",
        family["membership_id"],
    )
    if chosen is None:
        second_factor = SignInMethod(family["method"]) in _SECOND_FACTOR
        chosen = await fetch_one(_CHOOSE, family["person_id"], None, second_factor)
        await execute(
            "UPDATE session SET membership_id = $2 WHERE id = $1",
            family["session_id"],
            chosen and chosen["id"],
        )
    return _viewer(family["person_id"], family["session_id"], chosen)


def _viewer(person_id: UUID, session_id: UUID, chosen: Mapping[str, Any] | None) -> Viewer:
    acting = chosen or {}
    return Viewer(
        person_id=person_id,
        session_id=session_id,
        membership_id=acting.get("id"),
        role=Role(acting["role"]) if acting else None,
        city=acting.get("city"),
        enterprise_id=acting.get("enterprise_id"),
        institution_id=acting.get("institution_id"),
    )


def _hand_out(viewer: Viewer, refresh: RefreshToken | None, now: datetime) -> Opened:
    access_token, expires_at = (
        signing_keys()
        .ring()
        .sign_access(person_id=viewer.person_id, session_id=viewer.session_id, now=now)
    )
    return Opened(replace(viewer, expires_at=expires_at), access_token, expires_at, refresh)
