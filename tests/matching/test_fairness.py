"""Fairness, over made-up cities: what fits, what is near and what fails, in words and in columns.

A better grade never makes anything worse, and who somebody is changes nothing.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from credit.levels import GradeLevel
from matching.applicant import Applicant, Wish
from matching.engine.batch import NOBODY, Batch, reference_asks
from matching.engine.catalogue import compile_sheets
from matching.engine.population import compile_applicants, compile_wishes
from matching.rank import Judgement, judge, rank
from matching.sheet import ProductSheet
from matching.terms import Place, Verdict
from tests.matching.sheets import TODAY
from tests.matching.worlds import World, a_world, half_open, letting_in

NO_COST = 10**9  # dearer than every cost
# UNRATED counts as CANDIDATE, so these are from the worst to the best.
LADDER = (GradeLevel.UNRATED, GradeLevel.CANDIDATE, GradeLevel.FIRST, GradeLevel.ADVANCED)
CLASSES = (Verdict.PASS, Verdict.NEAR_MISS, Verdict.FAIL)
seeds = st.integers(0, 2**32)
# A world is 30 rule sets before 15 enterprises, each at every grade.
worlds = settings(max_examples=10, deadline=None)


def pairs(world: World, *, wished: bool) -> Iterator[tuple[Applicant, Wish | None, ProductSheet]]:
    for who, wish in zip(world.applicants, world.wishes, strict=True):
        for sheet in world.sheets:
            yield who, wish if wished else None, sheet
            yield who, wish if wished else None, letting_in(sheet)


def badness(one: Judgement) -> tuple[int, int]:
    """How far from a loan: what fits, what is near by its open conditions, what fails."""
    return CLASSES.index(one.verdict), sum(reason.is_obstacle for reason in one.reasons)


def dearness(one: Judgement) -> tuple[object, ...]:
    """What somebody who fits gets, each figure the lower the better."""
    assert one.terms is not None
    terms, cost = one.terms, one.terms.cost.compound
    return (
        terms.annual_rate,
        NO_COST if cost is None else cost,
        -terms.limit,
        -terms.granted,
        not terms.is_full,
        not terms.is_asked_kind,
    )


@worlds
@given(seeds, st.booleans())
def test_a_better_grade_never_makes_anything_worse(seed: int, wished: bool) -> None:
    world = a_world(seed, products=30, enterprises=15)
    for who, wish, sheet in pairs(world, wished=wished):
        ladder = [judge(replace(who, grade=level), wish, sheet, TODAY) for level in LADDER]
        for worse, better in pairwise(ladder):
            assert badness(better) <= badness(worse)
            if worse.terms is not None:
                assert all(
                    good <= bad  # type: ignore[operator]
                    for good, bad in zip(dearness(better), dearness(worse), strict=True)
                )


@worlds
@given(seeds, st.booleans())
def test_a_better_grade_never_loses_a_fit_or_a_near_miss_in_the_columns(
    seed: int, wished: bool
) -> None:
    world = a_world(seed, products=30, enterprises=15)
    catalogue = compile_sheets(half_open(world.sheets))
    fits: list[set[int]] = [set() for _ in world.applicants]
    reached: list[set[int]] = [set() for _ in world.applicants]
    for level in LADDER:
        people = compile_applicants([replace(who, grade=level) for who in world.applicants])
        asks = compile_wishes(world.wishes) if wished else reference_asks(people)
        batch = Batch.of(catalogue, people, TODAY, wished=wished, top=30, near=30)
        (best,) = batch.blocks(asks)
        for place in range(len(world.applicants)):
            fitting = set(best.product[place]) - {NOBODY}
            near = set(best.near[place]) - {NOBODY}
            assert fits[place] <= fitting
            assert reached[place] <= fitting | near
            fits[place], reached[place] = fitting, fitting | near


# What of an enterprise the rules may read. A field that is not among them can be anything.
_READ = {
    *("grade", "region_codes", "industry", "size", "possible_sizes", "sole_trader"),
    *("established_on", "tags", "annual_revenue", "annual_tax", "employees"),
    *("public_records", "bad_loans", "place"),
}


@worlds
@given(seeds, st.booleans(), st.sampled_from(("0", "示例公司", "𠀀")))
def test_equal_facts_have_equal_answers_whatever_the_name(
    seed: int, wished: bool, name: str
) -> None:
    assert {one.name for one in fields(Applicant)} - _READ == {"enterprise_id", "grade_reason"}
    world = a_world(seed, products=30, enterprises=15)
    for who, wish in zip(world.applicants, world.wishes, strict=True):
        stranger = replace(
            who, enterprise_id=name, grade_reason=name, place=Place(who.place.code, name)
        )
        mine, theirs = (
            rank(one, wish if wished else None, half_open(world.sheets), TODAY)
            for one in (who, stranger)
        )
        assert [(one.sort_key, one.score, one.terms) for one in mine] == [
            (one.sort_key, one.score, one.terms) for one in theirs
        ]
        assert [[reason.verdict for reason in one.reasons] for one in mine] == [
            [reason.verdict for reason in one.reasons] for one in theirs
        ]


@worlds
@given(seeds)
def test_near_misses_and_failures_are_ordered_by_open_conditions_and_id_alone(seed: int) -> None:
    world = a_world(seed, products=30, enterprises=15)
    # What would buy a place if amount, kind, cost or limit counted, and what nobody may buy.
    bought = [
        replace(
            sheet,
            name="第一",
            institution_id="0",
            version=99,
            fees=(),
            repayment_methods=sheet.repayment_methods[::-1],
            unsecured_from=min(sheet.prices, key=lambda grade: grade.height),
        )
        for sheet in world.sheets
    ]
    for who, wish in zip(world.applicants, world.wishes, strict=True):
        found = [one for one in rank(who, wish, world.sheets, TODAY) if not one.eligible]
        keys = [
            (*badness(judge(who, wish, one.sheet, TODAY)), one.sheet.product_id) for one in found
        ]
        assert keys == sorted(keys)
        other = [one for one in rank(who, wish, bought, TODAY) if not one.eligible]
        assert [one.sheet.product_id for one in other] == [one.sheet.product_id for one in found]
