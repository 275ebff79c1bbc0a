"""One demand before a catalogue, and one product before a province."""

from decimal import Decimal

import numpy as np

from bench.figures import Figure
from bench.match_timing import alternated
from bench.match_world import TODAY, an_applicant, population, sheets, strict_sheet
from matching.applicant import Wish
from matching.engine.audience import audience_of
from matching.engine.batch import Batch, reference_asks
from matching.engine.catalogue import compile_sheets
from matching.engine.population import Population
from matching.engine.shelf import judged, shelf_for
from matching.engine.units import PASSES
from matching.rank import rank

PRODUCTS, SHOWN = 5_000, 20
ENTERPRISES = 1_500_000
EXPLAINED_AT_MOST, READING_AT_MOST = 20.0, 12.0


def one_demand() -> list[Figure]:
    """The whole order with the full explanations of the top 20, against the bare pass."""
    catalogue = compile_sheets(sheets(PRODUCTS))
    who, wish = an_applicant(), Wish(amount=Decimal(600_000), term_months=12)

    def explained() -> object:
        return shelf_for(catalogue, who, wish, TODAY).explained(range(1, SHOWN + 1))

    def bare() -> object:
        return judged(catalogue, who, wish, TODAY)

    plain = rank(who, wish, catalogue.sheets, TODAY)[:SHOWN]
    if explained() != plain:
        raise RuntimeError("the engine's top 20 are not those of the plain rules")
    whole, eligibility = alternated([explained, bare], runs=201, summary=min)
    return [
        Figure("match.shelf.bare", eligibility * 1e6, "µs"),
        Figure("match.shelf.explained", whole * 1e6, "µs"),
        Figure("match.shelf", whole / eligibility, "of_bare", at_most=EXPLAINED_AT_MOST),
    ]


def one_product() -> list[Figure]:
    """Who may have a product that asks for everything, against reading those columns once."""
    people = population(ENTERPRISES)
    catalogue = compile_sheets([strict_sheet()])

    def audience() -> object:
        return audience_of(catalogue, 0, people, TODAY)

    def reading() -> object:
        return [column.max() for column in people.columns()]

    _check(people)
    found, read = alternated([audience, reading], runs=15, summary=min)
    return [
        Figure("match.audience.reading", read * 1e3, "ms"),
        Figure("match.audience.judging", found * 1e3, "ms"),
        Figure("match.audience", found / read, "of_reading", at_most=READING_AT_MOST),
    ]


def _check(people: Population) -> None:
    """Raises RuntimeError unless the batch, in the other direction, finds the same enterprises."""
    catalogue = compile_sheets([strict_sheet()])
    states = audience_of(catalogue, 0, people, TODAY).states
    best = Batch.of(catalogue, people, TODAY, wished=False, top=1).blocks(reference_asks(people))
    fitting = np.concatenate([block.fitting for block in best])
    if not np.array_equal(fitting == 1, states == PASSES):
        raise RuntimeError("the two directions disagree")
