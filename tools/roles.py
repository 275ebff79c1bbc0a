"""`tools roles`: make the three roles and the database on a server of one's own, repeatably.

ADMIN_DATABASE_URL signs in as a superuser; names and passwords of the others are taken from
DATABASE_URL and MIGRATION_DATABASE_URL. The reader gets a password by hand, where one is wanted.
"""

import argparse
import asyncio
import os
import sys
from urllib.parse import unquote, urlsplit

import asyncpg

from foundation.settings import settings

HELP = "make the database and its roles with ADMIN_DATABASE_URL"
READER = "rq_read"
# Role names and passwords are no parameters of DDL: the server quotes them.
MAKE_ROLE = """
SELECT format('CREATE ROLE %I', $1::text)
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)
"""
LET_IN = "SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)"
MAKE_DATABASE = """
SELECT format('CREATE DATABASE %I OWNER %I', $1::text, $2::text)
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = $1)
"""
CLOSE_DATABASE = "SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', $1::text)"
OPEN_DATABASE = (
    "SELECT format('GRANT CONNECT ON DATABASE %I TO %I, %I', $1::text, $2::text, $3::text)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: passwords do not belong on a command line, where everybody sees them."""
    del parser


def run(_: argparse.Namespace) -> int:
    """Make what is missing and set the passwords that the addresses name."""
    admin = os.environ.get("ADMIN_DATABASE_URL")
    app, owner = settings().database_url, settings().migration_database_url
    if not (admin and app and owner):
        print(
            "ADMIN_DATABASE_URL, DATABASE_URL and MIGRATION_DATABASE_URL are all needed.",
            file=sys.stderr,
        )
        return 1
    asyncio.run(make(admin, app, owner))
    return 0


async def make(admin: str, app: str, owner: str) -> None:
    """Make roles and database. Raises OSError or asyncpg's errors when the server refuses."""
    database = urlsplit(app).path.lstrip("/")
    names = [unquote(urlsplit(url).username or "") for url in (app, owner)]
    connection = await asyncpg.connect(admin, timeout=10, command_timeout=60)
    try:
        for url, name in zip((app, owner), names, strict=True):
            await _run(connection, MAKE_ROLE, name)
            await _run(connection, LET_IN, name, unquote(urlsplit(url).password or ""))
        await _run(connection, MAKE_ROLE, READER)
        await _run(connection, MAKE_DATABASE, database, names[1])
        await _run(connection, CLOSE_DATABASE, database)
        await _run(connection, OPEN_DATABASE, database, names[0], READER)
    finally:
        await connection.close()


async def _run(connection: "asyncpg.Connection", composing: str, *values: str) -> None:
    statement = await connection.fetchval(composing, *values)
    if statement:
        await connection.execute(statement)
