"""What the commands on the embedded server share: it is there, and a client program runs on it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from foundation.settings import settings
from storage.embedded import DATABASE, EmbeddedPostgres
from storage.embedded_home import EmbeddedError

OWN_SERVER = (
    "DATABASE_URL is set: this command is for the embedded server alone; "
    "use PostgreSQL's own programs on a server of your own."
)
IN_USE = "The embedded server is in use: end `make run` and whatever else uses it first."


@contextmanager
def embedded_server(*, alone: bool = False) -> Iterator[EmbeddedPostgres]:
    """The embedded server of this set-up, joined.

    Raises EmbeddedError when another database is configured, or when somebody else uses it and
    the command must be alone.
    """
    if settings().database_url:
        raise EmbeddedError(OWN_SERVER)
    server = EmbeddedPostgres(settings().data_dir, durable=not settings().is_test)
    if alone and server.in_use():
        raise EmbeddedError(IN_USE)
    with server:
        yield server


def run_client(server: EmbeddedPostgres, program: str, *arguments: str) -> int:
    """Run one of PostgreSQL's client programs on our database; its exit code."""
    path, environment = server.client(program)
    command = [path, *arguments]
    return subprocess.run(  # noqa: S603 - the wheel's own programs, no shell
        command,
        env={"PATH": os.defpath, "TERM": os.environ.get("TERM", ""), "PGDATABASE": DATABASE}
        | environment,
        check=False,
    ).returncode
