"""What one place, industry, size or set of tags means to every product of a catalogue.

A state for each product: PASSES, OPEN (only more knowledge can tell) or FAILS; None when no product
asks anything.
"""

from collections.abc import Callable, Iterable

import numpy as np

from foundation.industry import falls_under
from matching.applicant import Tags
from matching.engine.catalogue import Catalogue
from matching.engine.units import EVERY_SIZE, FAILS, OPEN, PASSES, SOLE_TRADER, Integers
from matching.terms import Verdict


def region_states(catalogue: Catalogue, place: str, codes: frozenset[str]) -> Integers | None:
    """By where an enterprise is: open while a product asks for a part of what is known."""
    return _by_set(
        catalogue.region_sets,
        catalogue.region_set,
        lambda wanted: bool(wanted & codes),
        lambda wanted: any(code.startswith(place) for code in wanted),
    )


def industry_states(catalogue: Catalogue, industry: str) -> Integers | None:
    """By industry: open while a product asks for a part of what is known."""
    return _by_set(
        catalogue.industry_sets,
        catalogue.industry_set,
        lambda wanted: any(falls_under(industry, code) for code in wanted),
        lambda wanted: any(falls_under(code, industry) for code in wanted),
    )


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


def _by_set(
    sets: Iterable[frozenset[str]],
    numbers: Integers,
    passes: Callable[[frozenset[str]], bool],
    is_open: Callable[[frozenset[str]], bool],
) -> Integers | None:
    table = [
        PASSES if not wanted or passes(wanted) else OPEN if is_open(wanted) else FAILS
        for wanted in sets
    ]
    if not any(table):
        return None
    found: Integers = np.array(table, np.uint8)[numbers]
    return found
