"""Handle what is queued, here and now: for tests, and for filling a database before it serves."""

from datetime import timedelta
from uuid import uuid4

from pgqueuer.domain.types import QueueEntrypoint, QueueManagerId
from pgqueuer.models import Job
from pgqueuer.ports.repository import EntrypointExecutionParameter

from storage.queue import fact_of, give_back, queue
from worker.handlers import HANDLERS
from worker.handling import handle

BATCH = 20
# What a stopped worker or an interrupted drain left behind is taken over after this long.
STALE_AFTER = timedelta(seconds=5)


async def drain() -> int:
    """Handle every fact that is due, and those they lead to, until none is left; how many.

    Raises HandlersFailedError at the first fact whose handlers fail; that fact and the rest of
    its batch go back to the queue.
    """
    done = 0
    while jobs := await _take():
        for place, job in enumerate(jobs):
            try:
                await handle(fact_of(job))
            except BaseException:
                await give_back([unfinished.id for unfinished in jobs[place:]])
                raise
            await queue().log_jobs([(job, "successful", None)])
            done += 1
    return done


async def _take() -> list[Job]:
    kinds = {
        QueueEntrypoint(fact.__name__): EntrypointExecutionParameter(concurrency_limit=0)
        for fact in HANDLERS
    }
    return await queue().dequeue(
        batch_size=BATCH,
        entrypoints=kinds,
        queue_manager_id=QueueManagerId(uuid4()),
        global_concurrency_limit=None,
        heartbeat_timeout=STALE_AFTER,
    )
