"""Of any outlook: a path reaches its level, no smaller set does, and the nearest is first."""

from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from credit.levels import GradeLevel, Letter
from credit.path import (
    GradePath,
    Outlook,
    Step,
    StepControl,
    level_after,
    paths_from,
)

A, B, C, NONE = Letter.A, Letter.B, Letter.C, Letter.NOT_CLASSIFIED


_LETTERS = st.sampled_from([A, B, C, NONE])


_CONTROLS = st.sampled_from(list(StepControl))


@st.composite
def routes(draw: st.DrawFn, chains: tuple[tuple[Step, ...], ...]) -> tuple[GradePath, ...]:
    """Sets beside the letters, that share steps with them or not."""
    shared = [step for chain in chains for step in chain if step.gate or step.cap]
    own = [
        Step(
            indicator=None,
            name=f"示例{number}",
            before=None,
            after=None,
            control=StepControl.CONTROLLABLE,
            explanation="示例",
            direct=True,
        )
        for number in range(3)
    ]
    found = []
    for _ in range(draw(st.integers(0, 3))):
        steps = draw(st.sets(st.sampled_from([*own, *shared]), min_size=1, max_size=3))
        level = draw(st.sampled_from([GradeLevel.FIRST, GradeLevel.ADVANCED]))
        found.append(GradePath(level=level, steps=tuple(sorted(steps, key=str))))
    return tuple(found)


@st.composite
def outlooks(draw: st.DrawFn) -> Outlook:
    """Any letters with any ascending chains of changes, a gate at ⑨ and perhaps a cap."""
    letters = [*draw(st.lists(_LETTERS, min_size=12, max_size=12)), NONE]
    gate = GradeLevel.ADVANCED
    if letters[8] in (B, C):
        gate = draw(st.sampled_from([GradeLevel.FIRST, GradeLevel.CANDIDATE]))
    cap = draw(st.sampled_from([GradeLevel.ADVANCED, GradeLevel.CANDIDATE]))
    chains = []
    for number, letter in enumerate(letters[:12], start=1):
        better = {C: [B, A], B: [A], NONE: [A], A: []}[letter]
        kept = [one for one in better if draw(st.booleans())]
        gates = {B: GradeLevel.FIRST, A: GradeLevel.ADVANCED} if number == 9 else {}
        if kept:
            chains.append(
                tuple(
                    Step(
                        indicator=number,
                        name="示例",
                        before=letter,
                        after=after,
                        control=draw(_CONTROLS),
                        explanation="示例",
                        gate=gates.get(after),
                    )
                    for after in kept
                )
            )
    if cap is not GradeLevel.ADVANCED and draw(st.booleans()):
        lifted = Step(
            indicator=None,
            name="示例",
            before=None,
            after=None,
            control=StepControl.CONTROLLABLE,
            explanation="示例",
            cap=GradeLevel.ADVANCED,
        )
        chains.append((lifted,))
    before = Outlook(
        level=GradeLevel.CANDIDATE,
        letters=tuple(letters),
        gate=gate,
        cap=cap,
        options=tuple(chains),
        routes=draw(routes(tuple(chains))),
    )
    return replace(before, level=level_after(before, ()))


@given(outlooks())
def test_a_path_reaches_its_level_and_no_smaller_set_does(outlook: Outlook) -> None:
    for path in paths_from(outlook):
        assert not path.level.better_than(level_after(outlook, path.steps))
        for fewer in combinations(path.steps, len(path.steps) - 1):
            assert path.level.better_than(level_after(outlook, fewer))


@given(outlooks())
def test_where_no_path_is_found_there_is_none(outlook: Outlook) -> None:
    """Taking the best change everywhere is the most that can be done."""
    most = [options[-1] for options in outlook.options]
    direct = [step for route in outlook.routes for step in route.steps]
    reached = {path.level for path in paths_from(outlook)}

    best = max(
        (outlook.level, level_after(outlook, most), level_after(outlook, direct)),
        key=lambda level: level.standing,
    )
    assert max((outlook.level, *reached), key=lambda level: level.standing) is best
    if not outlook.routes:
        for level in (GradeLevel.FIRST, GradeLevel.ADVANCED):
            assert (level in reached) == (
                level.better_than(outlook.level) and not level.better_than(best)
            )


@given(outlooks())
def test_the_nearest_path_is_first_and_the_order_is_always_the_same(outlook: Outlook) -> None:
    found = paths_from(outlook)

    assert found == paths_from(outlook)
    for level in (GradeLevel.FIRST, GradeLevel.ADVANCED):
        standing = [path.control.standing for path in found if path.level is level]
        assert standing == sorted(standing)
        assert len(standing) <= 6
