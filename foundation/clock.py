"""The time, as an argument: services take a Clock, the pure floors take a date."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)


@dataclass
class FrozenClock:
    """A clock that stands until somebody moves it; for tests and replays."""

    instant: datetime

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant

    def advance(self, step: timedelta) -> None:
        """Move it forward."""
        self.instant += step


def day_in_shanghai(instant: datetime) -> date:
    """The calendar day on which an instant falls in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()
