"""Enterprises and what they ask for, in columns."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from credit.levels import EnterpriseSize
from matching.applicant import Applicant, Wish
from matching.engine.units import (
    EVERY_SIZE,
    SOLE_TRADER,
    Integers,
    day_of,
    fen_of,
    kind_bits,
    size_bits,
)
from matching.pricing import treated_as

_INT16 = np.iinfo(np.int16)


class Premises(NamedTuple):
    """Where an enterprise is: the narrowest code known, and every code that it lies in."""

    code: str
    codes: frozenset[str]


@dataclass(frozen=True)
class Population:
    """Enterprises in columns of one length; 54 bytes each with up to 64 tags.

    `grade` is 0 for 不予认证, 1 备选 and 未评级, 2 一级, 3 高级. `region` and `industry` point
    into `regions` and `industries`. `sizes` holds the possible sizes as bits, 微型 first, and
    16 for 个体工商户. `established` is an ordinal day. Revenue and tax are fen a year. `held`
    and `lacking` are words of bits by `tags`; a tag in neither is unknown.
    """

    grade: Integers
    region: Integers
    industry: Integers
    sizes: Integers
    established: Integers
    revenue: Integers
    tax: Integers
    employees: Integers
    records: Integers
    loans: Integers
    held: Integers
    lacking: Integers
    regions: Sequence[Premises]
    industries: Sequence[str]
    tags: Sequence[str]

    def __len__(self) -> int:
        return len(self.grade)

    def columns(self) -> list[Integers]:
        """Every column, one after another."""
        found = [value for value in vars(self).values() if isinstance(value, np.ndarray)]
        return [row for column in found for row in ([column] if column.ndim == 1 else column)]


@dataclass(frozen=True)
class Asks:
    """Demands in columns: whose (a place in the population), fen, months, kinds as bits (0: any).

    The wished rate is not among them: it orders nothing.
    """

    enterprise: Integers
    amount: Integers
    term: Integers
    kinds: Integers

    def __len__(self) -> int:
        return len(self.enterprise)


def compile_applicants(applicants: Sequence[Applicant]) -> Population:
    """Applicants in columns. Raises ValueError for money with a part of a fen."""
    premises, region = _numbered([Premises(a.place.code, a.region_codes) for a in applicants])
    industries, industry = _numbered([a.industry for a in applicants])
    tags, _ = _numbered(sorted({t for a in applicants for t in a.tags.held | a.tags.lacking}))
    return Population(
        grade=_column(applicants, np.int8, _height),
        region=np.array(region, np.int32),
        industry=np.array(industry, np.int32),
        sizes=_column(applicants, np.uint8, sizes_of),
        established=_column(applicants, np.int32, lambda a: day_of(a.established_on)),
        revenue=_column(applicants, np.int64, lambda a: _known(a.annual_revenue, fen_of)),
        tax=_column(applicants, np.int64, lambda a: _known(a.annual_tax, fen_of)),
        employees=_column(applicants, np.int32, lambda a: a.employees),
        records=_column(applicants, np.int16, lambda a: _few(a.public_records)),
        loans=_column(applicants, np.int16, lambda a: _few(a.bad_loans)),
        held=tag_words(tags, [a.tags.held for a in applicants]),
        lacking=tag_words(tags, [a.tags.lacking for a in applicants]),
        regions=premises,
        industries=industries,
        tags=tags,
    )


def compile_wishes(wishes: Sequence[Wish]) -> Asks:
    """Wishes in columns, the first of the first enterprise and so on."""
    return Asks(
        enterprise=np.arange(len(wishes), dtype=np.int32),
        amount=np.array([fen_of(wish.amount) for wish in wishes], np.int64),
        term=np.array([wish.term_months for wish in wishes], np.int32),
        kinds=np.array([kind_bits(wish.guarantee_kinds) for wish in wishes], np.uint8),
    )


def tag_words(tags: Sequence[str], sets: Sequence[Iterable[str]]) -> Integers:
    """Sets of tags as bits: a row for every 64 tags, a column for every set."""
    place = {tag: number for number, tag in enumerate(tags)}
    words = np.zeros((len(tags) // 64 + 1, len(sets)), np.uint64)
    for column, names in enumerate(sets):
        for name in names:
            if name in place:
                words[place[name] // 64, column] |= np.uint64(1 << place[name] % 64)
    return words


def sizes_of(applicant: Applicant) -> int:
    """The sizes an applicant can have as bits, with the bit of 个体工商户."""
    if applicant.size is EnterpriseSize.UNKNOWN:
        bits = size_bits(applicant.possible_sizes) or EVERY_SIZE
    else:
        bits = size_bits({applicant.size})
    return bits | (SOLE_TRADER if applicant.sole_trader else 0)


def _height(applicant: Applicant) -> int:
    grade = treated_as(applicant.grade)
    return 0 if grade is None else grade.height


def _few(count: int | None) -> int | None:
    # What is over every bound there can be stays so.
    return None if count is None else min(count, int(_INT16.max))


def _known(value: Any, convert: Callable[[Any], int]) -> int | None:
    return None if value is None else convert(value)


def _column(
    applicants: Sequence[Applicant], dtype: Any, read: Callable[[Applicant], int | None]
) -> Integers:
    unknown = np.iinfo(dtype).min
    values = (read(one) for one in applicants)
    return np.array([unknown if value is None else value for value in values], dtype)


def _numbered(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """The different values in the order of their first appearance, and each one's number."""
    numbers: dict[Any, int] = {}
    places = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), places
