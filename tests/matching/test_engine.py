"""The columns say what the plain rules say: to the product, the place and the last digit."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.applicant import Applicant, Wish
from matching.conditions import add_months
from matching.engine import order
from matching.engine.audience import CONDITIONS, audience_of, demands_for
from matching.engine.batch import NOBODY, Batch, Best, reference_asks
from matching.engine.catalogue import compile_sheets
from matching.engine.order import NEAREST, kept_positions, placed_at
from matching.engine.population import Population, compile_applicants, compile_wishes
from matching.engine.shelf import shelf_for
from matching.engine.units import FAILS, OPEN, PASSES, fen_of, latest_founding
from matching.placed import Placed
from matching.rank import Ranked, judge, rank
from matching.replay import order_digest
from matching.sheet import Fee, ProductSheet
from matching.terms import Verdict
from tests.matching.sheets import TODAY, a_sheet, a_wish, an_applicant, catalogues, wishes
from tests.matching.sheets import applicants as some_applicants
from tests.matching.worlds import World, a_world

STATES = {Verdict.PASS: PASSES, Verdict.NEAR_MISS: OPEN, Verdict.FAIL: FAILS}
seeds = st.integers(0, 2**32)
# A world is 30 rule sets before 30 enterprises: this is hundreds of both.
worlds = settings(max_examples=15, deadline=None)


def best_of(
    world: World, *, wished: bool = True, top: int = 5, near: int = 5, threads: int = 1
) -> list[Best]:
    people = compile_applicants(world.applicants)
    asks = compile_wishes(world.wishes) if wished else reference_asks(people)
    catalogue = compile_sheets(world.sheets)
    batch = Batch.of(catalogue, people, TODAY, wished=wished, top=top, near=near)
    return list(batch.blocks(asks, threads))


def names(sheets: Sequence[ProductSheet], places: np.ndarray) -> list[str]:
    return [sheets[place].product_id for place in places if place != NOBODY]


@settings(max_examples=60, deadline=None)
@given(catalogues(), some_applicants(), st.none() | wishes())
def test_a_shelf_is_the_plain_order_with_every_reason(
    sheets: list[ProductSheet], applicant: Applicant, wish: Wish | None
) -> None:
    shelf = shelf_for(compile_sheets(sheets), applicant, wish, TODAY)

    expected = rank(applicant, wish, sheets, TODAY)
    assert shelf.explained(range(1, len(sheets) + 1)) == expected
    assert shelf.eligible() == sum(one.eligible for one in expected)
    assert shelf.sort_keys() == [one.sort_key for one in expected]


@worlds
@given(seeds)
def test_the_figures_of_an_order_are_those_of_the_plain_rules(seed: int) -> None:
    world = a_world(seed, products=60, enterprises=10)
    catalogue = compile_sheets(world.sheets)
    for applicant, wish in zip(world.applicants, world.wishes, strict=True):
        expected = rank(applicant, wish, world.sheets, TODAY)
        shelf = shelf_for(catalogue, applicant, wish, TODAY)
        placed = placed_at(shelf, range(1, len(world.sheets) + 1))
        assert placed == [in_figures(one) for one in expected]
        assert order.order_digest(shelf) == order_digest(expected)
        fitting = sum(one.eligible for one in expected)
        assert len(kept_positions(shelf)) == min(60, fitting + NEAREST)


def in_figures(one: Ranked) -> Placed:
    terms = one.terms
    figures: tuple[int | None, ...] = ()
    if terms is not None:
        cost = terms.cost.compound
        figures = (
            int(terms.annual_rate * 10_000),
            int(terms.limit * 100),
            None if cost is None else int(cost * 10_000),
        )
    return Placed(one.sheet.product_id, one.sheet.version, one.verdict, one.position, *figures)


@worlds
@given(seeds, st.booleans())
def test_every_direction_agrees_with_the_plain_rules(seed: int, wished: bool) -> None:
    world = a_world(seed, products=30, enterprises=30)
    catalogue = compile_sheets(world.sheets)
    (best,) = best_of(world, wished=wished)
    for place, (applicant, wish) in enumerate(zip(world.applicants, world.wishes, strict=True)):
        asked = wish if wished else None
        expected = rank(applicant, asked, world.sheets, TODAY)
        shelf = shelf_for(catalogue, applicant, asked, TODAY)
        order = [world.sheets[product].product_id for product in shelf.order]
        assert order == [one.sheet.product_id for one in expected]
        agrees(best, place, expected, world.sheets)


def agrees(best: Best, place: int, ranked: list[Ranked], sheets: list[ProductSheet]) -> None:
    fits = [one for one in ranked if one.eligible]
    near = [one for one in ranked if one.verdict is Verdict.NEAR_MISS]
    size = best.product.shape[1]
    assert (best.fitting[place], best.open[place]) == (len(fits), len(near))
    assert names(sheets, best.product[place]) == [one.sheet.product_id for one in fits[:size]]
    assert names(sheets, best.near[place]) == [one.sheet.product_id for one in near[:size]]
    for column, one in enumerate(fits[:size]):
        assert one.terms is not None
        assert best.cost[place, column] == one.sort_key[3]
        assert best.is_full[place, column] == one.terms.is_full
        assert best.is_asked_kind[place, column] == one.terms.is_asked_kind


@worlds
@given(seeds)
def test_a_products_audience_and_what_shuts_the_others_out(seed: int) -> None:
    world = a_world(seed, products=4, enterprises=30)
    people = compile_applicants(world.applicants)
    catalogue = compile_sheets(world.sheets)
    for number, sheet in enumerate(world.sheets):
        audience = audience_of(catalogue, number, people, TODAY)
        demands = demands_for(catalogue, number, audience, compile_wishes(world.wishes))
        for place, who in enumerate(world.applicants):
            for found, wish in ((audience, None), (demands, world.wishes[place])):
                judged = judge(who, wish, sheet, TODAY)
                assert found.states[place] == STATES[judged.verdict]
                shut = {code for code in CONDITIONS if found.shut_out_by(code)[place]}
                assert shut == {one.code for one in judged.reasons if one.is_obstacle}
        assert set(audience.fitting()) == set(np.flatnonzero(audience.states == PASSES))


@settings(max_examples=15, deadline=None)
@given(seeds, st.randoms(use_true_random=False))
def test_neither_order_of_input_nor_names_change_what_is_found(
    seed: int, dice: random.Random
) -> None:
    world = a_world(seed, products=30, enterprises=20)
    (expected,) = best_of(world)
    people = list(range(20))
    dice.shuffle(people)
    shuffled = World(
        sheets=dice.sample(world.sheets, len(world.sheets)),
        applicants=[replace(world.applicants[one], enterprise_id="other") for one in people],
        wishes=[world.wishes[one] for one in people],
    )
    (found,) = best_of(shuffled)
    for place, one in enumerate(people):
        assert names(shuffled.sheets, found.product[place]) == names(
            world.sheets, expected.product[one]
        )
        assert (found.cost[place] == expected.cost[one]).all()


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_asking_for_more_never_turns_a_part_into_the_whole(seed: int) -> None:
    world = a_world(seed, products=20, enterprises=20)
    more = [replace(wish, amount=wish.amount * 2) for wish in world.wishes]
    (small,) = best_of(world, top=20)
    (large,) = best_of(replace_wishes(world, more), top=20)
    for place in range(20):
        full = {p for p, is_full in zip(*rows(small, place), strict=True) if is_full}
        still = {p for p, is_full in zip(*rows(large, place), strict=True) if is_full}
        fitting_before = set(small.product[place]) - {NOBODY}
        # What lends the double in full lends the half too, unless its smallest loan is above it.
        least = {p for p in still if world.sheets[p].min_amount > world.wishes[place].amount}
        assert still - least <= full
        assert fitting_before <= set(large.product[place])


def replace_wishes(world: World, more: list[Wish]) -> World:
    return World(world.sheets, world.applicants, more)


def rows(best: Best, place: int) -> tuple[list[int], list[bool]]:
    return best.product[place].tolist(), best.is_full[place].tolist()


def test_blocks_follow_each_other_whatever_the_number_of_threads() -> None:
    world = a_world(7, products=20, enterprises=50)
    many = World(world.sheets, world.applicants * 400, world.wishes * 400)
    (one,) = best_of(world)
    found = best_of(many, threads=2)
    assert [best.start for best in found] == [0, 8192, 16384]
    together = np.concatenate([best.product for best in found])
    assert (together == np.tile(one.product, (400, 1))).all()


def test_more_tags_than_one_word_holds() -> None:
    tags = [f"资质{number}" for number in range(130)]
    sheets = [a_sheet(product_id=tag, tag_groups=((tag,),), sizes=frozenset()) for tag in tags] + [
        a_sheet(product_id="z", tag_groups=(("没有人有",),), sizes=frozenset())
    ]
    world = World(
        sheets,
        [
            an_applicant(tags=replace(an_applicant().tags, held=frozenset({tags[127], tags[3]}))),
            an_applicant(tags=replace(an_applicant().tags, lacking=frozenset(tags))),
        ],
        [a_wish(), a_wish()],
    )
    (best,) = best_of(world)
    for place in (0, 1):
        expected = rank(world.applicants[place], world.wishes[place], sheets, TODAY)
        agrees(best, place, expected, sheets)


def test_an_empty_catalogue_and_an_empty_city() -> None:
    world = a_world(1, products=0, enterprises=3)
    (best,) = best_of(world)
    assert best.fitting.tolist() == [0, 0, 0]
    assert (best.product == NOBODY).all()
    assert best_of(World([a_sheet()], [], [])) == []


def test_a_part_of_a_fen_is_refused_and_never_rounded() -> None:
    with pytest.raises(ValueError, match="decimal places"):
        compile_sheets([a_sheet(min_amount=Decimal("0.001"))])
    assert fen_of(Decimal("999999999.99")) == 99_999_999_999


def test_a_batch_gives_at_most_a_hundred() -> None:
    people = compile_applicants([an_applicant()])
    with pytest.raises(ValueError, match="top is 1 to 100"):
        Batch.of(compile_sheets([a_sheet()]), people, TODAY, top=101)


def test_a_fee_of_a_fixed_sum_is_priced_by_what_is_granted() -> None:
    fee = (Fee(name="评估费", amount=Decimal(5_000)),)
    sheets = [a_sheet(product_id="fixed", fees=fee), a_sheet(product_id="dear")]
    for amount in (100_000, 500_000):
        world = World(sheets, [an_applicant()], [a_wish(amount=Decimal(amount))])
        (best,) = best_of(world)
        agrees(best, 0, rank(world.applicants[0], world.wishes[0], sheets, TODAY), sheets)


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 400))
def test_the_last_founding_day_is_the_last(today: date, months: int) -> None:
    day = date.fromordinal(latest_founding(today, months))
    assert add_months(day, months) <= today < add_months(day + timedelta(days=1), months)


def test_columns_take_little_room() -> None:
    people: Population = compile_applicants([an_applicant()] * 1000)
    assert sum(column.nbytes for column in people.columns()) <= 60 * len(people)
