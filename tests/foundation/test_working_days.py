"""Working days: the library's years, years of the data file, and years that nobody knows."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.working_days import (
    UnknownYear,
    deadline_after,
    further_years,
    is_working_day,
    read_years,
)

YEAR = """
[2031]
source = "示例"
days_off = ["2031-01-01"]
made_up = ["2031-01-04"]
"""


@pytest.mark.parametrize(
    ("filed", "due"),
    [
        # Wednesday, Friday, Saturday; before the National Day's week, whose 10th is a make-up
        # Saturday; the make-up Saturday itself.
        ("2026-03-18", "2026-03-20"),
        ("2026-03-20", "2026-03-24"),
        ("2026-03-21", "2026-03-24"),
        ("2026-09-30", "2026-10-09"),
        ("2026-10-08", "2026-10-10"),
        ("2026-10-10", "2026-10-13"),
    ],
)
def test_a2_32_the_day_of_submission_is_not_counted(filed: str, due: str) -> None:
    found = deadline_after(date.fromisoformat(filed), 2)

    assert (found.day.isoformat(), found.is_provisional) == (due, False)


def test_an_unknown_year_is_never_guessed() -> None:
    with pytest.raises(UnknownYear, match="2050"):
        is_working_day(date(2050, 1, 3))


def test_a_deadline_in_an_unknown_year_is_provisional_and_never_too_late() -> None:
    found = deadline_after(date(2049, 12, 31), 2)

    assert (found.day, found.is_provisional) == (date(2050, 1, 2), True)


def test_a_year_comes_from_the_data_file(tmp_path: Path) -> None:
    file = tmp_path / "working_days.toml"
    file.write_text(YEAR)
    years = read_years(file)

    assert not is_working_day(date(2031, 1, 1), years)
    assert is_working_day(date(2031, 1, 2), years)
    assert is_working_day(date(2031, 1, 4), years)
    assert not is_working_day(date(2031, 1, 5), years)
    assert deadline_after(date(2031, 1, 1), 3, years).day == date(2031, 1, 4)


@pytest.mark.parametrize(
    "text",
    ["[2031]", YEAR.replace("2031-01-04", "2032-01-04"), "[x]\nsource='a'\n", YEAR + "more=1"],
)
def test_a_wrong_file_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "working_days.toml"
    file.write_text(text)

    with pytest.raises(ValueError, match=r"working_days\.toml"):
        read_years(file)


def test_the_projects_own_file_can_be_read() -> None:
    assert all(year.source for year in further_years().values())


@given(
    st.dates(min_value=date(2010, 1, 1), max_value=date(2026, 11, 30)),
    st.integers(min_value=1, max_value=10),
)
def test_a_deadline_is_a_working_day_with_exactly_that_many_on_the_way(
    start: date, number: int
) -> None:
    found = deadline_after(start, number).day

    between = [start + timedelta(days=i) for i in range(1, (found - start).days + 1)]
    assert is_working_day(found)
    assert sum(map(is_working_day, between)) == number
