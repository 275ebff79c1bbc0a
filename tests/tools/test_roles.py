"""Roles and database on a server of one's own."""

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.servers import Database
from tools.roles import make

DATABASE = f"probe_{os.getpid()}"
APP, OWNER = f"probe_app_{os.getpid()}", f"probe_owner_{os.getpid()}"
PASSWORD = 'it\'s "quoted" \\ %'


def _as(database: Database, role: str, password: str) -> dict[str, str]:
    socket_folder = database.admin_url.split("host=")[1].split("&")[0].replace("%2F", "/")
    return {
        "host": socket_folder,
        "user": role,
        "password": password,
        "database": DATABASE,
    }


def _url(role: str) -> str:
    return f"postgresql://{role}:it%27s%20%22quoted%22%20%5C%20%25@/{DATABASE}"


@pytest.fixture
async def made(database: Database) -> AsyncIterator[Database]:
    """Roles and database of this test, made twice."""
    await make(database.admin_url, _url(APP), _url(OWNER))
    await make(database.admin_url, _url(APP), _url(OWNER))
    yield database
    admin = await asyncpg.connect(database.admin_url)
    await admin.execute(f"DROP DATABASE {DATABASE}")
    await admin.execute(f"DROP ROLE {APP}")
    await admin.execute(f"DROP ROLE {OWNER}")
    await admin.close()


async def test_the_owner_makes_tables_and_the_application_does_not(made: Database) -> None:
    owner = await asyncpg.connect(**_as(made, OWNER, PASSWORD))
    await owner.execute("CREATE TABLE kept (id int)")
    await owner.close()
    app = await asyncpg.connect(**_as(made, APP, PASSWORD))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("CREATE TABLE mine (id int)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("SELECT * FROM kept")
    await app.close()


async def test_another_password_is_refused(made: Database) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(**_as(made, APP, "another"))
