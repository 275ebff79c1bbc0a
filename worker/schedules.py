"""What happens by the clock rather than after a fact. Each may run twice without harm."""

from collections.abc import Awaitable, Callable, Mapping

import structlog

from foundation.clock import SystemClock
from marketplace import demands, offers
from sharing.receiving import uploads
from storage.pruning import prune
from storage.queue import trim_queue_log

log = structlog.get_logger("worker")


async def expire_what_is_due() -> None:
    """End demands and offers whose time is over; their facts ring who is concerned."""
    now = SystemClock().now()
    expired = {"demands": await demands.expire_due(now), "offers": await offers.expire_due(now)}
    if any(expired.values()):
        log.info("expired", **expired)


async def tidy_up() -> None:
    """Trim the queue's log and delete rows and files that nobody can use any more."""
    now = SystemClock().now()
    swept = {"queue_log": await trim_queue_log(), "upload_files": await uploads.sweep(now)}
    log.info("tidied", **swept, **await prune(now))


SCHEDULES: Mapping[str, tuple[str, Callable[[], Awaitable[None]]]] = {
    "expire_what_is_due": ("* * * * *", expire_what_is_due),
    # 19:10 UTC is 03:10 in Shanghai.
    "tidy_up": ("10 19 * * *", tidy_up),
}
"""Name → cron expression in UTC, and what runs then."""
