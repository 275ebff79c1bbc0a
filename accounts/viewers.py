"""Who is asking: the signed-in person and what they act for now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from foundation.errors import Unauthenticated
from foundation.settings import settings
from foundation.tokens import ACCESS_LIFETIME, EXPIRED, PERSONA_LIFETIME, signing_keys
from storage.database import fetch, fetch_one
from storage.models.membership import Role

_VIEWER = """
SELECT s.id AS session_id, s.person_id, s.membership_id,
       m.role, m.city, m.enterprise_id, m.institution_id
FROM session s
LEFT JOIN membership m ON m.id = s.membership_id
WHERE s.id = $1 AND s.person_id = $2
  AND s.closed_at IS NULL AND s.expires_at > $3 AND m.ended_at IS NULL
"""

_OPEN = """
SELECT s.id FROM session s
LEFT JOIN membership m ON m.id = s.membership_id
WHERE s.id = ANY($1::uuid[])
  AND s.closed_at IS NULL AND s.expires_at > $2 AND m.ended_at IS NULL
"""


@dataclass(frozen=True)
class Viewer:
    """A signed-in person. Without a membership one may register an enterprise, and little else.

    `expires_at` is when the access token that was shown ends; a socket lives no longer.
    """

    person_id: UUID
    session_id: UUID
    membership_id: UUID | None
    role: Role | None
    city: str | None
    enterprise_id: UUID | None
    institution_id: UUID | None
    expires_at: datetime | None = None


async def viewer_of(access_token: str, now: datetime) -> Viewer:
    """The viewer that an access token stands for, in one query.

    Raises Unauthenticated for a token that is forged or expired, of a closed session, or of a
    session that acts for a membership that has ended.
    """
    longest = ACCESS_LIFETIME if settings().is_production else PERSONA_LIFETIME
    claims = signing_keys().ring().read_access(access_token, now, longest)
    row = await fetch_one(_VIEWER, claims.session_id, claims.person_id, now)
    if row is None:
        raise Unauthenticated(EXPIRED)
    return Viewer(
        person_id=row["person_id"],
        session_id=row["session_id"],
        membership_id=row["membership_id"],
        role=Role(row["role"]) if row["role"] else None,
        city=row["city"],
        enterprise_id=row["enterprise_id"],
        institution_id=row["institution_id"],
        expires_at=claims.expires_at,
    )


async def open_sessions(session_ids: Iterable[UUID], now: datetime) -> set[UUID]:
    """Which of these sessions are still open, in one query; for watchers of open sockets."""
    rows = await fetch(_OPEN, list(session_ids), now)
    return {row["id"] for row in rows}
