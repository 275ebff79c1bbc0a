"""The chain that the database writes over the ledger's lines, as they commit."""

import asyncio
import importlib
from datetime import UTC, datetime

import asyncpg
import pytest

from foundation.clock import FrozenClock
from foundation.settings import ROOT
from sharing import ledger
from sharing.access import canonical
from sharing.access.verification import head_of_chain, link_at, verify
from storage.database import fetch, transaction
from tests.servers import Database
from tests.sharing.access.tampering import a_line, past_the_triggers, some_lines

pytestmark = pytest.mark.usefixtures("database")


async def test_an_empty_ledger_is_whole() -> None:
    verdict = await verify()

    assert verdict.found is None
    assert verdict.head.position == 0


async def test_every_line_is_a_link_when_it_commits(clock: FrozenClock) -> None:
    await some_lines(clock.now(), number=3)
    async with transaction():
        await ledger.write(None, [a_line(), a_line()], clock.now())
        assert (await head_of_chain()).position == 3

    verdict = await verify()

    assert (verdict.head.position, verdict.found) == (5, None)
    links = await fetch("SELECT position, line_id FROM access_chain ORDER BY position")
    lines = await fetch("SELECT id FROM access_ledger ORDER BY id")
    assert [link["line_id"] for link in links] == [line["id"] for line in lines]


async def test_what_rolls_back_is_no_link(clock: FrozenClock) -> None:
    async def written_in_vain() -> None:
        async with transaction():
            await ledger.write(None, [a_line()], clock.now())
            raise LookupError

    with pytest.raises(LookupError):
        await written_in_vain()
    await some_lines(clock.now(), number=2)

    verdict = await verify()

    assert (verdict.head.position, verdict.found) == (2, None)


async def test_many_writers_at_once_make_one_chain(clock: FrozenClock) -> None:
    async def writer() -> None:
        for _ in range(5):
            async with transaction():
                await ledger.write(None, [a_line(), a_line()], clock.now())

    await asyncio.gather(*(writer() for _ in range(8)))

    verdict = await verify()
    assert (verdict.head.position, verdict.found) == (80, None)


async def test_a_transaction_with_one_snapshot_is_refused(database: Database) -> None:
    connection = await asyncpg.connect(database.url)
    try:
        with pytest.raises(asyncpg.RaiseError, match="READ COMMITTED"):
            async with connection.transaction(isolation="repeatable_read"):
                await connection.execute(
                    "INSERT INTO access_ledger "
                    "(at, role, enterprise_id, what, purpose_kind, allowed) VALUES "
                    "(now(), 'PLATFORM', gen_random_uuid(), 'GRADE_READ', 'NONE', true)"
                )
    finally:
        await connection.close()
    assert (await verify()).head.position == 0


@pytest.mark.parametrize(
    "line",
    [
        a_line(),
        a_line(allowed=False, refusal=ledger.Refusal.CONSENT_REVOKED),
        a_line(categories=(), fields=(), purpose_id=None, consent_id=None),
        a_line(fields=('JS-1/"\\/\t\n,[]{}', "JS-1/二氧化碳（吨）", "JS-1/\x7f\u2028𠮷")),
        a_line(categories=tuple(f"JS-{i}" for i in range(57))),
    ],
)
async def test_the_database_and_we_hash_the_same_text(
    line: ledger.Line, clock: FrozenClock
) -> None:
    await some_lines(clock.now(), number=1)
    await ledger.write(None, [line], datetime(2026, 1, 2, 3, 4, 5, 67, tzinfo=UTC))

    rows = await fetch(
        "SELECT access_line_text(c.position, b.digest, c.recorded_at, l) AS text, c.digest "
        "  FROM access_chain c JOIN access_chain b ON b.position = c.position - 1 "
        "  JOIN access_ledger l ON l.id = c.line_id WHERE c.position = 2"
    )

    ours = await link_at(2)
    assert ours == (rows[0]["text"], bytes(rows[0]["digest"]))
    assert canonical.digest_of(ours[0]) == ours[1]


async def test_a_refusal_names_its_reason_and_an_allowed_line_none(clock: FrozenClock) -> None:
    await ledger.write(
        None,
        [
            a_line(refusal=ledger.Refusal.NO_CONSENT),
            a_line(allowed=False),
            a_line(allowed=False, refusal=ledger.Refusal.OUT_OF_SCOPE),
        ],
        clock.now(),
    )

    rows = await fetch("SELECT refusal, categories, field_names FROM access_ledger ORDER BY id")
    assert [row["refusal"] for row in rows] == [None, "NO_PURPOSE", "OUT_OF_SCOPE"]
    assert rows[0]["categories"] == ["JS-13"]
    assert rows[0]["field_names"] == ["JS-13/缴存状态", "JS-13/“引号”, 逗号"]


def test_the_example_in_the_documentation_can_be_followed_by_hand() -> None:
    document = (ROOT / "docs" / "access-ledger.md").read_text("utf-8")
    text = document.split("```text\n")[1].split("```")[0]

    assert canonical.digest_of(text).hex() in document
    assert f"\nprevious={canonical.START.hex()}\n" in text


async def test_lines_from_before_the_chain_enter_it(database: Database, clock: FrozenClock) -> None:
    migration = importlib.import_module("storage.migrations.versions.0003_access_chain")
    await some_lines(clock.now(), number=4)
    async with past_the_triggers(database) as connection:
        await connection.execute("DELETE FROM access_chain")
        assert (await verify()).found is not None
        await connection.execute(migration.CHAIN_WHAT_IS_THERE)
    await some_lines(clock.now(), number=1)

    verdict = await verify()

    assert (verdict.head.position, verdict.found) == (5, None)
