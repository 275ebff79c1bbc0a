"""`tools regrade`: every consenting enterprise of a city graded as of today, in one run.

An interrupted run, started again on the same day over the same records, goes on where it stopped.
"""

import argparse
import asyncio
from datetime import UTC, datetime

from foundation.city import cities
from foundation.clock import day_in_shanghai
from sharing.grades.city import RunReport, how_many, run_city
from storage.models.grade_run import GradeRunKind
from tools.database import application_database
from tools.progress import end_bar, show_bar

HELP = "grade every consenting enterprise of a city as of today"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which city, and which kind of run."""
    parser.add_argument("--city", required=True, choices=list(cities()), help="which city")
    parser.add_argument(
        "--nightly",
        action="store_true",
        help="keep only grades whose level, reason or a letter is another one, as every night",
    )


def run(arguments: argparse.Namespace) -> int:
    """Grade them, and say what the run did."""
    kind = GradeRunKind.CITY_NIGHTLY if arguments.nightly else GradeRunKind.CITY_MONTHLY
    report = asyncio.run(_regrade(arguments.city, kind))
    print(f"评级运行 {report.run_id}")
    print(f"评定 {report.enterprises} 家，新存等级 {report.kept} 家")
    print(f"信用等级变化：{report.changed} 家")
    return 0


async def _regrade(city: str, kind: GradeRunKind) -> RunReport:
    now = datetime.now(UTC)
    async with application_database():
        total = await how_many(city, day_in_shanghai(now)) or 1
        try:
            return await run_city(
                city,
                kind,
                now,
                reading=lambda done: show_bar(done / total, f"读取同行数据 {done} 家"),
                grading=lambda done: show_bar(done / total, f"评定 {done} 家"),
            )
        finally:
            end_bar()
