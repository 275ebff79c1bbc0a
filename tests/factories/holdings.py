"""Owners about whose enterprises something is held."""

from datetime import datetime
from typing import Any

from foundation.identifiers import encode_id
from storage.database import fetch
from tests.factories.credit import a_history, import_histories
from tests.factories.people import Someone, an_owner


async def an_owner_with_records(now: datetime, *, city: str = "JIANGYIN") -> Someone:
    """An owner about whose enterprise records of a dozen categories came in."""
    owner = await an_owner(city=city, now=now)
    assert owner.enterprise is not None
    await import_histories([a_history(owner.enterprise)], now)
    return owner


async def records_about(owner: Someone) -> list[dict[str, Any]]:
    """Ids and categories of what is held, newest received first."""
    assert owner.enterprise is not None
    rows = await fetch(
        "SELECT id, category, received_on FROM credit_record WHERE uscc = $1 "
        "ORDER BY received_on DESC, id DESC",
        owner.enterprise.uscc,
    )
    return [row | {"node": encode_id("credit_record", row["id"])} for row in rows]
