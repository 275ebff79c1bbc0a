"""`tools restore FILE`: put a saved database in the place of the embedded server's."""

import argparse
import asyncio
from pathlib import Path

from storage.migrations.apply import migrate
from tools.embedded import embedded_server, run_client

HELP = "replace the embedded server's database by a saved one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where from."""
    parser.add_argument("file", type=Path, help="what `tools backup` wrote")


def run(arguments: argparse.Namespace) -> int:
    """Replace everything or nothing, then bring the tables to this release."""
    with embedded_server(alone=True) as server:
        code = run_client(
            server,
            "pg_restore",
            *("--clean", "--if-exists", "--single-transaction", "--exit-on-error"),
            *("--dbname=rongqiao", str(arguments.file)),
        )
        if code == 0:
            asyncio.run(migrate(server.url("rq_owner")))
            print(f"{arguments.file} is restored")
    return code
