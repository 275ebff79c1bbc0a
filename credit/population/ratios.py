"""Growth ratios of a population, ordered exactly although they are computed as floats.

A ratio is current / base in whole fen. Both are under 2^53, so the nearest float r of the ratio
never turns two ratios round; it can only make two of them equal. What is left, (current - r·base) /
base, tells those apart: the remainder is a float without error, and two different ratios of bases
under 2^49 lie at least 2^-98 apart, while r with the nearest float of what is left is exact to
2^-105 of a ratio of such amounts. So the pair (r, left) orders ratios as fractions do.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Longs: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[np.int32]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

LARGEST_FEN = 2**49
_SPLITTER = float(2**27 + 1)


def ascending(current: Longs, base: Longs) -> tuple[Longs, Numbers]:
    """Positions in ascending order of their ratios, and the ratios' dense ranks in that order.

    Bases must be positive. Equal fractions, and only those, share a dense rank, which starts at 0.
    """
    ratio = current / base
    order = np.argsort(ratio)
    ratio = ratio[order]
    is_new = np.empty(len(order), dtype=np.bool_)
    is_new[:1] = False
    np.not_equal(ratio[1:], ratio[:-1], out=is_new[1:])
    _tell_apart(order, is_new, current, base)
    return order, np.cumsum(is_new, dtype=np.int32)


def _tell_apart(order: Longs, is_new: Flags, current: Longs, base: Longs) -> None:
    """Put ratios whose floats are equal into their exact order, and mark where they differ."""
    same = ~is_new
    same[:1] = False
    in_run = same.copy()
    in_run[:-1] |= same[1:]
    places = np.flatnonzero(in_run)
    if not len(places):
        return
    rows = order[places]
    left = _left(current[rows], base[rows])
    run = np.cumsum(is_new[places])
    inner = np.lexsort((left, run))
    order[places] = rows[inner]
    left = left[inner]
    differs = np.zeros(len(places), dtype=np.bool_)
    differs[1:] = (left[1:] != left[:-1]) & (run[1:] == run[:-1])
    is_new[places] |= differs


def _left(current: Longs, base: Longs) -> Floats:
    """What the nearest float of current / base leaves over, divided by base."""
    numerator, denominator = current.astype(np.float64), base.astype(np.float64)
    ratio = numerator / denominator
    product = ratio * denominator
    ratio_high, ratio_low = _halves(ratio)
    base_high, base_low = _halves(denominator)
    error = (
        (ratio_high * base_high - product) + ratio_high * base_low + ratio_low * base_high
    ) + ratio_low * base_low
    remainder: Floats = (numerator - product) - error
    left: Floats = remainder / denominator
    return left


def _halves(numbers: Floats) -> tuple[Floats, Floats]:
    """Each number as the sum of two of at most 26 bits, so that their products have no error."""
    large = numbers * _SPLITTER
    high = large - (large - numbers)
    return high, numbers - high
