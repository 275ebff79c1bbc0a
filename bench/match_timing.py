"""How long pieces of work take: the shortest of several runs, or the medians of alternated ones."""

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """How long something takes once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def shortest(work: Callable[[], object], runs: int = 5) -> float:
    """The shortest of several runs."""
    return min(seconds(work) for _ in range(runs))


def alternated(works: list[Callable[[], object]], runs: int = 5) -> list[float]:
    """The median time of each work, the works run in turns."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for times, work in zip(found, works, strict=True):
            times.append(seconds(work))
    return [statistics.median(times) for times in found]
