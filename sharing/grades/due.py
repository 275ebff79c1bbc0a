"""Of whom the gateways are asked for grading, so that nobody is asked for nothing.

A question is a reading of a firm's data, and counts against its source's capacity. What the rules
make of an answer moves with the closed months, or is looked at by the monthly run, whatever
frequency a list names; so a figure serves its month. An answer that gave none is asked for again in
that month only when it could give one now.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sharing.consenting.coverage import grading_consents
from sharing.grades.figures import About, Figure, Step, Unfinished, figures_about
from sharing.grades.unheard import utilities_missing
from sharing.grades.withholding import withheld_by
from sharing.interfaces.reading import Asked
from sharing.lists import categories_of
from sharing.peers import bills_of_peers

_UTILITIES = 2


@dataclass(frozen=True)
class Due:
    """Of whom to ask for an indicator. `first` is the question that had no answer this month: it
    goes before what was answered, which is not asked again until that one is.
    """

    asked: Asked
    first: Step | None = None


@dataclass(frozen=True)
class Questions:
    """What a city's sources are asked for, as of today: the numbers of indicators, and which feeds
    come under consent only.
    """

    city: str
    today: date
    numbers: Sequence[int]
    awaited: frozenset[str]

    async def due(self, enterprises: Sequence[tuple[UUID, str]]) -> dict[int, list[Due]]:
        """By indicator, of whom a question can give a figure of this month that there is not, and
        that the consent covers. Two queries, and one of bills where some are awaited.
        """
        consents = await grading_consents([key for key, _ in enterprises], self.today)
        derived = await figures_about(self.city, [uscc for _, uscc in enterprises], self.today)
        waiting = await self._waiting(derived)
        found: dict[int, list[Due]] = {number: [] for number in self.numbers}
        for key, uscc in enterprises:
            if (consent := consents.get(key)) is not None:
                about = derived.get(uscc)
                known = self._of_this_month(about.figures if about else {})
                known |= withheld_by(self.city, consent.categories)
                known |= {_UTILITIES} if uscc in waiting else set()
                one = Asked(enterprise_id=key, uscc=uscc, consent_id=consent.consent_id)
                for number in found.keys() - known:
                    found[number].append(Due(one, self._first(about, number)))
        return found

    def _of_this_month(self, found: Mapping[int, Figure | Unfinished]) -> set[int]:
        month = self.today.replace(day=1)
        return {number for number, one in found.items() if one.answered_on >= month}

    def _first(self, about: About | None, number: int) -> Step | None:
        if about is None or number not in self._of_this_month(about.unfinished):
            return None
        return about.unfinished[number].silent

    async def _waiting(self, derived: Mapping[str, About]) -> Collection[str]:
        """Whose bills were answered this month, and miss what comes another way and has not."""
        answered = {
            uscc: about.unfinished[_UTILITIES]
            for uscc, about in derived.items()
            if _UTILITIES in self._of_this_month(about.unfinished)
        }
        whole = {uscc: one for uscc, one in answered.items() if one.silent is None}
        bills = await bills_of_peers(self.city, list(whole), self.today) if whole else {}
        return {
            uscc
            for uscc, one in whole.items()
            if utilities_missing(bills.get(uscc, ("", ()))[1], self.awaited, self._feeds(one))
        }

    def _feeds(self, one: Unfinished) -> set[str]:
        known = categories_of(self.city)
        return {known[code].feeds for code in one.codes if code in known}
