"""`tools grade verify`: a grade's receipt, checked and recomputed, in words.

The signature first; then letters from ranks and cuts, and the level from the letters; then, with
--database, the kept grade, its run and the run's groups.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from foundation.receipts import BadReceipt, read
from foundation.tokens import signing_keys
from sharing.grades.receipts import KIND
from sharing.grades.verifying import differences_from_database, differences_within, in_words
from tools.database import application_database

WHOLE, DIFFERENT, UNREADABLE = 0, 1, 2
MAX_FILE_BYTES = 256 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The receipt, and what it is checked against."""
    parser.add_argument("receipt", type=Path, help="file with the receipt; - for standard input")
    parser.add_argument(
        "--keys", type=Path, help="a JWK set to check the signature with; else the platform's own"
    )
    parser.add_argument(
        "--database", action="store_true", help="compare with the kept grade and its run too"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check it; exit 1 where something differs, 2 for what is no receipt."""
    try:
        claims = read(keys_in(arguments.keys), KIND, text_in(arguments.receipt))
        found, words = differences_within(claims), in_words(claims)
    except BadReceipt as error:
        print(f"签名无效，或不是评级回执：{error}", file=sys.stderr)
        return UNREADABLE
    except (OSError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        print(f"无法读取：{type(error).__name__}", file=sys.stderr)
        return UNREADABLE
    print("\n".join(words))
    if arguments.database:
        found += asyncio.run(_compare(claims))
    if found:
        print("不一致：")
        print("\n".join(f"  {one}" for one in found))
        return DIFFERENT
    beside = "，与数据库一致" if arguments.database else ""
    print(f"签名有效；由名次和分界值重算字母、由字母重算等级，结果相同{beside}。")
    return WHOLE


def keys_in(file: Path | None) -> dict[str, Any]:
    """The public keys of a file, or this set-up's own. Raises OSError and ValueError."""
    if file is None:
        return signing_keys().ring().jwks()
    keys: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return keys


def text_in(file: Path) -> str:
    """The text of a file, or of the standard input. Raises OSError and ValueError."""
    if str(file) == "-":
        return sys.stdin.read(MAX_FILE_BYTES).strip()
    with file.open(encoding="utf-8") as lines:
        return lines.read(MAX_FILE_BYTES).strip()


async def _compare(claims: dict[str, Any]) -> list[str]:
    async with application_database():
        return await differences_from_database(claims)
