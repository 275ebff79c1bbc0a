"""`tools migration`: write the migration that the models ask for, or say that one is missing.

Tortoise's detector compares models with migrations and needs no database. What it does not see
(constraints, indexes of foreign keys) is written by hand; a test compares the catalogue.
"""

import argparse
import asyncio
import sys

from tortoise import Tortoise
from tortoise.context import require_context
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import AlterModelOptions
from tortoise.migrations.writer import MigrationWriter

from storage.database import tortoise_config

HELP = "write the migration that the models ask for, or look for one with --check"
# Never connected to: the detector reads models and files only.
NOWHERE = "postgresql://nobody@localhost/nowhere"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Write or compare."""
    parser.add_argument("--check", action="store_true", help="fail when a migration is missing")


def run(arguments: argparse.Namespace) -> int:
    """Write what is missing, or name it."""
    return asyncio.run(_missing(arguments.check))


class Detector(MigrationAutodetector):
    """Tortoise's, less the change of options that it sees in every one-to-one primary key.

    It calls such a key by its field where it reads migrations (`person`) and by its column where
    it reads models (`person_id`), so the difference never ends.
    """

    async def changes(self) -> list[MigrationWriter]:
        """The migrations that are missing, one writer for each app."""
        writers: list[MigrationWriter] = []
        for writer in await super().changes():
            writer.operations = [each for each in writer.operations if not _is_spelling(each)]
            if writer.operations:
                writers.append(writer)
        return writers


def _is_spelling(operation: object) -> bool:
    return isinstance(operation, AlterModelOptions) and operation.options.get(
        "pk_attr", ""
    ).endswith("_id")


async def _missing(check: bool) -> int:
    config = tortoise_config(NOWHERE)
    await Tortoise.init(config=config, init_connections=False)
    apps = require_context().apps
    if apps is None:
        raise RuntimeError("Tortoise found no models")
    detector = Detector(apps, config["apps"])
    if not check:
        written = await detector.write()
        print("\n".join(written) if written else "the migrations already say what the models say")
        return 0
    missing = await detector.changes()
    for writer in missing:
        for operation in writer.operations:
            print(operation.describe())
    if missing:
        print("The models changed: run `make migration` and read what it wrote.", file=sys.stderr)
    return 1 if missing else 0
