"""A hand past every trigger, as the superuser of the server has it, and ledgers to try it on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from foundation.identifiers import new_id
from sharing import ledger
from sharing.access import canonical
from storage.database import fetch
from tests.servers import Database


@asynccontextmanager
async def past_the_triggers(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection for which no trigger runs."""
    connection = await asyncpg.connect(database.admin_url)
    try:
        await connection.execute("SET session_replication_role = replica")
        yield connection
    finally:
        await connection.close()


def a_line(**changes: object) -> ledger.Line:
    """A reading for a demand, with everything that a line can name."""
    values = {
        "enterprise_id": new_id(),
        "what": ledger.What.DATA_READ,
        "purpose": ledger.Purpose.DEMAND,
        "purpose_id": new_id(),
        "consent_id": new_id(),
        "categories": ("JS-13",),
        "fields": ("JS-13/缴存状态", "JS-13/“引号”, 逗号"),
    }
    return ledger.Line(**(values | changes))  # type: ignore[arg-type]


async def some_lines(now: datetime, *, number: int = 6) -> None:
    """Lines in as many transactions, every third of them a refusal."""
    for i in range(number):
        await ledger.write(None, [a_line(allowed=i % 3 != 2)], now)


async def recompute_the_chain(connection: asyncpg.Connection) -> None:
    """What somebody does who knows the rules: every link anew over the lines as they are now."""
    rows = await fetch(
        "SELECT c.position, c.line_id, c.recorded_at, l.* FROM access_chain c "
        "JOIN access_ledger l ON l.id = c.line_id ORDER BY c.position"
    )
    digest = canonical.START
    for row in rows:
        digest = canonical.digest_of(canonical.text_of(row["position"], digest, row))
        await connection.execute(
            "UPDATE access_chain SET digest = $2 WHERE position = $1", row["position"], digest
        )
