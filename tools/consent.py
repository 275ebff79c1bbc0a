"""`tools consent verify RECEIPT`: whether a consent's receipt is genuine, and what it says."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from foundation.city import cities
from foundation.receipts import BadReceipt
from foundation.tokens import read_key_ring, signing_keys_path
from sharing.consenting.receipts import read_receipt

HELP = "verify the signed receipt of a consent, and say what was agreed to"
MAX_BYTES = 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The receipt, and the keys to verify with."""
    parser.add_argument("action", choices=["verify"])
    parser.add_argument("receipt", help="the receipt, or the file it stands in")
    parser.add_argument(
        "--jwks", type=Path, help="a file of public keys; without it the key ring of this set-up"
    )


def run(arguments: argparse.Namespace) -> int:
    """Verify it; 1 when it is not genuine."""
    try:
        said = read_receipt(_keys(arguments.jwks), _text(arguments.receipt))
    except BadReceipt as error:
        print(f"Not genuine: {error}.", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        print(f"The keys or the receipt cannot be read: {error}", file=sys.stderr)
        return 1
    print(json.dumps(said, ensure_ascii=False, indent=2))
    print(_about_the_text(said))
    return 0


def _keys(file: Path | None) -> dict[str, Any]:
    if file is None:
        return read_key_ring(signing_keys_path()).jwks()
    keys: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return keys


def _text(receipt: str) -> str:
    if receipt.count(".") == 2 and len(receipt) > 200:
        return receipt
    with Path(receipt).open("rb") as body:
        return body.read(MAX_BYTES).decode("ascii", "replace").strip()


def _about_the_text(said: dict[str, Any]) -> str:
    """Whether the words that were agreed to are still those of the city's text."""
    for city in cities().values():
        for text in city.consent_texts:
            if text.version == said["text_version"]:
                same = text.digest.hex() == said["text_sha256"]
                verdict = "is" if same else "is NOT"
                of = "of today" if text.in_force else "of that time"
                return f"Genuine. The text {text.version} {of} {verdict} the one agreed to."
    return "Genuine. Its text is no longer in force; compare text_sha256 with the history."
