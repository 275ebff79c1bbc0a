"""Every demand before every product: the best of each, in blocks, on as many threads as are given.

Beyond the columns it is given, it needs the memory of a few blocks, whatever their number.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.applicant import REFERENCE_WISH
from matching.engine import kernels
from matching.engine.catalogue import Catalogue
from matching.engine.population import Asks, Population
from matching.engine.rows import Rows, group_states, rows_of
from matching.engine.units import FAILS, NO_COST, OPEN, Integers, fen_of

NOBODY = -1  # where a demand has fewer products than were asked for
_BLOCK = 8_192
_MOST = 100


@dataclass(frozen=True)
class Best:
    """The best products of a block of demands, a row for each: places of the catalogue, NOBODY
    where there are no more.

    `fitting` and `open` count all that fit and all near misses. `cost` is in 1/10,000 percent,
    NO_COST where there is none. `near` holds the near misses in their order.
    """

    start: int
    product: Integers
    cost: Integers
    is_full: Integers
    is_asked_kind: Integers
    fitting: Integers
    near: Integers
    open: Integers


def reference_asks(people: Population) -> Asks:
    """What every enterprise is priced for where nobody asks: 100万 over 12 months."""
    size = len(people)
    return Asks(
        enterprise=np.arange(size, dtype=np.int32),
        amount=np.full(size, fen_of(REFERENCE_WISH.amount), np.int64),
        term=np.full(size, REFERENCE_WISH.term_months, np.int32),
        kinds=np.zeros(size, np.uint8),
    )


@dataclass(frozen=True)
class Batch:
    """A catalogue compiled for one population and one day.

    `wished`: the demands ask for something; otherwise amounts and terms exclude nothing, as in
    matching.rank.rank without a wish. `top` and `near` are at most 100.
    """

    catalogue: Catalogue
    people: Population
    rows: Rows
    wished: bool
    top: int
    near: int

    @staticmethod
    def of(
        catalogue: Catalogue,
        people: Population,
        today: date,
        *,
        wished: bool = True,
        top: int = 10,
        near: int = 0,
    ) -> "Batch":
        """Compile. Raises ValueError when more is asked for than a batch gives."""
        if not 0 < top <= _MOST or not 0 <= near <= _MOST:
            raise ValueError(f"top is 1 to {_MOST}, near 0 to {_MOST}")
        return Batch(catalogue, people, rows_of(catalogue, people, today), wished, top, near)

    def blocks(self, asks: Asks, threads: int = 1) -> Iterator[Best]:
        """The best products of every demand, block after block in the demands' order."""
        starts = iter(range(0, len(asks), _BLOCK))
        terms = _Terms(self.catalogue, asks)
        with ThreadPoolExecutor(threads) as pool:
            waiting: deque[Future[Best]] = deque()
            for start in starts:
                if len(waiting) > threads:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(self._block, asks, terms, start))
            while waiting:
                yield waiting.popleft().result()

    def _block(self, asks: Asks, terms: "_Terms", start: int) -> Best:
        part = _slice(asks, start, start + _BLOCK)
        rows = self.rows.of(self.people, part, wished=self.wished)
        groups = group_states(self.catalogue, self.people, part.enterprise)
        found = kernels.accumulate(rows, self.rows.passes, groups, self.rows.without, OPEN)
        keys, places, fitting = self._chosen(part, found, terms)
        near, open_ones = self._near(rows, groups, found)
        return Best(
            start=start,
            product=places,
            cost=np.where(places == NOBODY, NO_COST, (keys >> 26) & ((1 << 30) - 1)),
            is_full=(places != NOBODY) & ((keys >> 57) & 1 == 0),
            is_asked_kind=(places != NOBODY) & ((keys >> 56) & 1 == 0),
            fitting=fitting,
            near=near,
            open=open_ones,
        )

    def _chosen(
        self, asks: Asks, found: Integers, terms: "_Terms"
    ) -> tuple[Integers, Integers, Integers]:
        catalogue = self.catalogue
        keys = np.zeros((len(asks), self.top), np.int64)
        places = np.full((len(asks), self.top), NOBODY, np.int32)
        grades = self.people.grade[asks.enterprise].astype(np.int64)
        by_amount = catalogue.costs.by_amount
        fitting = kernels.choose(
            found,
            (grades, terms.places(asks.term), asks.amount, asks.term, asks.kinds),
            (
                catalogue.limit,
                catalogue.open_kinds,
                catalogue.tie,
                catalogue.min_amount,
                catalogue.min_term,
                catalogue.max_term,
            ),
            terms.costs,
            (by_amount, _priced(catalogue, asks, grades, found)),
            keys,
            places,
        )
        return keys, places, fitting

    def _near(self, rows: Integers, groups: Integers, found: Integers) -> tuple[Integers, Integers]:
        if not self.near:
            nothing = np.zeros(len(found), np.int32)
            return np.empty((len(found), 0), np.int32), nothing
        allowed = kernels.accumulate(rows, self.rows.allows, groups, self.rows.without, FAILS)
        keys = np.zeros((len(found), self.near), np.int64)
        places = np.full((len(found), self.near), NOBODY, np.int32)
        counted = kernels.choose_near(
            allowed & ~found,
            rows,
            self.rows.passes,
            groups,
            self.catalogue.groups_of,
            self.catalogue.group_starts,
            self.catalogue.by_id,
            keys,
            places,
        )
        return places, counted


class _Terms:
    """The cost table of the terms that are asked for."""

    def __init__(self, catalogue: Catalogue, asks: Asks) -> None:
        self._terms = np.unique(asks.term)
        self.costs = catalogue.costs.table([int(term) for term in self._terms])

    def places(self, terms: Integers) -> Integers:
        return np.searchsorted(self._terms, terms)


def _priced(catalogue: Catalogue, asks: Asks, grades: Integers, found: Integers) -> Integers:
    """What the products that are priced by the amount cost, in the order of demand and product."""
    chosen = np.zeros(found.shape[1] * 64, bool)
    chosen[: len(catalogue)] = catalogue.costs.by_amount
    if not chosen.any():
        return np.empty(0, np.int64)
    words = np.packbits(chosen, bitorder="little").view("<u8").astype(np.uint64)
    pairs = np.empty((kernels.listed(found, words, np.empty((0, 2), np.int64)), 2), np.int64)
    kernels.listed(found, words, pairs)
    ask, product = pairs.T
    grade = grades[ask]
    least, limit = catalogue.min_amount[product], catalogue.limit[grade - 1, product]
    granted = np.minimum(np.maximum(asks.amount[ask], least), limit)
    wanted = np.stack([product, grade, asks.term[ask], granted], axis=1)
    distinct, back = np.unique(wanted, axis=0, return_inverse=True)
    prices = np.array([catalogue.costs.of(*map(int, row)) for row in distinct], np.int64)
    return prices[back.reshape(-1)]


def _slice(asks: Asks, start: int, stop: int) -> Asks:
    part = slice(start, stop)
    return Asks(asks.enterprise[part], asks.amount[part], asks.term[part], asks.kinds[part])
