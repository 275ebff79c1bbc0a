"""Rows that serve for a time only, and for how long they are kept."""

from datetime import datetime, timedelta

from storage.database import execute

BATCH = 5_000

KEEP: dict[str, tuple[str, timedelta]] = {
    # The day's limit of codes per phone is counted over 24 hours.
    "code_challenge": ("requested_at", timedelta(days=2)),
    # Its ticket opens an export for ten minutes; a new ticket for the same key, for a day.
    "data_export": ("made_at", timedelta(days=1)),
    "data_export_part": ("made_at", timedelta(days=1)),
    "download_ticket": ("expires_at", timedelta(days=1)),
    "entry_token_use": ("expires_at", timedelta(hours=1)),
    # A figure serves the grades of its month; the source is asked anew in the next.
    "grade_figure": ("expires_at", timedelta(seconds=1)),
    "idempotency_key": ("created_at", timedelta(days=180)),
    # Phones of persons who were asked; what they consented to stays in its own table.
    "personal_invitation": ("expires_at", timedelta(days=90)),
    # A reused token is told from a forged one while its session could still be open.
    # What an interface answered is gone when its purpose has ended.
    "interface_answer": ("expires_at", timedelta(seconds=1)),
    "interface_calls": ("hour", timedelta(days=400)),
    "refresh_token": ("expires_at", timedelta(days=90)),
    "staff_try": ("since", timedelta(days=2)),
    "upload_ticket": ("expires_at", timedelta(days=7)),
}
"""Table → the time that counts, and how long after it a row is kept."""


async def prune(now: datetime) -> dict[str, int]:
    """Delete the rows of each table whose time is over, in batches; how many of each."""
    return {table: await _prune(table, now) for table in KEEP}


async def _prune(table: str, now: datetime) -> int:
    column, keep = KEEP[table]
    deleted = 0
    while True:
        count = await execute(
            f"DELETE FROM {table} WHERE id IN "  # noqa: S608 - names from KEEP alone
            f"(SELECT id FROM {table} WHERE {column} < $1 ORDER BY {column} LIMIT $2)",
            now - keep,
            BATCH,
        )
        deleted += count
        if count < BATCH:
            return deleted
