"""`tools migrate`: bring the database to this release's tables."""

import argparse
import asyncio

from storage.migrations.apply import migrate
from tools.database import database_urls

HELP = "apply the migrations that the database lacks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: the database is the configured one."""
    del parser


def run(_: argparse.Namespace) -> int:
    """Migrate as the owner of the tables and say what was applied."""
    with database_urls() as urls:
        applied = asyncio.run(migrate(urls.owner))
    print(f"applied: {', '.join(applied)}" if applied else "nothing to apply")
    return 0
