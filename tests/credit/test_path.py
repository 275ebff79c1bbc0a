"""The path to the next grade: smallest sets of changes, in whose hands they lie, exact days."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.facts import (
    Colour,
    Environment,
    HousingFund,
    IndustryPolicy,
    PolicyClass,
    Premises,
    PublicRecord,
    Tenure,
)
from credit.grade import grade
from credit.indicators import INDICATORS
from credit.levels import GradeLevel, Letter
from credit.methods.rules import STANDARD_RULES
from credit.path import (
    GradePath,
    StepControl,
    outlook_of,
    summary_of,
)
from credit.path.records import stops_counting_on
from tests.credit.outlooks import by_letters, looked_at, paths
from tests.factories.facts import (
    AS_OF,
    credit_points,
    facts,
    loans,
    person,
    populations,
    public_record,
    public_records,
    severe_record,
    year_on_year,
)

A, B, C, NONE = Letter.A, Letter.B, Letter.C, Letter.NOT_CLASSIFIED


def short(path: GradePath) -> list[tuple[int | None, str]]:
    return [(step.indicator, step.control.value) for step in path.steps]


def test_one_first_loan_is_the_step_from_eight_a_to_advanced() -> None:
    known = facts(
        loans=loans(number=0),
        environment=Environment(colour=Colour.BLUE, source="JS-16"),
        premises=Premises(tenure=Tenure.RENTED, source="LOCAL-PREMISES"),
        housing_fund=None,
    )

    first, *others = paths(known)

    assert first.level is GradeLevel.ADVANCED
    assert (first.control, first.earliest_on, len(first.steps)) == ("CONTROLLABLE", None, 1)
    ways = {short(path)[0][0] for path in (first, *others)}
    assert ways == {4, 6, 8, 10, None}, "and an honour, by the direct method"


def test_the_live_cut_values_stand_beside_the_enterprises_own() -> None:
    peers = populations(["13/10", "5/4", "6/5", "9/8", "11/10", "51/50", "1", "1", "1", "1"])
    known = facts(tax=year_on_year(current="102"))

    way = paths(known, peers)[0]

    assert short(way) == [(1, "NOT_CONTROLLABLE")]
    step = way.steps[0]
    assert (step.before, step.after) == (C, B)
    assert step.explanation == (
        "比值达到 1.1000 才进入 C34 通用设备制造业前 50%；贵企业为 1.0200，还差 0.0800。"
        "这条线随同行变化"
    )


def test_cs_come_first_and_each_of_them_must_go() -> None:
    known = facts(
        persons=(person(level="C"),),
        environment=Environment(colour=Colour.RED, source="JS-16"),
        loans=loans(bad_records=1),
    )

    found = by_letters(known)

    assert {path.level for path in found} == {GradeLevel.FIRST, GradeLevel.ADVANCED}
    assert all({7, 8} <= {step.indicator for step in path.steps} for path in found)
    assert short(found[0])[:2] == [(7, "CONTROLLABLE"), (8, "CONTROLLABLE")]


def test_the_third_anniversary_is_waited_for_to_the_day() -> None:
    founded = date(2024, 2, 29)
    known = facts(
        established_on=founded,
        housing_fund=None,
        environment=None,
        loans=loans(bad_records=1),
        performance=None,
        policy=IndustryPolicy(classes=frozenset({PolicyClass.GENERAL}), source="LOCAL"),
    )
    path = next(p for p in paths(known) if 5 in {step.indicator for step in p.steps})
    step = next(step for step in path.steps if step.indicator == 5)

    assert (step.control, step.available_on) == (StepControl.WAITING, date(2027, 3, 1))
    rule = INDICATORS[5]
    day = step.available_on
    assert day is not None
    assert rule(known, populations(), day).letter is A
    assert rule(known, populations(), day - timedelta(days=1)).letter is B


def test_a_repaired_record_is_waited_out_to_the_end_of_its_look_back() -> None:
    known = facts(
        public_records=public_records(
            public_record(recorded_on=date(2025, 1, 12), repaired_on=date(2025, 6, 1))
        )
    )

    (path,) = paths(known)

    assert path.level is GradeLevel.ADVANCED
    assert (path.control, path.earliest_on) == (StepControl.WAITING, date(2027, 1, 13))
    later = path.earliest_on
    assert later is not None
    assert grade(known, populations(), later).level is GradeLevel.ADVANCED
    assert grade(known, populations(), later - timedelta(days=1)).level is GradeLevel.FIRST


def test_an_unrepaired_record_asks_for_its_repair_and_then_for_time() -> None:
    found = paths(facts(public_records=public_records(public_record(recorded_on=AS_OF))))

    to_first, to_advanced = found
    assert (to_first.level, to_first.control) == (GradeLevel.FIRST, StepControl.CONTROLLABLE)
    assert to_first.steps[0].after is B
    assert (to_advanced.level, to_advanced.control) == (GradeLevel.ADVANCED, StepControl.WAITING)
    assert to_advanced.steps[0].explanation.startswith("先完成信用修复，到 2028-11-23")


def test_the_end_of_its_publication_ends_an_unrepaired_record_too() -> None:
    record = public_record(recorded_on=date(2026, 1, 10), published_until=date(2026, 12, 31))
    found = paths(facts(public_records=public_records(record)))

    waiting = found[-1]
    assert waiting.earliest_on == date(2027, 1, 1)
    assert "修复" not in waiting.steps[0].explanation


def test_repairing_an_old_record_clears_it_at_once() -> None:
    record = public_record(recorded_on=date(2020, 1, 10))

    found = paths(facts(public_records=public_records(record)))

    assert {short(path)[0] for path in found} == {(9, "CONTROLLABLE")}
    assert found[-1].level is GradeLevel.ADVANCED
    assert found[-1].steps[0].after is A


def test_a_severe_record_stands_before_everything_else() -> None:
    (path,) = paths(facts(severe_records=(severe_record(),)))

    assert (path.level, path.control) == (GradeLevel.CANDIDATE, StepControl.CONTROLLABLE)
    assert "示例文号〔2025〕1号" in path.steps[0].explanation
    assert path.steps[0].indicator is None


def test_whoever_has_not_authorised_is_one_step_from_being_graded() -> None:
    (path,) = paths(facts(consented=False))

    assert (path.level, path.steps[0].name) == (GradeLevel.CANDIDATE, "评级授权")


@pytest.mark.parametrize("change", [{"in_business": False}, {"sources_connected": False}])
def test_what_is_out_of_scope_has_no_path(change: dict[str, bool]) -> None:
    assert paths(facts(**change)) == ()


def test_advanced_has_nowhere_to_go() -> None:
    assert paths(facts()) == ()


def test_an_indicator_that_the_consent_leaves_out_is_one_consent_away() -> None:
    known = facts(withheld=frozenset({3, 4, 5, 6}))

    found = paths(known)

    assert {short(path)[0] for path in found} >= {(3, "CONTROLLABLE"), (4, "CONTROLLABLE")}
    assert "授权" in found[0].steps[0].explanation


def test_a_cap_must_be_lifted_first() -> None:
    found = paths(facts(credit_points=credit_points("C")))

    assert [(path.level, short(path)) for path in found] == [
        (GradeLevel.FIRST, [(None, "CONTROLLABLE")]),
        (GradeLevel.ADVANCED, [(None, "CONTROLLABLE")]),
    ]


def test_without_the_gates_a_record_only_costs_its_letter() -> None:
    known = facts(public_records=public_records(public_record()))
    rules = replace(STANDARD_RULES, standard_gates=False)

    outlook = outlook_of(known, grade(known, populations(), AS_OF, rules), AS_OF, rules)

    assert (outlook.level, outlook.gate) == (GradeLevel.ADVANCED, GradeLevel.ADVANCED)


def test_what_nobody_can_change_leaves_no_path() -> None:
    nothing = facts(
        tax=None,
        utilities=(),
        environment=None,
        performance=None,
        policy=None,
        persons=(),
        loans=None,
        withheld=frozenset(),
    )

    assert GradeLevel.ADVANCED not in {path.level for path in by_letters(nothing)}


@given(
    recorded=st.dates(date(2018, 1, 1), date(2026, 11, 22)),
    after=st.integers(0, 800),
)
def test_a_look_back_ends_on_exactly_that_day(recorded: date, after: int) -> None:
    record = PublicRecord(recorded_on=recorded, repaired_on=recorded)
    as_of = recorded + timedelta(days=after)
    rule, known = INDICATORS[9], facts(public_records=public_records(record))

    day = stops_counting_on(record, as_of)

    assert rule(known, populations(), day).letter is A
    if day > as_of:
        assert rule(known, populations(), day - timedelta(days=1)).letter is B


@given(st.integers(50, 140), st.lists(st.integers(50, 150), min_size=10, max_size=30))
def test_whoever_reaches_the_shown_line_gets_the_letter(own: int, others: list[int]) -> None:
    among = populations([Fraction(own, 100), *(Fraction(one, 100) for one in others)])
    known = facts(tax=year_on_year(current=str(own)))
    chains = {options[0].indicator: options for options in looked_at(known, among).options}

    for step in chains.get(1, ()):
        line = Fraction(step.explanation.split(" ")[1])
        moved = populations([line, *(Fraction(one, 100) for one in others)])
        reached = facts(tax=year_on_year(current=str(line * 100), base="100"))
        letter = INDICATORS[1](reached, moved, AS_OF).letter
        assert letter is A or letter is step.after


def test_the_fund_and_the_premises_say_what_to_do() -> None:
    known = facts(
        housing_fund=HousingFund(last_paid_on=date(2026, 5, 15), source="JS-13"),
        premises=Premises(tenure=Tenure.FREE, source="LOCAL-PREMISES"),
        loans=loans(arrears=True),
    )
    chains = {options[0].indicator: options for options in looked_at(known).options}

    assert "最近一次为 2026-05-15" in chains[4][0].explanation
    assert "改为租赁" in chains[6][0].explanation
    assert chains[10][0].explanation == "缴清贷款欠息"


def test_a_path_is_one_sentence_for_the_owner() -> None:
    peers = populations(["13/10", "5/4", "6/5", "9/8", "11/10", "51/50", "1", "1", "1", "1"])
    below = paths(facts(tax=year_on_year(current="102")), peers)[0]
    severe = paths(facts(severe_records=(severe_record(),)))[0]

    assert summary_of(below) == (
        "改善 1 项即可达到一级：第 1 项纳税（C→B）。其中第 1 项纳税（C→B）不由企业自己决定"
    )
    assert summary_of(severe) == "严重失信记录解决后即可评级，至少为备选"


def test_a_repair_that_keeps_its_letter_is_called_a_repair() -> None:
    first = paths(facts(public_records=public_records(public_record(recorded_on=AS_OF))))[0]

    assert summary_of(first) == "改善 1 项即可达到一级：第 9 项企业公共信用状况（修复记录）"


def test_what_asks_less_of_others_comes_first() -> None:
    """A C in a ranking becomes a B, and the A that is missing is one's own doing."""
    known = facts(
        tax=year_on_year(current="20"),
        housing_fund=None,
        environment=None,
        policy=IndustryPolicy(classes=frozenset({PolicyClass.GENERAL}), source="LOCAL"),
    )

    first = next(path for path in by_letters(known) if path.level is GradeLevel.ADVANCED)

    assert [(step.indicator, step.after) for step in first.steps] == [(1, B), (4, A)]
