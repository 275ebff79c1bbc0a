"""From letters to a level: counts, gates, the severe filter, consent, scope."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.facts import Colour, Environment, Facts, IndustryPolicy, PersonRole, PolicyClass
from credit.grade import GradeReason, GradeResult, grade
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.methods.gates import gate
from credit.methods.letters import level_of_letters
from tests.factories.facts import (
    AS_OF,
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
letters = st.sampled_from([A, B, C, NONE])
sheets = st.lists(letters, min_size=12, max_size=12)


def graded(of: Facts, as_of: date = AS_OF) -> GradeResult:
    return grade(of, populations(), as_of)


@pytest.mark.parametrize(
    ("found", "level"),
    [
        ([A] * 12, GradeLevel.ADVANCED),
        ([A] * 9 + [B] * 3, GradeLevel.ADVANCED),
        ([A] * 8 + [B] * 4, GradeLevel.FIRST),
        ([A] * 7 + [B] * 5, GradeLevel.FIRST),
        ([A] * 6 + [B] * 6, GradeLevel.FIRST),
        ([A] * 5 + [B] * 7, GradeLevel.CANDIDATE),
        ([A] * 11 + [C], GradeLevel.CANDIDATE),
    ],
)
def test_a2_1_a2_2_a2_3_the_counts(found: list[Letter], level: GradeLevel) -> None:
    assert level_of_letters(found) is level


def test_a2_4_what_is_not_classified_counts_as_neither_and_nothing_is_pro_rated() -> None:
    assert level_of_letters([A] * 8 + [NONE] * 4) is GradeLevel.FIRST
    assert level_of_letters([A] * 5 + [NONE] * 7) is GradeLevel.CANDIDATE


def test_a2_3_one_c_among_eleven_a_is_named_as_what_to_cure() -> None:
    restricted = IndustryPolicy(
        classes=frozenset({PolicyClass.RESTRICTED}), source="LOCAL-POLICY-CLASS"
    )

    result = graded(facts(policy=restricted))

    assert result.level is GradeLevel.CANDIDATE
    assert result.reason_code is GradeReason.HAS_C
    assert "11 个 A" in result.reason
    assert "第 11 项“产业政策”为 C" in result.reason
    assert "消除这一个 C，即可达到高级" in result.reason


def test_a2_6_a2_36_a_repaired_record_keeps_from_advanced_by_the_standard() -> None:
    repaired = public_records(public_record(repaired_on=date(2026, 3, 1)))

    result = graded(facts(public_records=repaired))

    assert result.level is GradeLevel.FIRST
    assert result.reason_code is GradeReason.STANDARD_GATE
    assert "由高级降为一级" in result.reason


def test_a2_6_an_unrepaired_record_keeps_from_first() -> None:
    result = graded(facts(public_records=public_records(public_record())))

    assert result.level is GradeLevel.CANDIDATE
    assert "1 条失信记录未修复" in result.reason


def test_a2_36_a_record_outside_the_look_back_closes_no_gate() -> None:
    old = public_record(recorded_on=date(2024, 11, 21), repaired_on=date(2026, 11, 1))

    assert graded(facts(public_records=public_records(old))).level is GradeLevel.ADVANCED


def test_a2_7_a_severe_record_beats_everything_else() -> None:
    result = graded(facts(severe_records=(severe_record(),)))

    assert result.level is GradeLevel.NOT_CERTIFIED
    assert result.method is None
    assert result.indicators == ()
    assert "失信被执行人（示例文号〔2025〕1号，2025-06-01）" in result.reason


def test_a2_51_repair_lifts_a_severe_record_from_that_day_on() -> None:
    lifted = facts(severe_records=(severe_record(lifted_on=date(2026, 11, 22)),))

    assert graded(lifted, date(2026, 11, 21)).level is GradeLevel.NOT_CERTIFIED
    assert graded(lifted, date(2026, 11, 22)).level is GradeLevel.ADVANCED


def test_a2_33_the_order_is_scope_then_severe_records_then_consent() -> None:
    severe = (severe_record(),)

    closed = graded(facts(in_business=False, severe_records=severe, consented=False))
    listed = graded(facts(severe_records=severe, consented=False))
    silent = graded(facts(consented=False))

    assert (closed.level, closed.reason_code) == (
        GradeLevel.UNRATED,
        GradeReason.NOT_IN_BUSINESS,
    )
    assert listed.level is GradeLevel.NOT_CERTIFIED
    assert (silent.level, silent.reason_code, silent.indicators) == (
        GradeLevel.UNRATED,
        GradeReason.AUTHORISE_TO_BE_GRADED,
        (),
    )


def test_a2_55_without_a_source_of_credit_records_there_is_never_a_grade() -> None:
    result = graded(facts(sources_connected=False))

    assert (result.level, result.reason_code) == (
        GradeLevel.UNRATED,
        GradeReason.NO_CREDIT_SOURCE,
    )


def test_a2_37_many_non_severe_records_are_still_candidate() -> None:
    many = public_records(*[public_record()] * 30)

    assert graded(facts(public_records=many)).level is GradeLevel.CANDIDATE


def test_the_indicator_method_says_how_many_apply() -> None:
    result = graded(facts(environment=None, performance=None))

    assert result.method is GradingMethod.INDICATORS
    assert result.reason.startswith("12 项中 10 项适用，获得 10 个 A、无 C")


def test_one_fact_moves_the_grade() -> None:
    few = facts(persons=(), environment=None, performance=None)
    fewer = replace(few, loans=loans(bad_records=1))

    assert graded(few).level is GradeLevel.ADVANCED
    assert graded(fewer).level is GradeLevel.FIRST


def test_a2_29_unrated_stands_as_candidate_and_not_certified_below() -> None:
    order = [GradeLevel.ADVANCED, GradeLevel.FIRST, GradeLevel.CANDIDATE, GradeLevel.NOT_CERTIFIED]

    for better, worse in pairwise(order):
        assert better.better_than(worse)
        assert not worse.better_than(better)
    assert not GradeLevel.UNRATED.better_than(GradeLevel.CANDIDATE)
    assert not GradeLevel.CANDIDATE.better_than(GradeLevel.UNRATED)
    assert GradeLevel.UNRATED.better_than(GradeLevel.NOT_CERTIFIED)


@given(sheets, st.integers(0, 11))
def test_adding_an_a_never_lowers(found: list[Letter], position: int) -> None:
    better = found.copy()
    better[position] = A

    assert not level_of_letters(found).better_than(level_of_letters(better))


@given(sheets, st.permutations(range(12)))
def test_the_order_of_letters_does_not_matter(found: list[Letter], order: list[int]) -> None:
    assert level_of_letters([found[i] for i in order]) is level_of_letters(found)


@given(st.sampled_from(list(GradeLevel)), st.integers(0, 5), st.integers(0, 5))
def test_a_gate_never_raises_a_level(level: GradeLevel, unrepaired: int, repaired: int) -> None:
    assert not gate(level, unrepaired=unrepaired, repaired=repaired).better_than(level)


@given(
    st.lists(
        st.builds(
            person,
            role=st.sampled_from(PersonRole),
            consented=st.booleans(),
            level=st.sampled_from(["A", "B", "C", None]),
        ),
        max_size=2,
    ),
    st.builds(
        loans, number=st.integers(0, 3), bad_records=st.integers(0, 4), arrears=st.booleans()
    ),
    st.sampled_from(Colour),
    st.integers(-10, 200),
    st.sets(st.integers(1, 13)),
    st.integers(0, 1),
)
def test_removing_a_consent_never_turns_a_letter_into_c(
    persons: list[object],
    loan_history: object,
    colour: Colour,
    tax: int,
    withheld: set[int],
    refusing: int,
) -> None:
    """A2-18, A2-38, A2-43: a refused indicator leaves the count, it is never held against one."""
    before = facts(
        persons=tuple(persons),
        loans=loan_history,
        environment=Environment(colour=colour, source="JS-16"),
        tax=year_on_year(current=str(tax)),
    )
    refused = tuple(
        replace(one, consented=False) if i == refusing else one
        for i, one in enumerate(before.persons)
    )
    after = replace(before, persons=refused, withheld=frozenset(withheld))

    pairs = zip(graded(before).indicators, graded(after).indicators, strict=True)

    assert not [new.number for old, new in pairs if new.letter is C and old.letter is not C]
    assert graded(replace(before, consented=False)).indicators == ()
