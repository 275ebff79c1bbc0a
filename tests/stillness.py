"""Says whether anything moved: a refusal must leave every row and the queue as they were."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.database import fetch

# A reading may be noted even where nothing changes.
_MAY_GROW = frozenset({"access_ledger", "access_chain"})


async def everything() -> dict[str, tuple[int, str | None]]:
    """The number of rows of every table, the queue among them, and a digest of what they hold."""
    tables = await fetch(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    state = {}
    for table in tables:
        if table["name"] in _MAY_GROW:
            continue
        rows = await fetch(
            f"""
            SELECT count(*) AS n, md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest
              FROM "{table["name"]}" t
            """  # noqa: S608 - a table's own name
        )
        state[table["name"]] = (rows[0]["n"], rows[0]["digest"])
    return state


@asynccontextmanager
async def nothing_moves() -> AsyncIterator[None]:
    """Fails the test when any row of any table is another one afterwards."""
    before = await everything()
    yield
    after = await everything()
    moved = sorted(name for name in before if before[name] != after[name])
    assert not moved, f"rows moved in {', '.join(moved)}"


async def queued() -> dict[str, int]:
    """How many facts of each kind stand in the queue."""
    rows = await fetch("SELECT entrypoint, count(*) AS n FROM pgqueuer GROUP BY 1")
    return {row["entrypoint"]: row["n"] for row in rows}
