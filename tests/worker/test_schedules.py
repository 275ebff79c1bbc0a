"""What happens by the clock."""

from croniter import croniter
from structlog.testing import capture_logs

from foundation.clock import FrozenClock
from marketplace.facts import DemandExpired, OfferExpired
from storage.database import execute, fetch
from storage.models import Demand, Offer
from storage.models.demand import DemandStatus
from storage.models.offer import OfferStatus
from storage.queue import queue_depths
from tests.factories.demands import a_demand, an_offer
from tests.factories.people import an_officer
from tests.factories.products import a_product
from tests.servers import Database
from tests.sharing.access.tampering import past_the_triggers, some_lines
from worker.schedules import SCHEDULES, expire_what_is_due, sign_the_ledger, tidy_up


def test_every_schedule_has_an_expression_that_can_be_read() -> None:
    assert all(croniter.is_valid(expression) for expression, _ in SCHEDULES.values())
    assert all(name == run.__name__ for name, (_, run) in SCHEDULES.items())


async def test_what_is_due_expires_and_says_so_once(database: Database) -> None:
    officer = await an_officer()
    product = await a_product(institution=officer.institution)
    due, open_one = await a_demand(), await a_demand()
    offer = await an_offer(demand=open_one, officer=officer, product=product)
    for table, began, key in (("demand", "published_at", due.id), ("offer", "made_at", offer.id)):
        await execute(
            f"UPDATE {table} SET {began} = {began} - interval '1 year', "  # noqa: S608 - names above
            f"expires_at = {began} - interval '1 day' WHERE id = $1",
            key,
        )
    for _ in range(2):
        await expire_what_is_due()
    assert await queue_depths() == {
        (DemandExpired.__name__, "queued"): 1,
        (OfferExpired.__name__, "queued"): 1,
    }
    assert (await Demand.get(id=due.id)).status is DemandStatus.EXPIRED
    assert (await Demand.get(id=open_one.id)).status is DemandStatus.OPEN
    assert (await Offer.get(id=offer.id)).status is OfferStatus.EXPIRED


async def test_tidying_an_empty_database_does_nothing(database: Database) -> None:
    await tidy_up()
    assert await queue_depths() == {}


async def test_the_ledger_is_signed_and_a_broken_one_is_cried_out(
    database: Database, clock: FrozenClock
) -> None:
    await some_lines(clock.now(), number=2)
    with capture_logs() as quiet:
        await sign_the_ledger()
        await sign_the_ledger()
    await some_lines(clock.now(), number=1)
    async with past_the_triggers(database) as connection:
        await connection.execute("UPDATE access_ledger SET allowed = NOT allowed")

    with capture_logs() as loud:
        await sign_the_ledger()

    assert [line["event"] for line in quiet] == []
    assert [(line["event"], line["log_level"]) for line in loud] == [
        ("access_ledger_broken", "error")
    ]
    assert await fetch("SELECT position FROM ledger_checkpoint") == [{"position": 2}]
