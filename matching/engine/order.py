"""An order in figures alone: every product's place without a sentence, and what is kept of it."""

from matching.engine.shelf import Shelf
from matching.engine.units import FAILS, NO_COST, OPEN, PASSES
from matching.placed import Placed, told
from matching.pricing import treated_as
from matching.replay import digest_of
from matching.terms import Verdict

NEAREST = 20
"""How many products that do not fit are kept for a demand, the nearest first."""

_VERDICTS = {PASSES: Verdict.PASS, OPEN: Verdict.NEAR_MISS, FAILS: Verdict.FAIL}


def kept_positions(shelf: Shelf) -> range:
    """The positions that are kept for a demand: all that fits, and the nearest of what does not."""
    return range(1, min(len(shelf.order), shelf.eligible() + NEAREST) + 1)


def placed_at(shelf: Shelf, positions: range) -> list[Placed]:
    """The products at some positions, as matching.rank has them."""
    catalogue, grade = shelf.catalogue, treated_as(shelf.applicant.grade)
    places = shelf.order[positions.start - 1 : positions.stop - 1]
    # Without a grade nothing fits, and no figure is read.
    row = grade.height - 1 if grade else 0
    columns = (
        places.tolist(),
        positions,
        shelf.states[places].tolist(),
        catalogue.rate[row, places].tolist(),
        catalogue.limit[row, places].tolist(),
        shelf.costs_at(places).tolist(),
    )
    found = []
    for place, position, state, rate, limit, cost in zip(*columns, strict=True):
        sheet = catalogue.sheets[place]
        figures = (rate, limit, None if cost == NO_COST else cost) if state == PASSES else ()
        found.append(Placed(sheet.product_id, sheet.version, _VERDICTS[state], position, *figures))
    return found


def order_digest(shelf: Shelf) -> bytes:
    """The digest of a whole order, the same as matching.replay.order_digest of it."""
    fits = shelf.eligible()
    whole = [told(one) for one in placed_at(shelf, range(1, fits + 1))]
    beyond = shelf.order[fits:]
    for place, state in zip(beyond.tolist(), shelf.states[beyond].tolist(), strict=True):
        sheet = shelf.catalogue.sheets[place]
        whole.append([sheet.product_id, sheet.version, _VERDICTS[state], None])
    return digest_of(whole)
