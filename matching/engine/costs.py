"""The all-in cost of every product, grade and term of one catalogue, computed when first asked for.

A fee of a fixed sum makes the cost depend on the amount as well; such products are priced by the
amount that is granted, and remembered by it.
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from matching.cost import all_in_cost
from matching.engine.units import GRADES, NO_COST, Integers, units_of
from matching.pricing import price_for
from matching.sheet import ProductSheet

_REMEMBERED = 500_000
_MILLION = 100_000_000  # fen; what no fixed sum depends on may be priced at any amount


class CostTable:
    """All-in costs in 1/10,000 percent, compounded; NO_COST where none exists."""

    def __init__(self, sheets: Sequence[ProductSheet]) -> None:
        self._sheets = sheets
        self._vectors: dict[tuple[int, int], Integers] = {}
        self._single: dict[tuple[int, int, int, int], int] = {}
        self.by_amount = np.array([any(fee.amount for fee in sheet.fees) for sheet in sheets], bool)

    def vector(self, grade: int, term_months: int) -> Integers:
        """What each product costs a grade (1 备选 to 3 高级) at the nearest term it offers.

        Products that are priced by the amount stand here with NO_COST.
        """
        key = (grade, term_months)
        if key not in self._vectors:
            places = np.flatnonzero(~self.by_amount)
            found = np.full(len(self._sheets), NO_COST, np.int32)
            for place in places:
                found[place] = self._priced(int(place), grade, term_months, _MILLION)
            self._vectors[key] = found
        return self._vectors[key]

    def of(self, product: int, grade: int, term_months: int, granted_fen: int) -> int:
        """What one product costs a grade for one amount."""
        key = (product, grade, term_months, granted_fen)
        found = self._single.get(key)
        if found is None:
            if len(self._single) >= _REMEMBERED:
                self._single.clear()
            found = self._single[key] = self._priced(*key)
        return found

    def table(self, terms: Sequence[int]) -> Integers:
        """[grade - 1, place of the term, product] for some terms."""
        rows = [[self.vector(height, term) for term in terms] for height in (1, 2, 3)]
        return np.array(rows, np.int32).reshape(len(GRADES), len(terms), len(self._sheets))

    def _priced(self, product: int, grade: int, term_months: int, granted_fen: int) -> int:
        sheet = self._sheets[product]
        cost = all_in_cost(
            amount=Decimal(granted_fen) / 100,
            annual_rate=price_for(GRADES[grade - 1], sheet).annual_rate,
            term_months=min(max(term_months, sheet.min_term_months), sheet.max_term_months),
            method=sheet.repayment_methods[0],
            fees=sheet.fees,
        )
        return NO_COST if cost.compound is None else units_of(cost.compound)
