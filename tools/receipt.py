"""`tools receipt verify`: any signed receipt of the platform, checked, and what it says.

Imports, consents, declarations, whitelists and public batches are all signed alike. A grade's
receipt can be recomputed too: `tools grade verify`.
"""

import argparse
import json
import sys
from pathlib import Path

from foundation.receipts import BadReceipt, kind_of, read
from tools.grade_verify import UNREADABLE, WHOLE, keys_in, text_in

HELP = "check the signature of any receipt of the platform, and show what it says"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The receipt, and the keys to check it with."""
    actions = parser.add_subparsers(dest="action", metavar="verify", required=True)
    check = actions.add_parser("verify", help="check it; exit 2 for what is no genuine receipt")
    check.add_argument("receipt", type=Path, help="file with the receipt; - for standard input")
    check.add_argument(
        "--keys", type=Path, help="a JWK set to check the signature with; else the platform's own"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check it, and print its kind and its claims as JSON."""
    try:
        text = text_in(arguments.receipt)
        kind = kind_of(text)
        claims = read(keys_in(arguments.keys), kind, text)
    except BadReceipt as error:
        print(f"签名无效，或不是平台的回执：{error}", file=sys.stderr)
        return UNREADABLE
    except (OSError, KeyError, TypeError, ValueError) as error:
        print(f"无法读取：{type(error).__name__}", file=sys.stderr)
        return UNREADABLE
    print(json.dumps({**claims, "kind": kind}, ensure_ascii=False, indent=2))
    print("签名有效。", file=sys.stderr)
    return WHOLE
