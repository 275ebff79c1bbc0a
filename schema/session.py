"""Sign-in: codes, sessions and the tokens they hand out."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from accounts.sessions import Opened
from schema.city import CityCode
from schema.failures import CodeWrong, Locked, RateLimited, Unavailable, ValidationFailed
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
        description="Traded once, by sessionRefresh, for a new session answer. Null on the web, "
        "where it is an HttpOnly cookie, and where the one that the caller has stays good "
        "(sessionActAs)."
    )
    viewer: Viewer = strawberry.field(description="Who has signed in.")

    @staticmethod
    def of(opened: Opened, *, web: bool) -> "Session":
        """The GraphQL session of a sign-in; on the web without the refresh token."""
        shown = None if web or opened.refresh is None else opened.refresh.text
        return Session(
            access_token=opened.access_token,
            expires_at=opened.expires_at,
            refresh_token=shown,
            viewer=Viewer.of(opened.viewer),
        )


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


@strawberry.input(description="Which phone a code shall reach.")
class SessionCodeSendInput:
    """Asks for a code."""

    phone: str = strawberry.field(
        description="Mobile number of the Chinese mainland, 11 digits, with or without +86."
    )
    city: CityCode = strawberry.field(description="Whose entry the person came through.")


@strawberry.input(description="A phone and the code that it received.")
class SessionOpenInput:
    """Signs in by code."""

    phone: str = strawberry.field(description="The number that the code was sent to.")
    code: str = strawberry.field(description="Six digits; good for 5 minutes, 5 tries and one use.")
    city: CityCode = strawberry.field(
        description="Whose entry the person came through; decides which membership acts first."
    )
    link_entry_account: bool = strawberry.field(
        default=False,
        description="Asked by a signed-in person who came through an entry app and has no phone "
        "yet: from now on that entry leads to the account of this phone. Nothing is linked where "
        "the entry app names another phone.",
    )


@strawberry.input(description="What a member of staff signs in with.")
class SessionOpenStaffInput:
    """Signs staff in."""

    login: str = strawberry.field(description="Login name, at most 60 characters.")
    password: str = strawberry.field(description="Password, at most 200 characters.")
    totp: str = strawberry.field(description="Six digits of the TOTP app; no code counts twice.")


@strawberry.input(description="A token that a city's entry app has signed.")
class SessionExchangeInput:
    """Comes in through an entry app."""

    city: CityCode = strawberry.field(description="The city whose entry app made the token.")
    token: str = strawberry.field(
        description="A signed JWT, at most 5 minutes old and 8,000 characters long; used once."
    )


@strawberry.input(description="What to refresh a session with.")
class SessionRefreshInput:
    """Refreshes a session."""

    refresh_token: str | None = strawberry.field(
        default=None,
        description="Left out by the web client, which says `RongQiao-Client: web` in a header and "
        "whose refresh token is an HttpOnly cookie.",
    )


SessionCodeSendResult: TypeAlias = Annotated[
    CodeSent | ValidationFailed | RateLimited,
    strawberry.union("SessionCodeSendResult", description="A code is on its way, or why not."),
]
SessionOpenResult: TypeAlias = Annotated[
    Session | ValidationFailed | CodeWrong | Locked | Unavailable,
    strawberry.union(
        "SessionOpenResult",
        description="A session, or why not. Unavailable: the entry app's keys cannot be fetched.",
    ),
]
SessionCloseResult: TypeAlias = Annotated[
    SessionClosed, strawberry.union("SessionCloseResult", description="The session is closed.")
]
