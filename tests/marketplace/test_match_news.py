"""Which runs are news: what is really better for a demand, the best first."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from marketplace.match_news import Standing, improvements

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
BEST = 2


def at(rank: int | None, cost: str | None = "4", version: int = 1) -> Standing:
    return Standing(version, rank, None if cost is None else Decimal(cost))


def test_new_among_the_best_and_cheaper_are_better_and_come_best_first() -> None:
    before = {A: at(1, "5"), B: at(2, "6")}
    after = {A: at(2, "4.5"), C: at(1, "4"), B: at(3, "6")}
    assert improvements(before, after, BEST) == [C, A]


def test_what_moves_up_because_another_left_is_no_news() -> None:
    assert improvements({A: at(1), B: at(2), C: at(3)}, {B: at(1), C: at(2)}, BEST) == []


def test_new_beyond_the_best_dearer_or_another_version_alike_is_no_news() -> None:
    before = {A: at(1), B: at(2)}
    assert improvements(before, {**before, C: at(3)}, BEST) == []
    assert improvements(before, {A: at(1, "4.1"), B: at(2, version=2)}, BEST) == []
    assert improvements({A: at(1, None)}, {A: at(1)}, BEST) == []


_standings = st.dictionaries(
    st.sampled_from([A, B, C]),
    st.builds(at, st.integers(1, 5), st.none() | st.sampled_from(["3", "4", "5"])),
)


@given(before=_standings, after=_standings, best=st.integers(1, 5))
def test_everything_told_is_new_or_cheaper(
    before: Mapping[UUID, Standing], after: Mapping[UUID, Standing], best: int
) -> None:
    told = improvements(before, after, best)
    assert [after[one].rank for one in told] == sorted(after[one].rank or 0 for one in told)
    for one in told:
        was, now = before.get(one), after[one]
        if was is None:
            assert now.rank is not None
            assert now.rank <= best
        else:
            assert (now.cost or 0) < (was.cost or 0)
    assert improvements(after, after, best) == []
