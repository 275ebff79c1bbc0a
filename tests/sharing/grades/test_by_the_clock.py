"""By the clock: a whole run once a month, nightly ones between; after the first the whitelist."""

from datetime import UTC, datetime, timedelta

import pytest

from credit.levels import GradeLevel
from foundation.clock import FrozenClock, day_in_shanghai
from sharing.grades import by_the_clock
from sharing.grades.by_the_clock import grade_by_the_clock
from sharing.grading import current_grade
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.port import Fault, Question, Row
from sharing.interfaces.sources import standing_in
from storage.models import Grade, GradeRun, Whitelist
from storage.models.grade_run import GradeRunKind
from tests.factories.credit import a_graded_owner
from tests.sharing.interfaces.local_source import Slept
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
        await grade_by_the_clock("JIANGYIN", clock.now(), Slept(clock).pace)
    clock.instant = datetime(2026, 4, 3, 17, 20, tzinfo=UTC)
    await grade_by_the_clock("JIANGYIN", clock.now(), Slept(clock).pace)

    monthly, nightly = GradeRunKind.CITY_MONTHLY, GradeRunKind.CITY_NIGHTLY
    assert await kinds() == [monthly, nightly, nightly, monthly]
    lists = await Whitelist.all().order_by("month")
    assert [one.month for one in lists] == ["2026-03", "2026-04"]


async def test_a_night_that_is_repeated_changes_nothing(clock: FrozenClock) -> None:
    await a_graded_owner(clock)
    first = await grade_by_the_clock("JIANGYIN", clock.now(), Slept(clock).pace)
    before = await Grade.all().count()

    again = await grade_by_the_clock("JIANGYIN", clock.now(), Slept(clock).pace)

    assert first is not None
    assert again is not None
    assert (again.kept, await Grade.all().count()) == (0, before)
    assert await Whitelist.all().count() == 1


async def test_a_city_in_which_nobody_is_graded_has_no_run(clock: FrozenClock) -> None:
    assert await grade_by_the_clock("CANGZHOU", clock.now()) is None

    await grade_the_cities()

    assert await GradeRun.all().count() == 0
    assert await Whitelist.all().count() == 0


class Broken(MemorySource):
    """Fails in a way that no contract knows."""

    async def ask(self, question: Question, *, seconds: float) -> tuple[Row, ...]:
        raise RuntimeError(f"an adapter's own fault, {question.uscc} in {seconds} seconds")


async def test_whatever_goes_wrong_with_the_sources_the_run_reads_what_there_is(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_graded_owner(clock, with_peers=False)

    async def asked(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(by_the_clock, "ask_the_city", asked)

    report = await grade_by_the_clock("JIANGYIN", clock.now())

    assert report is not None
    assert report.enterprises == 1


@pytest.mark.parametrize("tax", [MemorySource(faults=[Fault.UNREACHABLE] * 400), Broken()])
async def test_sources_that_are_down_stop_no_run(clock: FrozenClock, tax: MemorySource) -> None:
    owner = await a_graded_owner(clock)
    assert owner.enterprise is not None
    clock.advance(timedelta(days=1))

    with standing_in("JIANGYIN", "tax", tax), standing_in("JIANGYIN", "power", MemorySource()):
        report = await grade_by_the_clock("JIANGYIN", clock.now(), Slept(clock).pace)

    assert report is not None
    assert report.enterprises == 12
    assert await kinds() == [GradeRunKind.CITY_MONTHLY]
    held = await current_grade(owner.enterprise.id, day_in_shanghai(clock.now()))
    assert held.level is GradeLevel.ADVANCED
    assert await Whitelist.all().count() == 1
