"""`tools run`: everything on one address, for developing and for walking in by hand.

Brings up the database, its tables and the demo story, then keeps the API, the worker and the
development stand-ins running. Ends all that it started. Refuses to be production.
"""

import argparse
import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from foundation.settings import Settings, settings
from storage.database import close_database, fetch, open_database
from storage.migrations.apply import migrate
from tools.database import DatabaseUrls, database_urls
from tools.story.people import STAFF_PASSWORD
from tools.supervisor import Child, GaveUpError, Supervisor, say

HELP = "run everything on one address until Ctrl-C"
READY_TIMEOUT_S = 90.0
TRIES_BEFORE_READY = 4
STAND_INS_HOST = "127.0.0.1"
TOOLS = Path(__file__).parent
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - only where HOST asks for it
# Numbers that belong to nobody; every person of the demo story has one.
DEMO_RANGE = "+861400000"
DEMO_OWNERS = """
SELECT p.phone AS name, string_agg(m.role || ' ' || e.name, ', ') AS acts_for
  FROM person p
  JOIN membership m ON m.person_id = p.id AND m.ended_at IS NULL
  JOIN enterprise e ON e.id = m.enterprise_id
 WHERE p.phone LIKE $1
 GROUP BY p.phone ORDER BY p.phone LIMIT 15
"""
# A phone alone acts for no bank: staff have a second factor.
DEMO_STAFF = """
SELECT c.login AS name,
       string_agg(m.role || ' ' || coalesce(i.name, u.name, m.city), ', ') AS acts_for
  FROM staff_credential c
  JOIN person p ON p.id = c.person_id
  JOIN membership m ON m.person_id = p.id AND m.ended_at IS NULL
  LEFT JOIN institution i ON i.id = m.institution_id
  LEFT JOIN data_provider u ON u.id = m.provider_id
 WHERE p.phone LIKE $1
 GROUP BY c.login ORDER BY c.login LIMIT 15
"""


@dataclass(frozen=True)
class DemoPeople:
    """Whom to sign in as, a line each; nothing where there is no story."""

    phones: list[str]
    logins: list[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: settings say the rest."""
    del parser


def run(_: argparse.Namespace) -> int:
    """Run until told to stop."""
    here = settings()
    if here.is_production:
        say(
            "`tools run` is for development: production starts `python -m api` and "
            "`python -m worker` (docs/operations.md)."
        )
        return 1
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        port = free_or_said(here.host, here.port)
        say("Starting the database …")
        with database_urls() as urls:
            return _with_database(here, port, urls)
    except GaveUpError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Ended.")
        return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def free_or_said(host: str, port: int) -> int:
    """The port to listen on, chosen when it is 0. Raises GaveUpError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise GaveUpError(
                    f"Port {port} is in use by another program: end it, or choose another "
                    f"with `make run PORT={port + 1}`."
                ) from None
            raise GaveUpError(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
        chosen: int = probe.getsockname()[1]
        return chosen


def _with_database(here: Settings, port: int, urls: DatabaseUrls) -> int:
    applied = asyncio.run(migrate(urls.owner))
    if applied:
        say(f"Tables brought up to date: {', '.join(applied)}.")
    stand_ins = free_or_said(STAND_INS_HOST, 0)
    environment = child_environment(here, port, urls, stand_ins)
    if (TOOLS / "seed.py").exists():
        # The story's consents let its sources be asked, so they answer while it is told.
        with answering(stand_ins, environment):
            _seed(environment)
    return asyncio.run(_serve(here, port, stand_ins, environment))


def child_environment(
    here: Settings, port: int, urls: DatabaseUrls, stand_ins: int
) -> dict[str, str]:
    """What the children are told: the application's role only, and every convenience by name."""
    kept = {k: v for k, v in os.environ.items() if k != "MIGRATION_DATABASE_URL"}
    return kept | {
        "RQ_ENV": here.env.value,
        "HOST": here.host,
        "PORT": str(port),
        "DATABASE_URL": urls.app,
        "RQ_DEMO": "true",
        "RQ_PRINT_CODES": "true",
        "RQ_DEV_SERVICES_URL": f"http://{STAND_INS_HOST}:{stand_ins}",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def answering(port: int, environment: dict[str, str]) -> Iterator[None]:
    """The stand-ins of outside services on a port, until the block ends.

    Raises GaveUpError when they do not come up.
    """
    command = [sys.executable, "-m", "tools", "dev-services", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as stand_ins:  # noqa: S603
        try:
            _wait_for(port, stand_ins)
            yield
        finally:
            stand_ins.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + READY_TIMEOUT_S
    while process.poll() is None and time.monotonic() < ends:
        with suppress(OSError), closing(socket.create_connection((STAND_INS_HOST, port), 1.0)):
            return
        time.sleep(0.1)
    raise GaveUpError("The stand-ins of outside services did not come up.")


def _seed(environment: dict[str, str]) -> None:
    say("Filling in the demo story where it is missing …")
    command = [sys.executable, "-m", "tools", "seed"]
    done = subprocess.run(command, env=environment, check=False, timeout=600)  # noqa: S603
    if done.returncode:
        raise GaveUpError("The demo story could not be filled in; what it said stands above.")


async def _serve(here: Settings, port: int, stand_ins: int, environment: dict[str, str]) -> int:
    stand_ins_command = [sys.executable, "-m", "tools", "dev-services", "--port", str(stand_ins)]
    children = [
        Child("api", [sys.executable, "-m", "api"], environment),
        Child("worker", [sys.executable, "-m", "worker"], environment),
        Child("dev-services", stand_ins_command, environment),
    ]
    supervisor = Supervisor(children)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    say("Starting the API and the worker …")
    supervisor.start()
    try:
        ready = asyncio.create_task(_until_ready(here, port, children[0]))
        stop = asyncio.create_task(ended.wait())
        await asyncio.wait((ready, stop), return_when=asyncio.FIRST_COMPLETED)
        if not ended.is_set():
            ready.result()
            say(welcome(here.host, port, await _demo_people_at(environment["DATABASE_URL"])))
            await ended.wait()
        ready.cancel()
    finally:
        say("Ending everything …")
        await supervisor.stop()
    return 0


def welcome(host: str, port: int, people: DemoPeople) -> str:
    """What a person needs to walk in: addresses, whom to sign in as, what comes next."""
    addresses = reachable_addresses(host)
    lines = ["", "RongQiao is ready:", *(f"    http://{name}:{port}/" for name in addresses), ""]
    if people.phones:
        lines += ["Sign in with one of these phones; its one-time code appears here:", ""]
        lines += [*people.phones, ""]
    if people.logins:
        lines += [f"Staff sign in with a login, the password {STAFF_PASSWORD}, and the code of", ""]
        lines += ["    RQ_ENV=development .venv/bin/python -m tools staff totp LOGIN", ""]
        lines += [*people.logins, ""]
    if addresses == ["127.0.0.1"]:
        lines += ["To open it on a phone in the same network: make run HOST=0.0.0.0"]
    return "\n".join([*lines, "Ctrl-C ends everything; the data stays.", ""])


def reachable_addresses(host: str) -> list[str]:
    """The names under which a browser finds a host that was asked for."""
    if host not in EVERYWHERE:
        return [f"[{host}]" if ":" in host else host]
    found = [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family == socket.AF_INET
    ]
    return sorted(found, key=lambda name: (not name.startswith("127."), name))


async def demo_people() -> DemoPeople:
    """People of the demo story with what each acts for, from the open database."""
    owners, staff = [await fetch(sql, f"{DEMO_RANGE}%") for sql in (DEMO_OWNERS, DEMO_STAFF)]
    return DemoPeople(
        phones=[f"    {row['name'].removeprefix('+86')}  {row['acts_for']}" for row in owners],
        logins=[f"    {row['name']:<22}  {row['acts_for']}" for row in staff],
    )


async def _demo_people_at(url: str) -> DemoPeople:
    await open_database(url, pool_size=1)
    try:
        return await demo_people()
    finally:
        await close_database()


async def _until_ready(here: Settings, port: int, api: Child) -> None:
    url = f"http://{reachable_addresses(here.host)[0]}:{port}/readyz"
    async with asyncio.timeout(READY_TIMEOUT_S):
        while not await asyncio.to_thread(_answers, url):
            if api.deaths >= TRIES_BEFORE_READY:
                raise GaveUpError("The API does not start; what it said stands above.")
            await asyncio.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            ready: bool = answer.status == 200
            return ready
    except (OSError, urllib.error.URLError):
        return False
