"""`tools regrade`: every consenting enterprise of a city graded as of today."""

import argparse
import asyncio
from datetime import UTC, datetime

from foundation.city import cities
from sharing.grading import regrade_city
from tools.database import application_database

HELP = "grade every consenting enterprise of a city as of today"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which city."""
    parser.add_argument("--city", required=True, choices=list(cities()), help="which city")


def run(arguments: argparse.Namespace) -> int:
    """Grade them, and say how many levels changed."""
    changed = asyncio.run(_regrade(arguments.city))
    print(f"信用等级变化：{changed} 家")
    return 0


async def _regrade(city: str) -> int:
    async with application_database():
        return await regrade_city(city, datetime.now(UTC))
