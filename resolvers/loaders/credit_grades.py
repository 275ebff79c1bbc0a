"""Loads grades for the viewer; each batch is one statement in the access ledger."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from strawberry.dataloader import DataLoader

from accounts.viewers import Viewer
from foundation.clock import Clock
from foundation.errors import Forbidden
from foundation.tokens import signing_keys
from resolvers.loaders.batching import MAX_BATCH
from sharing.grades import amounts
from sharing.grades.receipts import Papers, papers_of
from sharing.grading import HeldGrade
from sharing.readings import GradeReading, read_grades


def grades_as(viewer: Viewer | None, clock: Clock) -> DataLoader[UUID, GradeReading]:
    """Grades as a viewer may read them; Forbidden for one whose reading serves no purpose.

    Whoever holds an enterprise's row has a purpose, so that would be a bug of the road there.
    """

    async def read(keys: list[UUID]) -> Sequence[GradeReading | BaseException]:
        readings = await read_grades(viewer, keys, clock.now())
        return [readings[key] or Forbidden("当前身份不能查看这家企业的信用等级") for key in keys]

    return DataLoader(load_fn=read, max_batch_size=MAX_BATCH)


async def read_papers(grade_ids: Sequence[UUID]) -> list[Papers | None]:
    """What belongs to kept grades beside their letters, in the order of their ids."""
    found = await papers_of(grade_ids, signing_keys().ring())
    return [found.get(grade_id) for grade_id in grade_ids]


async def amounts_behind(held: HeldGrade) -> Mapping[int, str]:
    """The amounts behind a grade's ratios; none where nothing was ranked or no consent stands."""
    ranked = any(one.standing for one in held.indicators)
    if held.as_of is None or held.consent_id is None or not ranked:
        return {}
    return await amounts.amounts_behind(held.city, held.uscc, held.as_of, held.bases)
