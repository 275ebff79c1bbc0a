"""How long pieces of work take: once, or the medians of several runs in turns."""

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """How long something takes once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def processor_seconds(work: Callable[[], object]) -> float:
    """How much of the processor something takes once, all threads together."""
    started = time.process_time()
    work()
    return time.process_time() - started


def alternated(
    works: list[Callable[[], object]],
    runs: int = 5,
    summary: Callable[[list[float]], float] = statistics.median,
) -> list[float]:
    """The median time of each work, or another summary, the works run in turns."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for times, work in zip(found, works, strict=True):
            times.append(seconds(work))
    return [summary(times) for times in found]
