"""Signing in, staying signed in, acting for somebody, signing out."""

from typing import Annotated

import strawberry

from accounts import codes, entry_apps, sessions, staff
from accounts.access import signed_in
from accounts.outside import outside
from accounts.sessions import Opened
from foundation.errors import Unauthenticated
from foundation.identifiers import decode_id
from foundation.tokens import EXPIRED
from schema.context import Info
from schema.session import (
    CodeSent,
    Session,
    SessionClosed,
    SessionCloseResult,
    SessionCodeSendInput,
    SessionCodeSendResult,
    SessionExchangeInput,
    SessionOpenInput,
    SessionOpenResult,
    SessionOpenStaffInput,
    SessionRefreshInput,
)


@strawberry.type
class SessionMutations:
    """Root fields about sessions."""

    @strawberry.mutation(
        description="Sends a one-time code by SMS; the same answer whether or not the phone is "
        "known. Open to everyone, at most once a minute and ten times a day for a phone."
    )
    async def session_code_send(
        self,
        info: Info,
        input: Annotated[SessionCodeSendInput, strawberry.argument(description="Which phone.")],
    ) -> SessionCodeSendResult:
        """Ask for a code."""
        context = info.context
        wait = await codes.send(
            phone=input.phone,
            city=input.city.value,
            address=context.address,
            now=context.clock.now(),
        )
        return CodeSent(retry_after_seconds=wait)

    @strawberry.mutation(
        description="Signs in with a phone and its code; the first time makes the account. Open "
        "to everyone."
    )
    async def session_open(
        self,
        info: Info,
        input: Annotated[SessionOpenInput, strawberry.argument(description="Phone and code.")],
    ) -> SessionOpenResult:
        """Sign in by code."""
        opened = await sessions.open_by_code(
            phone=input.phone,
            code=input.code,
            city=input.city.value,
            link_to=info.context.viewer if input.link_entry_account else None,
            web=info.context.refresh_cookie.wanted,
            now=info.context.clock.now(),
        )
        return _hand_out(info, opened)

    @strawberry.mutation(
        description="Signs staff of institutions and of the platform in, with password and TOTP. "
        "Five wrong tries within 15 minutes lock the login."
    )
    async def session_open_staff(
        self,
        info: Info,
        input: Annotated[
            SessionOpenStaffInput, strawberry.argument(description="Login, password and TOTP.")
        ],
    ) -> SessionOpenResult:
        """Sign in as staff."""
        opened = await staff.open_by_password(
            login=input.login,
            password=input.password,
            totp=input.totp,
            web=info.context.refresh_cookie.wanted,
            now=info.context.clock.now(),
        )
        return _hand_out(info, opened)

    @strawberry.mutation(
        description="Trades the token of a city's entry app for a session: one account behind "
        "every entry. Open to everyone; UNAUTHENTICATED for a token that does not hold."
    )
    async def session_exchange(
        self,
        info: Info,
        input: Annotated[SessionExchangeInput, strawberry.argument(description="City and token.")],
    ) -> SessionOpenResult:
        """Come in through an entry app."""
        opened = await entry_apps.exchange(
            city=input.city.value,
            token=input.token,
            web=info.context.refresh_cookie.wanted,
            keys=outside().key_sets,
            now=info.context.clock.now(),
        )
        return _hand_out(info, opened)

    @strawberry.mutation(
        description="Trades a refresh token for a new session answer. Each token counts once; a "
        "second use closes the session."
    )
    async def session_refresh(
        self,
        info: Info,
        input: Annotated[
            SessionRefreshInput, strawberry.argument(description="The token, or nothing.")
        ],
    ) -> SessionOpenResult:
        """Stay signed in."""
        cookie = info.context.refresh_cookie
        token = cookie.value if cookie.wanted else input.refresh_token
        if not token:
            raise Unauthenticated(EXPIRED)
        try:
            opened = await sessions.refresh(token, web=cookie.wanted, now=info.context.clock.now())
        except Unauthenticated:
            cookie.drop()
            raise
        return _hand_out(info, opened)

    @strawberry.mutation(
        description="Chooses which membership the session acts for, in every tab and on every "
        "open subscription's next refresh."
    )
    async def session_act_as(
        self,
        info: Info,
        membership_id: Annotated[
            strawberry.ID, strawberry.argument(description="One of the viewer's memberships.")
        ],
    ) -> SessionOpenResult:
        """Act for something else."""
        viewer = signed_in(info.context.viewer)
        chosen = decode_id("membership", membership_id)
        return _hand_out(info, await sessions.act_as(viewer, chosen, info.context.clock.now()))

    @strawberry.mutation(
        description="Signs out: the session's tokens stop working at once. The web client may "
        "come with its cookie alone."
    )
    async def session_close(self, info: Info) -> SessionCloseResult:
        """Sign out."""
        context, now = info.context, info.context.clock.now()
        cookie = context.refresh_cookie
        if context.viewer is not None:
            await sessions.close(context.viewer.session_id, now)
        elif not (cookie.value and await sessions.close_by_refresh_token(cookie.value, now)):
            signed_in(context.viewer)
        cookie.drop()
        context.continue_as(None)
        return SessionClosed(closed_at=now)


def _hand_out(info: Info, opened: Opened) -> Session:
    cookie = info.context.refresh_cookie
    if cookie.wanted and opened.refresh is not None:
        cookie.keep(opened.refresh.text, opened.refresh.expires_at)
    info.context.continue_as(opened.viewer)
    return Session.of(opened, web=cookie.wanted)
