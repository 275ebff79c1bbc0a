"""Spans of days that the rules look at; every boundary day is included (A2-48)."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    start: date
    end: date

    def holds(self, day: date) -> bool:
        """Whether a day lies inside."""
        return self.start <= day <= self.end


def years_from(day: date, years: int) -> date:
    """The anniversary of a day, `years` later (or earlier, when negative).

    The anniversary of 29 February in a common year is 28 February (A2-48).
    """
    year = day.year + years
    last = calendar.monthrange(year, day.month)[1]
    return date(year, day.month, min(day.day, last))


def first_day_beyond(day: date, years: int, as_of: date) -> date:
    """The first day, not before `as_of`, whose look-back over so many years misses a day."""
    found = max(years_from(day, years), as_of)
    while day >= years_from(found, -years):
        found += timedelta(days=1)
    return found


def closed_months_start(as_of: date, months: int) -> date:
    """The first day of the last `months` months that were over on a day."""
    first = as_of.replace(day=1)
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def year_to_date(as_of: date) -> tuple[Period, Period]:
    """本期 and 上年同期 (A2-14): from January through the last closed month, and a year before.

    In January the last closed month is December, so the whole former year is compared.
    """
    end = as_of.replace(day=1) - timedelta(days=1)
    base_month = calendar.monthrange(end.year - 1, end.month)[1]
    return (
        Period(date(end.year, 1, 1), end),
        Period(date(end.year - 1, 1, 1), date(end.year - 1, end.month, base_month)),
    )


def rolling_years(as_of: date) -> tuple[Period, Period]:
    """When a rolling one-year figure must have been received to speak of now, and of a year ago.

    A2-56 compares the figure valid at the as-of date with the one valid a year earlier. A figure
    about 近一年 says nothing of the last year once it is itself a year old.
    """
    a_year_ago = years_from(as_of, -1)
    two_years_ago = years_from(as_of, -2)
    return (
        Period(a_year_ago + timedelta(days=1), as_of),
        Period(two_years_ago + timedelta(days=1), a_year_ago),
    )
