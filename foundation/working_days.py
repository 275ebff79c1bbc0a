"""Working days of mainland China, days off and make-up days (调休) included. Pure but for its data.

The library chinesecalendar knows the years up to a year; later ones come from
data/working_days.toml. A year that neither knows is unknown: it is never guessed.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar
from pydantic import BaseModel, ConfigDict

_FILE = Path(__file__).parent / "data" / "working_days.toml"
_SATURDAY = 5


class UnknownYear(LookupError):
    """The working days of a year are not known yet."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the working days of {year} are not known yet")
        self.year = year


class Year(BaseModel):
    """One year's exceptions to Monday to Friday, and the notice they were copied from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    days_off: frozenset[date]
    made_up: frozenset[date]

    def works(self, day: date) -> bool:
        """Whether people work on a day of this year."""
        return day in self.made_up or (day.weekday() < _SATURDAY and day not in self.days_off)


@dataclass(frozen=True)
class Deadline:
    """A last day; `is_provisional` while a year on the way to it is not known."""

    day: date
    is_provisional: bool


def is_working_day(day: date, years: Mapping[int, Year] | None = None) -> bool:
    """Whether people work on a day. Raises UnknownYear."""
    known = further_years() if years is None else years
    if day.year in known:
        return known[day.year].works(day)
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise UnknownYear(day.year) from None


def deadline_after(start: date, number: int, years: Mapping[int, Year] | None = None) -> Deadline:
    """The nth working day after a day that is not counted itself (A2-32).

    Each day of an unknown year counts as a working day: the deadline so found is never later than
    the right one, and says that it is provisional.
    """
    day, provisional = start, False
    while number > 0:
        day += timedelta(days=1)
        try:
            number -= is_working_day(day, years)
        except UnknownYear:
            number, provisional = number - 1, True
    return Deadline(day, provisional)


@cache
def further_years() -> Mapping[int, Year]:
    """The years of the data file. Raises ValueError when it is wrong."""
    return read_years(_FILE)


def read_years(file: Path) -> Mapping[int, Year]:
    """The years of a data file. Raises ValueError naming the file that is wrong."""
    try:
        found = {int(name): Year(**body) for name, body in tomllib.loads(file.read_text()).items()}
        for number, year in found.items():
            if strays := {day for day in year.days_off | year.made_up if day.year != number}:
                raise ValueError(f"{min(strays)} is not in {number}")
    except (TypeError, ValueError) as error:
        raise ValueError(f"{file.name}: {error}") from error
    return found
