"""`tools seed`: the demo story, filled in where it is missing. Refused in production.

Everything is keyed, so that an interrupted run is taken up again and a finished one changes
nothing. The day of the story is the day on which it was begun.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from accounts.registry import Registry
from foundation.clock import day_in_shanghai
from foundation.identifiers import normal_phone
from foundation.settings import ROOT, settings
from marketplace.lab_cohorts import draw_cohorts
from marketplace.product_import import import_products
from sharing.grading import regrade_city
from storage.database import close_database, open_database
from storage.models.idempotency import IdempotencyKey
from storage.models.person import Person
from tools.database import database_urls
from tools.story.demands import DEMANDS, move_on, publish
from tools.story.firms import Firm, authorise, firms, registry_of, settle
from tools.story.people import add_providers, add_staff, staff_members
from tools.story.persons import consent_of_persons
from tools.story.records import files_of, receive

HELP = "fill in the demo story: firms, people, products, demands"
WORKER_TIMEOUT_S = 300
_LAST_KEY = "story-accept-software"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    del parser


def run(_: argparse.Namespace) -> int:
    """Fill in what is missing."""
    if settings().is_production:
        print("示例数据不能写入生产环境 (RQ_ENV is production).", file=sys.stderr)
        return 1
    asyncio.run(_seed())
    return 0


async def _seed() -> None:
    with database_urls() as urls:
        await open_database(urls.app)
        try:
            await tell(urls.app)
        finally:
            await close_database()


async def tell(database_url: str) -> None:
    """Fill in what is missing in the database that is open here; a worker gets its address."""
    if await IdempotencyKey.exists(key=_LAST_KEY):
        _say("The demo story is there already.")
        return
    now = datetime.now(UTC)
    known = firms()
    await _products(now)
    await _people(known, registry_of(known), now)
    await _records(known, await _begun(known[0], now))
    await _grades(known, registry_of(known), now)
    by_slug = {firm.slug: firm for firm in known}
    for wanted in DEMANDS:
        await publish(wanted, by_slug[wanted.slug], now)
    await asyncio.to_thread(_handle_facts, database_url)
    await move_on(by_slug, now)
    _say("Done.")


async def _products(now: datetime) -> None:
    _say("products …")
    await import_products(now)


async def _people(known: list[Firm], registry: Registry, now: datetime) -> None:
    _say("staff …")
    await add_providers(now)
    for member in staff_members():
        await add_staff(member, now)
    for number, firm in enumerate(known, start=1):
        _count("firms", number, len(known))
        await settle(firm, registry, now)


async def _begun(first: Firm, now: datetime) -> datetime:
    person = await Person.get_or_none(phone=normal_phone(first.phone))
    return person.created_at if person else now


async def _records(known: list[Firm], begun: datetime) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = files_of(known, Path(folder), day_in_shanghai(begun))
        for number, one in enumerate(files, start=1):
            _count("credit records", number, len(files))
            if refused := await receive(one):
                raise RuntimeError(f"{one.path.name}: {refused} rows of the story were refused")


async def _grades(known: list[Firm], registry: Registry, now: datetime) -> None:
    for number, firm in enumerate(known, start=1):
        _count("consents and grades", number, len(known))
        await consent_of_persons(firm, registry, now)
        await authorise(firm, now)
    for city in sorted({firm.city for firm in known}):
        await regrade_city(city, now)
        await draw_cohorts(city, now)


def _handle_facts(database_url: str) -> None:
    """Let a worker handle what is queued: tools never import an entry point, they start it."""
    _say("matching …")
    command = [sys.executable, "-m", "worker", "drain"]
    environment = os.environ | {"DATABASE_URL": database_url, "RQ_ENV": settings().env.value}
    subprocess.run(  # noqa: S603 - our own worker, no shell
        command, cwd=ROOT, env=environment, check=True, timeout=WORKER_TIMEOUT_S
    )


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _count(what: str, number: int, total: int) -> None:
    """Progress in one line of a terminal; in a log, only its end."""
    ended = number == total
    if sys.stderr.isatty():
        print(
            f"\r  {what} {number}/{total}", end="\n" if ended else "", file=sys.stderr, flush=True
        )
    elif ended:
        _say(f"{what} {number}")
