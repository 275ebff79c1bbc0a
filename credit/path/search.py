"""The smallest sets of changes that reach a level, all of them found, the nearest ones kept.

The thresholds ask for no C and for a number of A's. So every C must go by its smallest change,
every limit must be lifted, and what is still missing in A's is chosen in every possible way from
the indicators that can give one: these sets, and no others, are smallest. Beside them stand those
of the direct method, which asks for no letter; a set that another one is a part of is not smallest.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from credit.levels import GradeLevel, Letter
from credit.methods.letters import A_FOR_ADVANCED, A_FOR_FIRST, level_of_letters
from credit.path.direct import CAP
from credit.path.steps import GradePath, Outlook, Step

MAX_PATHS = 6
"""How many paths to one level are kept, the nearest first."""

_MANY_A = {GradeLevel.FIRST: A_FOR_FIRST, GradeLevel.ADVANCED: A_FOR_ADVANCED}


def paths_from(outlook: Outlook) -> tuple[GradePath, ...]:
    """The nearest smallest paths to each better level, the next level first.

    In order: those in the enterprise's own hands, then those that wait, then the others; what
    asks less of others first, then fewer steps, then earlier days. Empty for 高级, and
    where no known change reaches a level.
    """
    if outlook.required:
        return (GradePath(level=GradeLevel.CANDIDATE, steps=outlook.required),)
    found: list[GradePath] = []
    for level, many_a in _MANY_A.items():
        if outlook.letters and level.better_than(outlook.level):
            enough = [one for one in outlook.routes if not level.better_than(one.level)]
            letters = [
                one
                for one in _smallest(outlook, level, many_a)
                if not any(_says_as_much(route, one) for route in enough)
            ]
            routes = [one for one in _distinct(enough, letters) if one.level is level]
            nearest = sorted(letters, key=_nearest)[: MAX_PATHS - len(routes)]
            found += sorted([*nearest, *routes], key=_nearest)
    return tuple(found)


def _says_as_much(one: GradePath, other: GradePath) -> bool:
    return set(one.steps) <= set(other.steps)


def _distinct(routes: Sequence[GradePath], letters: Sequence[GradePath]) -> list[GradePath]:
    """The routes that ask for more than no other one, and than no set by the letters; of equals
    the best.
    """
    found: list[GradePath] = []
    for one in sorted(routes, key=lambda route: (len(route.steps), -route.level.standing)):
        others = (*found, *letters)
        if not any(all(_follows(step, one) for step in other.steps) for other in others):
            found.append(one)
    return found


def _follows(step: Step, path: GradePath) -> bool:
    """Whether a step is taken with a path: as one of its steps, by its time, or with better
    credit points.
    """
    if step.available_on is not None and path.earliest_on is not None:
        return step.available_on <= path.earliest_on
    return step in path.steps or (step == CAP and any(one.cap for one in path.steps))


def level_after(outlook: Outlook, steps: Iterable[Step]) -> GradeLevel:
    """The level once these steps are taken: by the letters, the gate and the cap, or directly."""
    taken = tuple(steps)
    letters, gate, cap = list(outlook.letters), outlook.gate, outlook.cap
    for step in taken:
        if step.indicator is not None and step.after is not None:
            letters[step.indicator - 1] = step.after
        gate, cap = step.gate or gate, step.cap or cap
    by_letters = min(level_of_letters(letters), gate, cap, key=_standing)
    direct = [one.level for one in outlook.routes if set(one.steps) <= set(taken)]
    return max(by_letters, *direct, key=_standing) if direct else by_letters


def _standing(level: GradeLevel) -> int:
    return level.standing


def _smallest(outlook: Outlook, level: GradeLevel, many_a: int) -> Iterable[GradePath]:
    chosen: list[Step | None] = []
    higher: list[tuple[int, Step]] = []
    for place, options in enumerate(_chains(outlook)):
        least = _least(outlook, place, options, level)
        if least is None:
            return
        chosen.append(least[0])
        if raised := _raised(outlook, place, least[0], options[least[1] :]):
            higher.append((place, raised))
    missing = many_a - sum(
        _letter(outlook, place, step) is Letter.A for place, step in enumerate(chosen)
    )
    for picked in combinations(higher, max(missing, 0)):
        with_more = list(chosen)
        for place, step in picked:
            with_more[place] = step
        steps = [step for step in with_more if step is not None]
        yield GradePath(level=level, steps=tuple(sorted(steps, key=_in_order)))


def _chains(outlook: Outlook) -> list[tuple[Step, ...]]:
    """The options by indicator, and last those that lift the cap."""
    chains: list[tuple[Step, ...]] = [() for _ in (*outlook.letters, "cap")]
    for options in outlook.options:
        chains[(options[0].indicator or 0) - 1] = options
    return chains


def _letter(outlook: Outlook, place: int, step: Step | None) -> Letter | None:
    if step is not None and step.after is not None:
        return step.after
    return outlook.letters[place] if place < len(outlook.letters) else None


def _least(
    outlook: Outlook, place: int, options: Sequence[Step], level: GradeLevel
) -> tuple[Step | None, int] | None:
    """The smallest change at one place that leaves neither a C nor a limit under the level, and
    where the greater ones begin; None when there is none.
    """
    for index, step in enumerate((None, *options)):
        if _allows(outlook, place, step, level):
            return step, index
    return None


def _allows(outlook: Outlook, place: int, step: Step | None, level: GradeLevel) -> bool:
    if _letter(outlook, place, step) is Letter.C:
        return False
    if place == _RECORDS:
        return not level.better_than((step and step.gate) or outlook.gate)
    if place >= len(outlook.letters):
        return not level.better_than((step and step.cap) or outlook.cap)
    return True


_RECORDS = 8
"""The place of ⑨, whose records are those of the gate (A2-36)."""


def _raised(
    outlook: Outlook, place: int, least: Step | None, greater: Sequence[Step]
) -> Step | None:
    """The smallest greater change that makes this indicator an A, unless it is one already."""
    if _letter(outlook, place, least) is Letter.A:
        return None
    return next((step for step in greater if step.after is Letter.A), None)


def _in_order(step: Step) -> tuple[bool, int, int]:
    """C's first, then what the enterprise can do, then the annex's order."""
    return (step.before is not Letter.C, step.control.standing, step.indicator or 0)


def _climbs(step: Step) -> int:
    """How many letters a step climbs: C to A is twice as far as C to B."""
    return 2 if (step.before, step.after) == (Letter.C, Letter.A) else 1


def _nearest(path: GradePath) -> tuple[int, int, bool, int, str, tuple[int, ...]]:
    foreign = sum(step.control.standing * _climbs(step) for step in path.steps)
    earliest = path.earliest_on.isoformat() if path.earliest_on else ""
    numbers = tuple(step.indicator or 0 for step in path.steps)
    # An honour is one step, and a longer one than most letters.
    beside = any(step.direct and not step.cap for step in path.steps)
    return (path.control.standing, foreign, beside, len(path.steps), earliest, numbers)
