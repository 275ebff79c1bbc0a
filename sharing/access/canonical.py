"""A ledger line as the text that is hashed, and its digest. Pure: no database is asked.

The database writes the same text in access_line_text; docs/access-ledger.md shows it to outsiders.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

START = bytes(32)
"""What stands as the digest before the first line."""

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def text_of(position: int, previous: bytes, row: Mapping[str, Any]) -> str:
    """The text of a line at its place in the chain; `row` has the columns of both tables."""
    return f"""\
rongqiao access ledger 1
position={position}
previous={previous.hex()}
recorded={_instant(row["recorded_at"])}
line={row["line_id"]}
at={_instant(row["at"])}
person={_or_nothing(row["person_id"])}
role={row["role"]}
institution={_or_nothing(row["institution_id"])}
enterprise={row["enterprise_id"]}
what={row["what"]}
purpose={row["purpose_kind"]}
purpose_id={_or_nothing(row["purpose_id"])}
consent={_or_nothing(row["consent_id"])}
allowed={"yes" if row["allowed"] else "no"}
refusal={_or_nothing(row["refusal"])}
categories={_list(row["categories"])}
fields={_list(row["field_names"])}
"""


def digest_of(text: str) -> bytes:
    """SHA-256 of a line's text."""
    return hashlib.sha256(text.encode()).digest()


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


def _or_nothing(value: object) -> str:
    return "" if value is None else str(value)


def _list(names: Sequence[str]) -> str:
    return _JSON.encode(list(names)) if names else "[]"
