"""The end of sessions: their access and refresh tokens stop working at once."""

from datetime import datetime
from uuid import UUID

from storage.database import execute
from storage.models.session import CloseReason

_CLOSE = "UPDATE session SET closed_at = $2, close_reason = $3 WHERE id = $1 AND closed_at IS NULL"

_CLOSE_ALL = """
UPDATE session SET closed_at = $2, close_reason = $3 WHERE person_id = $1 AND closed_at IS NULL
"""


async def close_session(session_id: UUID, reason: CloseReason, now: datetime) -> None:
    """Close one session; one that is closed already keeps its first reason."""
    await execute(_CLOSE, session_id, now, reason.value)


async def close_all_sessions(person_id: UUID, reason: CloseReason, now: datetime) -> None:
    """Close every open session of a person."""
    await execute(_CLOSE_ALL, person_id, now, reason.value)
