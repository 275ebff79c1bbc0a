"""The parts of a matching job on a Dask cluster: each is a task that may be done again elsewhere.

Every machine runs this same project and reaches the files by the same paths. A worker that dies
gives its parts to the others; a part that was written twice was written the same.
"""

from collections.abc import Iterator
from dataclasses import replace

from distributed import Client, as_completed

from tools.match_parts import Done, Job, match_part

RETRIES = 3
CONNECT_TIMEOUT_S = 5
_TIME_OUT_S = 6 * 3600


def on_cluster(job: Job, numbers: range, address: str) -> Iterator[Done]:
    """Each part as it is done. Raises OSError when nobody answers at the address, and what a part
    raised when it failed on every try.
    """
    # One thread for a task: the cluster knows how many a worker has.
    alone = replace(job, threads=1)
    with Client(address, timeout=CONNECT_TIMEOUT_S) as client:  # type: ignore[no-untyped-call]
        futures = client.map(
            match_part, [alone] * len(numbers), list(numbers), pure=False, retries=RETRIES
        )
        ended = as_completed(futures, with_results=True, timeout=_TIME_OUT_S)  # type: ignore[no-untyped-call]
        for _, done in ended:
            yield done
