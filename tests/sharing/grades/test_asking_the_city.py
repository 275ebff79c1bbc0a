"""Before a run the sources are asked about a whole city, and leave alone whoever answers nobody."""

import pytest

from credit.levels import Letter
from foundation.clock import FrozenClock
from sharing.grades import asking
from sharing.grades.asking import ask_the_city
from sharing.grading import regrade_city
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.port import Fault
from tests.factories.credit import (
    a_grading_consent,
    a_history,
    import_histories,
    peers,
)
from tests.factories.people import an_owner
from tests.queries import recorded_queries
from tests.sharing.grades.asked import held, knows
from tests.sharing.interfaces.local_source import Slept

pytestmark = pytest.mark.usefixtures("database")


async def test_before_a_run_everybody_who_consents_is_asked_and_ranked_by_the_answers(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    others = await peers(clock.now())
    owner = await an_owner(now=clock.now())
    assert owner.enterprise is not None
    silent = await an_owner(now=clock.now())
    await import_histories([a_history(owner.enterprise)], clock.now())
    await a_grading_consent(owner, clock.now())
    for one in others:
        knows(tax, one, clock, tax="9000000", tax_before="")

    report = await ask_the_city("JIANGYIN", slept.pace)
    await regrade_city("JIANGYIN", clock.now())

    assert report.answered == 3 * (len(others) + 1)
    assert silent.enterprise is not None
    assert silent.enterprise.uscc not in {one.uscc for one in (*tax.asked, *power.asked)}
    grade = await held(owner, clock)
    assert grade.indicators[0].letter is Letter.C
    assert "12 家可比企业中排第 12" in grade.indicators[0].explanation


async def test_whom_nobody_need_be_asked_about_costs_two_queries_a_page(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    await peers(clock.now())
    await ask_the_city("JIANGYIN", slept.pace)
    asked = len(tax.asked) + len(power.asked)

    with recorded_queries() as statements:
        report = await ask_the_city("JIANGYIN", slept.pace)

    assert (report.answered, report.unanswered, report.in_time) == (0, 0, True)
    assert len(tax.asked) + len(power.asked) == asked
    # What is connected, the page, its consents and figures, and that no other page follows.
    assert len(statements) == 5, statements


async def test_a_run_waits_for_sources_no_longer_than_its_time(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    await peers(clock.now())

    report = await ask_the_city("JIANGYIN", slept.pace, within_s=0)

    assert not report.in_time
    assert tax.asked == []


async def test_a_source_that_answers_nobody_is_left_alone_for_the_night(
    clock: FrozenClock,
    slept: Slept,
    tax: MemorySource,
    power: MemorySource,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "PIECE", 1)
    await peers(clock.now())
    tax.faults = [Fault.REFUSED] * 2

    report = await ask_the_city("JIANGYIN", slept.pace)

    assert (len(tax.asked), len(power.asked)) == (2, 11)
    assert (report.answered, report.unanswered) == (11, 2)


async def test_one_firm_that_gets_no_answer_stops_no_source(
    clock: FrozenClock,
    slept: Slept,
    tax: MemorySource,
    power: MemorySource,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "PAGE", 1)
    monkeypatch.setattr(asking, "PIECE", 2)
    others = await peers(clock.now())
    tax.faults = [Fault.REFUSED] * 2

    report = await ask_the_city("JIANGYIN", slept.pace)

    assert (report.answered, report.unanswered) == (3 * len(others) - 2, 2)
