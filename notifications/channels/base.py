"""The port through which a text reaches a phone that is signed in nowhere."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class CodeMessage:
    """A one-time code on its way. Neither phone nor code shows in a log or a traceback."""

    phone: str = field(repr=False)
    code: str = field(repr=False)
    city: str
    minutes: int


@dataclass(frozen=True)
class LinkMessage:
    """A one-time link on its way to a person who is asked to consent for themselves."""

    phone: str = field(repr=False)
    link: str = field(repr=False)
    enterprise: str
    city: str
    days: int


class SmsError(Exception):
    """A message was not accepted. Says why, never what or to whom."""


class SmsChannel(Protocol):
    """Sends messages to phones."""

    async def send_code(self, message: CodeMessage) -> None:
        """Hand a code over for delivery. Raises SmsError when it was not accepted.

        Delivery is at least once: after an error or a crash another code is drawn and sent, and
        the code that was drawn last is the one that counts.
        """
        ...

    async def send_link(self, message: LinkMessage) -> None:
        """Hand a link over for delivery, like a code. Raises SmsError."""
        ...
