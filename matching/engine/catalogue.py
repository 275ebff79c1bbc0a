"""The sheets of a catalogue in columns, compiled once for each version of the catalogue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from foundation.regions import region_stem
from matching.engine.costs import CostTable
from matching.engine.units import (
    EVERY_SIZE,
    GRADES,
    Integers,
    fen_of,
    kind_bits,
    latest_founding,
    size_bits,
    units_of,
)
from matching.pricing import kinds_open_to, limit_for, price_for, reached_grade
from matching.sheet import ProductSheet

LOWEST, HIGHEST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


class Bounds(NamedTuple):
    """Between what a figure must lie for each product; LOWEST and HIGHEST bound nothing.

    `bounded`: which products ask anything of it. `soft`: outside is a near miss, because it can be
    waited for or cured, and no failure.
    """

    code: str
    column: str
    low: Integers
    high: Integers
    bounded: Integers
    soft: bool

    @staticmethod
    def of(code: str, column: str, low: Integers, high: Integers, *, soft: bool) -> "Bounds":
        """Bounds with which products they bound."""
        return Bounds(code, column, low, high, (low != LOWEST) | (high != HIGHEST), soft)


class Wanted(NamedTuple):
    """The codes that products ask for: which products ask at all, and which ask for each code."""

    asks: Integers
    products: dict[str, Integers]

    @staticmethod
    def of(wanted: Sequence[set[str]]) -> "Wanted":
        """From the codes of each product; none asks for nothing."""
        found: dict[str, list[int]] = {}
        for product, codes in enumerate(wanted):
            for code in codes:
                found.setdefault(code, []).append(product)
        return Wanted(
            np.array([bool(codes) for codes in wanted], bool),
            {code: np.array(products, np.int32) for code, products in sorted(found.items())},
        )


@dataclass(frozen=True)
class Catalogue:
    """Sheets in columns, one place for each product; a row for each of 备选, 一级 and 高级 first.

    `limit` is a grade's own; `reached_limit` that of the grade asked for where it is higher, by
    which a near miss by grade is judged. `tie` orders what costs the same: the higher limit, then
    the product's id; `by_id` is the place of the id alone. Region, industry and tag groups are
    numbered sets, because most products share them; a product's groups are
    `groups_of[starts[p]:starts[p + 1]]`.
    """

    sheets: Sequence[ProductSheet]
    required: Integers
    rate: Integers
    limit: Integers
    reached_limit: Integers
    open_kinds: Integers
    tie: Integers
    by_id: Integers
    min_amount: Integers
    max_amount: Integers
    min_term: Integers
    max_term: Integers
    sizes: Integers
    sole_traders: Integers
    min_age: Integers
    figures: Sequence[Bounds]
    regions: Wanted
    industries: Wanted
    groups: Sequence[frozenset[str]]
    groups_of: Integers
    products_of_groups: Integers
    group_starts: Integers
    costs: CostTable
    _bounds: dict[date, list[Bounds]] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.sheets)

    def bounds(self, today: date) -> list[Bounds]:
        """What every figure must lie between on a day, without those that no product asks for."""
        found = self._bounds.get(today)
        if found is None:
            self._bounds.clear()
            found = self._bounds[today] = self._bounds_on(today)
        return found

    def _bounds_on(self, today: date) -> list[Bounds]:
        by_months = {
            int(months): latest_founding(today, int(months)) if months else HIGHEST
            for months in np.unique(self.min_age)
        }
        latest = np.array([by_months[int(months)] for months in self.min_age], np.int64)
        age = Bounds.of("age", "established", np.full_like(latest, LOWEST), latest, soft=True)
        return [one for one in (age, *self.figures) if one.bounded.any()]


def compile_sheets(sheets: Sequence[ProductSheet]) -> Catalogue:
    """Sheets in columns. Raises ValueError for money or rates that integers cannot hold."""
    limit = _by_grade(sheets, np.int64, lambda grade, sheet: fen_of(limit_for(grade, sheet)))
    by_id = _places(sorted(range(len(sheets)), key=lambda p: sheets[p].product_id))
    tie = [_places(np.lexsort((by_id, -row))) for row in limit]
    groups, groups_of = _numbered([group for sheet in sheets for group in sheet.tag_groups])
    return Catalogue(
        sheets=tuple(sheets),
        required=_column(sheets, np.int8, lambda sheet: sheet.required_grade.height),
        rate=_by_grade(
            sheets, np.int64, lambda grade, sheet: units_of(price_for(grade, sheet).annual_rate)
        ),
        limit=limit,
        reached_limit=_by_grade(
            sheets,
            np.int64,
            lambda grade, sheet: fen_of(limit_for(reached_grade(grade, sheet), sheet)),
        ),
        open_kinds=_by_grade(
            sheets, np.uint8, lambda grade, sheet: kind_bits(kinds_open_to(grade, sheet))
        ),
        tie=np.array(tie, np.int32).reshape(len(GRADES), len(sheets)),
        by_id=by_id,
        min_amount=_column(sheets, np.int64, lambda sheet: fen_of(sheet.min_amount)),
        max_amount=_column(sheets, np.int64, lambda sheet: fen_of(sheet.max_amount)),
        min_term=_column(sheets, np.int32, lambda sheet: sheet.min_term_months),
        max_term=_column(sheets, np.int32, lambda sheet: sheet.max_term_months),
        sizes=_column(sheets, np.uint8, lambda sheet: size_bits(sheet.sizes) or EVERY_SIZE),
        sole_traders=_column(sheets, np.bool_, lambda sheet: sheet.accepts_sole_traders),
        min_age=_column(sheets, np.int32, lambda sheet: sheet.min_age_months or 0),
        figures=_figures(sheets),
        regions=Wanted.of(
            [{region_stem(place.code) for place in sheet.regions} for sheet in sheets]
        ),
        industries=Wanted.of([set(sheet.industries) for sheet in sheets]),
        groups=groups,
        groups_of=groups_of,
        products_of_groups=np.repeat(
            np.arange(len(sheets), dtype=np.int32), [len(sheet.tag_groups) for sheet in sheets]
        ),
        group_starts=np.cumsum([0, *(len(sheet.tag_groups) for sheet in sheets)], dtype=np.int64),
        costs=CostTable(sheets),
    )


def _figures(sheets: Sequence[ProductSheet]) -> list[Bounds]:
    def bound(least: bool, read: Callable[[ProductSheet], Any]) -> Integers:
        nothing = LOWEST if least else HIGHEST
        values = [read(sheet) for sheet in sheets]
        return np.array([nothing if one is None else one for one in values], np.int64)

    def fen(name: str) -> Callable[[ProductSheet], Any]:
        return lambda sheet: _known(getattr(sheet.figures, name))

    def whole(name: str) -> Callable[[ProductSheet], Any]:
        return lambda sheet: getattr(sheet.figures, name)

    free_low, free_high = bound(True, lambda _: None), bound(False, lambda _: None)
    return [
        Bounds.of(
            "revenue",
            "revenue",
            bound(True, fen("min_annual_revenue")),
            bound(False, fen("max_annual_revenue")),
            soft=False,
        ),
        Bounds.of("tax", "tax", bound(True, fen("min_annual_tax")), free_high, soft=False),
        Bounds.of(
            "employees",
            "employees",
            bound(True, whole("min_employees")),
            bound(False, whole("max_employees")),
            soft=False,
        ),
        Bounds.of(
            "records", "records", free_low, bound(False, whole("max_public_records")), soft=True
        ),
        Bounds.of("loans", "loans", free_low, bound(False, whole("max_bad_loans")), soft=False),
    ]


def _known(amount: Any) -> int | None:
    return None if amount is None else fen_of(amount)


def _column(
    sheets: Sequence[ProductSheet], dtype: Any, read: Callable[[ProductSheet], Any]
) -> Integers:
    return np.array([read(sheet) for sheet in sheets], dtype)


def _by_grade(sheets: Sequence[ProductSheet], dtype: Any, read: Any) -> Integers:
    rows = [[read(grade, sheet) for sheet in sheets] for grade in GRADES]
    return np.array(rows, dtype).reshape(len(GRADES), len(sheets))


def _places(order: Any) -> Integers:
    places = np.empty(len(order), np.int32)
    places[np.asarray(order, np.int64)] = np.arange(len(order), dtype=np.int32)
    return places


def _numbered(values: Sequence[Any]) -> tuple[list[frozenset[str]], Integers]:
    numbers: dict[frozenset[str], int] = {}
    places = [numbers.setdefault(frozenset(value), len(numbers)) for value in values]
    return list(numbers), np.array(places, np.int32)
