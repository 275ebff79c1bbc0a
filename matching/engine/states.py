"""What one place, industry, size or set of tags means to every product of a catalogue.

A state for each product: PASSES, OPEN (only more knowledge can tell) or FAILS; None when no product
asks anything.
"""

from collections.abc import Callable, Iterable

import numpy as np

from foundation.regions import region_stem
from matching.applicant import Tags
from matching.engine.catalogue import Catalogue, Wanted
from matching.engine.units import EVERY_SIZE, FAILS, OPEN, PASSES, SOLE_TRADER, Integers
from matching.terms import Verdict


def region_states(catalogue: Catalogue, place: str, codes: frozenset[str]) -> Integers | None:
    """By where an enterprise is: open while a product asks for a part of what is known."""
    return _by_code(catalogue.regions, region_stem(place), map(region_stem, codes))


def industry_states(catalogue: Catalogue, industry: str) -> Integers | None:
    """By industry: open while a product asks for a part of what is known."""
    wider = (industry[:length] for length in range(1, len(industry) + 1))
    return _by_code(catalogue.industries, industry, wider)


def size_states(catalogue: Catalogue, sizes: int) -> Integers:
    """By the sizes an enterprise can have and whether it is a 个体工商户, as bits."""
    asked, possible = catalogue.sizes, sizes & EVERY_SIZE
    states = np.full(len(catalogue), FAILS, np.uint8)
    states[(asked & possible) != 0] = OPEN
    states[(possible & ~asked) == 0] = PASSES
    if sizes & SOLE_TRADER:
        states[catalogue.sole_traders] = PASSES
    return states


def tag_states(
    catalogue: Catalogue,
    tags: Tags,
    opens: Callable[[Integers], None],
    fails: Callable[[Integers], None],
) -> None:
    """By qualifications: tells the products of every group that is open or that fails.

    A product that asks for two such groups is told twice.
    """
    if not catalogue.groups:
        return
    verdicts = [tags.verdict(group) for group in catalogue.groups]
    for verdict, tell in ((Verdict.UNKNOWN, opens), (Verdict.FAIL, fails)):
        which = np.array([one is verdict for one in verdicts])
        if which.any():
            tell(catalogue.products_of_groups[which[catalogue.groups_of]])


def _by_code(wanted: Wanted, known: str, within: Iterable[str]) -> Integers | None:
    """`known` is what is known of an enterprise, `within` every code that it lies in."""
    if not wanted.products:
        return None
    states: Integers = wanted.asks * np.uint8(FAILS)
    for code, products in wanted.products.items():
        if code.startswith(known):
            states[products] = OPEN
    for code in within:
        if code in wanted.products:
            states[wanted.products[code]] = PASSES
    return states
