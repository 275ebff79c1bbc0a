"""The gateways asked for grading: after a consent is granted, and before a night's run reads.

What is asked is every interface category that feeds an indicator and has a source. The answers
serve until the figures are derived from them, and are gone then; figures and digests stay while
the consent does (A2-45). What no source answered is read as received.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from foundation.clock import SystemClock, day_in_shanghai
from foundation.identifiers import new_id
from sharing.grades.deriving import Heard, a_year_before, figures_of, is_derived
from sharing.grades.due import Due, Questions
from sharing.grades.figures import Figure, Step, Unfinished, keep_figures, keep_unfinished
from sharing.grades.unheard import awaited_feeds
from sharing.grades.withholding import indicator_of_feed
from sharing.grading import grade_enterprise
from sharing.interfaces.answers import Answered, CallPurpose, end_purpose
from sharing.interfaces.calls import Pace
from sharing.interfaces.reading import Asked, Unanswered, interface_rows
from sharing.interfaces.retention import needing_consent
from sharing.interfaces.sources import source_for
from sharing.ledger import Purpose
from sharing.lists import categories_of
from sharing.peers import ranked_together
from sharing.records import TAX_FEED, connected_feeds
from storage.database import transaction
from storage.models.consent import Consent, ConsentPurpose
from storage.models.enterprise import Enterprise

WITHIN_S = 20 * 60.0
"""How long a night's run waits for a city's sources; those left are asked the next night."""

PAGE, PIECE = 500, 40
_SERVES = timedelta(days=40)
_ANSWERS_LAST = timedelta(hours=1)

_Answers = Mapping[UUID, Answered | Unanswered]

_Part = tuple[Heard, Step | None]
"""What was answered about one enterprise, and the question that had no answer; None: all had."""


@dataclass(frozen=True)
class AskedReport:
    """Of how many enterprises an indicator's figure was derived, and of how many it was not;
    `heard` counts those whose sources answered, whether or not a figure came of it; `in_time` says
    whether everybody was asked.
    """

    answered: int = 0
    unanswered: int = 0
    in_time: bool = True
    heard: int = 0


def asked_categories(city: str) -> dict[int, list[str]]:
    """The interface categories that have a source, in the lists' order, by the indicator that
    they feed.
    """
    under_consent = needing_consent().get(city, frozenset())
    found: dict[int, list[str]] = defaultdict(list)
    for one in categories_of(city).values():
        number = indicator_of_feed(one.feeds) if is_derived(one.feeds) else None
        if number and one.code in under_consent and source_for(city, one.code) is not None:
            found[number].append(one.code)
    return dict(found)


async def ask_and_grade(consent_id: UUID, now: datetime, pace: Pace | None = None) -> bool:
    """Ask about one enterprise after its grading consent was given, and grade it by the answers.

    Whether anything was answered. Another consent's purpose, or one that no longer stands, asks
    nothing. Safe to repeat: of whom a figure was derived this month nobody is asked again.
    """
    consent = await Consent.get_or_none(id=consent_id, purpose=ConsentPurpose.GRADING)
    if consent is None:
        return False
    enterprise = await Enterprise.get(id=consent.enterprise_id)
    asking = await _asking(enterprise.city, pace or Pace(SystemClock()))
    about = [(enterprise.id, enterprise.uscc)]
    due = await asking.due(about)
    reports = await asyncio.gather(*(asking.ask(number, asked) for number, asked in due.items()))
    answered = any(report.answered for report in reports)
    if answered:
        async with transaction():
            await grade_enterprise(enterprise.id, now)
    return answered


async def ask_the_city(
    city: str, pace: Pace | None = None, *, within_s: float = WITHIN_S
) -> AskedReport:
    """Ask about every enterprise of a city that consents, in the order of registration.

    Of whom a figure was derived this month nobody is asked again. A source that answers about
    nobody of forty in a row is left alone until the next night; nothing is begun after `within_s`
    seconds.
    """
    asking = await _asking(city, pace or Pace(SystemClock()))
    numbers, answered, unanswered, beyond = list(asking.codes), 0, 0, None
    ends, silent = asking.pace.stopwatch() + within_s, Counter[int]()
    while numbers and (
        page := await ranked_together(city, "", asking.today, beyond=beyond, limit=PAGE)
    ):
        beyond = page[-1][0]
        for number, piece in _pieces(await asking.due(page)):
            if asking.pace.stopwatch() >= ends:
                return AskedReport(answered, unanswered, in_time=False)
            if number not in numbers:
                continue
            report = await asking.ask(number, piece)
            answered, unanswered = answered + report.answered, unanswered + report.unanswered
            silent[number] = 0 if report.heard else silent[number] + len(piece)
            if silent[number] >= PIECE:
                numbers.remove(number)
    return AskedReport(answered, unanswered)


def _pieces(due: Mapping[int, Sequence[Due]]) -> Iterator[tuple[int, Sequence[Due]]]:
    """Who is asked about at a time, the sources in turn, so that none of them stands idle."""
    longest = max((len(asked) for asked in due.values()), default=0)
    for start in range(0, longest, PIECE):
        for number, asked in due.items():
            if piece := asked[start : start + PIECE]:
                yield number, piece


def _unfinished(one: Heard, today: date, silent: Step | None) -> Unfinished:
    return Unfinished(one.codes, today, one.digest, one.consent_id, silent)


async def _asking(city: str, pace: Pace) -> "_Asking":
    today = day_in_shanghai(pace.clock.now())
    awaited = awaited_feeds(city, await connected_feeds(city, today))
    return _Asking(city, today, pace, asked_categories(city), awaited)


@dataclass(frozen=True)
class _Asking:
    """One round of questions about a city's enterprises, as of today."""

    city: str
    today: date
    pace: Pace
    codes: Mapping[int, Sequence[str]]
    awaited: frozenset[str]

    async def ask(self, number: int, due: Sequence[Due]) -> AskedReport:
        """Ask for one indicator about enterprises, and keep what is derived."""
        parts = await self._hear(number, due)
        heard = [one for one, silent in parts if silent is None]
        figures = await figures_of(self.city, self.today, heard, self.awaited)
        await self._keep(number, parts, dict(figures))
        return AskedReport(len(figures), len(due) - len(figures), heard=len(heard))

    async def _keep(
        self, number: int, parts: Sequence[_Part], figures: Mapping[UUID, Figure]
    ) -> None:
        unfinished = [
            (one.enterprise_id, number, _unfinished(one, self.today, silent))
            for one, silent in parts
            if one.answers and one.enterprise_id not in figures
        ]
        until = self.pace.clock.now() + _SERVES
        await keep_figures([(key, number, figure) for key, figure in figures.items()], until)
        await keep_unfinished(unfinished, until)

    async def due(self, enterprises: Sequence[tuple[UUID, str]]) -> dict[int, list[Due]]:
        """By indicator, of whom to ask; sharing/grades/due.py says who that is."""
        return await Questions(self.city, self.today, list(self.codes), self.awaited).due(
            enterprises
        )

    async def _hear(self, number: int, due: Sequence[Due]) -> list[_Part]:
        """What was answered about each, with the question that ended it."""
        steps = [(code, False) for code in self.codes[number]]
        steps += [(code, True) for code in self._with_history(number)]
        by_first: dict[Step | None, list[Asked]] = defaultdict(list)
        for one in due:
            by_first[one.first if one.first in steps else None].append(one.asked)
        parts: list[_Part] = []
        for first, asked in by_first.items():
            # What failed to come is asked for before what has come already.
            parts += await self._in_order(sorted(steps, key=lambda step: step != first), asked)
        return parts

    async def _in_order(self, steps: Sequence[Step], asked: Sequence[Asked]) -> list[_Part]:
        found: dict[UUID, dict[tuple[str, date], Answered]] = defaultdict(dict)
        silent: dict[UUID, Step] = {}
        left = [one for one in asked if one.consent_id]
        for step in steps:
            day = (step[0], a_year_before(self.today) if step[1] else self.today)
            answers = await self._rows(day, left) if left else {}
            for key, answer in answers.items():
                if isinstance(answer, Answered):
                    found[key][day] = answer
                else:
                    silent[key] = step
            # Of whom a part is missing already, nothing more is asked.
            left = [one for one in left if one.enterprise_id not in silent]
        return [
            (
                Heard(one.enterprise_id, one.uscc, one.consent_id, found[one.enterprise_id]),
                silent.get(one.enterprise_id),
            )
            for one in asked
            if one.consent_id
        ]

    def _with_history(self, number: int) -> list[str]:
        """Of which categories the figure of a year ago is asked too (A2-56)."""
        return [
            code
            for code in self.codes[number]
            if categories_of(self.city)[code].feeds == TAX_FEED
            and (source := source_for(self.city, code)) is not None
            and source.history
        ]

    async def _rows(self, day: tuple[str, date], asked: Sequence[Asked]) -> _Answers:
        """One category on one day, for a purpose that ends with what is derived from it."""
        code, on = day
        ends_at = self.pace.clock.now() + _ANSWERS_LAST
        purpose = CallPurpose(kind=Purpose.GRADE_RUN, id=new_id(), ends_at=ends_at)
        as_of = None if on == self.today else on
        try:
            return await interface_rows(
                None, self.city, code, asked, purpose, as_of=as_of, pace=self.pace
            )
        finally:
            await end_purpose(purpose.kind, purpose.id)
