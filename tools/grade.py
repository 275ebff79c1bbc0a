"""`tools grade`: grade a population that never enters the database, from one file of facts;
`tools grade verify`: check and recompute a grade's receipt (tools/grade_verify.py).
"""

import argparse
import re
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from credit.grade import RULE_VERSION
from credit.methods.bonus import BonusTable, bonus_table, read_bonus_table
from credit.methods.rules import Rules
from credit.methods.score import weights_on
from credit.population.checks import BadFacts, check
from credit.population.engine import GradedPopulation, grade_population
from credit.population.told import groups_told, rows_told
from credit.ranking import DEFAULT_MINIMUM_GROUP, SMALLEST_MINIMUM_GROUP
from sharing.receiving.cells import FIRST_YEAR, LAST_YEAR
from tools import grade_verify

HELP = "grade a population from a Parquet file of facts, or verify a grade's receipt"
WRONG_CALL = 2
SHOWN_PROBLEMS = 30
_TABLE_SHAPE = (
    "须有 version（文本）、standard（大于 0 的整数）和 [items]（名称 = 大于 0 的整数，"
    "中文名称须加英文引号）"
)
_PLACE = re.compile(r"at line (\d+)")


class _Unusable(Exception):
    """A file that cannot be read or written; the text is a Chinese sentence that names it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files, the day, and what a city decides."""
    parser.add_argument("--facts", type=Path, help="Parquet, columns as in docs/credit-grade.md")
    parser.add_argument("--as-of", type=_as_of, help="the day of the run: 2026-01-31")
    parser.add_argument("--out", type=Path, help="Parquet to write, one row per enterprise")
    parser.add_argument("--groups", type=Path, help="Parquet to write: groups and their cuts")
    parser.add_argument(
        "--minimum-group",
        type=_minimum_group,
        default=DEFAULT_MINIMUM_GROUP,
        help=f"members that a group needs, at least {SMALLEST_MINIMUM_GROUP}",
    )
    parser.add_argument(
        "--score-method", action="store_true", help="the city has switched the score method on"
    )
    parser.add_argument(
        "--no-standard-gates", action="store_true", help="the city has switched the gates off"
    )
    parser.add_argument("--bonus-table", type=Path, help="TOML like credit/data/bonus.toml")
    actions = parser.add_subparsers(dest="action", metavar="verify")
    verify = actions.add_parser("verify", help="check a receipt's signature and recompute it")
    grade_verify.add_arguments(verify)


def run(arguments: argparse.Namespace) -> int:
    """Grade the file; 0 when written, 1 when it cannot be graded or written, 2 for a wrong call."""
    if arguments.action == "verify":
        return grade_verify.run(arguments)
    missing = [name for name in ("facts", "as_of", "out") if getattr(arguments, name) is None]
    if missing:
        named = "、".join(f"--{name.replace('_', '-')}" for name in missing)
        print(f"须给出 {named}", file=sys.stderr)
        return WRONG_CALL
    written = [path.resolve() for path in (arguments.out, arguments.groups) if path]
    if len({*written, arguments.facts.resolve()}) < len(written) + 1:
        print("--facts、--out 和 --groups 须为不同的文件", file=sys.stderr)
        return WRONG_CALL
    try:
        _grade_file(arguments)
    except BadFacts as refusal:
        for problem in refusal.problems[:SHOWN_PROBLEMS]:
            print(problem, file=sys.stderr)
        if len(refusal.problems) > SHOWN_PROBLEMS:
            print(f"……共 {len(refusal.problems)} 处", file=sys.stderr)
        return 1
    except _Unusable as unusable:
        print(f"未能评级：{unusable}", file=sys.stderr)
        return 1
    except PolarsError as error:
        print(f"未能评级：文件 {arguments.facts} 的内容无法计算（{error}）", file=sys.stderr)
        return 1
    return 0


def _grade_file(arguments: argparse.Namespace) -> None:
    rules = _rules(arguments)
    with _step("读取"):
        facts = _read(arguments.facts)
    with _step(f"检查 {len(facts):,} 家企业"):
        check(facts)
    with _step("评级"):
        graded = grade_population(facts, arguments.as_of, arguments.minimum_group, rules)
    with _step("写出"):
        about = {"rule_version": RULE_VERSION, "as_of": arguments.as_of.isoformat()}
        _write(rows_told(graded), arguments.out, about)
        if arguments.groups:
            _write(groups_told(graded), arguments.groups, about)
    _show(graded)


def _read(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise _Unusable(f"找不到文件 {path}")
    if not path.stat().st_size:
        raise _Unusable(f"文件 {path} 是空的（0 字节）")
    try:
        return pl.read_parquet(path, glob=False)
    except (PolarsError, OSError, ValueError):
        raise _Unusable(f"文件 {path} 不是可读的 Parquet 文件") from None


def _rules(arguments: argparse.Namespace) -> Rules:
    """What the options say. Raises _Unusable for a table that cannot be used."""
    table = _bonus_table(arguments.bonus_table) if arguments.bonus_table else bonus_table()
    try:
        score = weights_on(arguments.as_of) if arguments.score_method else None
    except LookupError:
        raise _Unusable(f"{arguments.as_of.isoformat()} 尚无生效的得分权重") from None
    return Rules(standard_gates=not arguments.no_standard_gates, score=score, bonus=table)


def _bonus_table(path: Path) -> BonusTable:
    try:
        return read_bonus_table(path)
    except OSError:
        raise _Unusable(f"读不到加分项表 {path}") from None
    except UnicodeDecodeError:
        raise _Unusable(f"加分项表 {path} 不是 UTF-8 编码") from None
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        where = f"第 {place[1]} 行" if place else "末尾"
        raise _Unusable(f"加分项表 {path} 的{where}不是 TOML 写法，{_TABLE_SHAPE}") from None
    except (KeyError, TypeError, AttributeError, ValueError):
        raise _Unusable(f"加分项表 {path} 的内容不对，{_TABLE_SHAPE}") from None


def _write(frame: pl.DataFrame, path: Path, about: dict[str, str]) -> None:
    """Write beside the place and move there, so that nobody finds half a file."""
    beside = path.with_name(f".{path.name}.part")
    try:
        frame.write_parquet(beside, metadata=about)
        beside.replace(path)
    except OSError:
        raise _Unusable(f"未能写出 {path}，请检查文件夹是否存在、可写，磁盘是否已满") from None
    finally:
        beside.unlink(missing_ok=True)


def _show(graded: GradedPopulation) -> None:
    levels = graded.rows["level"].value_counts(sort=True)
    for level, many in levels.iter_rows():
        print(f"{level:14} {many:>10,} 家")
    print(f"规则版本 {RULE_VERSION}，共 {len(graded.rows):,} 家")


@contextmanager
def _step(name: str) -> Iterator[None]:
    print(f"{name} …", end="", file=sys.stderr, flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(file=sys.stderr)
        raise
    print(f" {time.monotonic() - started:.1f} 秒", file=sys.stderr)


def _as_of(text: str) -> date:
    """A day of the years that files know too, so that every look-back is a day."""
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"a day of the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _minimum_group(text: str) -> int:
    number = int(text)
    if number < SMALLEST_MINIMUM_GROUP:
        raise argparse.ArgumentTypeError(f"at least {SMALLEST_MINIMUM_GROUP} (A2-11)")
    return number
