"""Gateways asked for grading: what they answer is graded by, under the consent, and not kept."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.facts import YearOnYear
from credit.levels import Letter
from credit.ranking import ratio_of
from foundation.clock import FrozenClock, day_in_shanghai
from sharing.consenting.changes import Narrowing, narrow
from sharing.consenting.rules import Covered, gradable
from sharing.consents import revoke
from sharing.facts import ConsentRevoked
from sharing.grades import asking
from sharing.grades.asking import ask_and_grade, asked_categories
from sharing.grades.figures import without_amounts
from sharing.grading import regrade_city
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.port import Fault
from sharing.interfaces.retention import forget_unconsented
from storage.database import fetch
from storage.models import GradeFigure, InterfaceAnswer
from tests.factories.credit import (
    a_graded_owner,
    a_grading_consent,
    a_history,
    import_histories,
)
from tests.factories.demands import a_key, viewer_of
from tests.sharing.grades.asked import (
    consent_of,
    held,
    knows,
    letters,
    tables_that_hold,
    without_files,
    without_taxes,
)
from tests.sharing.interfaces.local_source import Slept
from worker.handlers import HANDLERS

pytestmark = pytest.mark.usefixtures("database")


def test_what_feeds_an_indicator_and_has_a_source_is_asked() -> None:
    assert asked_categories("JIANGYIN") == {1: ["JS-1"], 2: ["JS-14"], 3: ["JS-11"]}
    assert asked_categories("CANGZHOU") == {4: ["CANG-6"]}


async def test_after_a_consent_the_sources_are_asked_and_what_they_say_is_graded_by(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock, arrears="是")
    assert letters(await held(owner, clock)) == "AAB"
    knows(tax, owner.enterprise, clock, tax="500000", arrears="否")
    knows(power, owner.enterprise, clock, power="9000")

    assert await ask_and_grade((await consent_of(owner)).id, clock.now(), slept.pace)

    grade = await held(owner, clock)
    assert letters(grade) == "CCA", "the newest answer wins, of every row"
    assert grade.indicators[0].value == "比值 0.5000"
    assert grade.bases[1].record_id is None
    assert grade.bases[1].source_date == day_in_shanghai(clock.now())
    (row,) = await fetch("SELECT indicators::text AS text FROM grade WHERE superseded_at IS NULL")
    assert "500000" not in row["text"], "a run keeps what it derived (A2-45)"
    assert await tables_that_hold("375000") == [], "the value-added tax that was answered"
    assert not await InterfaceAnswer.exists(), "the purpose has ended"
    assert await GradeFigure.all().count() == 3
    ratio = await GradeFigure.get(number=1)
    assert ratio.value["parts"] == [["JS-1 纳税信息", "1", "2", False]]


async def test_what_went_with_a_consent_has_its_letters_again_when_the_source_has_answered(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock, water="100", water_before="100")
    await revoke(viewer_of(owner), (await consent_of(owner)).id, clock.now())
    await forget_unconsented(clock.now())
    await a_grading_consent(owner, clock.now())
    assert letters(await held(owner, clock)) == "---"
    knows(tax, owner.enterprise, clock, arrears="是")
    knows(power, owner.enterprise, clock)

    await ask_and_grade((await consent_of(owner)).id, clock.now(), slept.pace)

    assert letters(await held(owner, clock)) == "-AB"


async def test_a_ratio_comes_from_the_gateway_alone_where_it_knows_the_year_before(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock)
    await without_taxes(owner)
    assert owner.enterprise is not None
    knows(tax, owner.enterprise, clock, tax="1500000")
    year = tax.rows["JS-1", owner.enterprise.uscc]
    tax.past["JS-1", owner.enterprise.uscc] = tuple(
        {name: str(Decimal(text) / 2) if "实际缴税" in name else text for name, text in row.items()}
        for row in year
    )

    await ask_and_grade((await consent_of(owner)).id, clock.now(), slept.pace)

    grade = await held(owner, clock)
    assert (grade.indicators[0].value, grade.indicators[0].letter) == ("比值 2.0000", Letter.A)
    assert [one.as_of for one in tax.asked if one.category.code == "JS-1"] == [
        None,
        date(2025, 3, 18),
    ]


async def test_what_a_narrower_consent_leaves_out_is_derived_no_more(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock)
    knows(tax, owner.enterprise, clock)
    knows(power, owner.enterprise, clock)
    former = await consent_of(owner)
    await ask_and_grade(former.id, clock.now(), slept.pace)
    scope = tuple(Covered(category=code) for code in gradable("JIANGYIN") - {"JS-11"})

    wanted = Narrowing(consent_id=former.id, scope=scope)
    await narrow(viewer_of(owner), wanted, a_key(), clock.now())

    assert letters(await held(owner, clock)) == "AA-"
    assert {one.number for one in await GradeFigure.all()} == {1, 2}


async def test_what_is_received_later_than_the_answer_counts(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock)
    assert owner.enterprise is not None
    knows(tax, owner.enterprise, clock, tax="500000", arrears="是")
    knows(power, owner.enterprise, clock, power="9000")
    await ask_and_grade((await consent_of(owner)).id, clock.now(), slept.pace)
    assert letters(await held(owner, clock)) == "CCB"

    clock.advance(timedelta(days=7))
    later = a_history(owner.enterprise, tax="1500000", power="15000")
    await import_histories([later], clock.now())
    await regrade_city("JIANGYIN", clock.now())

    assert letters(await held(owner, clock)) == "AAB", "③ rests on the answer still"


@given(
    st.lists(
        st.tuples(
            st.none() | st.decimals(-10, 10**9, places=2),
            st.none() | st.decimals(-10, 10**9, places=2),
        ),
        max_size=3,
    )
)
def test_without_amounts_the_ratio_and_the_gaps_stay(
    amounts: list[tuple[Decimal | None, Decimal | None]],
) -> None:
    parts = [YearOnYear(current=now, base=base, source="示例") for now, base in amounts]

    kept = without_amounts(parts)

    assert ratio_of(kept) == ratio_of(parts)
    gaps = [(one.current is None, one.base is None) for one in parts]
    assert [(one.current is None, one.base is None) for one in kept] == gaps


async def test_a_source_that_knows_of_no_account_has_been_heard(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock, power="", power_before="", water="20", water_before="10")
    assert (await held(owner, clock)).indicators[1].letter is Letter.NOT_CLASSIFIED

    await ask_and_grade((await consent_of(owner)).id, clock.now(), slept.pace)

    grade = await held(owner, clock)
    assert grade.indicators[1].value == "比值 2.0000"


async def test_what_no_source_answers_is_read_as_received(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock)
    tax.faults, power.faults = [Fault.FAILED] * 6, [Fault.FAILED] * 3
    before = await held(owner, clock)

    assert not await ask_and_grade((await consent_of(owner)).id, clock.now(), slept.pace)

    assert (await held(owner, clock)).grade_id == before.grade_id
    assert letters(before) == "AAA"


async def test_a_consent_that_has_ended_asks_nobody(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock)
    consent = await consent_of(owner)
    await revoke(viewer_of(owner), consent.id, clock.now())

    assert not await ask_and_grade(consent.id, clock.now(), slept.pace)

    assert (tax.asked, power.asked) == ([], [])


async def test_answers_go_with_the_consent_and_so_do_their_letters(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner = await a_graded_owner(clock)
    await without_files(owner, clock)
    knows(tax, owner.enterprise, clock)
    knows(power, owner.enterprise, clock)
    await ask_and_grade((await consent_of(owner)).id, clock.now(), slept.pace)
    assert letters(await held(owner, clock)) == "AAA"

    await revoke(viewer_of(owner), (await consent_of(owner)).id, clock.now())
    await a_grading_consent(owner, clock.now())

    assert letters(await held(owner, clock)) == "A--"
    assert (await forget_unconsented(clock.now()))["grade_figures"] == 3
    assert not await GradeFigure.exists()


async def test_a_revocation_takes_the_figures_along_as_soon_as_it_is_handled(
    clock: FrozenClock, slept: Slept, tax: MemorySource, power: MemorySource
) -> None:
    owner, other = await a_graded_owner(clock), await a_graded_owner(clock, with_peers=False)
    for one in (owner, other):
        await ask_and_grade((await consent_of(one)).id, clock.now(), slept.pace)
    consent = await consent_of(owner)
    await revoke(viewer_of(owner), consent.id, clock.now())
    fact = ConsentRevoked(consent_id=consent.id, enterprise_id=consent.enterprise_id)

    for _ in range(2):
        for handle in HANDLERS[ConsentRevoked]:
            await handle(fact)

    assert {one.consent_id for one in await GradeFigure.all()} == {(await consent_of(other)).id}


async def test_an_answer_that_comes_behind_its_consent_is_not_kept(
    clock: FrozenClock,
    slept: Slept,
    tax: MemorySource,
    power: MemorySource,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = await a_graded_owner(clock)
    consent = await consent_of(owner)
    derive = asking.figures_of

    async def revoked_meanwhile(*given: Any) -> Any:
        found = await derive(*given)
        consent.revoked_at = clock.now()
        await consent.save(update_fields=["revoked_at"])
        return found

    monkeypatch.setattr(asking, "figures_of", revoked_meanwhile)
    await ask_and_grade(consent.id, clock.now(), slept.pace)

    assert tax.asked
    assert not await GradeFigure.exists()
