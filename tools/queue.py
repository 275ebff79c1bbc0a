"""`tools queue`: what stands in the queue, what is parked, and parked facts back to work."""

import argparse
import asyncio

from storage.queue import oldest_queued_seconds, parked_facts, queue_depths, retry_parked
from tools.database import application_database

HELP = "show the queue; list parked facts, or queue them again with --retry"
SHOWN = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Show, or retry some or all."""
    parser.add_argument(
        "--retry",
        nargs="*",
        type=int,
        metavar="JOB",
        help="queue these parked facts again by their job numbers, or all of them",
    )


def run(arguments: argparse.Namespace) -> int:
    """Show the queue; exit code 1 while something is parked."""
    return asyncio.run(_run(arguments.retry))


async def _run(retry: list[int] | None) -> int:
    async with application_database():
        if retry is not None:
            print(f"queued again: {await retry_parked(retry or None)}")
        for (kind, state), count in sorted((await queue_depths()).items()):
            print(f"{kind:24} {'parked' if state == 'failed' else state:8} {count:8}")
        print(f"oldest waiting: {await oldest_queued_seconds():.1f} s")
        parked = await parked_facts(SHOWN)
        for fact in parked:
            print(f"parked {fact['job_id']} {fact['kind']} {fact['fact_id']}: {fact['reason']}")
        return 1 if parked else 0
