"""Codes and links that go nowhere but into a list, for tests."""

from dataclasses import dataclass, field

from notifications.channels.base import CodeMessage, LinkMessage, SmsError


@dataclass
class MemorySms:
    """Keeps what it was given; fails as often as it is told to first."""

    sent: list[CodeMessage] = field(default_factory=list)
    failures: int = 0
    links: list[LinkMessage] = field(default_factory=list)

    async def send_code(self, message: CodeMessage) -> None:
        """Keep the message. Raises SmsError while failures are left."""
        self._fail_first()
        self.sent.append(message)

    async def send_link(self, message: LinkMessage) -> None:
        """Keep the message. Raises SmsError while failures are left."""
        self._fail_first()
        self.links.append(message)

    def _fail_first(self) -> None:
        if self.failures:
            self.failures -= 1
            raise SmsError("told to fail")
