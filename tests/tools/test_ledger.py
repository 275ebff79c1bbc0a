"""`tools ledger` says whether the access ledger is whole, and outsiders can follow it by hand."""

import asyncio
import hashlib
import json
import os
import sys
from pathlib import Path

from foundation.clock import FrozenClock
from foundation.settings import ROOT
from foundation.tokens import new_key_ring, signing_keys
from sharing.access.verification import head_of_chain
from tests.servers import Database
from tests.sharing.access.tampering import past_the_triggers, some_lines


async def tools_ledger(database: Database, *arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools", "ledger", *arguments,
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


async def test_a_checkpoint_shows_that_the_end_was_cut_off(
    database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    assert (await tools_ledger(database, "checkpoint"))[0] == 1, "there is nothing to sign"
    await some_lines(clock.now(), number=4)
    code, statement, _ = await tools_ledger(database, "checkpoint")
    assert code == 0
    file = tmp_path / "checkpoint.jws"
    file.write_text(statement)

    code, output, _ = await tools_ledger(database, "verify", "--checkpoint", str(file))
    assert code == 0
    assert "台账完整：4 条" in output
    assert "1 个（平台留存），1 个（外部提供）" in output

    async with past_the_triggers(database) as connection:
        await connection.execute("DELETE FROM ledger_checkpoint")
        await connection.execute("DELETE FROM access_chain WHERE position = 4")
        await connection.execute(
            "DELETE FROM access_ledger l WHERE NOT EXISTS "
            "(SELECT FROM access_chain c WHERE c.line_id = l.id)"
        )
    assert (await tools_ledger(database, "verify"))[0] == 0
    code, output, _ = await tools_ledger(database, "verify", "--checkpoint", str(file))
    assert code == 1
    assert output.startswith("台账在第 4 条处断开")


async def test_what_is_no_checkpoint_is_said_so(
    database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    file = tmp_path / "none.jws"
    file.write_text("台账")
    code, _, errors = await tools_ledger(database, "verify", "--checkpoint", str(file))
    assert code == 2
    assert str(file) in errors

    await some_lines(clock.now(), number=1)
    _, statement, _ = await tools_ledger(database, "checkpoint")
    file.write_text(statement)
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(new_key_ring(clock.now()).jwks()))
    code, _, errors = await tools_ledger(database, "verify", "--keys", str(keys))
    assert code == 2
    assert "检查点无效" in errors
    keys.write_text(json.dumps(signing_keys().ring().jwks()))
    assert (await tools_ledger(database, "verify", "--keys", str(keys)))[0] == 0


async def test_a_line_is_hashed_by_hand(database: Database, clock: FrozenClock) -> None:
    await some_lines(clock.now(), number=3)

    code, text, _ = await tools_ledger(database, "show", "3")

    assert code == 0
    assert hashlib.sha256(text.encode()).digest() == (await head_of_chain()).digest
    _, before, _ = await tools_ledger(database, "show", "2")
    assert f"previous={hashlib.sha256(before.encode()).hexdigest()}\n" in text
    assert (await tools_ledger(database, "show", "4"))[0] == 1
