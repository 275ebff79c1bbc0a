"""`tools backup FILE`: save the embedded server's database, also beside a running `make run`."""

import argparse
import sys
from pathlib import Path

from tools.embedded import embedded_server, run_client

HELP = "save the embedded server's database to a file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", type=Path, help="a file that does not exist yet")


def run(arguments: argparse.Namespace) -> int:
    """Write the file, readable by its owner only: it holds personal data."""
    file: Path = arguments.file
    if file.exists():
        print(f"{file} is there already: name another, or remove it first.", file=sys.stderr)
        return 1
    draft = file.with_name(f"{file.name}.part")
    draft.touch(mode=0o600)
    try:
        with embedded_server() as server:
            code = run_client(server, "pg_dump", "--format=custom", f"--file={draft}")
        if code == 0:
            draft.rename(file)
            print(f"{file}: {file.stat().st_size} bytes")
    finally:
        draft.unlink(missing_ok=True)
    return code
