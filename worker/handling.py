"""How a fact is handled: every handler of its kind, and what happens when one of them fails."""

from foundation.facts import Fact
from worker.handlers import HANDLERS


class HandlersFailedError(Exception):
    """Some handlers of a fact failed. Says which and how, never with which values."""

    def __init__(self, fact: Fact, failures: dict[str, Exception]) -> None:
        what = ", ".join(f"{name}: {type(error).__name__}" for name, error in failures.items())
        super().__init__(f"{type(fact).__name__} {fact.fact_id}: {what}")
        self.failures = failures


async def handle(fact: Fact) -> None:
    """Run every handler of a fact; one that fails does not keep the others from running.

    Handlers are safe to repeat, so the whole fact is tried again after a failure.
    Raises HandlersFailedError.
    """
    failures: dict[str, Exception] = {}
    for handler in HANDLERS[type(fact)]:
        try:
            await handler(fact)
        except Exception as error:
            failures[handler.__name__] = error
    if failures:
        raise HandlersFailedError(fact, failures) from next(iter(failures.values()))
