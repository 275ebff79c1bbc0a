"""The gateways asked for grading: after a consent is granted, and before a night's run reads.

What is asked is every interface category that feeds an indicator and has a source. An answer
serves the grades of its month under the consent it rests on; what no source answered in time is
read as received.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from foundation.clock import SHANGHAI, SystemClock, day_in_shanghai
from sharing.consenting.coverage import grading_consents
from sharing.grades.withholding import indicator_feeds
from sharing.grading import grade_enterprise
from sharing.interfaces.answers import Answered, CallPurpose
from sharing.interfaces.calls import Pace
from sharing.interfaces.reading import Asked, Unanswered, interface_rows
from sharing.interfaces.retention import needing_consent
from sharing.interfaces.sources import source_for
from sharing.ledger import Purpose
from sharing.lists import categories_of
from sharing.records import TAX_FEED, ranked_together
from storage.database import transaction
from storage.models.consent import Consent, ConsentPurpose
from storage.models.enterprise import Enterprise

WITHIN_S = 20 * 60.0
"""How long a night's run waits for a city's sources; those left are asked the next night."""

PAGE, PIECE = 500, 40
_LASTS = timedelta(days=40)
# ① compares with a year ago, and looks back two years for it (A2-56).
_TAX_LASTS = timedelta(days=2 * 366)
_MONTHS = UUID("5f0d3c1e-6b0a-4d53-9f34-0a6e6f2f6c11")

Answers = Mapping[UUID, Answered | Unanswered]


@dataclass(frozen=True)
class AskedReport:
    """How many answers there are, held ones included, and how many questions had none; `in_time`
    says whether everybody was asked.
    """

    answered: int = 0
    unanswered: int = 0
    in_time: bool = True

    def with_those(self, answers: Answers) -> "AskedReport":
        """With the answers of one more category."""
        good = sum(isinstance(one, Answered) for one in answers.values())
        return AskedReport(
            self.answered + good, self.unanswered + len(answers) - good, self.in_time
        )


def asked_categories(city: str) -> list[str]:
    """The interface categories that feed an indicator and have a source, in the lists' order."""
    under_consent = needing_consent().get(city, frozenset())
    return [
        one.code
        for one in categories_of(city).values()
        if one.code in under_consent
        and one.feeds in indicator_feeds()
        and source_for(city, one.code) is not None
    ]


def purpose_of(city: str, code: str, today: date) -> CallPurpose:
    """The grades of a month: asked once for them, and anew in the next month's first run."""
    feeds = categories_of(city)[code].feeds
    last = today + (_TAX_LASTS if feeds == TAX_FEED else _LASTS)
    ends_at = datetime.combine(last, time.min, SHANGHAI)
    month = uuid5(_MONTHS, f"{city} {today:%Y-%m}")
    return CallPurpose(kind=Purpose.GRADE_RUN, id=month, ends_at=ends_at)


async def ask_and_grade(consent_id: UUID, now: datetime, pace: Pace | None = None) -> bool:
    """Ask about one enterprise after its grading consent was given, and grade it by the answers.

    Whether anything was answered. Another consent's purpose, or one that no longer stands, asks
    nothing. Safe to repeat: what was answered is not asked again.
    """
    pace = pace or Pace(SystemClock())
    consent = await Consent.get_or_none(id=consent_id, purpose=ConsentPurpose.GRADING)
    if consent is None:
        return False
    enterprise = await Enterprise.get(id=consent.enterprise_id)
    reports = await asyncio.gather(
        *(
            _ask(enterprise.city, code, [(enterprise.id, enterprise.uscc)], pace)
            for code in asked_categories(enterprise.city)
        )
    )
    answered = any(isinstance(one, Answered) for found in reports for one in found.values())
    if answered:
        async with transaction():
            await grade_enterprise(enterprise.id, now)
    return answered


async def ask_the_city(
    city: str, pace: Pace | None = None, *, within_s: float = WITHIN_S
) -> AskedReport:
    """Ask about every enterprise of a city that consents, in the order of registration.

    What was answered this month is not asked again. A source that answers nobody of a piece is
    left alone until the next night; nothing is begun after `within_s` seconds.
    """
    pace = pace or Pace(SystemClock())
    codes, report, beyond = asked_categories(city), AskedReport(), None
    ends = pace.stopwatch() + within_s
    today = day_in_shanghai(pace.clock.now())
    while codes and (page := await ranked_together(city, "", today, beyond=beyond, limit=PAGE)):
        beyond = page[-1][0]
        for start in range(0, len(page), PIECE):
            for code in tuple(codes):
                if pace.stopwatch() >= ends:
                    return AskedReport(report.answered, report.unanswered, in_time=False)
                found = await _ask(city, code, page[start : start + PIECE], pace)
                report = report.with_those(found)
                if found and not any(isinstance(one, Answered) for one in found.values()):
                    codes.remove(code)
    return report


async def _ask(
    city: str, code: str, enterprises: Sequence[tuple[UUID, str]], pace: Pace
) -> Answers:
    """One category about enterprises whose consent covers it; others are not asked about."""
    today = day_in_shanghai(pace.clock.now())
    consents = await grading_consents([key for key, _ in enterprises], today)
    asked = [
        Asked(enterprise_id=key, uscc=uscc, consent_id=consent.consent_id)
        for key, uscc in enterprises
        if (consent := consents.get(key))
        and (consent.categories is None or code in consent.categories)
    ]
    if not asked:
        return {}
    return await interface_rows(None, city, code, asked, purpose_of(city, code, today), pace=pace)
