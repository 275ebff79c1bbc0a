"""`tools schema`: the committed schema.graphql, written from the code or compared with it."""

import argparse
import difflib
import sys

from foundation.settings import ROOT
from resolvers.root import build_schema

HELP = "write schema/schema.graphql from the code, or compare them with --check"
SNAPSHOT = ROOT / "schema" / "schema.graphql"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Write or compare."""
    parser.add_argument("--check", action="store_true", help="fail when they differ")


def run(arguments: argparse.Namespace) -> int:
    """Write the file, or show what would change in it."""
    current = build_schema().as_str().rstrip() + "\n"
    kept = SNAPSHOT.read_text("utf-8") if SNAPSHOT.exists() else ""
    if not arguments.check:
        SNAPSHOT.write_text(current, "utf-8")
        print("schema/schema.graphql is unchanged" if kept == current else "schema written")
        return 0
    if kept == current:
        return 0
    difference = difflib.unified_diff(
        kept.splitlines(), current.splitlines(), "committed", "code", lineterm="", n=1
    )
    print("\n".join(difference))
    print("schema/schema.graphql is not what the code says: run `make schema`.", file=sys.stderr)
    return 1
