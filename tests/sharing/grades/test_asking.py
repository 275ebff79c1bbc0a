"""Gateways asked for grading: what they answer is graded by, under the consent, and not kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.facts import YearOnYear
from credit.levels import Letter
from credit.ranking import ratio_of
from foundation.city import cities
from foundation.clock import FrozenClock, day_in_shanghai
from foundation.identifiers import new_id
from sharing.consenting.changes import Narrowing, Renewal, narrow, renew
from sharing.consenting.rules import Covered, gradable
from sharing.consents import revoke
from sharing.facts import ConsentRevoked
from sharing.grades import asking, unheard
from sharing.grades.asking import ask_and_grade, ask_the_city, asked_categories
from sharing.grades.deriving import Heard, figures_of
from sharing.grades.figures import without_amounts
from sharing.grading import HeldGrade, current_grade, regrade_city
from sharing.interfaces.answers import Answered
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.port import Fault, Question, Row, SourceFault
from sharing.interfaces.retention import forget_unconsented, needing_consent
from sharing.interfaces.sources import standing_in
from sharing.lists import categories_of
from storage.database import execute, fetch
from storage.models import Consent, Grade, GradeFigure, InterfaceAnswer
from storage.models.consent import ConsentPurpose
from storage.models.enterprise import Enterprise
from tests.factories.credit import (
    a_graded_owner,
    a_grading_consent,
    a_history,
    import_histories,
    peers,
)
from tests.factories.demands import a_key, viewer_of
from tests.factories.people import Someone, an_owner
from tests.queries import recorded_queries
from tests.sharing.interfaces.local_source import Slept
from tools.demo_records import rows_about
from worker.handlers import HANDLERS

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def slept(clock: FrozenClock) -> Slept:
    return Slept(clock)


@pytest.fixture
def tax() -> Iterator[MemorySource]:
    source = MemorySource()
    with standing_in("JIANGYIN", "tax", source):
        yield source


@pytest.fixture
def power() -> Iterator[MemorySource]:
    source = MemorySource()
    with standing_in("JIANGYIN", "power", source):
        yield source


@dataclass
class WithoutPast(MemorySource):
    """Has no answer about an earlier day, for as long as `is_silent`."""

    is_silent: bool = True

    async def ask(self, question: Question, *, seconds: float) -> tuple[Row, ...]:
        rows = await super().ask(question, seconds=seconds)
        if self.is_silent and question.as_of:
            raise SourceFault(Fault.REFUSED)
        return rows


async def consent_of(owner: Someone) -> Consent:
    return await Consent.get(
        enterprise=owner.enterprise, purpose=ConsentPurpose.GRADING, revoked_at=None
    )


async def held(owner: Someone, clock: FrozenClock) -> HeldGrade:
    assert owner.enterprise is not None
    return await current_grade(owner.enterprise.id, day_in_shanghai(clock.now()))


async def tables_that_hold(text: str) -> list[str]:
    tables = await fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    found = []
    for table in (one["name"] for one in tables):
        sql = f'SELECT FROM "{table}" t WHERE strpos(t::text, $1) > 0'
        if await fetch(sql, text):
            found.append(table)
    return found


def letters(grade: HeldGrade) -> str:
    return "".join(one.letter.value[0].replace("N", "-") for one in grade.indicators[:3])


def knows(
    source: MemorySource, about: Enterprise | None, clock: FrozenClock, **changes: str
) -> None:
    """Let a source know what a firm's history has of its categories, as a gateway gives it."""
    assert about is not None
    firm = a_history(about, **changes)
    for code in ("JS-1", "JS-11", "JS-14"):
        category = categories_of("JIANGYIN")[code]
        names = {one.role: one.name for one in category.fields if one.role}
        for row in rows_about(firm, category.feeds, day_in_shanghai(clock.now())):
            given = {"uscc": firm.uscc, **row}
            values = {names[role]: value for role, value in given.items() if role in names}
            source.rows[code, firm.uscc] = (*source.rows[code, firm.uscc], values)


async def without_files(owner: Someone, clock: FrozenClock) -> None:
    """What files brought of the three categories goes, as after a revocation."""
    assert owner.enterprise is not None
    await execute(
        "DELETE FROM credit_record WHERE uscc = $1 AND category IN ('JS-11', 'JS-14')",
        owner.enterprise.uscc,
    )


async def without_taxes(owner: Someone) -> None:
    assert owner.enterprise is not None
    await execute(
        "DELETE FROM credit_record WHERE uscc = $1 AND category = 'JS-1'", owner.enterprise.uscc
    )


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

    async def asked_of_taxes() -> list[bool]:
        forgetful.asked.clear()
        with standing_in("JIANGYIN", "tax", forgetful):
            await ask_and_grade(consent.id, clock.now(), slept.pace)
        taxes = [one for one in forgetful.asked if one.category.code == "JS-1"]
        return [one.as_of is not None for one in taxes]

    assert await asked_of_taxes() == [False, True], "today's figure, and none of a year ago"
    assert await asked_of_taxes() == [True], "asked for first, and nothing else while it is silent"
    assert not await GradeFigure.exists(number=1, whole=True)
    forgetful.is_silent = False
    assert await asked_of_taxes() == [True, False]
    assert await GradeFigure.exists(number=1, whole=True)
    assert await asked_of_taxes() == []


@pytest.mark.parametrize(
    ("one", "other", "letter"), [("否", "否", "A"), ("否", "是", "B"), ("是", "否", "B")]
)
async def test_a2_34_arrears_that_any_list_names_are_arrears(
    one: str, other: str, letter: str
) -> None:
    arrears = categories_of("JIANGYIN")["JS-11"]
    uscc = "91320281MA0000000P"
    answers = {
        (arrears.code, day): Answered(
            ({"统一社会信用代码": uscc, "当前是否欠费": said},), b"d", day
        )
        for said, day in ((one, date(2026, 3, 18)), (other, date(2026, 3, 17)))
    }
    heard = Heard(new_id(), uscc, new_id(), answers)

    [(_, figure)] = await figures_of("JIANGYIN", date(2026, 3, 18), [heard], frozenset())

    assert figure.record is not None
    assert figure.record.says_yes("in_arrears") is (letter == "B")


@pytest.mark.parametrize("said", [("是", "否"), ("否", "是"), ("否", "否")])
async def test_an_answer_of_two_rows_about_arrears_is_refused_whatever_their_order(
    said: tuple[str, str],
    clock: FrozenClock,
    slept: Slept,
    tax: MemorySource,
    power: MemorySource,
) -> None:
    owner = await a_graded_owner(clock, arrears="是")
    assert owner.enterprise is not None
    uscc = owner.enterprise.uscc
    tax.add("JS-11", uscc, *({"统一社会信用代码": uscc, "当前是否欠费": word} for word in said))

    await ask_and_grade((await consent_of(owner)).id, clock.now(), slept.pace)

    assert not await GradeFigure.exists(number=3)
    assert letters(await held(owner, clock))[2] == "B", "what was received before stands"
