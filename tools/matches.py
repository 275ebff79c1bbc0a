"""`tools matches check`: kept matches against a fresh computation; exit code 1 when they differ.

What differs only because a fact still waits on the queue is named and does not count.
"""

import argparse
import asyncio
from datetime import UTC, datetime

from foundation.city import cities
from marketplace.match_check import check_matches, how_many_stand
from tools.database import application_database
from tools.progress import end_bar, show_bar

HELP = "compare a city's kept matches with a fresh computation"
SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and for which city."""
    parser.add_argument("action", choices=["check"], help="compare, and change nothing")
    parser.add_argument("--city", required=True, choices=list(cities()), help="which city")


def run(arguments: argparse.Namespace) -> int:
    """Compare, and say what differs."""
    return asyncio.run(_check(arguments.city))


async def _check(city: str) -> int:
    looked_at, waiting, wrong = 0, 0, []
    async with application_database():
        total = await how_many_stand(city) or 1
        try:
            async for one in check_matches(city, datetime.now(UTC)):
                looked_at += 1
                show_bar(looked_at / total, f"核对 {looked_at} 条需求")
                waiting += bool(one.differences) and one.waits
                if one.is_wrong:
                    wrong.append(one)
        finally:
            end_bar()
    for one in wrong:
        print(f"需求 {one.demand.id}：{len(one.differences)} 处不一致")
        for sentence in one.differences[:SHOWN]:
            print(f"  {sentence}")
    print(f"核对 {looked_at} 条需求：{len(wrong)} 条不一致，{waiting} 条等待队列处理")
    return 1 if wrong else 0
