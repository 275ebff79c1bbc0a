"""One product before a whole population: who may have it, and what shuts out the others.

Only NumPy, block by block, so that what is worked on stays in the processor's cache.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching import requirements as asked
from matching.engine.catalogue import HIGHEST, LOWEST, Bounds, Catalogue, compile_sheets
from matching.engine.population import Asks, Population
from matching.engine.states import industry_states, region_states, size_states
from matching.engine.units import FAILS, OPEN, PASSES, Integers, unknown_of

# A bit for each condition that excludes, in the order in which they are said.
CONDITIONS = (
    asked.GRADE,
    asked.REGION,
    asked.INDUSTRY,
    asked.SIZE,
    asked.TAGS,
    asked.AGE,
    asked.REVENUE,
    asked.TAX,
    asked.EMPLOYEES,
    asked.RECORDS,
    asked.LOANS,
    asked.AMOUNT,
    asked.TERM,
)
_BIT = {code: 1 << place for place, code in enumerate(CONDITIONS)}
_FAILED = 1 << 15
_BLOCK = 65_536


@dataclass(frozen=True)
class Audience:
    """A word of bits for each enterprise, or for each demand: the conditions that are not met."""

    words: Integers

    @property
    def states(self) -> Integers:
        """PASSES, OPEN or FAILS for each."""
        states: Integers = (self.words != 0).astype(np.uint8)
        states += self.words >= _FAILED
        return states

    def fitting(self) -> Integers:
        """The places of those whom the product fits."""
        return np.flatnonzero(self.words == 0)

    def shut_out_by(self, code: str) -> Integers:
        """For each, whether a condition is not met, be it open or failed."""
        found: Integers = (self.words & _BIT[code]) != 0
        return found


def audience_of(
    catalogue: Catalogue, product: int, population: Population, today: date
) -> Audience:
    """Every enterprise before the product at a place of the catalogue, whatever it asks for."""
    rules = _Rules(catalogue, product, population, today)
    words = np.empty(len(population), np.uint16)
    for start in range(0, len(population), _BLOCK):
        block = slice(start, start + _BLOCK)
        words[block] = rules.words(block)
    return Audience(words)


def demands_for(catalogue: Catalogue, product: int, audience: Audience, asks: Asks) -> Audience:
    """The demands of enterprises that were judged, by their amounts and terms as well."""
    words = audience.words[asks.enterprise].copy()
    small = asks.amount < catalogue.min_amount[product]
    words |= small.astype(np.uint16) * (_BIT[asked.AMOUNT] | _FAILED)
    low, high = catalogue.min_term[product], catalogue.max_term[product]
    off = (asks.term < low) | (asks.term > high)
    words |= off.astype(np.uint16) * (_BIT[asked.TERM] | _FAILED)
    return Audience(words)


class _Rules:
    """One product's conditions as tables by the population's own numbers."""

    def __init__(
        self, catalogue: Catalogue, product: int, population: Population, today: date
    ) -> None:
        self._population = population
        self._tables = _tables(catalogue, product, population)
        self._groups = [_masks(population, group) for group in catalogue.sheets[product].tag_groups]
        self._bounds = [
            (bounds, int(bounds.low[product]), int(bounds.high[product]))
            for bounds in catalogue.bounds(today)
            if bounds.bounded[product]
        ]

    def words(self, block: slice) -> Integers:
        """The word of each enterprise of a block."""
        people = self._population
        words = np.zeros(len(people.grade[block]), np.uint16)
        for column, table in self._tables:
            words |= table.take(column[block])
        for bounds, low, high in self._bounds:
            words |= _outside(getattr(people, bounds.column)[block], bounds, low, high)
        for held, lacking in self._groups:
            words |= _without_tags(people, block, held, lacking)
        return words


def _tables(
    catalogue: Catalogue, product: int, population: Population
) -> list[tuple[Integers, Integers]]:
    """A word for each grade, and for each place, industry and set of sizes that occurs."""
    sheet = catalogue.sheets[product]
    grades = [_BIT[asked.GRADE] | _FAILED]
    for height, limit in enumerate(catalogue.reached_limit[:, product], start=1):
        above = _BIT[asked.GRADE] if catalogue.required[product] > height else 0
        unlendable = limit < catalogue.min_amount[product]
        grades.append(above | (_BIT[asked.AMOUNT] | _FAILED if unlendable else 0))
    if catalogue.max_amount[product] < catalogue.min_amount[product]:
        grades[0] |= _BIT[asked.AMOUNT]
    one = compile_sheets([sheet])
    found = [(population.grade, np.array(grades, np.uint16))]
    if sheet.regions:
        found.append(
            (
                population.region,
                _table(
                    asked.REGION,
                    len(population.regions),
                    lambda n: region_states(one, *population.regions[n]),
                ),
            )
        )
    if sheet.industries:
        found.append(
            (
                population.industry,
                _table(
                    asked.INDUSTRY,
                    len(population.industries),
                    lambda n: industry_states(one, population.industries[n]),
                ),
            )
        )
    if sheet.sizes:
        found.append((population.sizes, _table(asked.SIZE, 32, lambda n: size_states(one, n))))
    return found


def _table(code: str, size: int, state: Callable[[int], Integers | None]) -> Integers:
    words = {PASSES: 0, OPEN: _BIT[code], FAILS: _BIT[code] | _FAILED}
    states = (state(number) for number in range(size))
    return np.array([words[PASSES if one is None else int(one[0])] for one in states], np.uint16)


def _outside(values: Integers, bounds: Bounds, low: int, high: int) -> Integers:
    bit, unknown = _BIT[bounds.code], values == unknown_of(values)
    outside = np.zeros(len(values), bool)
    if low != LOWEST:
        outside |= values < low
    if high != HIGHEST:
        outside |= values > high
    words: Integers = (outside | unknown).astype(np.uint16) * np.uint16(bit)
    if not bounds.soft:
        words |= (outside & ~unknown).astype(np.uint16) * np.uint16(_FAILED)
    return words


def _masks(population: Population, group: tuple[str, ...]) -> tuple[list[int], list[int] | None]:
    """A group as words of bits; no second ones while a tag of it is known of nobody."""
    place = {tag: number for number, tag in enumerate(population.tags)}
    masks = [0] * len(population.held)
    for tag in group:
        if tag in place:
            masks[place[tag] // 64] |= 1 << place[tag] % 64
    return masks, masks if all(tag in place for tag in group) else None


def _without_tags(
    people: Population, block: slice, held: list[int], lacking: list[int] | None
) -> Integers:
    size = len(people.grade[block])
    missing, failed = np.ones(size, bool), np.full(size, lacking is not None)
    for word, mask in enumerate(held):
        if mask:
            missing &= (people.held[word, block] & np.uint64(mask)) == 0
    for word, mask in enumerate(lacking or ()):
        if mask:
            failed &= (people.lacking[word, block] & np.uint64(mask)) == np.uint64(mask)
    words: Integers = missing.astype(np.uint16) * np.uint16(_BIT[asked.TAGS])
    words |= (missing & failed).astype(np.uint16) * np.uint16(_FAILED)
    return words
