"""What happens by the clock rather than after a fact. Each may run twice without harm."""

from collections.abc import Awaitable, Callable, Mapping

import structlog

from foundation.city import cities
from foundation.clock import SystemClock
from foundation.receipts import BadReceipt
from foundation.tokens import signing_keys
from marketplace import demands, offers
from marketplace.lab_cohorts import draw_cohorts
from marketplace.match_check import mend_matches
from matching.movements import Movement
from sharing.access.checkpoints import BrokenChain, make_checkpoint
from sharing.grades.by_the_clock import grade_by_the_clock
from sharing.interfaces.retention import forget_unconsented
from sharing.objections.readings import settle_provisional_deadlines
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
    """Trim the queue's log and delete rows and files that nobody can use any more; settle the
    deadlines of objections that waited for a year's working days.
    """
    now = SystemClock().now()
    swept = {
        "queue_log": await trim_queue_log(),
        "upload_files": await uploads.sweep(now),
        **await forget_unconsented(now),
    }
    settled = await settle_provisional_deadlines()
    log.info("tidied", **swept, deadlines_settled=settled, **await prune(now))


async def sign_the_ledger() -> None:
    """Follow what the access ledger gained since the last checkpoint, and sign where it ends."""
    try:
        await make_checkpoint(signing_keys().ring(), SystemClock().now())
    except (BrokenChain, BadReceipt) as broken:
        # Nobody may overlook this line: docs/access-ledger.md says what to do.
        log.error("access_ledger_broken", reason=str(broken))


async def grade_the_cities() -> None:
    """Grade every city for the night, and freeze the month's whitelist after its first run.

    A city whose run fails keeps the others waiting no longer; it goes on the next night, or with
    `tools regrade`, behind the last part that was kept.
    """
    now = SystemClock().now()
    for city in cities():
        try:
            report = await grade_by_the_clock(city, now)
        except Exception as error:
            log.error("grading_failed", city=city, exc_info=error)
            continue
        if report is not None:
            kept = {"graded": report.enterprises, "kept": report.kept, "changed": report.changed}
            log.info("city_graded", city=city, run=report.run_id.hex, **kept)


async def match_the_cities() -> None:
    """Match anew what the days alone have changed: ages, certificates that ended, consents that
    ran out. Everything else has a fact of its own.
    """
    now = SystemClock().now()
    for city in cities():
        try:
            night = await mend_matches(city, now)
        except Exception as error:
            log.error("matching_failed", city=city, exc_info=error)
            continue
        moved = {movement.value.lower(): night.moved[movement] for movement in Movement}
        log.info("city_matched", city=city, demands=night.looked_at, mended=night.mended, **moved)


async def draw_the_cohorts() -> None:
    """Draw the cohorts that the rule lab of each city asks, from the grades of the night before."""
    now = SystemClock().now()
    for city in cities():
        try:
            drawn = await draw_cohorts(city, now)
        except Exception as error:
            log.error("cohorts_not_drawn", city=city, exc_info=error)
            continue
        log.info("cohorts_drawn", city=city, firms=drawn.firms, cohorts=drawn.cohorts)


SCHEDULES: Mapping[str, tuple[str, Callable[[], Awaitable[None]]]] = {
    "expire_what_is_due": ("* * * * *", expire_what_is_due),
    # 17:20 UTC is 01:20 in Shanghai, on the first of a month too.
    "grade_the_cities": ("20 17 * * *", grade_the_cities),
    # 21:20 UTC on Saturdays is 05:20 in Shanghai on Sundays, behind the night's run.
    "draw_the_cohorts": ("20 21 * * 6", draw_the_cohorts),
    # 18:40 UTC is 02:40 in Shanghai, behind the night's grades.
    "match_the_cities": ("40 18 * * *", match_the_cities),
    "sign_the_ledger": ("7 * * * *", sign_the_ledger),
    # 19:10 UTC is 03:10 in Shanghai.
    "tidy_up": ("10 19 * * *", tidy_up),
}
"""Name → cron expression in UTC, and what runs then."""
