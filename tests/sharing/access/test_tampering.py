"""What a superuser may do past every trigger, and that verification finds it."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from foundation import receipts
from foundation.clock import FrozenClock
from foundation.receipts import BadReceipt
from foundation.tokens import new_key_ring, signing_keys
from sharing.access.checkpoints import (
    KIND,
    BrokenChain,
    heads_of,
    kept_checkpoints,
    make_checkpoint,
    read_checkpoint,
)
from sharing.access.verification import Fault, verify
from storage.database import fetch
from tests.servers import Database
from tests.sharing.access.tampering import past_the_triggers, recompute_the_chain, some_lines

Tamper = Callable[[asyncpg.Connection], Awaitable[None]]

# Positions and line ids differ: ids go on from test to test. The nth line by its place.
_NTH = "(SELECT line_id FROM access_chain WHERE position = {})"


async def a_field(connection: asyncpg.Connection) -> None:
    await connection.execute(
        f"UPDATE access_ledger SET purpose_kind = 'OWN' WHERE id = {_NTH.format(3)}"  # noqa: S608
    )


async def a_moment(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "UPDATE access_chain SET recorded_at = recorded_at - interval '1 microsecond' "
        "WHERE position = 3"
    )


async def a_digest(connection: asyncpg.Connection) -> None:
    await connection.execute("UPDATE access_chain SET digest = sha256(digest) WHERE position = 3")


async def the_last_line(connection: asyncpg.Connection) -> None:
    await connection.execute(
        f"DELETE FROM access_ledger WHERE id = {_NTH.format(6)}"  # noqa: S608
    )


async def a_middle_line_and_its_number(connection: asyncpg.Connection) -> None:
    await connection.execute(
        f"DELETE FROM access_ledger WHERE id = {_NTH.format(3)}"  # noqa: S608
    )
    await connection.execute("DELETE FROM access_chain WHERE position = 3")
    await connection.execute("UPDATE access_chain SET position = position - 1 WHERE position > 3")


async def a_middle_link(connection: asyncpg.Connection) -> None:
    await connection.execute("DELETE FROM access_chain WHERE position = 3")


async def two_lines_swapped(connection: asyncpg.Connection) -> None:
    await connection.execute("UPDATE access_chain SET line_id = -line_id WHERE position IN (3, 4)")
    await connection.execute(
        "UPDATE access_chain c SET line_id = -o.line_id FROM access_chain o "
        "WHERE c.position IN (3, 4) AND o.position IN (3, 4) AND o.position <> c.position"
    )


async def a_line_past_the_chain(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "INSERT INTO access_ledger (at, role, enterprise_id, what, purpose_kind, allowed) "
        "VALUES (now(), 'OFFICER', gen_random_uuid(), 'DATA_READ', 'DEMAND', true)"
    )


async def the_tail(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "DELETE FROM access_ledger WHERE id IN (SELECT line_id FROM access_chain "
        "WHERE position > 4)"
    )
    await connection.execute("DELETE FROM access_chain WHERE position > 4")


async def everything_recomputed(connection: asyncpg.Connection) -> None:
    await a_field(connection)
    await recompute_the_chain(connection)


async def the_whole_ledger(connection: asyncpg.Connection) -> None:
    await connection.execute("DELETE FROM access_ledger")
    await connection.execute("DELETE FROM access_chain")


@pytest.mark.parametrize(
    ("tamper", "fault", "position"),
    [
        (a_field, Fault.CHANGED, 3),
        (a_moment, Fault.CHANGED, 3),
        (a_digest, Fault.CHANGED, 3),
        (the_last_line, Fault.LINE_GONE, 6),
        (a_middle_line_and_its_number, Fault.CHANGED, 3),
        (a_middle_link, Fault.LINK_GONE, 3),
        (two_lines_swapped, Fault.CHANGED, 3),
        (a_line_past_the_chain, Fault.NOT_CHAINED, 7),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_the_chain_alone_shows_it(
    tamper: Tamper, fault: Fault, position: int, database: Database, clock: FrozenClock
) -> None:
    await some_lines(clock.now(), number=6)
    assert (await verify()).found is None

    async with past_the_triggers(database) as connection:
        await tamper(connection)

    found = (await verify()).found
    assert found is not None
    assert (found.fault, found.position) == (fault, position)


@pytest.mark.parametrize(
    ("tamper", "fault", "position"),
    [
        (the_tail, Fault.CUT_OFF, 5),
        (everything_recomputed, Fault.REWRITTEN, 6),
        (the_whole_ledger, Fault.CUT_OFF, 1),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_a_checkpoint_shows_what_the_chain_alone_cannot(
    tamper: Tamper, fault: Fault, position: int, database: Database, clock: FrozenClock
) -> None:
    ring = signing_keys().ring()
    await some_lines(clock.now(), number=6)
    statement = await make_checkpoint(ring, clock.now())
    assert statement is not None

    async with past_the_triggers(database) as connection:
        await tamper(connection)

    assert (await verify()).found is None, "who recomputes everything leaves a chain that holds"
    handed_out = read_checkpoint(ring.jwks(), statement)
    found = (await verify([handed_out.head])).found
    assert found is not None
    assert (found.fault, found.position) == (fault, position)
    kept = await kept_checkpoints(ring.jwks())
    assert (await verify(heads_of(kept))).found == found
    await some_lines(clock.now(), number=1)
    with pytest.raises(BrokenChain):
        await make_checkpoint(ring, clock.now())


_OTHER = {
    "timestamp with time zone": "now()",
    "uuid": "gen_random_uuid()",
    "ARRAY": "ARRAY['JS-99']",
    # The third line is a refusal, and an allowed one has no reason.
    "boolean": "true, refusal = NULL",
}


async def test_no_column_of_a_line_can_be_changed_unseen(
    database: Database, clock: FrozenClock
) -> None:
    """Whatever a line says is hashed: a column that is added without that would be found here."""
    await some_lines(clock.now(), number=4)
    columns = await fetch(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = 'access_ledger' AND column_name <> 'id'"
    )
    assert len(columns) == 13

    async with past_the_triggers(database) as connection:
        for column, kind in ((row["column_name"], row["data_type"]) for row in columns):
            other = _OTHER.get(kind, "'OTHER'")
            await connection.execute("CREATE TEMP TABLE before AS SELECT * FROM access_ledger")
            await connection.execute(
                f"UPDATE access_ledger SET {column} = {other} WHERE id = {_NTH.format(3)}"  # noqa: S608
            )

            found = (await verify()).found
            assert found is not None, column
            assert (found.fault, found.position) == (Fault.CHANGED, 3)
            await connection.execute(
                "DELETE FROM access_ledger; INSERT INTO access_ledger OVERRIDING SYSTEM VALUE "
                "SELECT * FROM before; DROP TABLE before"
            )
    assert (await verify()).found is None


async def test_nothing_is_signed_over_a_stretch_that_was_changed(
    database: Database, clock: FrozenClock
) -> None:
    ring = signing_keys().ring()
    await some_lines(clock.now(), number=2)
    await make_checkpoint(ring, clock.now())
    await some_lines(clock.now(), number=4)
    async with past_the_triggers(database) as connection:
        await a_field(connection)

    with pytest.raises(BrokenChain, match="CHANGED at position 3"):
        await make_checkpoint(ring, clock.now())

    assert len(await fetch("SELECT 1 FROM ledger_checkpoint")) == 1


async def test_a_chain_that_has_not_moved_keeps_its_statement(
    database: Database, clock: FrozenClock
) -> None:
    ring = signing_keys().ring()
    assert await make_checkpoint(ring, clock.now()) is None
    await some_lines(clock.now(), number=2)

    first = await make_checkpoint(ring, clock.now())
    again = await make_checkpoint(ring, clock.now())
    await some_lines(clock.now(), number=1)
    next_one = await make_checkpoint(ring, clock.now())

    assert first == again != next_one
    positions = [one.head.position for one in await kept_checkpoints(ring.jwks())]
    assert positions == [2, 3]


async def test_a_checkpoint_by_another_key_or_of_another_kind_is_none(
    database: Database, clock: FrozenClock
) -> None:
    ring = signing_keys().ring()
    await some_lines(clock.now(), number=1)
    statement = await make_checkpoint(ring, clock.now())
    assert statement is not None

    with pytest.raises(BadReceipt):
        read_checkpoint(new_key_ring(clock.now()).jwks(), statement)
    with pytest.raises(BadReceipt):
        read_checkpoint(ring.jwks(), statement[:-4] + "AAAA")
    with pytest.raises(BadReceipt):
        read_checkpoint(ring.jwks(), receipts.sign(ring, "grade", {"position": 1}, clock.now()))
    with pytest.raises(BadReceipt):
        read_checkpoint(ring.jwks(), receipts.sign(ring, KIND, {"position": 1}, clock.now()))


async def test_a_kept_checkpoint_that_was_forged_is_noticed(
    database: Database, clock: FrozenClock
) -> None:
    ring = signing_keys().ring()
    await some_lines(clock.now(), number=2)
    await make_checkpoint(ring, clock.now())
    async with past_the_triggers(database) as connection:
        await connection.execute("UPDATE ledger_checkpoint SET position = 1")

    with pytest.raises(BadReceipt, match="position 1"):
        await kept_checkpoints(ring.jwks())
