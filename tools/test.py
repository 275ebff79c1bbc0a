"""`tools test`: the Python tests in parallel, then the client's; both closing lines at the end."""

import argparse

from tools.commands import CLIENT, npm, python, show

HELP = "run the Python tests and the client's unit tests"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to hand to pytest; with a selection the client's tests are left out."""
    parser.add_argument("selection", nargs="*", help="files or folders; all when none is given")


def run(arguments: argparse.Namespace) -> int:
    """Run both, whatever the first says."""
    chosen = arguments.selection or ["tests", "--ignore=tests/e2e"]
    pytest_code, lines = show(python("pytest", "-q", "-n", "auto", *chosen))
    closing = [f"Python: {lines[-1] if lines else 'pytest printed nothing'}"]
    client_code = 0
    if not arguments.selection:
        client_code, lines = show(npm("test"), cwd=CLIENT)
        counted = [line for line in lines if line.startswith("Tests ")]
        closing.append(f"Client: {counted[-1] if counted else 'vitest printed no count'}")
    print("\n".join(closing))
    return 1 if pytest_code or client_code else 0
