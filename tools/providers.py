"""`tools providers`: the units that send credit records, and what each may send."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime

from accounts.data_providers import keep_provider
from foundation.city import cities
from sharing.lists import categories_of
from storage.models.data_provider import DataProvider
from tools.database import application_database

HELP = "list the units that provide credit records, or say what one may send"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, for which unit."""
    parser.add_argument("action", choices=["list", "put"])
    parser.add_argument("--city", choices=sorted(cities()), help="of which city")
    parser.add_argument("--name", help="put: the unit's name, as it stands on its receipts")
    parser.add_argument(
        "--category",
        action="append",
        default=[],
        help="put: a category it may send, for example JS-13; repeatable, replaces the former ones",
    )


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    try:
        asyncio.run(_list(arguments) if arguments.action == "list" else _put(arguments))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _list(arguments: argparse.Namespace) -> None:
    async with application_database():
        found = DataProvider.all().order_by("city", "name")
        for one in await (found.filter(city=arguments.city) if arguments.city else found):
            print(f"{one.city}  {one.name}  {' '.join(one.categories)}")


async def _put(arguments: argparse.Namespace) -> None:
    if not (arguments.city and arguments.name and arguments.category):
        raise ValueError("put needs --city, --name and at least one --category")
    unknown = sorted(set(arguments.category) - set(categories_of(arguments.city)))
    if unknown:
        raise ValueError(f"{arguments.city} 没有信息类别 {'、'.join(unknown)}")
    async with application_database():
        kept = await keep_provider(
            city=arguments.city,
            name=arguments.name,
            categories=arguments.category,
            now=datetime.now(UTC),
        )
    print(f"{kept.city}  {kept.name}  {' '.join(kept.categories)}")
