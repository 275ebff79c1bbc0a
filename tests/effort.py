"""How much work Python does, in calls: a figure that a busy machine does not move."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Calls:
    """The calls of Python functions made so far."""

    def __init__(self) -> None:
        """Start at none."""
        self.made = 0

    def _count(self, _frame: FrameType, event: str, _argument: object) -> None:
        self.made += event == "call"


@contextmanager
def counted() -> Iterator[Calls]:
    """Count the calls that this thread makes inside."""
    calls, before = Calls(), sys.getprofile()
    sys.setprofile(calls._count)
    try:
        yield calls
    finally:
        sys.setprofile(before)
