"""Keeps a source from being asked too often, or at all while it fails: one state for all processes.

A bucket of tokens refills by the minute; so many failures in a row open the breaker, and when its
pause is over one single trial goes through, which closes it or opens it again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.city import DataSource
from foundation.identifiers import new_id
from sharing.interfaces.port import Fault, SourceFault
from storage.database import execute, fetch_one

# One statement, so that no two processes take the same token or the same trial.
_ADMIT = """
INSERT INTO interface_source AS s (id, city, name, tokens, refilled_at, failures)
VALUES ($1, $2, $3, $4::float8 - 1, $5, 0)
ON CONFLICT (city, name) DO UPDATE SET
  tokens = least($4::float8, s.tokens + $6::float8
             * greatest(0, extract(epoch FROM $5 - s.refilled_at)::float8)) - 1,
  refilled_at = greatest(s.refilled_at, $5),
  open_until = CASE WHEN s.open_until IS NULL THEN NULL ELSE $7::timestamptz END
WHERE (s.open_until IS NULL OR s.open_until <= $5)
  AND least($4::float8, s.tokens + $6::float8
        * greatest(0, extract(epoch FROM $5 - s.refilled_at)::float8)) >= 1
RETURNING s.id
"""

_STATE = (
    "SELECT tokens, refilled_at, open_until FROM interface_source WHERE city = $1 AND name = $2"
)

_SUCCEEDED = """
UPDATE interface_source SET failures = 0, open_until = NULL
 WHERE city = $1 AND name = $2 AND (failures > 0 OR open_until IS NOT NULL)
"""

_FAILED = """
UPDATE interface_source SET failures = failures + 1,
       open_until = CASE WHEN failures + 1 >= $3 THEN $4::timestamptz ELSE open_until END
 WHERE city = $1 AND name = $2
"""

_TRIAL_MARGIN = timedelta(seconds=5)


@dataclass(frozen=True)
class Guard:
    """Stands before one source of one city."""

    city: str
    source: DataSource

    async def admit(self, now: datetime) -> None:
        """Take a token. Raises SourceFault: BREAKER_OPEN, or TURNED_AWAY with how long to wait."""
        trial_ends = now + timedelta(seconds=self.source.seconds) + _TRIAL_MARGIN
        per_second = self.source.calls_per_minute / 60
        admitted = await fetch_one(
            _ADMIT,
            new_id(),
            self.city,
            self.source.name,
            float(self.source.burst),
            now,
            per_second,
            trial_ends,
        )
        if admitted is None:
            raise await self._why_not(now, per_second)

    async def _why_not(self, now: datetime, per_second: float) -> SourceFault:
        state = await fetch_one(_STATE, self.city, self.source.name)
        if state is None:
            return SourceFault(Fault.TURNED_AWAY)
        if state["open_until"] is not None and state["open_until"] > now:
            return SourceFault(Fault.BREAKER_OPEN)
        passed = max(0.0, (now - state["refilled_at"]).total_seconds())
        missing = 1 - state["tokens"] - passed * per_second
        return SourceFault(Fault.TURNED_AWAY, max(0.0, missing / per_second))

    async def succeeded(self) -> None:
        """The source answered: whatever failed before is over."""
        await execute(_SUCCEEDED, self.city, self.source.name)

    async def failed(self, now: datetime) -> None:
        """The source failed once more; too often in a row opens the breaker."""
        pause = timedelta(seconds=self.source.breaker_pause_s)
        await execute(_FAILED, self.city, self.source.name, self.source.breaker_after, now + pause)
