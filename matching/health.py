"""How many products a demand fits, and how the count moves with its amount and its term.

Answers while somebody types: every count is one pass over the catalogue's columns.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from matching.applicant import Applicant, Wish
from matching.engine.catalogue import Catalogue
from matching.engine.shelf import judged
from matching.engine.units import OPEN, PASSES, Integers, fen_of
from matching.pricing import treated_as

MOST_POINTS = 12
_WIDEST = 4  # amounts from a quarter of what is asked to four times as much


@dataclass(frozen=True)
class Count:
    """Products that fit, those among them that lend the whole amount, and near misses."""

    fitting: int
    full: int
    near: int


@dataclass(frozen=True)
class AmountPoint:
    """The count at another amount, in yuan."""

    amount: Decimal
    count: Count


@dataclass(frozen=True)
class TermPoint:
    """The count at another term, in months."""

    term_months: int
    count: Count


@dataclass(frozen=True)
class Health:
    """A demand before the shelf; the points are in ascending order, without the demand's own."""

    now: Count
    by_amount: tuple[AmountPoint, ...]
    by_term: tuple[TermPoint, ...]


def health_of(catalogue: Catalogue, applicant: Applicant, wish: Wish, today: date) -> Health:
    """A demand's count, and the nearest amounts and terms at which it would be another one."""
    now = count(catalogue, applicant, wish, today)
    by_amount = [
        AmountPoint(amount, count(catalogue, applicant, replace(wish, amount=amount), today))
        for amount in amounts_near(catalogue, applicant, wish)
    ]
    by_term = [
        TermPoint(term, count(catalogue, applicant, replace(wish, term_months=term), today))
        for term in terms_near(catalogue, wish)
    ]
    return Health(
        now=now,
        by_amount=tuple(point for point in by_amount if _differs(point.count, now)),
        by_term=tuple(point for point in by_term if _differs(point.count, now)),
    )


def count(catalogue: Catalogue, applicant: Applicant, wish: Wish, today: date) -> Count:
    """The count for one wish."""
    states, _ = judged(catalogue, applicant, wish, today)
    fitting = states == PASSES
    return Count(
        fitting=int(np.count_nonzero(fitting)),
        full=int(np.count_nonzero(fitting & lends_all(catalogue, applicant, wish))),
        near=int(np.count_nonzero(states == OPEN)),
    )


def lends_all(catalogue: Catalogue, applicant: Applicant, wish: Wish) -> Integers:
    """Which products may lend the applicant's grade the whole amount, whatever else they ask."""
    grade = treated_as(applicant.grade)
    if grade is None:
        return np.zeros(len(catalogue), bool)
    found: Integers = catalogue.limit[grade.height - 1] >= fen_of(wish.amount)
    return found


def amounts_near(catalogue: Catalogue, applicant: Applicant, wish: Wish) -> list[Decimal]:
    """The amounts, in yuan, at which products begin or cease to lend, nearest ones only."""
    grade = treated_as(applicant.grade)
    if grade is None:
        return []
    asked = fen_of(wish.amount)
    edges = np.unique(np.concatenate([catalogue.min_amount, catalogue.limit[grade.height - 1]]))
    near = [
        int(edge)
        for edge in edges
        if edge > 0 and edge != asked and asked <= edge * _WIDEST and edge <= asked * _WIDEST
    ]
    return [Decimal(edge).scaleb(-2) for edge in _nearest(near, asked)]


def terms_near(catalogue: Catalogue, wish: Wish) -> list[int]:
    """The terms, in months, at which products begin or cease to lend, nearest ones only."""
    edges = np.unique(np.concatenate([catalogue.min_term, catalogue.max_term]))
    return _nearest((int(edge) for edge in edges if edge != wish.term_months), wish.term_months)


def _nearest(edges: Iterable[int], asked: int) -> list[int]:
    """The edges nearest by proportion, half of them below what is asked; ascending."""
    ascending = sorted(edges)
    below = [edge for edge in ascending if edge < asked][-MOST_POINTS // 2 :]
    above = [edge for edge in ascending if edge > asked][: MOST_POINTS // 2]
    return [*below, *above]


def _differs(one: Count, other: Count) -> bool:
    return (one.fitting, one.full) != (other.fitting, other.full)
