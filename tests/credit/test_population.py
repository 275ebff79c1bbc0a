"""The columns grade exactly as the functions of one enterprise do, ranked among each other."""

import os
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit.grade import GradeReason, GradeResult
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.methods.bonus import BonusTable
from credit.methods.rules import STANDARD_RULES, Rules
from credit.methods.score import score_weights
from credit.periods import years_from
from credit.population.engine import GradedPopulation, grade_population
from credit.population.letters import last_founding_day_for_an_a
from credit.population.ranking import Cuts
from credit.population.ratios import LARGEST_FEN, ascending
from credit.population.single import Row, grade_rows
from credit.ranking import Standing
from tests.credit.populations import AS_OF, INSURANCES, a_population, frame_of, row, shuffled

BONUS = BonusTable("示例", 10, {"示例加分项": 10, "示例小项": 4})
RULES = [
    STANDARD_RULES,
    Rules(bonus=BONUS),
    Rules(score=score_weights()[0], bonus=BONUS),
    Rules(standard_gates=False, bonus=BONUS),
]
EXAMPLES = int(os.environ.get("GENERATED_POPULATIONS", "60"))
"""More of them than a quick suite can take, where somebody changes the engine."""

ORDER = [Letter.A, Letter.B, Letter.C, Letter.NOT_CLASSIFIED, None]
BETTERING: list[dict[str, Any]] = [
    {"insurances": INSURANCES, "insurance_arrears": False, "employees": 5},
    {"housing_fund_last_paid_on": AS_OF},
    {"established_on": date(2015, 1, 1)},
    {"tenure": "自有"},
    {"environment": "绿"},
    {"public_records": []},
    {"loans": 1, "bad_loan_records": 0, "interest_in_arrears": False},
    {"policy_classes": ["鼓励"]},
    {"credit_points_level": "A"},
]
seeds = st.integers(0, 2**32)


def graded(
    rows: Sequence[Row], rules: Rules = STANDARD_RULES, minimum: int = 5
) -> GradedPopulation:
    return grade_population(frame_of(rows), AS_OF, minimum, rules)


def levels(rows: Sequence[Row], rules: Rules = STANDARD_RULES) -> dict[str, GradeLevel]:
    found = graded(rows, rules).rows
    return {
        one: GradeLevel(level)
        for one, level in zip(found["enterprise_id"], found["level"], strict=True)
    }


def letters(rows: Sequence[Row]) -> dict[str, dict[int, Letter]]:
    return {
        one["enterprise_id"]: {
            number: Letter(one[f"indicator_{number}"])
            for number in range(1, 13)
            if one[f"indicator_{number}"]
        }
        for one in graded(rows).rows.iter_rows(named=True)
    }


def told(result: GradeResult) -> dict[str, object]:
    """What a result of one enterprise says, in the words of the columns."""
    by_method = {one.method: one.level for one in result.methods}
    is_in = result.method is not None
    return {
        "level": result.level,
        "reason": result.reason_code,
        "method": result.method,
        "level_by_indicators": by_method.get(GradingMethod.INDICATORS),
        "level_by_direct": by_method.get(GradingMethod.DIRECT),
        "level_by_score": by_method.get(GradingMethod.SCORE),
        **{
            f"indicator_{number}": result.indicators[number - 1].letter if is_in else None
            for number in range(1, 13)
        },
        "applicable": result.applicable if is_in else None,
        "gated": result.gated if is_in else None,
        "bonus": (result.bonus is not None) if is_in else None,
        **_place("tax", result, 0),
        **_place("utilities", result, 1),
    }


def _place(name: str, result: GradeResult, position: int) -> dict[str, object]:
    standing = result.indicators[position].standing if result.indicators else None
    return {
        f"{name}_group": standing and standing.group,
        f"{name}_size": standing and standing.size,
        f"{name}_rank": standing and standing.rank,
        f"{name}_ratio": standing and standing.ratio,
    }


def _with_ratios(one: dict[str, Any]) -> dict[str, Any]:
    for name in ("tax", "utilities"):
        current, base = one.pop(f"{name}_current"), one.pop(f"{name}_base")
        one[f"{name}_ratio"] = None if base is None else Fraction(current, base)
    one.pop("enterprise_id")
    return one


def _cuts_of(results: Sequence[GradeResult], position: int) -> dict[str, tuple[object, ...]]:
    found: dict[str, list[Standing]] = {}
    for result in results:
        standing = result.indicators[position].standing if result.indicators else None
        if standing:
            found.setdefault(standing.group, []).append(standing)
    return {
        code: (places[0].size, len(places), places[0].a_cut, places[0].b_cut)
        for code, places in found.items()
    }


def _cuts(cuts: Sequence[Cuts]) -> dict[str, tuple[object, ...]]:
    return {
        one.group: (one.size, one.placed, Fraction(*one.a_cut), Fraction(*one.b_cut))
        for one in cuts
    }


@settings(deadline=None, max_examples=EXAMPLES)
@given(seeds, st.integers(1, 60), st.sampled_from(RULES), st.sampled_from([5, 7, 10]))
def test_the_columns_are_equal_to_the_functions_in_everything_they_tell(
    seed: int, size: int, rules: Rules, minimum: int
) -> None:
    rows = a_population(seed, size)

    found = graded(rows, rules, minimum)
    one_by_one = grade_rows(rows, AS_OF, minimum, rules)

    in_columns = [_with_ratios(one) for one in found.rows.iter_rows(named=True)]
    assert in_columns == [told(result) for result in one_by_one]
    assert _cuts(found.tax) == _cuts_of(one_by_one, 0)
    assert _cuts(found.utilities) == _cuts_of(one_by_one, 1)


def test_the_generated_populations_meet_every_level_reason_and_method() -> None:
    met = [
        graded(a_population(seed, 60), rules).rows.select("level", "reason", "method")
        for seed in range(6)
        for rules in RULES
    ]

    found = pl.concat(met)
    assert set(found["level"]) == set(GradeLevel)
    assert set(found["reason"]) == set(GradeReason)
    assert set(found["method"]) == {None, *GradingMethod}


@settings(deadline=None, max_examples=12)
@given(seeds, st.integers(2, 60))
def test_the_order_of_a_population_does_not_matter(seed: int, size: int) -> None:
    rows = a_population(seed, size)
    other_order = shuffled(seed, rows)

    before, after = graded(rows), graded(other_order)

    assert before.rows.sort("enterprise_id").equals(after.rows.sort("enterprise_id"))
    assert (before.tax, before.utilities) == (after.tax, after.utilities)


@settings(deadline=None, max_examples=12)
@given(seeds, st.integers(1, 40), st.integers(0, 39))
def test_a_better_ratio_never_gives_a_worse_letter(seed: int, size: int, at: int) -> None:
    rows = a_population(seed, size)
    better = [dict(one) for one in rows]
    mine = better[at % size]
    if mine["tax_current"] is None or not (mine["tax_base"] or 0) > 0:
        mine["tax_current"], mine["tax_base"] = Decimal(1), Decimal(2)
        rows[at % size] = dict(mine)
    mine["tax_current"] += Decimal("0.01")

    before, after = (letters(one).get(mine["enterprise_id"], {}).get(1) for one in (rows, better))

    assert ORDER.index(after) <= ORDER.index(before)


@settings(deadline=None, max_examples=12)
@given(seeds, st.integers(1, 40), st.integers(0, 39), st.sampled_from(BETTERING))
def test_adding_an_a_never_lowers(seed: int, size: int, at: int, one_a: dict[str, Any]) -> None:
    rows = a_population(seed, size)
    name = rows[at % size]["enterprise_id"]
    better = [dict(one) for one in rows]
    better[at % size] |= one_a

    assert not levels(rows)[name].better_than(levels(better)[name])


@settings(deadline=None, max_examples=12)
@given(seeds, st.integers(1, 40), st.integers(0, 39), st.sets(st.integers(1, 13)))
def test_removing_a_consent_never_turns_a_letter_into_c(
    seed: int, size: int, at: int, withheld: set[int]
) -> None:
    """A2-18, A2-38, A2-43: of the one who refuses; what it leaves open may move the others' N."""
    rows = a_population(seed, size)
    name = rows[at % size]["enterprise_id"]
    refusing = [dict(one) for one in rows]
    refusing[at % size] |= {
        "withheld": sorted(withheld | set(rows[at % size]["withheld"] or ())),
        "legal_representative_consented": False,
    }

    before, after = letters(rows)[name], letters(refusing)[name]

    assert not [n for n in after if after[n] is Letter.C and before[n] is not Letter.C]


@settings(deadline=None, max_examples=12)
@given(seeds, st.integers(2, 60), st.integers(0, 59))
def test_a2_8_removing_a_severe_firm_changes_nothing_for_the_others(
    seed: int, size: int, at: int
) -> None:
    rows = a_population(seed, size)
    severe = [{"confirmed_on": date(2026, 1, 1), "lifted_on": None}]
    rows[at % size] |= {"severe_records": severe}
    without = [one for number, one in enumerate(rows) if number != at % size]

    others = graded(rows).rows.filter(pl.col("enterprise_id") != rows[at % size]["enterprise_id"])

    assert others.equals(graded(without).rows)


def test_a2_8_a_severe_firm_shrinks_n_by_one_and_nothing_else() -> None:
    rows = [
        row(enterprise_id=f"示例{n}", tax_current=Decimal(n), tax_base=Decimal(1))
        for n in range(11)
    ]
    listed = [dict(one) for one in rows]
    listed[0] |= {"severe_records": [{"confirmed_on": AS_OF, "lifted_on": None}]}

    before, after = graded(rows).rows, graded(listed).rows

    assert set(before["tax_size"]) == {11}
    assert after["tax_size"].to_list() == [None] + [10] * 10
    assert after["tax_rank"].to_list()[1:] == before["tax_rank"].to_list()[1:]
    assert after["level"].to_list()[0] == "NOT_CERTIFIED"


fens = st.integers(1, 40) | st.integers(LARGEST_FEN - 40, LARGEST_FEN - 1)


@given(st.lists(st.tuples(fens, fens, st.sampled_from([1, 1, 0, -1])), min_size=1, max_size=60))
def test_a2_9_ratios_are_ordered_as_fractions_are(pairs: list[tuple[int, int, int]]) -> None:
    current = np.array([c * sign for c, _, sign in pairs], dtype=np.int64)
    base = np.array([b for _, b, _ in pairs], dtype=np.int64)
    exact = [Fraction(int(c), int(b)) for c, b in zip(current, base, strict=True)]

    order, dense = ascending(current, base)

    distinct = sorted(set(exact))
    assert [exact[at] for at in order] == sorted(exact)
    assert [distinct.index(exact[at]) for at in order] == dense.tolist()


def test_a2_9_two_ratios_that_no_float_tells_apart_are_two_ranks() -> None:
    large = LARGEST_FEN
    current, base = np.array([large - 2, large - 3]), np.array([large - 1, large - 2])

    order, dense = ascending(current, base)

    assert current[0] / base[0] == current[1] / base[1]
    assert order.tolist() == [1, 0]
    assert dense.tolist() == [0, 1]


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(-400, 400))
def test_a2_16_a2_48_the_last_founding_day_for_an_a_is_the_anniversarys_rule(
    as_of: date, days: int
) -> None:
    last = last_founding_day_for_an_a(as_of)
    founded = last + timedelta(days)

    assert (as_of > years_from(founded, 3)) is (founded <= last)


def test_nobody_at_all_is_a_population_too() -> None:
    found = graded([])

    assert len(found.rows) == 0
    assert found.tax == ()


def test_a_minimum_group_under_five_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 5"):
        graded([row()], minimum=4)
