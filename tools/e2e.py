"""`tools e2e`: journeys of people in a real browser at phone size."""

import argparse
import shutil
import sys

from tools.commands import python, show

HELP = "run the journeys in a real browser"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "The journeys need Chromium and none is on the path: install it (Debian: chromium)."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which journeys."""
    parser.add_argument("selection", nargs="*", default=["tests/e2e"], help="files or folders")


def run(arguments: argparse.Namespace) -> int:
    """Run them one after another: each drives a whole set-up of its own."""
    if not any(shutil.which(name) for name in BROWSERS):
        print(NO_BROWSER, file=sys.stderr)
        return 1
    code, _ = show(python("pytest", "-q", *arguments.selection))
    return code
