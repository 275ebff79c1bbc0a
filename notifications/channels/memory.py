"""Codes that go nowhere but into a list, for tests."""

from dataclasses import dataclass, field

from notifications.channels.base import CodeMessage, SmsError


@dataclass
class MemorySms:
    """Keeps what it was given; fails as often as it is told to first."""

    sent: list[CodeMessage] = field(default_factory=list)
    failures: int = 0

    async def send_code(self, message: CodeMessage) -> None:
        """Keep the message. Raises SmsError while failures are left."""
        if self.failures:
            self.failures -= 1
            raise SmsError("told to fail")
        self.sent.append(message)
