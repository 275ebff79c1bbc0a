"""Ranking in the industry: cuts, ties, group sizes, bases."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.levels import Letter
from credit.ranking import Population, letter_of_rank, ratio_of
from tests.factories.facts import population, year_on_year

ratios = st.fractions(min_value=-2, max_value=5, max_denominator=50)
firms = st.lists(
    st.tuples(st.sampled_from(["C", "C13", "C34", "C35", "F51"]), ratios), min_size=1, max_size=60
)


@pytest.mark.parametrize(
    ("rank", "size", "letter"),
    [
        (2, 10, Letter.A),
        (3, 10, Letter.B),
        (5, 10, Letter.B),
        (6, 10, Letter.C),
        (2, 14, Letter.A),
        (3, 14, Letter.B),
        (7, 14, Letter.B),
        (8, 14, Letter.C),
        (2, 11, Letter.A),
        (5, 11, Letter.B),
        (6, 11, Letter.C),
    ],
)
def test_a2_9_the_cuts_are_integer_comparisons_and_the_boundary_is_included(
    rank: int, size: int, letter: Letter
) -> None:
    assert letter_of_rank(rank, size) is letter


def test_a2_10_equals_share_the_better_class_and_the_next_rank_is_skipped() -> None:
    group = population([9, 9, 9, 5, 5, 4, 3, 2, 1, 0])

    best, second, third = (group.place("C34", Fraction(n)) for n in (9, 5, 4))

    assert (best and best.rank, best and best.letter) == (1, Letter.A)
    assert (second and second.rank, second and second.letter) == (4, Letter.B)
    assert (third and third.rank, third and third.letter) == (6, Letter.C)


def test_a2_11_a_group_under_the_minimum_is_ranked_in_its_section_and_others_keep_theirs() -> None:
    small = [("C13", Fraction(3)), ("C13", Fraction(1, 2))]
    large = [("C34", Fraction(n)) for n in range(1, 11)]
    both = Population.of([*small, *large], 10)

    merged, own = both.place("C13", Fraction(3)), both.place("C34", Fraction(3))

    assert merged is not None
    assert (merged.group, merged.size, merged.rank) == ("C", 12, 8)
    assert own is not None
    assert (own.group, own.size, own.rank) == ("C34", 10, 8)


def test_a2_11_a_section_under_the_minimum_gives_no_place() -> None:
    assert population(range(9)).place("C34", Fraction(8)) is None


def test_a2_11_no_city_may_set_a_minimum_under_five() -> None:
    with pytest.raises(ValueError, match="at least 5"):
        Population.of([], 4)


def test_a2_12_groups_start_at_the_division() -> None:
    place = Population.of(
        [("C34", Fraction(n)) for n in range(10)] + [("C35", Fraction(90))] * 10, 10
    ).place("C34", Fraction(9))

    assert place is not None
    assert (place.group, place.rank) == ("C34", 1)


def test_a2_30_an_unknown_industry_is_not_ranked() -> None:
    assert population(range(20)).place(None, Fraction(1)) is None


def test_a2_30_where_only_the_section_is_known_the_section_is_the_group() -> None:
    place = population(range(1, 11)).place("C", Fraction(10))

    assert place is not None
    assert (place.group, place.letter) == ("C", Letter.A)


@pytest.mark.parametrize(
    ("current", "base", "ratio"),
    [
        ("100", "0", None),
        ("100", "-5", None),
        ("0", "0", None),
        ("0", "100", Fraction(0)),
        ("-30", "100", Fraction(-3, 10)),
        ("100", "80", Fraction(5, 4)),
        (None, "80", None),
        ("100", None, None),
    ],
)
def test_a2_13_a_base_of_zero_or_less_gives_no_ratio_and_a_refund_a_negative_one(
    current: str | None, base: str | None, ratio: Fraction | None
) -> None:
    assert ratio_of([year_on_year(current=current, base=base)]) == ratio


def test_a2_15_only_utilities_with_both_periods_are_summed() -> None:
    parts = [
        year_on_year(current="120", base="100"),
        year_on_year(current="500", base=None),
        year_on_year(current=None, base="900"),
        year_on_year(current="30", base="50"),
    ]

    assert ratio_of(parts) == 1


@given(firms, st.randoms(use_true_random=False))
def test_a2_10_the_order_of_the_population_does_not_matter(
    found: list[tuple[str, Fraction]], shuffler: random.Random
) -> None:
    shuffled = found.copy()
    shuffler.shuffle(shuffled)

    before, after = Population.of(found, 5), Population.of(shuffled, 5)

    assert [before.place(*firm) for firm in found] == [after.place(*firm) for firm in found]


@given(firms)
def test_a2_9_cut_values_are_where_the_letters_change(found: list[tuple[str, Fraction]]) -> None:
    group = Population.of(found, 5)
    for firm in found:
        place = group.place(*firm)
        if place is not None:
            expected = (
                Letter.A
                if place.ratio >= place.a_cut
                else Letter.B
                if place.ratio >= place.b_cut
                else Letter.C
            )
            assert place.letter is expected


@given(firms, ratios)
def test_a_better_ratio_never_gets_a_worse_letter(
    found: list[tuple[str, Fraction]], better: Fraction
) -> None:
    industry, ratio = found[0]
    raised = max(ratio, better)

    before = Population.of(found, 5).place(industry, ratio)
    after = Population.of([(industry, raised), *found[1:]], 5).place(industry, raised)

    assert (before is None) == (after is None)
    if before and after:
        assert after.letter <= before.letter
