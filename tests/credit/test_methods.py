"""The direct and the score method, the bonus, and the order in which they decide (A2-22)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.facts import Facts, HonourKind, ScoreAspect
from credit.grade import GradeReason, GradeResult, grade
from credit.levels import GradeLevel, GradingMethod
from credit.methods.bonus import BonusTable, bonus_table
from credit.methods.direct import DirectGround, by_direct, level_of_points
from credit.methods.rules import STANDARD_RULES, Rules, rules_on
from credit.methods.score import ScoreWeights, by_score, level_of_score, score_weights, weights_on
from foundation.city import Grading, cities
from tests.factories.facts import (
    AS_OF,
    bonus,
    credit_points,
    facts,
    honour,
    loans,
    populations,
    public_record,
    public_records,
    score_sheet,
    severe_record,
    year_on_year,
)

ADVANCED, FIRST, CANDIDATE = GradeLevel.ADVANCED, GradeLevel.FIRST, GradeLevel.CANDIDATE
WEIGHTS = score_weights()[0]
SCORED = Rules(score=WEIGHTS)
RAISING = Rules(bonus=BonusTable("示例", 10, {"示例加分项": 10, "示例小项": 4}))
LOW = year_on_year(current="1")
"""A tax ratio at the end of the ranking: one C, so 备选 by letters."""


def graded(of: Facts, rules: Rules = STANDARD_RULES, as_of: date = AS_OF) -> GradeResult:
    return grade(of, populations(), as_of, rules)


def levels(result: GradeResult) -> dict[GradingMethod, GradeLevel | None]:
    return {one.method: one.level for one in result.methods}


def deciding(result: GradeResult) -> list[GradingMethod]:
    return [one.method for one in result.methods if one.decided]


def test_a2_22_the_direct_method_may_raise_and_every_result_is_kept() -> None:
    result = graded(facts(tax=LOW, honours=(honour(),)))

    assert (result.level, result.reason_code) == (ADVANCED, GradeReason.HONOUR)
    assert result.method is GradingMethod.DIRECT
    assert levels(result) == {
        GradingMethod.INDICATORS: CANDIDATE,
        GradingMethod.DIRECT: ADVANCED,
    }
    assert deciding(result) == [GradingMethod.DIRECT]
    assert "政府质量奖且最近三年无负面信用记录" in result.reason
    assert all(one.explanation for one in result.methods)


def test_a2_22_the_direct_method_does_not_lower_but_for_the_cap() -> None:
    first = graded(facts(credit_points=credit_points("B")))
    capped = graded(facts(credit_points=credit_points("C")))

    assert (first.level, first.method) == (ADVANCED, GradingMethod.INDICATORS)
    assert levels(first)[GradingMethod.DIRECT] is FIRST
    assert (capped.level, capped.reason_code) == (CANDIDATE, GradeReason.CREDIT_POINTS_CAP)
    assert capped.method is GradingMethod.DIRECT


@pytest.mark.parametrize(
    ("points", "level"),
    [
        ("AAA", ADVANCED),
        ("A+", ADVANCED),
        ("A", ADVANCED),
        ("B", FIRST),
        ("C", CANDIDATE),
        ("D", CANDIDATE),
        ("E", CANDIDATE),
    ],
)
def test_the_levels_of_credit_points(points: str, level: GradeLevel) -> None:
    result = graded(facts(tax=LOW, credit_points=credit_points(points)))

    assert level_of_points(points) is level
    assert result.level is level


def test_where_the_base_is_candidate_already_the_cap_changes_nothing_and_the_base_decides() -> None:
    result = graded(facts(tax=LOW, credit_points=credit_points("D")))

    assert (result.level, result.method) == (CANDIDATE, GradingMethod.INDICATORS)
    assert result.reason_code is GradeReason.HAS_C


def test_a2_23_a_cap_beats_honours() -> None:
    result = graded(facts(honours=(honour(),), credit_points=credit_points("C")))

    assert result.level is CANDIDATE
    assert by_direct(
        facts(honours=(honour(),), credit_points=credit_points("C")), AS_OF
    ).ground is (DirectGround.CREDIT_POINTS_CAP)


@pytest.mark.parametrize(
    ("first_day", "last_day", "counts"),
    [
        (AS_OF, AS_OF, True),
        (date(2026, 11, 23), None, False),
        (date(2020, 1, 1), date(2026, 11, 21), False),
        (date(2020, 1, 1), None, True),
    ],
)
def test_a2_24_an_honour_must_be_held_on_the_day_of_the_run(
    first_day: date, last_day: date | None, counts: bool
) -> None:
    held = honour(valid_from=first_day, valid_until=last_day)

    result = graded(facts(tax=LOW, honours=(held,)))

    assert (result.level is ADVANCED) is counts


@pytest.mark.parametrize(
    ("recorded_on", "clean"),
    [(date(2023, 11, 21), True), (date(2023, 11, 22), False), (date(2026, 11, 23), True)],
)
def test_a2_24_the_three_clean_years_are_counted_back_from_the_day_of_the_run(
    recorded_on: date, clean: bool
) -> None:
    records = public_records(
        public_record(recorded_on=recorded_on, repaired_on=date(2024, 1, 1)),
    )

    result = by_direct(facts(honours=(honour(),), public_records=records), AS_OF)

    assert (result.level is ADVANCED) is clean


def test_a2_24_a_severe_record_that_was_lifted_is_still_no_clean_year() -> None:
    lifted = severe_record(confirmed_on=date(2024, 6, 1), lifted_on=date(2025, 1, 1))
    older = severe_record(confirmed_on=date(2023, 1, 1), lifted_on=date(2025, 1, 1))

    assert by_direct(facts(honours=(honour(),), severe_records=(lifted,)), AS_OF).level is None
    assert by_direct(facts(honours=(honour(),), severe_records=(older,)), AS_OF).level is ADVANCED


def test_without_a_source_of_public_records_nobody_has_three_clean_years() -> None:
    result = by_direct(facts(honours=(honour(),), public_records=None), AS_OF)

    assert result.level is None
    assert "没有公共信用记录来源" in result.explanation


def test_several_honours_are_counted_in_the_sentence() -> None:
    held = tuple(honour(kind=kind) for kind in list(HonourKind)[:3])

    result = by_direct(facts(honours=held), AS_OF)

    assert "等 3 项" in result.explanation


def test_a2_22_the_gates_stand_above_the_direct_method() -> None:
    repaired = public_records(public_record(repaired_on=date(2026, 3, 1)))

    result = graded(facts(tax=LOW, public_records=repaired, credit_points=credit_points("A")))

    assert (result.level, result.reason_code) == (FIRST, GradeReason.STANDARD_GATE)
    assert result.method is GradingMethod.DIRECT
    assert result.gated


def test_a2_6_the_gates_can_be_switched_off_by_the_city() -> None:
    repaired = facts(public_records=public_records(public_record(repaired_on=date(2026, 3, 1))))

    assert graded(repaired).level is FIRST
    assert graded(repaired, Rules(standard_gates=False)).level is ADVANCED


def test_a2_7_a_severe_record_beats_honours_points_score_and_bonus() -> None:
    everything = facts(
        severe_records=(severe_record(),),
        honours=(honour(),),
        credit_points=credit_points("A+"),
        score_sheet=score_sheet("100"),
        bonuses=(bonus(),),
    )

    result = graded(everything, replace(RAISING, score=WEIGHTS))

    assert result.level is GradeLevel.NOT_CERTIFIED
    assert result.methods == ()


def test_a2_25_the_shipped_bonus_table_is_empty_and_raises_nobody() -> None:
    assert bonus_table().items == {}
    assert graded(facts(tax=LOW, bonuses=(bonus(),))).level is CANDIDATE


def test_a2_25_a_bonus_raises_one_step_and_names_who_approved_it() -> None:
    result = graded(facts(tax=LOW, bonuses=(bonus(),)), RAISING)

    assert (result.level, result.reason_code) == (FIRST, GradeReason.BONUS)
    assert result.bonus is not None
    assert result.bonus.approvers == ("示例单位信用科",)
    assert "批准：示例单位信用科" in result.reason
    assert result.method is GradingMethod.INDICATORS


@pytest.mark.parametrize(
    "unused",
    [
        bonus(item="示例小项"),
        bonus(item="表外项目"),
        bonus(approver=""),
        bonus(approved_on=date(2026, 11, 23)),
        bonus(valid_until=date(2026, 11, 21)),
    ],
    ids=["under the standard", "not in the table", "not approved", "not yet", "no longer"],
)
def test_a2_25_what_does_not_reach_the_standard_raises_nobody(unused: object) -> None:
    assert graded(facts(tax=LOW, bonuses=(unused,)), RAISING).bonus is None


def test_a2_25_an_item_counts_once_however_often_it_was_approved() -> None:
    small = tuple(bonus(item="示例小项", approved_on=date(2026, 1, day)) for day in (1, 2, 3))

    assert graded(facts(tax=LOW, bonuses=small), RAISING).level is CANDIDATE


def test_a2_25_a_bonus_never_passes_a_cap() -> None:
    result = graded(facts(credit_points=credit_points("C"), bonuses=(bonus(),)), RAISING)

    assert result.level is CANDIDATE
    assert result.bonus is None


def test_a2_25_at_the_top_there_is_nothing_to_raise() -> None:
    result = graded(facts(bonuses=(bonus(),)), RAISING)

    assert (result.level, result.bonus) == (ADVANCED, None)


def test_a2_42_a_bonus_may_pass_a_gate() -> None:
    repaired = public_records(public_record(repaired_on=date(2026, 3, 1)))

    result = graded(facts(public_records=repaired, bonuses=(bonus(),)), RAISING)

    assert (result.level, result.reason_code) == (ADVANCED, GradeReason.BONUS)
    assert result.gated


def test_a2_26_nothing_is_rounded() -> None:
    total = by_score(score_sheet("89.99"), WEIGHTS)

    assert total.total == Decimal("89.99")
    assert total.level is FIRST
    assert level_of_score(Decimal(90)) is ADVANCED
    assert level_of_score(Decimal("74.999999")) is CANDIDATE
    assert level_of_score(Decimal(75)) is FIRST


def test_a2_26_the_weights_are_versioned_data_and_add_up_to_100() -> None:
    assert weights_on(AS_OF).version == WEIGHTS.version
    with pytest.raises(LookupError):
        weights_on(date(2025, 12, 31))
    with pytest.raises(ValueError, match="add up to 100"):
        ScoreWeights("示例", AS_OF, dict.fromkeys(ScoreAspect, 10))


def test_a2_26_each_aspect_counts_by_its_weight() -> None:
    sheet = score_sheet("0", OPERATIONS="100", AWARDS="50")

    assert by_score(sheet, WEIGHTS).total == Decimal("22.5")


def test_a2_44_the_score_method_is_switched_by_the_city_from_a_day_on() -> None:
    of = facts(score_sheet=score_sheet("80"))
    grading = Grading(
        scheme="示例", is_annex_2=True, minimum_group=10, score_method_from=date(2026, 11, 22)
    )

    before, since = rules_on(grading, date(2026, 11, 21)), rules_on(grading, date(2026, 11, 22))

    assert graded(of, before).method is GradingMethod.INDICATORS
    assert (graded(of, since).level, graded(of, since).method) == (FIRST, GradingMethod.SCORE)
    assert GradingMethod.SCORE not in levels(graded(of, before))
    assert levels(graded(of, since))[GradingMethod.INDICATORS] is ADVANCED


def test_a2_44_no_city_has_switched_it_on() -> None:
    assert {one.grading.score_method_from for one in cities().values()} == {None}


@pytest.mark.parametrize("sheet", [None, score_sheet("95", FINANCES=None)])
def test_a2_52_an_incomplete_sheet_falls_back_to_the_letters_with_the_reason(
    sheet: object,
) -> None:
    result = graded(facts(score_sheet=sheet), SCORED)

    assert (result.level, result.method) == (ADVANCED, GradingMethod.INDICATORS)
    assert result.reason.startswith("评分表不完整（缺少")
    assert levels(result)[GradingMethod.SCORE] is None


def test_a2_22_a_score_under_the_letters_decides_because_it_is_the_base() -> None:
    result = graded(facts(score_sheet=score_sheet("60")), SCORED)

    assert (result.level, result.reason_code) == (CANDIDATE, GradeReason.SCORE)
    assert result.indicators


def test_a2_43_the_withheld_indicators_and_how_many_apply_are_named() -> None:
    result = graded(facts(withheld=frozenset({10, 1}), environment=None))

    assert result.withheld == (1, 10)
    assert result.applicable == 9


def test_the_reason_fits_its_column_at_its_longest() -> None:
    worst = facts(
        tax=LOW,
        utilities=(LOW,),
        loans=loans(bad_records=9, arrears=True),
        public_records=public_records(*[public_record()] * 9),
        bonuses=tuple(bonus(item="示例" * 30 + str(n), approver="示" * 120) for n in range(9)),
        score_sheet=None,
    )
    table = BonusTable("示例", 1, {one.item: 1 for one in worst.bonuses})

    assert len(graded(worst, Rules(score=WEIGHTS, bonus=table)).reason) <= 400


points = st.none() | st.sampled_from(["A+", "A", "B", "C", "D"]).map(credit_points)


@given(
    st.sampled_from([LOW, year_on_year()]),
    points,
    st.booleans(),
    st.integers(0, 2),
    st.booleans(),
    st.none() | st.integers(0, 100),
)
def test_a2_22_no_step_gives_more_than_its_rule_allows(
    tax: object,
    level: object,
    honoured: bool,
    records: int,
    raised: bool,
    score: int | None,
) -> None:
    of = facts(
        tax=tax,
        credit_points=level,
        honours=(honour(),) if honoured else (),
        public_records=public_records(*[public_record()] * records),
        bonuses=(bonus(),) if raised else (),
        score_sheet=None if score is None else score_sheet(str(score)),
    )

    result = graded(of, replace(RAISING, score=WEIGHTS))
    without = graded(replace(of, bonuses=()), replace(RAISING, score=WEIGHTS))

    assert result.level.standing - without.level.standing in (0, 1)
    if records:
        assert without.level is CANDIDATE
    if by_direct(of, AS_OF).is_cap:
        assert result.level is CANDIDATE
    assert len(deciding(result)) == 1
    assert result.method is deciding(result)[0]
