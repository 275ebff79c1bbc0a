"""Who is asked again, and when: a month has one answer, and one that gave none waits."""

from datetime import date, timedelta
from functools import partial

import pytest

from foundation.city import cities
from foundation.clock import FrozenClock, day_in_shanghai
from sharing.consenting.changes import Renewal, renew
from sharing.grades import unheard
from sharing.grades.asking import ask_and_grade, ask_the_city
from sharing.grading import regrade_city
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.port import Fault
from sharing.interfaces.retention import needing_consent
from sharing.interfaces.sources import standing_in
from storage.database import fetch
from storage.models import Consent, Grade, GradeFigure
from tests.factories.credit import (
    a_graded_owner,
    a_history,
    import_histories,
)
from tests.factories.demands import a_key, viewer_of
from tests.factories.people import an_owner
from tests.sharing.grades.asked import WithoutPast, consent_of, held, knows, letters, without_files
from tests.sharing.interfaces.local_source import Slept

pytestmark = pytest.mark.usefixtures("database")


async def asked_of_taxes(
    source: WithoutPast, consent: Consent, clock: FrozenClock, slept: Slept
) -> list[bool]:
    """What of the taxes is asked now: whether of the day a year ago, question by question."""
    source.asked.clear()
    with standing_in("JIANGYIN", "tax", source):
        await ask_and_grade(consent.id, clock.now(), slept.pace)
    taxes = [one for one in source.asked if one.category.code == "JS-1"]
    return [one.as_of is not None for one in taxes]


async def test_asking_again_for_the_same_month_asks_nobody_and_grades_nothing_anew(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock)
    knows(tax, owner.enterprise, clock)
    consent = await consent_of(owner)
    await ask_and_grade(consent.id, clock.now(), slept.pace)
    grades = await Grade.all().count()

    await ask_and_grade(consent.id, clock.now(), slept.pace)

    assert (len(tax.asked), len(power.asked)) == (3, 1)
    assert await Grade.all().count() == grades
    lines = await fetch("SELECT consent_id FROM access_ledger WHERE what = 'INTERFACE_CALLED'")
    assert [line["consent_id"] for line in lines] == [consent.id] * 4


async def test_a_figure_goes_along_with_a_renewal_and_nobody_is_asked_again(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    until = day_in_shanghai(clock.now()) + timedelta(days=60)
    owner = await a_graded_owner(clock, until=until, arrears="否")
    knows(tax, owner.enterprise, clock, arrears="是")
    knows(power, owner.enterprise, clock)
    former = await consent_of(owner)
    await ask_and_grade(former.id, clock.now(), slept.pace)
    asked = len(tax.asked)
    wanted = Renewal(
        consent_id=former.id,
        until=until + timedelta(days=30),
        text_version=cities()["JIANGYIN"].consent_text("GRADING").version,
    )

    successor = await renew(viewer_of(owner), wanted, a_key(), clock.now())
    await ask_and_grade(successor.id, clock.now(), slept.pace)

    assert letters(await held(owner, clock)) == "AAB"
    assert len(tax.asked) == asked
    assert {one.consent_id for one in await GradeFigure.all()} == {successor.id}


async def test_the_next_month_asks_anew_and_the_former_answer_serves_until_then(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock)
    await without_files(owner, clock)
    knows(tax, owner.enterprise, clock)
    knows(power, owner.enterprise, clock)
    await ask_the_city("JIANGYIN", slept.pace)
    clock.advance(timedelta(days=14))
    tax.faults = [Fault.REFUSED] * 40

    await ask_the_city("JIANGYIN", slept.pace)
    await regrade_city("JIANGYIN", clock.now())

    assert letters(await held(owner, clock))[2] == "A"
    assert await GradeFigure.filter(number=3, answered_on=date(2026, 3, 18)).count() == 12


async def test_an_answer_that_waits_for_another_utility_is_not_asked_for_again_until_that_came(
    clock: FrozenClock,
    slept: Slept,
    tax: MemorySource,
    power: MemorySource,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes = frozenset({*needing_consent()["JIANGYIN"], "JS-31"})
    monkeypatch.setattr(unheard, "needing_consent", lambda: {"JIANGYIN": codes})
    owner, other = await a_graded_owner(clock), await an_owner(now=clock.now())
    assert owner.enterprise is not None
    assert other.enterprise is not None
    watered = {"power": "", "power_before": "", "water": "20", "water_before": "10"}
    await import_histories([a_history(other.enterprise, **watered)], clock.now())
    knows(power, owner.enterprise, clock)
    consent = await consent_of(owner)

    await ask_and_grade(consent.id, clock.now(), slept.pace)
    assert len(power.asked) == 1
    assert not await GradeFigure.exists(number=2, whole=True)
    for day in (1, 2):
        clock.advance(timedelta(days=day))
        await ask_and_grade(consent.id, clock.now(), slept.pace)
    assert len(power.asked) == 1, "the electricity alone is no answer, as often as it is given"

    await import_histories([a_history(owner.enterprise, **watered)], clock.now())
    await ask_and_grade(consent.id, clock.now(), slept.pace)
    assert len(power.asked) == 2
    assert await GradeFigure.exists(number=2, whole=True)

    await ask_and_grade(consent.id, clock.now(), slept.pace)
    assert len(power.asked) == 2


async def test_what_was_answered_is_asked_again_only_when_what_was_missing_has_come(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock)
    consent = await consent_of(owner)
    forgetful = WithoutPast()
    knows(forgetful, owner.enterprise, clock)
    asked = partial(asked_of_taxes, forgetful, consent, clock, slept)

    assert await asked() == [False, True], "today's figure, and none of a year ago"
    assert await asked() == [True], "asked for first, and nothing else while it is silent"
    assert not await GradeFigure.exists(number=1, whole=True)
    forgetful.is_silent = False
    assert await asked() == [True, False]
    assert await GradeFigure.exists(number=1, whole=True)
    assert not await GradeFigure.exists(number=1, whole=False), "a figure takes its note along"
    assert await asked() == []


async def test_what_gave_no_figure_in_one_month_is_asked_whole_in_the_next(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock)
    consent = await consent_of(owner)
    forgetful = WithoutPast()
    knows(forgetful, owner.enterprise, clock)
    asked = partial(asked_of_taxes, forgetful, consent, clock, slept)

    assert await asked() == [False, True]
    clock.advance(timedelta(days=13))
    assert day_in_shanghai(clock.now()) == date(2026, 3, 31)
    assert await asked() == [True], "what was answered in March serves until its end"
    clock.advance(timedelta(days=1))
    assert await asked() == [False, True]
