"""What happens to a city's grades by the clock: a run each night, and once a month a whole one,
after which the month's whitelist is frozen.
"""

from dataclasses import asdict
from datetime import date, datetime

import structlog

from foundation.clock import day_in_shanghai
from sharing.grades.asking import ask_the_city
from sharing.grades.city import RunReport, how_many, run_city
from sharing.grades.whitelist import freeze_if_missing
from sharing.interfaces.calls import Pace
from storage.database import fetch_one
from storage.models.grade_run import GradeRunKind

log = structlog.get_logger("worker")

_FINISHED = """
SELECT 1 FROM grade_run r JOIN grade_run_part p ON p.run_id = r.id AND p.is_last
 WHERE r.city = $1 AND r.kind = 'CITY_MONTHLY' AND r.as_of >= $2 LIMIT 1
"""


async def grade_by_the_clock(
    city: str, now: datetime, pace: Pace | None = None
) -> RunReport | None:
    """Tonight's run: the monthly one until it has been finished in this month, then nightly ones.

    So a worker that was away on the first of the month makes up for it on the second. None for a
    city in which nobody is graded. Before it reads, the city's sources are asked for what they
    have not answered this month; the run reads what there is then. Safe to repeat.
    """
    today = day_in_shanghai(now)
    if not await how_many(city, today):
        return None
    await _ask(city, pace)
    monthly = not await _is_finished(city, today.replace(day=1))
    kind = GradeRunKind.CITY_MONTHLY if monthly else GradeRunKind.CITY_NIGHTLY
    report = await run_city(city, kind, now)
    await freeze_if_missing(city, now)
    return report


async def _ask(city: str, pace: Pace | None) -> None:
    """Ask the city's sources; whatever goes wrong with them, the run reads what there is."""
    try:
        report = await ask_the_city(city, pace)
    except Exception:
        log.exception("sources_not_asked", city=city)
    else:
        log.info("sources_asked", city=city, **asdict(report))


async def _is_finished(city: str, since: date) -> bool:
    return await fetch_one(_FINISHED, city, since) is not None
