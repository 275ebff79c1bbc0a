"""An order in figures alone: every product's place without a sentence, and what is kept of it."""

from collections.abc import Iterable

from matching.engine.shelf import Shelf
from matching.engine.units import FAILS, NO_COST, OPEN, PASSES
from matching.placed import Placed
from matching.pricing import treated_as
from matching.terms import Verdict

NEAREST = 20
"""How many products that do not fit are kept for a demand, the nearest first."""

_VERDICTS = {PASSES: Verdict.PASS, OPEN: Verdict.NEAR_MISS, FAILS: Verdict.FAIL}


def kept_positions(shelf: Shelf) -> range:
    """The positions that are kept for a demand: all that fits, and the nearest of what does not."""
    return range(1, min(len(shelf.order), shelf.eligible() + NEAREST) + 1)


def placed_at(shelf: Shelf, positions: Iterable[int]) -> list[Placed]:
    """The products at some positions, as matching.rank has them."""
    catalogue, grade = shelf.catalogue, treated_as(shelf.applicant.grade)
    found = []
    for position in positions:
        place = int(shelf.order[position - 1])
        sheet, verdict = catalogue.sheets[place], _VERDICTS[int(shelf.states[place])]
        figures: tuple[int | None, ...] = ()
        if verdict is Verdict.PASS and grade is not None:
            row, cost = grade.height - 1, shelf.cost_at(place)
            figures = (
                int(catalogue.rate[row, place]),
                int(catalogue.limit[row, place]),
                None if cost == NO_COST else cost,
            )
        found.append(Placed(sheet.product_id, sheet.version, verdict, position, *figures))
    return found
