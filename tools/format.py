"""`tools format`: put the Python sources into shape."""

import argparse

from tools.commands import python, show

HELP = "sort imports, mend what can be mended, format"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: everything is formatted."""
    del parser


def run(_: argparse.Namespace) -> int:
    """Mend first: what is mended may need formatting."""
    mended, _lines = show(python("ruff", "check", "--fix", "--quiet", "."))
    formatted, _lines = show(python("ruff", "format", "."))
    return mended or formatted
