"""How the queue runs a fact, so that no failure loses it.

pgqueuer deletes a job whose handler raises, and one that is cancelled. Here a failure puts the
fact back with a growing pause, an interruption puts it back at once, and what fails for about an
hour is parked: it stays in the queue as `failed`, counted, until an operator retries it.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

import structlog
from pgqueuer.errors import RetryRequested
from pgqueuer.executors import AbstractEntrypointExecutor
from pgqueuer.models import Context, Job

from storage.queue import fact_of
from worker.handling import HandlersFailedError, handle

MAX_ATTEMPTS = 15
FIRST_PAUSE = timedelta(seconds=1)
LAST_PAUSE = timedelta(minutes=10)

log = structlog.get_logger("worker")


class ParkedError(Exception):
    """A fact failed too often. The text names handlers and exception types, never values."""


def pause_after(attempts: int) -> timedelta:
    """How long to wait after a failure that so many preceded: 1 s, 2 s, 4 s … 10 minutes."""
    return min(FIRST_PAUSE * int(2 ** min(attempts, 20)), LAST_PAUSE)


@dataclass
class FactExecutor(AbstractEntrypointExecutor):
    """Runs the handlers of the fact that a job carries."""

    async def execute(self, job: Job, context: Context) -> None:
        """Handle the fact. Raises RetryRequested to put it back, ParkedError to park it."""
        del context
        started = monotonic()
        try:
            await handle(fact_of(job))
        except asyncio.CancelledError:
            log.info("fact_interrupted", kind=job.entrypoint, job_id=job.id)
            raise RetryRequested(timedelta(0), "interrupted") from None
        except Exception as error:
            reason = str(error) if isinstance(error, HandlersFailedError) else type(error).__name__
            _say_failed(job, error)
            # `from None`: what pgqueuer keeps of the traceback must not quote anybody's data.
            if job.attempts + 1 >= MAX_ATTEMPTS:
                raise ParkedError(reason) from None
            raise RetryRequested(pause_after(job.attempts), reason) from None
        took_ms = round((monotonic() - started) * 1000)
        log.info("fact_handled", kind=job.entrypoint, job_id=job.id, took_ms=took_ms)


def _say_failed(job: Job, error: Exception) -> None:
    causes = error.failures if isinstance(error, HandlersFailedError) else {"fact_of": error}
    for handler, cause in causes.items():
        log.error(
            "handler_failed",
            kind=job.entrypoint,
            job_id=job.id,
            handler=handler,
            attempts=job.attempts + 1,
            exc_info=cause,
        )
