"""The rule lab: whom a product would fit before it is published, in counts that name nobody.

What is counted are cohorts of ten firms and more (matching/cohorts.py), whatever is asked, and each
counts as ten: so one firm that joins between two draws moves no count by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from credit.levels import GradeLevel
from matching.cohorts import SMALLEST_CELL, Cohort
from matching.engine.audience import CONDITIONS, Audience, audience_of
from matching.engine.catalogue import compile_sheets
from matching.engine.population import Population, compile_applicants
from matching.engine.units import OPEN, Integers
from matching.sheet import ProductSheet


@dataclass(frozen=True)
class Laboratory:
    """A city's cohorts, compiled once and asked often."""

    cohorts: Sequence[Cohort]
    population: Population

    @staticmethod
    def of(cohorts: Sequence[Cohort]) -> "Laboratory":
        """Cohorts ready for questions."""
        return Laboratory(tuple(cohorts), compile_applicants([one.typical for one in cohorts]))


@dataclass(frozen=True)
class Cell:
    """Firms of one kind, and how many of them the product would fit, in tens."""

    key: str
    firms: int
    fitting: int


@dataclass(frozen=True)
class Barrier:
    """One condition: how many firms do not meet it, and how many fail by it alone."""

    code: str
    firms: int
    alone: int


@dataclass(frozen=True)
class Trial:
    """A product before a city, in tens. `near` firms are shut out by nothing that cannot change.

    Barriers are in descending order of how many they alone shut out, then of how many they touch;
    the first one is what shuts out most.
    """

    firms: int
    fitting: int
    near: int
    by_grade: tuple[Cell, ...]
    by_district: tuple[Cell, ...]
    by_industry: tuple[Cell, ...]
    barriers: tuple[Barrier, ...]


def trial(sheet: ProductSheet, laboratory: Laboratory, today: date) -> Trial:
    """What a sheet would do in a city on a day, whatever amount and term a firm asks for."""
    audience = audience_of(compile_sheets([sheet]), 0, laboratory.population, today)
    sizes = np.full(len(laboratory.cohorts), SMALLEST_CELL, np.int64)
    fits = audience.words == 0

    def cells(key: Callable[[Cohort], str], order: Sequence[str] = ()) -> tuple[Cell, ...]:
        return _cells(laboratory.cohorts, sizes, fits, key, order)

    return Trial(
        firms=int(sizes.sum()),
        fitting=int(sizes[fits].sum()),
        near=int(sizes[audience.states == OPEN].sum()),
        by_grade=cells(lambda one: one.typical.grade.value, [level.value for level in GradeLevel]),
        by_district=cells(lambda one: one.typical.place.code),
        by_industry=cells(lambda one: one.typical.industry[:1]),
        barriers=_barriers(audience, sizes),
    )


def _cells(
    cohorts: Sequence[Cohort],
    sizes: Integers,
    fits: Integers,
    key: Callable[[Cohort], str],
    order: Sequence[str],
) -> tuple[Cell, ...]:
    firms: dict[str, int] = {}
    fitting: dict[str, int] = {}
    for cohort, size, fit in zip(cohorts, sizes, fits, strict=True):
        name = key(cohort)
        firms[name] = firms.get(name, 0) + int(size)
        fitting[name] = fitting.get(name, 0) + int(size) * bool(fit)
    names = [name for name in order if name in firms] or sorted(firms)
    return tuple(Cell(name, firms[name], fitting[name]) for name in names)


def _barriers(audience: Audience, sizes: Integers) -> tuple[Barrier, ...]:
    met_by = {code: ~audience.shut_out_by(code) for code in CONDITIONS}
    unmet = sum((~met).astype(np.int16) for met in met_by.values())
    found = [
        Barrier(code, int(sizes[~met].sum()), int(sizes[~met & (unmet == 1)].sum()))
        for code, met in met_by.items()
        if not met.all()
    ]
    return tuple(sorted(found, key=lambda one: (-one.alone, -one.firms, one.code)))
