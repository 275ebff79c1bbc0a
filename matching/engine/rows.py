"""Sets of products as rows of bits: one row for each value that a fact of an enterprise can take.

Whoever has a value passes the products of its row; the products that pass every fact are the
bitwise "and" of a dozen rows, whatever their number. A second set of rows holds what a value does
not make fail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from matching.engine.catalogue import HIGHEST, LOWEST, Bounds, Catalogue
from matching.engine.population import Asks, Population
from matching.engine.states import industry_states, region_states, size_states
from matching.engine.units import FAILS, GRADES, OPEN, PASSES, Integers, unknown_of


class Cuts(NamedTuple):
    """A figure's values fall between cuts; every value between two cuts means the same."""

    column: str
    cuts: Integers
    first_row: int

    def rows(self, values: Integers) -> Integers:
        """The row of each value; that of "not known" comes first."""
        places = np.searchsorted(self.cuts, values, side="right").astype(np.int32) + 1
        places[values == unknown_of(values)] = 0
        return places + np.int32(self.first_row)


@dataclass(frozen=True)
class Rows:
    """The rows of one catalogue for one population's values on one day.

    A row has a word of 64 bits for every 64 products. `without` holds, for each tag group, the
    products that do not ask for it.
    """

    passes: Integers
    allows: Integers
    without: Integers
    region: int
    industry: int
    sizes: int
    figures: Sequence[Cuts]
    wished: Sequence[Cuts]

    def of(self, people: Population, asks: Asks, *, wished: bool) -> Integers:
        """Which rows concern each demand: a column of numbers for each fact."""
        who = asks.enterprise
        found = [
            people.grade[who].astype(np.int32),
            people.region[who] + np.int32(self.region),
            people.industry[who] + np.int32(self.industry),
            people.sizes[who].astype(np.int32) + np.int32(self.sizes),
        ]
        found += [cuts.rows(getattr(people, cuts.column)[who]) for cuts in self.figures]
        if wished:
            found += [cuts.rows(getattr(asks, cuts.column)) for cuts in self.wished]
        return np.ascontiguousarray(np.array(found, np.int32).T)


def rows_of(catalogue: Catalogue, people: Population, today: date) -> Rows:
    """Every row that the values of a population can need."""
    builder = _Builder()
    builder.add(_grades(catalogue))
    region = builder.add(
        _states(catalogue, [region_states(catalogue, *where) for where in people.regions])
    )
    industry = builder.add(
        _states(catalogue, [industry_states(catalogue, code) for code in people.industries])
    )
    sizes = builder.add(_states(catalogue, [size_states(catalogue, bits) for bits in range(32)]))
    figures = [_cuts(bounds, builder) for bounds in catalogue.bounds(today)]
    wished = [_cuts(bounds, builder) for bounds in _wished(catalogue)]
    states = np.concatenate(builder.states)
    return Rows(
        passes=_bits(states == PASSES),
        allows=_bits(states != FAILS),
        without=_bits(_without(catalogue)),
        region=region,
        industry=industry,
        sizes=sizes,
        figures=figures,
        wished=wished,
    )


class _Builder:
    def __init__(self) -> None:
        self.states: list[Integers] = []
        self._count = 0

    def add(self, states: Integers) -> int:
        """Add rows of states; the number of the first."""
        first = self._count
        self.states.append(states)
        self._count += len(states)
        return first


def _grades(catalogue: Catalogue) -> Integers:
    rows = [np.full(len(catalogue), FAILS, np.uint8)]
    for height in range(1, len(GRADES) + 1):
        states = np.where(catalogue.required > height, OPEN, PASSES)
        states[catalogue.reached_limit[height - 1] < catalogue.min_amount] = FAILS
        rows.append(states.astype(np.uint8))
    return np.array(rows)


def _states(catalogue: Catalogue, found: Sequence[Integers | None]) -> Integers:
    nothing = np.zeros(len(catalogue), np.uint8)
    rows = [nothing if states is None else states for states in found]
    return np.array(rows, np.uint8).reshape(len(rows), len(catalogue))


def _wished(catalogue: Catalogue) -> list[Bounds]:
    free = np.full(len(catalogue), HIGHEST)
    terms = catalogue.min_term.astype(np.int64), catalogue.max_term.astype(np.int64)
    return [
        Bounds.of("amount", "amount", catalogue.min_amount, free, soft=False),
        Bounds.of("term", "term", *terms, soft=False),
    ]


def _cuts(bounds: Bounds, builder: _Builder) -> Cuts:
    starts, ends = bounds.low[bounds.low != LOWEST], bounds.high[bounds.high != HIGHEST] + 1
    cuts = np.unique(np.concatenate([starts, ends]))
    outside = OPEN if bounds.soft else FAILS
    rows = [np.where(bounds.bounded, OPEN, PASSES)]
    for value in (LOWEST + 1, *cuts):  # the lowest of each span stands for all of it
        within = (bounds.low <= value) & (value <= bounds.high)
        rows.append(np.where(within, PASSES, outside))
    return Cuts(bounds.column, cuts, builder.add(np.array(rows, np.uint8)))


def _without(catalogue: Catalogue) -> Integers:
    found = np.ones((len(catalogue.groups), len(catalogue)), bool)
    found[catalogue.groups_of, catalogue.products_of_groups] = False
    return found


def _bits(rows: Integers) -> Integers:
    """Rows of booleans as words of 64 bits, the first product in the lowest bit."""
    height, width = rows.shape
    padded = np.zeros((height, max(1, -(-width // 64)) * 64), bool)
    padded[:, :width] = rows
    return np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def group_states(catalogue: Catalogue, people: Population, who: Integers) -> Integers:
    """What each tag group of a catalogue comes to for enterprises: a column for each group."""
    place = {tag: number for number, tag in enumerate(people.tags)}
    states = np.full((len(who), len(catalogue.groups)), PASSES, np.uint8)
    held, lacking = people.held[:, who], people.lacking[:, who]
    for number, group in enumerate(catalogue.groups):
        missing, failed = np.ones(len(who), bool), np.ones(len(who), bool)
        for tag in group:
            if tag not in place:
                failed[:] = False
                continue
            word, bit = place[tag] // 64, np.uint64(1 << place[tag] % 64)
            missing &= (held[word] & bit) == 0
            failed &= (lacking[word] & bit) != 0
        states[missing, number] = OPEN
        states[missing & failed, number] = FAILS
    return states
