"""`tools matches check`: kept matches against a fresh computation; exit code 1 when they differ.

What differs only because a fact still waits on the queue is named and does not count.
"""

import argparse
import asyncio
import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from foundation.city import cities
from marketplace.match_check import Checked, check_matches
from marketplace.standing import how_many_stand
from matching.movements import Movement, Spot
from tools.database import application_database
from tools.progress import end_bar, show_bar

HELP = "compare a city's kept matches with a fresh computation"
SHOWN = 5
DEMANDS_SHOWN = 20
COLUMNS = (
    "demand_id",
    "product_id",
    "change",
    "rank_before",
    "rank_after",
    "all_in_cost_before",
    "all_in_cost_after",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and for which city."""
    parser.add_argument("action", choices=["check"], help="compare, and change nothing")
    parser.add_argument("--city", required=True, choices=list(cities()), help="which city")
    parser.add_argument(
        "--changes", type=Path, help="CSV: what moved among the best of each demand"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare, and say what differs."""
    return asyncio.run(_check(arguments.city, arguments.changes))


@dataclass
class _Report:
    """What was found so far; only as many demands are remembered as are shown."""

    looked_at: int = 0
    waiting: int = 0
    wrong: int = 0
    shown: list[Checked] = field(default_factory=list)
    moved: Counter[Movement] = field(default_factory=Counter)

    def add(self, one: Checked) -> None:
        self.looked_at += 1
        self.waiting += bool(one.differences) and one.waits
        self.moved.update(moved.movement for moved in one.moved.values())
        if one.is_wrong:
            self.wrong += 1
            if len(self.shown) < DEMANDS_SHOWN:
                self.shown.append(one)

    def print(self, best: int) -> None:
        for one in self.shown:
            print(f"需求 {one.demand.id}：{len(one.differences)} 处不一致")
            for sentence in one.differences[:SHOWN]:
                print(f"  {sentence}")
        counts = "，".join(f"{one.chinese} {self.moved[one]}" for one in Movement)
        print(f"前 {best} 名与上次相比：{counts}")
        print(f"核对 {self.looked_at} 条需求：{self.wrong} 条不一致，{self.waiting} 条等待队列处理")


async def _check(city: str, changes: Path | None) -> int:
    report = _Report()
    with ExitStack() as stack:
        writer = None
        if changes is not None:
            file = stack.enter_context(changes.open("w", encoding="utf-8", newline=""))
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
        async with application_database():
            now = datetime.now(UTC)
            total = await how_many_stand(city, now) or 1
            try:
                async for one in check_matches(city, now):
                    report.add(one)
                    show_bar(report.looked_at / total, f"核对 {report.looked_at} 条需求")
                    if writer is not None:
                        writer.writerows(_rows(one))
            finally:
                end_bar()
    report.print(cities()[city].notices.best_matches)
    return 1 if report.wrong else 0


def _rows(one: Checked) -> Iterator[list[Any]]:
    for product_id, moved in one.moved.items():
        before, after = moved.before or _NOWHERE, moved.after or _NOWHERE
        figures = (before.rank or "", after.rank or "", before.cost, after.cost)
        yield [one.demand.id, product_id, moved.movement.value, *figures]


_NOWHERE = Spot(0, None)
