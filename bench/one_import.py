"""`python -m bench.one_import FILE`: import a file of JS-13, and say how long it took."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

from bench.memory import peak_bytes
from bench.provident_files import RECEIVED_ON
from sharing.imports import import_file
from storage.database import close_database, open_database


async def _measured(path: Path) -> dict[str, float]:
    await open_database(os.environ["DATABASE_URL"])
    try:
        begun = time.perf_counter()
        receipt = await import_file(
            path,
            city="JIANGYIN",
            category_code="JS-13",
            provider="示例提供单位",
            received_on=RECEIVED_ON,
        )
        seconds = time.perf_counter() - begun
    finally:
        await close_database()
    return {
        "accepted": receipt.accepted,
        "unchanged": receipt.unchanged,
        "seconds": seconds,
        "megabytes": peak_bytes() / 2**20,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measured(Path(sys.argv[1])))))
