"""`tools grade`: grade a population that never enters the database, from one file of facts;
`tools grade verify`: check and recompute a grade's receipt (tools/grade_verify.py).
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from credit.grade import RULE_VERSION
from credit.methods.bonus import bonus_table, read_bonus_table
from credit.methods.rules import Rules
from credit.methods.score import weights_on
from credit.population.checks import BadFacts, check
from credit.population.engine import GradedPopulation, grade_population
from credit.population.told import groups_told, rows_told
from credit.ranking import DEFAULT_MINIMUM_GROUP, SMALLEST_MINIMUM_GROUP
from tools import grade_verify

HELP = "grade a population from a Parquet file of facts, or verify a grade's receipt"
WRONG_CALL = 2
SHOWN_PROBLEMS = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files, the day, and what a city decides."""
    parser.add_argument("--facts", type=Path, help="Parquet, columns as in docs/credit-grade.md")
    parser.add_argument("--as-of", type=date.fromisoformat, help="the day of the run: 2026-01-31")
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
    except (PolarsError, LookupError, ValueError) as error:
        print(f"未能评级：{error}", file=sys.stderr)
        return 1
    return 0


def _grade_file(arguments: argparse.Namespace) -> None:
    rules = _rules(arguments)
    with _step("读取"):
        facts = pl.read_parquet(arguments.facts)
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


def _rules(arguments: argparse.Namespace) -> Rules:
    """What the options say. Raises ValueError or LookupError for a table that cannot be used."""
    try:
        table = read_bonus_table(arguments.bonus_table) if arguments.bonus_table else bonus_table()
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{arguments.bonus_table}: {error}") from error
    return Rules(
        standard_gates=not arguments.no_standard_gates,
        score=weights_on(arguments.as_of) if arguments.score_method else None,
        bonus=table,
    )


def _write(frame: pl.DataFrame, path: Path, about: dict[str, str]) -> None:
    """Write beside the place and move there, so that nobody finds half a file."""
    beside = path.with_name(f".{path.name}.part")
    try:
        frame.write_parquet(beside, metadata=about)
        beside.replace(path)
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


def _minimum_group(text: str) -> int:
    number = int(text)
    if number < SMALLEST_MINIMUM_GROUP:
        raise argparse.ArgumentTypeError(f"at least {SMALLEST_MINIMUM_GROUP} (A2-11)")
    return number
