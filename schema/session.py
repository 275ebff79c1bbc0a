"""Sign-in: codes, sessions and the tokens they hand out."""

from datetime import datetime

import strawberry

from schema.viewer import Viewer


@strawberry.type(description="A signed-in device. Only its person sees it.")
class Session:
    """What signing in hands out."""

    access_token: str = strawberry.field(
        description="Sent as `Authorization: Bearer …`, and in connection_init's payload."
    )
    expires_at: datetime = strawberry.field(
        description="When the access token ends, 15 minutes after it was made."
    )
    refresh_token: str | None = strawberry.field(
        description="Used once, to refresh; null on the web, where it is an HttpOnly cookie."
    )
    viewer: Viewer = strawberry.field(description="Who has signed in.")


@strawberry.type(description="A code is on its way, if the phone can receive one.")
class CodeSent:
    """The same answer for every phone."""

    retry_after_seconds: int = strawberry.field(
        description="Seconds until a further code may be asked for."
    )


@strawberry.type(description="The session is closed; its tokens no longer work.")
class SessionClosed:
    """Signed out."""

    closed_at: datetime = strawberry.field(description="When it was closed.")
