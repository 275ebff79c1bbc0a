"""Loads grades for the viewer; each batch is one statement in the access ledger."""

from collections.abc import Sequence
from uuid import UUID

from strawberry.dataloader import DataLoader

from accounts.viewers import Viewer
from foundation.clock import Clock
from foundation.errors import Forbidden
from resolvers.loaders.batching import MAX_BATCH
from sharing.readings import GradeReading, read_grades


def grades_as(viewer: Viewer | None, clock: Clock) -> DataLoader[UUID, GradeReading]:
    """Grades as a viewer may read them; Forbidden for one whose reading serves no purpose.

    Whoever holds an enterprise's row has a purpose, so that would be a bug of the road there.
    """

    async def read(keys: list[UUID]) -> Sequence[GradeReading | BaseException]:
        readings = await read_grades(viewer, keys, clock.now())
        return [readings[key] or Forbidden("当前身份不能查看这家企业的信用等级") for key in keys]

    return DataLoader(load_fn=read, max_batch_size=MAX_BATCH)
