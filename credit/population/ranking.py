"""Places in the industry for a whole population: groups, ranks, letters and cuts of ① and ②."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from credit.population.ratios import Flags, Longs, Numbers, ascending
from credit.ranking import SMALLEST_MINIMUM_GROUP
from foundation.industry import industries, section_of

Codes: TypeAlias = NDArray[np.int8]
Small: TypeAlias = NDArray[np.uint8]

GROUPS = tuple(industries())
"""Every division and section; a group's number is its position here."""

_POSITION = {code: position for position, code in enumerate(GROUPS)}
_SECTION = np.array([_POSITION[section_of(code)] for code in GROUPS], dtype=np.int8)
_IS_SECTION = np.array([code == section_of(code) for code in GROUPS])
NOWHERE = -1
NONE, A, B, C = 0, 1, 2, 3
"""Letters as numbers; NONE is not classified."""


@dataclass(frozen=True)
class Cuts:
    """Of one group: its size, how many are placed in it, and the lowest ratios of A and of B."""

    group: str
    size: int
    placed: int
    a_cut: tuple[int, int]
    b_cut: tuple[int, int]


@dataclass(frozen=True)
class Places:
    """Per row: the number of its group (NOWHERE without one), the group's size, rank, letter."""

    group: Codes
    size: Numbers
    rank: Numbers
    letter: Small
    cuts: tuple[Cuts, ...]


@dataclass(frozen=True)
class _Level:
    """Rows sorted by group, then by ratio upwards; where each group begins and how large it is."""

    rows: Longs
    codes: Codes
    rank: Numbers
    start: Longs
    size: Longs


def place(group: Codes, current: Longs, base: Longs, is_ranked: Flags, minimum: int) -> Places:
    """Rank the marked rows by current / base in fen (A2-8 to A2-12).

    `group` is the number of each row's division or section. Raises ValueError for a minimum
    group under 5 (A2-11).
    """
    if minimum < SMALLEST_MINIMUM_GROUP:
        raise ValueError(f"a ranking group needs at least {SMALLEST_MINIMUM_GROUP} members")
    members = np.flatnonzero(is_ranked)
    order, dense = ascending(current[members], base[members])
    upwards = members[order]
    codes = group[upwards]
    divisions = _level(upwards, dense, codes)
    is_own = (divisions.size >= minimum) & ~_IS_SECTION
    levels = {False: divisions}
    placed = [_placed(divisions, is_own)]
    if not is_own[codes].all():
        # Whole sections are ranked only where somebody's division is too small (A2-11).
        sections = _SECTION[codes]
        wanted = np.zeros(len(GROUPS), dtype=np.bool_)
        wanted[sections[~is_own[codes]]] = True
        inside = wanted[sections]
        levels[True] = _level(upwards[inside], dense[inside], sections[inside])
        is_large = levels[True].size >= minimum
        rows, numbers, sizes, ranks = _placed(levels[True], is_large)
        fallen = ~is_own[group[rows]]
        placed.append((rows[fallen], numbers[fallen], sizes[fallen], ranks[fallen]))
    return _places(len(group), placed, levels, current, base)


def _level(upwards: Longs, dense: Numbers, codes: Codes) -> _Level:
    order = np.argsort(codes, kind="stable")
    codes, dense = codes[order], dense[order]
    size = np.bincount(codes, minlength=len(GROUPS))
    start = np.cumsum(size) - size
    ends = np.ones(len(order), dtype=np.bool_)
    ends[:-1] = (codes[1:] != codes[:-1]) | (dense[1:] != dense[:-1])
    # The end of the run of equals that each position belongs to: better ones come behind it.
    last = np.flatnonzero(ends)
    run_end = np.repeat(last.astype(np.int32), np.diff(last, prepend=-1))
    rank = (start + size).astype(np.int32)[codes] - run_end
    return _Level(upwards[order], codes, rank, start, size)


_Placed: TypeAlias = tuple[Longs, Codes, Numbers, Numbers]
"""Rows, and their groups' numbers, sizes, and their ranks."""


def _placed(level: _Level, is_used: Flags) -> _Placed:
    rows, codes, rank = level.rows, level.codes, level.rank
    if not is_used[level.size > 0].all():
        inside = is_used[codes]
        rows, codes, rank = rows[inside], codes[inside], rank[inside]
    return rows, codes, level.size.astype(np.int32)[codes], rank


def _places(
    many: int,
    placed: Sequence[_Placed],
    levels: Mapping[bool, _Level],
    current: Longs,
    base: Longs,
) -> Places:
    group = np.full(many, NOWHERE, dtype=np.int8)
    size, rank = np.zeros(many, dtype=np.int32), np.zeros(many, dtype=np.int32)
    letter = np.zeros(many, dtype=np.uint8)
    for rows, codes, sizes, ranks in placed:
        group[rows], size[rows], rank[rows] = codes, sizes, ranks
        # 3 less one for the first half, less another one for the first fifth: C, B, A (A2-9).
        within = (2 * ranks <= sizes).view(np.uint8) + (5 * ranks <= sizes).view(np.uint8)
        letter[rows] = C - within
    members = np.bincount(group[group != NOWHERE], minlength=len(GROUPS))
    cuts = tuple(
        _cuts(number, int(members[number]), levels[bool(_IS_SECTION[number])], current, base)
        for number in np.flatnonzero(members).tolist()
    )
    return Places(group, size, rank, letter, cuts)


def _cuts(number: int, placed: int, level: _Level, current: Longs, base: Longs) -> Cuts:
    end, size = int(level.start[number] + level.size[number]), int(level.size[number])
    rows = [int(level.rows[end - size // part]) for part in (5, 2)]
    a_cut, b_cut = (_reduced(int(current[row]), int(base[row])) for row in rows)
    return Cuts(GROUPS[number], size, placed, a_cut, b_cut)


def _reduced(numerator: int, denominator: int) -> tuple[int, int]:
    common = gcd(numerator, denominator)
    return numerator // common, denominator // common
