"""One applicant before a whole catalogue: every product's place, and the reasons of those shown.

Only NumPy: an answer to a request pays for no compiler.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.applicant import REFERENCE_WISH, Applicant, Wish
from matching.engine.catalogue import Catalogue
from matching.engine.population import sizes_of
from matching.engine.states import industry_states, region_states, size_states, tag_states
from matching.engine.units import (
    FAILS,
    OPEN,
    PASSES,
    Integers,
    day_of,
    fen_of,
    kind_bits,
)
from matching.pricing import treated_as
from matching.rank import Ranked, SortKey, judge, placed
from matching.sheet import ProductSheet
from matching.terms import RequiredGrade

_CLASS, _PARTIAL, _OTHER_KIND, _COST = 62, 57, 56, 26  # where each part of a key begins
_COST_BITS = (1 << 30) - 1


@dataclass(frozen=True)
class Shelf:
    """Every product of a catalogue in an applicant's order.

    `order` holds places of the catalogue, best first. `states` has a state for each product by its
    place in the catalogue: PASSES when eligible, OPEN for a near miss, FAILS; `keys` has the order
    as a number.
    """

    catalogue: Catalogue
    applicant: Applicant
    wish: Wish | None
    today: date
    order: Integers
    states: Integers
    keys: Integers

    def eligible(self) -> int:
        """How many products fit."""
        return int(np.count_nonzero(self.states == PASSES))

    def positions(self, institution_id: str | None = None) -> range | list[int]:
        """Every position, 1 for the best, or those of one institution's products."""
        everything = range(1, len(self.order) + 1)
        if institution_id is None:
            return everything
        return [at for at in everything if self._sheet(at).institution_id == institution_id]

    def position_of(self, product_id: str) -> int | None:
        """Where a product stands; None for one that is not in the catalogue."""
        found = (at for at in self.positions() if self._sheet(at).product_id == product_id)
        return next(found, None)

    def sort_keys(self) -> list[SortKey]:
        """The order as matching.rank has it, best first."""
        grade = treated_as(self.applicant.grade)
        limits = self.catalogue.limit[grade.height - 1] if grade else self.catalogue.max_amount
        ids = (sheet.product_id for sheet in self.catalogue.sheets)
        parts = zip(self.keys.tolist(), limits.tolist(), ids, strict=True)
        return sorted(_sort_key(key, limit, product_id) for key, limit, product_id in parts)

    def costs_at(self, places: Integers) -> Integers:
        """What products cost by their places in the catalogue, of those that fit; NO_COST where
        there is none.
        """
        costs: Integers = self.keys[places] >> np.uint64(_COST) & np.uint64(_COST_BITS)
        return costs

    def _sheet(self, position: int) -> ProductSheet:
        return self.catalogue.sheets[int(self.order[position - 1])]

    def explained(self, positions: Iterable[int]) -> list[Ranked]:
        """The products at some positions, 1 for the best, with every reason and their terms."""
        found = []
        for position in positions:
            sheet = self._sheet(position)
            judgement = judge(self.applicant, self.wish, sheet, self.today)
            found.append(placed(position, judgement))
        return found


def shelf_for(catalogue: Catalogue, applicant: Applicant, wish: Wish | None, today: date) -> Shelf:
    """Every product in the order of matching.rank.rank, found without a sentence."""
    states, obstacles = judged(catalogue, applicant, wish, today)
    keys = states.astype(np.uint64) << np.uint64(_CLASS)
    keys |= obstacles.astype(np.uint64) << np.uint64(_COST)
    keys |= catalogue.by_id.astype(np.uint64)
    fits = np.flatnonzero(states == PASSES)
    grade = treated_as(applicant.grade)
    if len(fits) and grade is not None:
        keys[fits] = _keys(catalogue, grade.height, wish, fits)
    return Shelf(catalogue, applicant, wish, today, np.argsort(keys), states, keys)


def _sort_key(key: int, limit: int, product_id: str) -> SortKey:
    kind, cost = key >> _CLASS, key >> _COST & _COST_BITS
    if kind != PASSES:
        return kind, cost, 0, 0, 0, product_id  # the number of obstacles stands there
    return 0, key >> _PARTIAL & 1, key >> _OTHER_KIND & 1, cost, -limit, product_id


def judged(
    catalogue: Catalogue, applicant: Applicant, wish: Wish | None, today: date
) -> tuple[Integers, Integers]:
    """The bare eligibility pass: each product's state, and how many obstacles stand before it."""
    found = _Tally(len(catalogue))
    _judge_grade_and_amount(catalogue, treated_as(applicant.grade), wish, found)
    found.add(region_states(catalogue, applicant.place.code, applicant.region_codes))
    found.add(industry_states(catalogue, applicant.industry))
    found.add(size_states(catalogue, sizes_of(applicant)))
    tag_states(catalogue, applicant.tags, found.opens_some, found.fails_some)
    _judge_figures(catalogue, applicant, today, found)
    if wish is not None:
        term = wish.term_months
        found.fails((catalogue.min_term > term) | (catalogue.max_term < term))
    return found.states(), found.obstacles


def _judge_grade_and_amount(
    catalogue: Catalogue, grade: RequiredGrade | None, wish: Wish | None, found: "_Tally"
) -> None:
    if grade is None:
        found.fails(np.ones(len(catalogue), bool))
        limit = catalogue.max_amount
    else:
        found.opens(catalogue.required > grade.height)
        limit = catalogue.reached_limit[grade.height - 1]
    too_small = limit < catalogue.min_amount
    if wish is not None:
        too_small |= catalogue.min_amount > fen_of(wish.amount)
    found.fails(too_small)


class _Tally:
    """What has been found so far: what failed, and the number of obstacles."""

    def __init__(self, size: int) -> None:
        self._failed = np.zeros(size, bool)
        self.obstacles = np.zeros(size, np.uint16)

    def fails(self, which: Integers) -> None:
        self._failed |= which
        self.obstacles += which

    def opens(self, which: Integers) -> None:
        self.obstacles += which

    def fails_some(self, places: Integers) -> None:
        self._failed[places] = True
        np.add.at(self.obstacles, places, 1)

    def opens_some(self, places: Integers) -> None:
        np.add.at(self.obstacles, places, 1)

    def add(self, states: Integers | None) -> None:
        if states is not None:
            self._failed |= states == FAILS
            self.obstacles += states != PASSES

    def states(self) -> Integers:
        return np.where(self._failed, FAILS, np.where(self.obstacles > 0, OPEN, PASSES)).astype(
            np.uint8
        )


def _judge_figures(catalogue: Catalogue, applicant: Applicant, today: date, found: _Tally) -> None:
    known = figures_of(applicant)
    for bounds in catalogue.bounds(today):
        value = known[bounds.column]
        if value is None:
            found.opens(bounds.bounded)
            continue
        outside = (bounds.low > value) | (bounds.high < value)
        if bounds.soft:
            found.opens(outside)
        else:
            found.fails(outside)


def figures_of(applicant: Applicant) -> dict[str, int | None]:
    """An applicant's figures by the names of the population's columns; None is not known."""
    revenue, tax = applicant.annual_revenue, applicant.annual_tax
    return {
        "established": day_of(applicant.established_on),
        "revenue": None if revenue is None else fen_of(revenue),
        "tax": None if tax is None else fen_of(tax),
        "employees": applicant.employees,
        "records": applicant.public_records,
        "loans": applicant.bad_loans,
    }


def _keys(catalogue: Catalogue, height: int, wish: Wish | None, fits: Integers) -> Integers:
    """The order of what fits, as numbers: see SortKey in matching/rank.py."""
    wanted = wish or REFERENCE_WISH
    amount, term, kinds = (
        fen_of(wanted.amount),
        wanted.term_months,
        kind_bits(wanted.guarantee_kinds),
    )
    least, limit = catalogue.min_amount[fits], catalogue.limit[height - 1, fits]
    is_full = (least <= amount) & (amount <= limit)
    is_full &= (catalogue.min_term[fits] <= term) & (term <= catalogue.max_term[fits])
    other_kind = np.zeros(len(fits), bool)
    if kinds:
        other_kind = (catalogue.open_kinds[height - 1, fits] & kinds) == 0
    cost = catalogue.costs.vector(height, term)[fits]
    by_amount = np.flatnonzero(catalogue.costs.by_amount[fits])
    granted = np.minimum(np.maximum(amount, least), limit)
    for place in by_amount:
        cost[place] = catalogue.costs.of(int(fits[place]), height, term, int(granted[place]))
    keys: Integers = (
        ((~is_full).astype(np.uint64) << np.uint64(_PARTIAL))
        | (other_kind.astype(np.uint64) << np.uint64(_OTHER_KIND))
        | (cost.astype(np.uint64) << np.uint64(_COST))
        | catalogue.tie[height - 1, fits].astype(np.uint64)
    )
    return keys
