"""The parts of a matching job on a Dask cluster: each is a task that may be done again elsewhere.

Every machine runs this same project and reaches the files by the same paths. A worker that dies
gives its parts to the others; a part that was written twice was written the same.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from distributed import Client, as_completed

from tools.match_parts import Done, Job, match_part

RETRIES = 3
CONNECT_TIMEOUT_S = 5
_TIME_OUT_S = 6 * 3600
_ADDRESS = re.compile(r"(?:tcp|tls)://[^\s/]+:([0-9]{1,5})", re.ASCII)
_LAST_PORT = 65_535


def on_cluster(job: Job, numbers: range, address: str) -> Iterator[Done]:
    """Each part as it is done. Raises ValueError when the address is none or nobody answers there,
    and what a part raised when it failed on every try.
    """
    # One thread for a task: the cluster knows how many a worker has.
    alone = replace(job, threads=1)
    with _connected(address) as client:
        futures = client.map(
            match_part, [alone] * len(numbers), list(numbers), pure=False, retries=RETRIES
        )
        ended = as_completed(futures, with_results=True, timeout=_TIME_OUT_S)  # type: ignore[no-untyped-call]
        for _, done in ended:
            yield done


def _connected(address: str) -> Client:
    """Raises ValueError, in Chinese, for what is no address and where no scheduler answers."""
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[1]) <= _LAST_PORT:
        raise ValueError(f"--cluster {address}：须写成 tcp://主机:端口 或 tls://主机:端口")
    try:
        return Client(address, timeout=CONNECT_TIMEOUT_S)  # type: ignore[no-untyped-call]
    except OSError:
        raise ValueError(f"--cluster {address}：{CONNECT_TIMEOUT_S}秒内没有调度器应答") from None
    except TypeError:
        if not address.startswith("tls:"):
            raise
        raise ValueError(
            f"--cluster {address}：tls:// 须先在 Dask 的配置 distributed.comm.tls 里写明证书"
        ) from None
