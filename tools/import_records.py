"""`tools import`: credit records from files of one category, with receipts; or a dry run of one."""

import argparse
import asyncio
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.tokens import KeyRing, signing_keys, signing_keys_path
from sharing.grading import regrade_after_import
from sharing.imports import ImportReceipt, import_file
from sharing.lists import Category, NoSuchCategory, categories_of, category_anywhere, category_on
from sharing.receiving.problems import RefusedFile
from sharing.receiving.receipts import receipt_of
from storage.models.credit_record import QuarantinedRow
from tools.database import application_database

COMMAND = "import"
HELP = "receive credit records from files of one category of a sharing list"
SHOWN_PROBLEMS = 20
BAR = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files, and what they are."""
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="CSV, XLSX or JSON lines"
    )
    parser.add_argument("--category", required=True, help="for example JS-13, or LOCAL-LOAN")
    # Cities are looked up later: a dry run without one needs no settings of this set-up.
    parser.add_argument("--city", help="whose records, as JIANGYIN; free in a dry run")
    parser.add_argument("--provider", help="the unit that provides the files; free in a dry run")
    parser.add_argument(
        "--received-on",
        type=date.fromisoformat,
        help="the day they were received, as 2026-01-31; today unless given",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="check one file and keep nothing; needs no database"
    )
    parser.add_argument("--report", type=Path, help="where a dry run writes a verdict per line")


def run(arguments: argparse.Namespace) -> int:
    """Check what was asked for, then import or try.

    0 when every file was read to its end, whatever was quarantined; 1 when one was not, or cannot
    be; 2 for a wrong call.
    """
    day = arguments.received_on or day_in_shanghai(datetime.now(UTC))
    problem = _misuse(arguments)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    try:
        category = _category(arguments, day)
    except NoSuchCategory as unknown:
        print(_with_known(unknown.reason, arguments.city), file=sys.stderr)
        return 1
    missing = [str(path) for path in arguments.files if not path.is_file()]
    if missing:
        print(f"找不到文件：{'、'.join(missing)}", file=sys.stderr)
        return 1
    if arguments.dry_run:
        return _try(arguments, category, day)
    return asyncio.run(_import_all(arguments, day))


def _misuse(arguments: argparse.Namespace) -> str | None:
    if arguments.dry_run:
        if len(arguments.files) != 1 or arguments.report is None:
            return "--dry-run 每次检查一个文件，并需要 --report 指定报告文件"
        if arguments.report.resolve() == arguments.files[0].resolve():
            return "--report 不能是被检查的文件本身"
    elif arguments.report is not None:
        return "--report 只与 --dry-run 一起使用"
    elif not arguments.city or not arguments.provider:
        return "导入需要 --city 和 --provider"
    if arguments.city and arguments.city not in cities():
        return f"没有城市 {arguments.city}；有：{'、'.join(cities())}"
    return None


def _category(arguments: argparse.Namespace, day: date) -> Category:
    if arguments.city:
        return category_on(arguments.city, arguments.category, day)
    return category_anywhere(arguments.category, day)


def _with_known(reason: str, city: str | None) -> str:
    return f"{reason}；有：{'、'.join(categories_of(city))}" if city else reason


def _try(arguments: argparse.Namespace, category: Category, day: date) -> int:
    from sharing.receiving.dry_run import check_file  # brings what reads whole columns

    path = arguments.files[0]
    try:
        report = arguments.report.open("w", encoding="utf-8")
    except OSError:
        print(f"未能写出报告 {arguments.report}，请检查文件夹是否存在、可写", file=sys.stderr)
        return 1
    with report:
        totals = check_file(path, category, day, report, _show_progress)
    _end_progress()
    print(f"试检 {path.name}：可用 {totals.accepted} 行，隔离 {totals.quarantined} 行，未保存")
    if totals.missing_columns:
        print(f"文件没有的列：{'、'.join(totals.missing_columns)}")
    if totals.refusal:
        print(f"未能读完：{totals.refusal}", file=sys.stderr)
    return 1 if totals.refusal else 0


async def _import_all(arguments: argparse.Namespace, day: date) -> int:
    try:
        # Looked for before anything is kept: no file comes in that could have no receipt.
        ring = signing_keys().ring()
    except (OSError, ValueError):
        told = f"{signing_keys_path()} 读不了，或不是当前环境的密钥；可用 tools keys new 生成"
        print(f"没有可用的签名密钥，未导入：{told}", file=sys.stderr)
        return 1
    failed = 0
    async with application_database():
        for path in arguments.files:
            if len(arguments.files) > 1:
                print(f"—— {path.name}")
            try:
                await _import(arguments, path, day, ring)
            except RefusedFile as refusal:
                _end_progress()
                print(f"未能导入：{refusal.reason}", file=sys.stderr)
                failed += 1
    return 1 if failed else 0


async def _import(arguments: argparse.Namespace, path: Path, day: date, ring: KeyRing) -> None:
    receipt = await import_file(
        path,
        city=arguments.city,
        category_code=arguments.category,
        provider=arguments.provider,
        received_on=day,
        progress=_show_import,
    )
    _end_progress()
    await _show(receipt)
    print(f"签名回执 {receipt_of(receipt, ring)}")
    if not receipt.repeated:
        changed = await regrade_after_import(receipt.batch_id, receipt.city, datetime.now(UTC))
        print(f"信用等级变化：{changed} 家")


class _Counts(Protocol):
    """What a progress bar says besides how far it is."""

    accepted: int
    quarantined: int


def _show_import(done: float, receipt: ImportReceipt) -> None:
    _bar(done, receipt.accepted + receipt.unchanged, receipt.quarantined)


def _show_progress(done: float, totals: _Counts) -> None:
    _bar(done, totals.accepted, totals.quarantined)


def _bar(done: float, good: int, refused: int) -> None:
    if sys.stderr.isatty():
        filled = int(done * BAR)
        bar = "█" * filled + "·" * (BAR - filled)
        counts = f"{good} 行可用，{refused} 行隔离"
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
    print(f"文件摘要 SHA-256 {receipt.file_sha256}")
    print(
        f"新增或更正 {receipt.accepted} 行，未变 {receipt.unchanged} 行，"
        f"隔离 {receipt.quarantined} 行"
    )
    if receipt.missing_columns:
        print(f"文件没有的列：{'、'.join(receipt.missing_columns)}")
    refused = QuarantinedRow.filter(batch_id=receipt.batch_id).order_by("line", "field")
    problems = await refused.limit(SHOWN_PROBLEMS)
    for problem in problems:
        shown = f"{problem.value!r} {problem.reason}（{problem.kind}）"
        print(f"  第 {problem.line} 行 {problem.field}：{shown}")
    if receipt.quarantined > SHOWN_PROBLEMS:
        print(f"  ……只显示前 {SHOWN_PROBLEMS} 处")
