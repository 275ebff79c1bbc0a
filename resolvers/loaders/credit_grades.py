"""Loads grades for the viewer; each batch is one statement in the access ledger."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from accounts.viewers import Viewer
from foundation.clock import Clock
from foundation.errors import Forbidden
from sharing.readings import GradeReading, read_grades


def grades_as(
    viewer: Viewer | None, clock: Clock
) -> Callable[[list[UUID]], Awaitable[Sequence[GradeReading]]]:
    """Grades as a viewer may read them. Raises Forbidden where one serves no purpose: whoever
    holds an enterprise's row has a purpose, so that is a bug of the road that led to it.
    """

    async def read(keys: list[UUID]) -> Sequence[GradeReading]:
        readings = await read_grades(viewer, keys, clock.now())
        found = [readings[key] for key in keys]
        if None in found:
            raise Forbidden("当前身份不能查看这家企业的信用等级")
        return [reading for reading in found if reading is not None]

    return read
