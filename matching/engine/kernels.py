"""The loops over demands and products that are compiled: numba, without the interpreter's lock.

Imported by the batch alone, because the compiler costs a second to load. What is compiled is kept
beside this file where that can be written, and otherwise in the user's cache.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

from matching.engine.units import Integers

_F = TypeVar("_F", bound=Callable[..., Any])

# 64 different remainders: which bit a lone one is.
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_PLACE = np.zeros(64, np.int64)
for _bit in range(64):
    _PLACE[((1 << _bit) * int(_DE_BRUIJN) % (1 << 64)) >> 58] = _bit


def _compiled(function: _F) -> _F:
    try:
        return cast(_F, numba.njit(nogil=True, cache=True)(function))
    except RuntimeError:  # there is no place to keep it
        return cast(_F, numba.njit(nogil=True)(function))


@_compiled
def accumulate(
    rows: Integers, words: Integers, groups: Integers, without: Integers, least: int
) -> Integers:
    """The products that every row of a demand holds. A tag group whose state is `least` or worse
    leaves only the products that do not ask for it.
    """
    count, facts = rows.shape
    width = words.shape[1]
    found = np.empty((count, width), np.uint64)
    for ask in range(count):
        for word in range(width):
            bits = words[rows[ask, 0], word]
            for fact in range(1, facts):
                bits &= words[rows[ask, fact], word]
            found[ask, word] = bits
        for group in range(groups.shape[1]):
            if groups[ask, group] >= least:
                for word in range(width):
                    found[ask, word] &= without[group, word]
    return found


@_compiled
def listed(found: Integers, chosen: Integers, pairs: Integers) -> int:
    """Write (demand, product) pairs that are found among chosen products; how many there are.

    What does not fit into `pairs` is counted and not written.
    """
    count = 0
    for ask in range(found.shape[0]):
        for word in range(found.shape[1]):
            bits = found[ask, word] & chosen[word]
            while bits != np.uint64(0):
                lone = bits & (~bits + np.uint64(1))
                bits ^= lone
                if count < pairs.shape[0]:
                    pairs[count, 0] = ask
                    pairs[count, 1] = word * 64 + _PLACE[(lone * _DE_BRUIJN) >> np.uint64(58)]
                count += 1
    return count


@_compiled
def _insert(keys: Integers, places: Integers, filled: int, key: int, place: int) -> int:
    """Keep the lowest keys in order; how many are kept."""
    last = len(keys) - 1
    if filled > last:
        if key >= keys[last]:
            return filled
        at = last
    else:
        at = filled
        filled += 1
    while at > 0 and keys[at - 1] > key:
        keys[at] = keys[at - 1]
        places[at] = places[at - 1]
        at -= 1
    keys[at] = key
    places[at] = place
    return filled


@_compiled
def choose(
    found: Integers,
    asks: tuple[Integers, Integers, Integers, Integers, Integers],
    products: tuple[Integers, Integers, Integers, Integers, Integers, Integers],
    costs: Integers,
    by_amount: tuple[Integers, Integers],
    keys: Integers,
    places: Integers,
) -> Integers:
    """The best products of each demand, by keys of one integer; how many fit at all.

    `asks`: grade, place of the term in `costs`, amount, term, kinds. `products`: limits, kinds and
    ties by grade, smallest amount, shortest and longest term. `by_amount`: which products are
    priced by the amount, and those prices in the order of demand and product.
    """
    grades, term_places, amounts, terms, kinds = asks
    limits, open_kinds, ties, least, shortest, longest = products
    priced, prices = by_amount
    fitting = np.zeros(found.shape[0], np.int32)
    price = 0
    for ask in range(found.shape[0]):
        grade, amount, term, kind = grades[ask] - 1, amounts[ask], terms[ask], kinds[ask]
        filled = 0
        for word in range(found.shape[1]):
            bits = found[ask, word]
            while bits != np.uint64(0):
                lone = bits & (~bits + np.uint64(1))
                bits ^= lone
                place = word * 64 + _PLACE[(lone * _DE_BRUIJN) >> np.uint64(58)]
                fitting[ask] += 1
                if priced[place]:
                    cost = prices[price]
                    price += 1
                else:
                    cost = costs[grade, term_places[ask], place]
                key = (np.int64(cost) << 26) | ties[grade, place]
                if (
                    amount < least[place]
                    or amount > limits[grade, place]
                    or term < shortest[place]
                    or term > longest[place]
                ):
                    key |= np.int64(1) << 57
                if kind != 0 and (open_kinds[grade, place] & kind) == 0:
                    key |= np.int64(1) << 56
                filled = _insert(keys[ask], places[ask], filled, key, place)
    return fitting


@_compiled
def choose_near(
    open_ones: Integers,
    rows: Integers,
    words: Integers,
    groups: Integers,
    groups_of: Integers,
    starts: Integers,
    by_id: Integers,
    keys: Integers,
    places: Integers,
) -> Integers:
    """The near misses of each demand, the fewest obstacles first; how many there are."""
    near = np.zeros(open_ones.shape[0], np.int32)
    for ask in range(open_ones.shape[0]):
        filled = 0
        for word in range(open_ones.shape[1]):
            bits = open_ones[ask, word]
            while bits != np.uint64(0):
                lone = bits & (~bits + np.uint64(1))
                bits ^= lone
                place = word * 64 + _PLACE[(lone * _DE_BRUIJN) >> np.uint64(58)]
                near[ask] += 1
                obstacles = 0
                for fact in range(rows.shape[1]):
                    if (words[rows[ask, fact], word] & lone) == np.uint64(0):
                        obstacles += 1
                for pair in range(starts[place], starts[place + 1]):
                    if groups[ask, groups_of[pair]] != 0:
                        obstacles += 1
                key = (np.int64(obstacles) << 26) | by_id[place]
                filled = _insert(keys[ask], places[ask], filled, key, place)
    return near
