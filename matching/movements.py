"""What became of products between two orders of the best: new, gone, cheaper, dearer, up, down."""

from collections.abc import Hashable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)


class Movement(StrEnum):
    """What is different; the first that is true is said."""

    NEW = "NEW"
    LEFT = "LEFT"
    CHEAPER = "CHEAPER"
    DEARER = "DEARER"
    ROSE = "ROSE"
    FELL = "FELL"

    @property
    def chinese(self) -> str:
        """The movement as reports write it."""
        return _CHINESE[self]


_CHINESE = {
    Movement.NEW: "新进",
    Movement.LEFT: "退出",
    Movement.CHEAPER: "降价",
    Movement.DEARER: "涨价",
    Movement.ROSE: "上升",
    Movement.FELL: "下降",
}


class Spot(NamedTuple):
    """A product's rank among the best of a demand, 1 for the first, and its all-in cost in percent
    a year where there is one.
    """

    rank: int
    cost: Decimal | None


class Moved(NamedTuple):
    """A product's movement, with where it was and where it is."""

    movement: Movement
    before: Spot | None
    after: Spot | None


def movement_between(before: Spot | None, after: Spot | None) -> Movement | None:
    """What became of one product; None is not among the best. A cost that is missing on one side
    is neither cheaper nor dearer.
    """
    if before is None or after is None:
        if before is None and after is None:
            return None
        return Movement.NEW if before is None else Movement.LEFT
    if before.cost is not None and after.cost is not None and before.cost != after.cost:
        return Movement.CHEAPER if after.cost < before.cost else Movement.DEARER
    if before.rank != after.rank:
        return Movement.ROSE if after.rank < before.rank else Movement.FELL
    return None


def movements(before: Mapping[K, Spot], after: Mapping[K, Spot], best: int) -> dict[K, Moved]:
    """What moved among the `best` of two orders of one demand: first what is there now, in its
    order, then what left.
    """
    was = {key: spot for key, spot in before.items() if spot.rank <= best}
    now = {key: spot for key, spot in after.items() if spot.rank <= best}
    keys = sorted(now, key=lambda key: now[key].rank)
    keys += sorted(was.keys() - now.keys(), key=lambda key: was[key].rank)
    found = {}
    for key in keys:
        movement = movement_between(was.get(key), now.get(key))
        if movement is not None:
            found[key] = Moved(movement, was.get(key), now.get(key))
    return found
