"""`tools ledger`: verify the chain of the access ledger, sign where it ends, show a line's text."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from foundation.receipts import BadReceipt
from foundation.tokens import signing_keys
from sharing.access.checkpoints import (
    BrokenChain,
    Checkpoint,
    heads_of,
    kept_checkpoints,
    make_checkpoint,
    read_checkpoint,
)
from sharing.access.verification import Break, Fault, link_at, verify
from tools.database import application_database

HELP = "verify the access ledger's chain, sign a checkpoint, or show what of a line is hashed"
BAR = 30
MAX_FILE_BYTES = 64 * 1024
WHOLE, BROKEN, UNREADABLE = 0, 1, 2

_FAULTS: Mapping[Fault, str] = {
    Fault.CHANGED: "这一条的内容或摘要被改动过",
    Fault.LINE_GONE: "这一条在链上，台账里却没有了",
    Fault.LINK_GONE: "链上缺少这一条",
    Fault.NOT_CHAINED: "台账里有一条不在链上",
    Fault.REWRITTEN: "与签名的检查点不符：这一条或之前的内容被整体改写",
    Fault.CUT_OFF: "检查点签过的内容从这一条起被截断",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with what."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("verify", help="follow the whole chain; exit 1 where it breaks")
    check.add_argument(
        "--checkpoint",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="checkpoints that were handed out, one in each file",
    )
    check.add_argument(
        "--keys", type=Path, help="a JWK set to check signatures with; else the platform's own"
    )
    actions.add_parser("checkpoint", help="sign where the chain ends, and print the statement")
    show = actions.add_parser("show", help="print the text of which a line's digest is made")
    show.add_argument("position", type=int, help="the line's position in the chain")


def run(arguments: argparse.Namespace) -> int:
    """Do it; 0 for a whole chain, 1 for a broken one, 2 for a checkpoint that is none."""
    try:
        return asyncio.run(_run(arguments))
    except BadReceipt as error:
        print(f"检查点无效：{error}", file=sys.stderr)
        return UNREADABLE


async def _run(arguments: argparse.Namespace) -> int:
    async with application_database():
        if arguments.action == "verify":
            return await _verify(arguments.checkpoint, _jwks(arguments.keys))
        if arguments.action == "show":
            return await _show(arguments.position)
        return await _checkpoint()


async def _verify(files: Sequence[Path], jwks: Mapping[str, Any]) -> int:
    kept = await kept_checkpoints(jwks)
    given = [_read(file, jwks) for file in files]
    verdict = await verify(heads_of([*kept, *given]), _show_progress)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if verdict.found is not None:
        print(_sentence(verdict.found))
        return BROKEN
    print(f"台账完整：{verdict.head.position} 条，链尾摘要 {verdict.head.digest.hex()}")
    print(f"已对照检查点 {len(kept)} 个（平台留存），{len(given)} 个（外部提供）")
    return WHOLE


async def _checkpoint() -> int:
    try:
        statement = await make_checkpoint(signing_keys().ring(), datetime.now(UTC))
    except BrokenChain as broken:
        print(f"没有签名。{_sentence(broken.found)}", file=sys.stderr)
        return BROKEN
    if statement is None:
        print("台账还没有内容，没有可签名的检查点", file=sys.stderr)
        return BROKEN
    print(statement)
    return WHOLE


async def _show(position: int) -> int:
    found = await link_at(position)
    if found is None:
        print(f"链上没有第 {position} 条", file=sys.stderr)
        return BROKEN
    text, digest = found
    sys.stdout.buffer.write(text.encode())
    print(f"链上摘要 {digest.hex()}", file=sys.stderr)
    return WHOLE


def _sentence(found: Break) -> str:
    line = "" if found.line_id is None else f"（台账编号 {found.line_id}）"
    return f"台账在第 {found.position} 条处断开{line}：{_FAULTS[found.fault]}"


def _read(file: Path, jwks: Mapping[str, Any]) -> Checkpoint:
    if file.stat().st_size > MAX_FILE_BYTES:
        raise BadReceipt(f"{file}: too large for a checkpoint")
    try:
        return read_checkpoint(jwks, file.read_text("ascii"))
    except (BadReceipt, UnicodeDecodeError) as error:
        raise BadReceipt(f"{file}: {error}") from None


def _jwks(file: Path | None) -> Mapping[str, Any]:
    if file is None:
        return signing_keys().ring().jwks()
    try:
        found: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
    except ValueError:
        raise BadReceipt(f"{file}: no JWK set") from None
    return found


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        filled = BAR * done // total
        bar = "█" * filled + "·" * (BAR - filled)
        print(f"\r{bar} {done}/{total} 条", end="", file=sys.stderr, flush=True)
