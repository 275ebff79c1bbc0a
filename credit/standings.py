"""Where an enterprise's ① and ② stand in their rankings: the figures behind the two letters."""

from collections.abc import Mapping

from credit.facts import Facts
from credit.ranking import Populations, Standing, ratio_of

TAX, UTILITIES = 1, 2


def standings_of(facts: Facts, populations: Populations) -> Mapping[int, Standing]:
    """By indicator number, the place in the group; left out where there is none.

    What the consent leaves out is not placed, nor is an enterprise of unknown industry.
    """
    ranked = (
        (TAX, populations.tax, (facts.tax,) if facts.tax else ()),
        (UTILITIES, populations.utilities, facts.utilities),
    )
    found = {}
    for number, population, parts in ranked:
        ratio = None if number in facts.withheld else ratio_of(parts)
        standing = None if ratio is None else population.place(facts.industry, ratio)
        if standing is not None:
            found[number] = standing
    return found
