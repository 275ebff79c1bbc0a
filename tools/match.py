"""`tools match`: populations in files matched with rule sets in a file, on one machine or many.

docs/matching.md has every column and unit.
"""

import argparse
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from foundation.clock import day_in_shanghai

if TYPE_CHECKING:
    from tools.match_changes import Comparison
    from tools.match_parts import Done, Job, Store

HELP = "match enterprises and demands in files with products in a file"
BAR = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files, and how they are matched."""
    parser.add_argument("--enterprises", required=True, help="Parquet, or pg:TABLE")
    parser.add_argument("--products", type=Path, required=True, help="JSON, the rule sets")
    parser.add_argument(
        "--demands", help="the same; without it each enterprise for 100万 over 12 months"
    )
    parser.add_argument("--out", required=True, help="the matches: Parquet, or pg:TABLE")
    counts = (
        ("--top", 10, 1, 100, "the best of each demand"),
        ("--near", 0, 0, 100, "near misses of each"),
        ("--threads", min(os.cpu_count() or 1, 256), 1, 256, "of this machine"),
        ("--rows-per-part", 200_000, 1, 10_000_000, "demands in one piece"),
    )
    for name, usual, least, most, what in counts:
        span = _between(least, most)
        parser.add_argument(name, type=span, default=usual, help=f"{what}, {least} to {most}")
    parser.add_argument("--day", type=_day, help="as of which day; today unless given")
    parser.add_argument("--cluster", help="tcp://… or tls://… of a Dask scheduler")
    parser.add_argument("--before", type=Path, help="Parquet, an earlier result to compare with")
    parser.add_argument("--changes", type=Path, help="Parquet, what moved since --before")


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) is None or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"须为{least}到{most}的整数，不是{text}")
        return int(text)

    return read


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"没有{text}这一天，写法如2026-03-02") from None
    if not 1900 <= day.year <= 2999:
        raise argparse.ArgumentTypeError("须在1900年到2999年之间")
    return day


def run(arguments: argparse.Namespace) -> int:
    """Match, with progress; the exit code."""
    # Populations need polars, numpy and numba, which no other command waits for.
    from matching.engine.tables import WrongColumn
    from matching.rule_json import RefusedRules

    try:
        with _told_to_end():
            _match(arguments)
    except RefusedRules as refused:
        for problem in refused.problems[:20]:
            print(f"产品文件：{problem.field}：{problem.message}", file=sys.stderr)
        return 1
    except (WrongColumn, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _match(arguments: argparse.Namespace) -> None:
    from tools.match_parts import Job, numbers_of

    started = time.monotonic()
    comparison = _comparison(arguments)
    with _store(arguments) as store:
        job = Job(
            store=store,
            products=arguments.products.absolute(),
            wished=arguments.demands is not None,
            day=arguments.day or day_in_shanghai(datetime.now(UTC)),
            top=arguments.top,
            near=arguments.near,
            rows_per_part=arguments.rows_per_part,
            threads=arguments.threads,
        )
        numbers = numbers_of(job)
        done = list(_shown(_parts(job, numbers, arguments.cluster), len(numbers)))
        store.finish(numbers)
    demands, fitting = (sum(getattr(one, name) for one in done) for name in ("demands", "fitting"))
    took = time.monotonic() - started
    print(f"{demands} 项需求，{fitting} 个符合条件的产品，用时 {took:.1f} 秒 → {arguments.out}")
    if comparison is not None:
        from tools.match_changes import said

        print(f"与上次相比：{said(comparison.write())} → {arguments.changes}")


def _comparison(arguments: argparse.Namespace) -> "Comparison | None":
    """Raises ValueError before anything is matched, where nothing can be compared."""
    from tools.match_changes import Comparison
    from tools.match_tables import PREFIX

    if arguments.before is None and arguments.changes is None:
        return None
    if arguments.before is None or arguments.changes is None:
        raise ValueError("--before 与 --changes 须一起给出")
    if arguments.out.startswith(PREFIX):
        raise ValueError(f"--before 只与文件比较，--out 不能以 {PREFIX} 开头")
    given = (arguments.enterprises, arguments.demands, arguments.products)
    inputs = [Path(one) for one in given if one is not None]
    return Comparison(arguments.before, Path(arguments.out), arguments.changes, inputs)


@contextmanager
def _told_to_end() -> Iterator[None]:
    """SIGTERM and SIGHUP end the work like an error does, so that nothing is left lying about."""

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    former = {one: signal.signal(one, end) for one in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)


@contextmanager
def _store(arguments: argparse.Namespace) -> "Iterator[Store]":
    from tools.match_files import Files, same_file
    from tools.match_tables import PREFIX, Tables

    given = [arguments.enterprises, arguments.demands or arguments.enterprises, arguments.out]
    if all(name.startswith(PREFIX) for name in given):
        enterprises, demands, out = (name.removeprefix(PREFIX) for name in given)
        yield Tables(enterprises, demands if arguments.demands else None, out)
        return
    if any(name.startswith(PREFIX) for name in given):
        raise ValueError(f"要么都是文件，要么都是以 {PREFIX} 开头的表")
    enterprises, demands, out = (Path(name).absolute() for name in given)
    if same_file(arguments.products, out):
        raise ValueError(f"结果不能写进产品文件 {out}：它会被覆盖")
    if out.is_dir() or not out.parent.is_dir():
        raise ValueError(f"结果 {out}：须是一个已有文件夹里的文件")
    files = Files(enterprises, demands if arguments.demands else None, out)
    parts = _beside(out)
    try:
        yield replace(files, parts=parts)
    finally:
        shutil.rmtree(parts, ignore_errors=True)


def _beside(out: Path) -> Path:
    """A new folder for the parts. Raises ValueError where nothing can be written."""
    try:
        # Every machine of a cluster that can write the result can write there too.
        return Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise ValueError(f"结果 {out}：那里不能写文件（{error.strerror}）") from None


def _parts(job: "Job", numbers: range, cluster: str | None) -> "Iterable[Done]":
    if cluster:
        # Dask only where several machines are asked for.
        from tools.match_cluster import on_cluster

        return on_cluster(job, numbers, cluster)
    from tools.match_parts import match_part

    return (match_part(job, number) for number in numbers)


def _shown(done: "Iterable[Done]", count: int) -> "Iterator[Done]":
    for number, one in enumerate(done, start=1):
        if sys.stderr.isatty():
            filled = number * BAR // count
            bar = "█" * filled + "·" * (BAR - filled)
            print(f"\r{bar} {number}/{count} 份", end="", file=sys.stderr, flush=True)
        yield one
    if sys.stderr.isatty():
        print(file=sys.stderr)
