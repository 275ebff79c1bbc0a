"""`tools sources`: how well each category of a city is delivered, as a table."""

import argparse
import asyncio
from datetime import UTC, datetime

from foundation.city import cities
from sharing.lists import categories_of
from sharing.quality import Quality, quality_of
from tools.database import application_database

HELP = "show how fresh, how clean and how available each source of a city is"
_HEAD = ("category", "received", "late", "rows", "defects", "calls", "failed", "median", "notice")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The city."""
    parser.add_argument("--city", required=True, choices=sorted(cities()), help="whose sources")


def run(arguments: argparse.Namespace) -> int:
    """Show the table."""
    asyncio.run(_show(arguments.city))
    return 0


async def _show(city: str) -> None:
    codes = list(categories_of(city))
    async with application_database():
        found = await quality_of(city, codes, datetime.now(UTC))
    rows = [_HEAD, *(_row(code, found[code]) for code in codes)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEAD))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def _row(code: str, quality: Quality) -> tuple[str, ...]:
    percent = quality.defect_percent
    return (
        code,
        quality.last_received_on.isoformat() if quality.last_received_on else "–",
        "–" if quality.days_late is None else f"{quality.days_late} d",
        str(quality.rows_received),
        "–" if percent is None else f"{percent} %",
        str(quality.calls_made),
        str(quality.calls_failed),
        "–" if quality.median_ms is None else f"{quality.median_ms} ms",
        quality.notice or "",
    )
