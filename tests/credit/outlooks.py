"""What the tests of paths look at: an outlook, its paths, those by letters alone."""

from datetime import date

from credit.facts import (
    Facts,
)
from credit.grade import grade
from credit.methods.rules import STANDARD_RULES
from credit.path import (
    GradePath,
    Outlook,
    outlook_of,
    paths_from,
)
from credit.ranking import Populations
from tests.factories.facts import (
    AS_OF,
    populations,
)


def looked_at(known: Facts, among: Populations | None = None, as_of: date = AS_OF) -> Outlook:
    among = among or populations()
    return outlook_of(known, grade(known, among, as_of), as_of, STANDARD_RULES)


def paths(known: Facts, among: Populations | None = None) -> tuple[GradePath, ...]:
    return paths_from(looked_at(known, among))


def by_letters(known: Facts) -> list[GradePath]:
    """The paths that ask for nothing beside the letters."""
    return [path for path in paths(known) if not any(step.direct for step in path.steps)]
