"""`tools import`: credit records from a file of one category, with a receipt."""

import argparse
import asyncio
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from foundation.city import cities
from foundation.clock import day_in_shanghai
from sharing.grading import regrade_after_import
from sharing.imports import ImportReceipt, import_file
from sharing.lists import categories_of
from sharing.receiving.problems import RefusedFile
from storage.models.credit_record import QuarantinedRow
from tools.database import application_database

COMMAND = "import"
HELP = "receive credit records from a CSV file of one category of a sharing list"
SHOWN_PROBLEMS = 20
BAR = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and what it is."""
    parser.add_argument("file", type=Path, help="CSV, UTF-8 or GBK; headers as in the list")
    parser.add_argument("--category", required=True, help="for example JS-13, or LOCAL-LOAN")
    parser.add_argument("--city", required=True, choices=list(cities()), help="whose records")
    parser.add_argument("--provider", required=True, help="the unit that provides the file")
    parser.add_argument(
        "--received-on",
        type=date.fromisoformat,
        help="the day it was received, as 2026-01-31; today unless given",
    )


def run(arguments: argparse.Namespace) -> int:
    """Import, show progress and the receipt, grade anew whom the records speak of."""
    if arguments.category not in categories_of(arguments.city):
        known = "、".join(categories_of(arguments.city))
        print(f"{arguments.city} 没有信息类别 {arguments.category}；有：{known}", file=sys.stderr)
        return 1
    try:
        asyncio.run(_import(arguments))
    except RefusedFile as refusal:
        print(f"未能导入：{refusal.reason}", file=sys.stderr)
        return 1
    return 0


async def _import(arguments: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    async with application_database():
        receipt = await import_file(
            arguments.file,
            city=arguments.city,
            category_code=arguments.category,
            provider=arguments.provider,
            received_on=arguments.received_on or day_in_shanghai(now),
            progress=_show_progress,
        )
        _end_progress()
        await _show(receipt)
        if not receipt.repeated:
            changed = await regrade_after_import(receipt.batch_id, receipt.city, now)
            print(f"信用等级变化：{changed} 家")


def _show_progress(done: float, receipt: ImportReceipt) -> None:
    if sys.stderr.isatty():
        filled = int(done * BAR)
        counts = f"{receipt.accepted + receipt.unchanged} 行可用，{receipt.quarantined} 行隔离"
        bar = "█" * filled + "·" * (BAR - filled)
        print(f"\r{bar} {done:4.0%}  {counts}", end="", file=sys.stderr, flush=True)


def _end_progress() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)


async def _show(receipt: ImportReceipt) -> None:
    if receipt.repeated:
        print("这个文件此前已经收到，没有改动任何记录。")
    print(f"回执 {receipt.batch_id}")
    print(f"类别 {receipt.category}（{receipt.city}），提供单位 {receipt.provider}")
    print(f"收到日期 {receipt.received_on.isoformat()}")
    print(f"文件摘要 SHA-256 {receipt.file_digest}")
    print(
        f"新增或更正 {receipt.accepted} 行，未变 {receipt.unchanged} 行，"
        f"隔离 {receipt.quarantined} 行"
    )
    if receipt.missing_columns:
        print(f"文件没有的列：{'、'.join(receipt.missing_columns)}")
    refused = QuarantinedRow.filter(batch_id=receipt.batch_id).order_by("line", "field")
    problems = await refused.limit(SHOWN_PROBLEMS)
    for problem in problems:
        print(f"  第 {problem.line} 行 {problem.field}：{problem.value!r} {problem.reason}")
    if receipt.quarantined > SHOWN_PROBLEMS:
        print(f"  ……只显示前 {SHOWN_PROBLEMS} 处")
