"""Tokens for people of the demo story, made by the command line of a local set-up."""

from datetime import datetime

from accounts.sessions import open_session
from foundation.settings import settings
from foundation.tokens import PERSONA_LIFETIME, signing_keys
from storage.database import fetch_one, transaction
from storage.models.session import SignInMethod


async def open_as_persona(phone: str, now: datetime) -> str | None:
    """An access token of twelve hours for the person of a phone; None when there is nobody.

    Raises RuntimeError in production.
    """
    if settings().is_production:
        raise RuntimeError("persona tokens are refused in production")
    person = await fetch_one("SELECT id FROM person WHERE phone = $1", phone)
    if person is None:
        return None
    async with transaction():
        opened = await open_session(
            person["id"], method=SignInMethod.PERSONA, city=None, web=False, now=now
        )
    token, _ = (
        signing_keys()
        .ring()
        .sign_access(
            person_id=opened.viewer.person_id,
            session_id=opened.viewer.session_id,
            now=now,
            lifetime=PERSONA_LIFETIME,
        )
    )
    return token
