"""By the clock: a whole run once a month, nightly ones between; after the first the whitelist."""

from datetime import UTC, datetime, timedelta

import pytest

from foundation.clock import FrozenClock
from sharing.grades.by_the_clock import grade_by_the_clock
from storage.models import Grade, GradeRun, Whitelist
from storage.models.grade_run import GradeRunKind
from tests.factories.credit import a_graded_owner
from worker.schedules import grade_the_cities

pytestmark = pytest.mark.usefixtures("database")


async def kinds() -> list[GradeRunKind]:
    runs = await GradeRun.exclude(kind=GradeRunKind.ENTERPRISE).order_by("started_at", "id")
    return [run.kind for run in runs]


async def test_the_first_night_of_a_month_is_monthly_and_the_others_are_not(
    clock: FrozenClock,
) -> None:
    await a_graded_owner(clock)

    for _ in range(3):
        clock.advance(timedelta(days=1))
        await grade_by_the_clock("JIANGYIN", clock.now())
    clock.instant = datetime(2026, 4, 3, 17, 20, tzinfo=UTC)
    await grade_by_the_clock("JIANGYIN", clock.now())

    monthly, nightly = GradeRunKind.CITY_MONTHLY, GradeRunKind.CITY_NIGHTLY
    assert await kinds() == [monthly, nightly, nightly, monthly]
    lists = await Whitelist.all().order_by("month")
    assert [one.month for one in lists] == ["2026-03", "2026-04"]


async def test_a_night_that_is_repeated_changes_nothing(clock: FrozenClock) -> None:
    await a_graded_owner(clock)
    first = await grade_by_the_clock("JIANGYIN", clock.now())
    before = await Grade.all().count()

    again = await grade_by_the_clock("JIANGYIN", clock.now())

    assert first is not None
    assert again is not None
    assert (again.kept, await Grade.all().count()) == (0, before)
    assert await Whitelist.all().count() == 1


async def test_a_city_in_which_nobody_is_graded_has_no_run(clock: FrozenClock) -> None:
    assert await grade_by_the_clock("CANGZHOU", clock.now()) is None

    await grade_the_cities()

    assert await GradeRun.all().count() == 0
    assert await Whitelist.all().count() == 0
