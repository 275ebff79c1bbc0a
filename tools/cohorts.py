"""`tools cohorts`: the cohorts that a city's rule lab asks, drawn anew."""

import argparse
import asyncio
from datetime import UTC, datetime

from foundation.city import cities
from marketplace.lab_cohorts import Drawn, draw_cohorts
from tools.database import application_database

HELP = "draw the cohorts of a city's rule lab anew"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which city."""
    parser.add_argument("--city", required=True, choices=list(cities()), help="which city")


def run(arguments: argparse.Namespace) -> int:
    """Draw them, and say how many there are."""
    drawn = asyncio.run(_draw(arguments.city))
    print(f"读取 {drawn.firms} 家已授权评级的在业企业，得到 {drawn.cohorts} 组，每组不少于10家")
    if not drawn.cohorts:
        print("不足10家，规则试算暂不提供")
    return 0


async def _draw(city: str) -> Drawn:
    async with application_database():
        return await draw_cohorts(city, datetime.now(UTC))
