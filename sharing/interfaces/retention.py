"""What came by an interface is not kept without a consent: answers and bulk files alike.

A provider may answer in bulk, as a file, for firms that consented. Rows about a firm whose consent
has ended go with the next tidying up; rows about one that never consented after thirty days.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from foundation.city import cities
from foundation.clock import day_in_shanghai
from sharing.categories import Authorisation, SharingMode
from sharing.lists import list_versions
from storage.database import execute
from storage.models.consent import STANDS

WAIT_FOR_CONSENT = timedelta(days=30)
BATCH = 5_000

_CONSENTS = """
SELECT FROM consent c JOIN enterprise e ON e.id = c.enterprise_id
 WHERE e.uscc = r.uscc AND c.purpose IN ('GRADING', 'ENTERPRISE_DATA')
"""

_FORGET_RECORDS = f"""
DELETE FROM credit_record WHERE id IN (
  SELECT r.id FROM credit_record r JOIN import_batch b ON b.id = r.batch_id
   WHERE r.city = $1 AND r.category = ANY($2::text[])
     AND NOT EXISTS (
       {_CONSENTS} AND {STANDS.format(c="c", today="$3")})
     AND (b.started_at < $4 OR EXISTS ({_CONSENTS}))
   LIMIT $5)
"""  # noqa: S608 - a constant; every value is a parameter

_FORGET_ANSWERS = f"""
DELETE FROM interface_answer WHERE id IN (
  SELECT a.id FROM interface_answer a JOIN consent c ON c.id = a.consent_id
   WHERE NOT {STANDS.format(c="c", today="$1")} LIMIT $2)
"""  # noqa: S608 - a constant; every value is a parameter


_FORGET_FIGURES = _FORGET_ANSWERS.replace("interface_answer", "grade_figure")


async def forget_unconsented(now: datetime) -> dict[str, int]:
    """Delete what no consent covers any more; how many records, answers and derived
    figures there were.
    """
    today = day_in_shanghai(now)
    records = 0
    for city, codes in needing_consent().items():
        values = (city, list(codes), today, now - WAIT_FOR_CONSENT, BATCH)
        records += await _until_none(_FORGET_RECORDS, *values)
    answers = await _until_none(_FORGET_ANSWERS, today, BATCH)
    figures = await _until_none(_FORGET_FIGURES, today, BATCH)
    return {
        "interface_records": records,
        "interface_answers": answers,
        "grade_figures": figures,
    }


def needing_consent() -> Mapping[str, frozenset[str]]:
    """By city: the interface categories that any version of its lists gives under consent only.

    Not those of our own: banks owe the platform their feedback on loans (A2-46), which is no
    answer given under a consent. Were it to go, a bad loan would read as no loan at all.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for city in cities().values():
        for version in (v for code in city.sharing_lists for v in list_versions()[code]):
            for one in version.categories:
                if (
                    one.mode is SharingMode.INTERFACE
                    and one.authorisation is not Authorisation.NONE
                    and not one.ours
                ):
                    found[city.code].add(one.code)
    return {city: frozenset(codes) for city, codes in found.items()}


async def _until_none(sql: str, *values: object) -> int:
    """Run a deletion of at most a batch again until it finds less; how many rows in all."""
    total = 0
    while True:
        count = await execute(sql, *values)
        total += count
        if count < BATCH:
            return total
