"""`tools keys`: the ring of keys that sign access tokens.

`rotate` makes a new key active at once; the former ones verify until what they signed expires.
Running processes read the file again when it changes.
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from foundation.tokens import (
    KeyRing,
    new_key_ring,
    read_key_ring,
    rotated,
    signing_keys_path,
    write_key_ring,
)

HELP = "make, rotate and show the keys that sign access tokens"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which file."""
    parser.add_argument("action", choices=["new", "rotate", "show", "jwks"])
    parser.add_argument(
        "--file", type=Path, help="the ring; without it the one that the settings name"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    file: Path = arguments.file or signing_keys_path()
    now = datetime.now(UTC)
    try:
        if arguments.action == "new":
            write_key_ring(file, new_key_ring(now), replace=False)
            print(f"{file} holds a new key; keep it readable by the application alone.")
            return 0
        ring = read_key_ring(file)
    except FileExistsError:
        print(f"{file} is there already: rotate it instead.", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        print(f"The key ring cannot be used: {error}", file=sys.stderr)
        return 1
    if arguments.action == "rotate":
        ring = rotated(ring, now)
        write_key_ring(file, ring, replace=True)
    print(json.dumps(ring.jwks(), indent=2) if arguments.action == "jwks" else _lines(ring))
    return 0


def _lines(ring: KeyRing) -> str:
    return "\n".join(
        f"{key.kid}  {'retired ' + key.retired_at.isoformat() if key.retired_at else 'active'}"
        for key in ring.keys
    )
