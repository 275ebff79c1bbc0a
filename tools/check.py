"""`tools check`: everything that can be said about the tree without running it for real."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools import committed_text
from tools.commands import CLIENT, npm, python, quietly

HELP = "style, types, floors, snapshots, committed text, the client's types"

Outcome = tuple[int, str]


def _committed_text() -> Outcome:
    problems = committed_text.check()
    return (1 if problems else 0), "\n".join(problems)


CHECKS: dict[str, Callable[[], Outcome]] = {
    "style": lambda: quietly(python("ruff", "check", ".")),
    "format": lambda: quietly(python("ruff", "format", "--check", ".")),
    "types": lambda: quietly(python("mypy")),
    "floors": lambda: quietly([str(Path(sys.executable).with_name("lint-imports"))]),
    "schema snapshot": lambda: quietly(python("tools", "schema", "--check")),
    "event snapshot": lambda: quietly(python("tools", "events", "--check")),
    "migration snapshot": lambda: quietly(python("tools", "migration", "--check")),
    "committed text": _committed_text,
    "client types": lambda: quietly(npm("run", "--silent", "type-check"), cwd=CLIENT),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which checks."""
    parser.add_argument("only", nargs="*", choices=[[], *CHECKS], help="names; all when none")


def run(arguments: argparse.Namespace) -> int:
    """Run every check, whatever the others say; show the output of those that fail."""
    failed = []
    for name in arguments.only or CHECKS:
        started = time.monotonic()
        code, output = CHECKS[name]()
        verdict = "FAILED" if code else "ok"
        print(f"{name:20} {verdict:6} {time.monotonic() - started:5.1f} s", flush=True)
        if code:
            print(output.rstrip())
            failed.append(name)
    print(
        f"{len(CHECKS if not arguments.only else arguments.only) - len(failed)} passed, "
        f"{len(failed)} failed"
    )
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0
