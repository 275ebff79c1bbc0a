"""What became of products between two orders of the best."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from matching.movements import Movement, Spot, movement_between, movements

_costs = st.none() | st.sampled_from([Decimal(3), Decimal("4.5"), Decimal(5)])
_orders = st.lists(
    st.tuples(st.sampled_from("abcdefg"), _costs), unique_by=lambda one: one[0], max_size=7
).map(
    lambda found: {key: Spot(rank, cost) for rank, (key, cost) in enumerate(found, start=1)}
)  # fmt: skip


def at(rank: int, cost: str | None = "4") -> Spot:
    return Spot(rank, None if cost is None else Decimal(cost))


def test_each_movement() -> None:
    before = {"gone": at(1), "cheaper": at(2), "dearer": at(3), "up": at(5), "down": at(4)}
    after = {"cheaper": at(2, "3"), "dearer": at(1, "5"), "up": at(3), "down": at(5), "new": at(4)}
    found = movements(before, after, 5)
    assert {key: moved.movement.value for key, moved in found.items()} == {
        "dearer": "DEARER",
        "cheaper": "CHEAPER",
        "up": "ROSE",
        "new": "NEW",
        "down": "FELL",
        "gone": "LEFT",
    }
    assert list(found) == ["dearer", "cheaper", "up", "new", "down", "gone"]
    assert (found["gone"].before, found["gone"].after) == (at(1), None)


def test_only_the_best_count() -> None:
    before, after = {"a": at(1), "b": at(2)}, {"b": at(1), "a": at(2)}
    assert {key: one.movement for key, one in movements(before, after, 1).items()} == {
        "b": Movement.NEW,
        "a": Movement.LEFT,
    }


def test_a_cost_that_is_missing_on_one_side_is_neither_cheaper_nor_dearer() -> None:
    assert movement_between(at(1, None), at(1)) is None
    assert movement_between(at(2), at(1, None)) is Movement.ROSE


@given(before=_orders, after=_orders, best=st.integers(1, 7))
def test_backwards_every_movement_is_its_opposite(
    before: dict[str, Spot], after: dict[str, Spot], best: int
) -> None:
    opposite = dict(zip(Movement, (Movement(one) for one in OPPOSITES), strict=True))
    there, back = movements(before, after, best), movements(after, before, best)
    assert {key: opposite[one.movement] for key, one in there.items()} == {
        key: one.movement for key, one in back.items()
    }
    assert movements(before, before, best) == {}


OPPOSITES = ("LEFT", "NEW", "DEARER", "CHEAPER", "FELL", "ROSE")
