"""Calls counted by the hour, with their durations in buckets: what quality is computed from."""

import json
from collections.abc import Sequence
from datetime import datetime

from foundation.identifiers import new_id
from storage.database import execute

BUCKETS_MS = (50, 100, 200, 400, 800, 1_600, 3_200, 6_400)
"""Upper ends of the buckets; one more holds what took longer."""

_COUNT = """
INSERT INTO interface_calls AS c (id, city, source, category, hour, made, failed, turned_away,
  buckets)
VALUES ($1, $2, $3, $4, date_trunc('hour', $5::timestamptz), $6, $7, $8, $9::text::jsonb)
ON CONFLICT (city, source, category, hour) DO UPDATE SET
  made = c.made + excluded.made,
  failed = c.failed + excluded.failed,
  turned_away = c.turned_away + excluded.turned_away,
  buckets = (SELECT jsonb_agg(a.n::int + b.n::int ORDER BY a.place)
               FROM jsonb_array_elements_text(c.buckets) WITH ORDINALITY AS a (n, place)
               JOIN jsonb_array_elements_text(excluded.buckets) WITH ORDINALITY AS b (n, place)
                 USING (place))
"""


async def count_call(
    city: str, source: str, category: str, at: datetime, *, failed: bool, took_ms: float
) -> None:
    """Count one call that was made."""
    buckets = [0] * (len(BUCKETS_MS) + 1)
    buckets[next((i for i, end in enumerate(BUCKETS_MS) if took_ms <= end), -1)] = 1
    await execute(
        _COUNT, new_id(), city, source, category, at, 1, int(failed), 0, json.dumps(buckets)
    )


async def count_turned_away(city: str, source: str, category: str, at: datetime) -> None:
    """Count one call that was not made."""
    none = json.dumps([0] * (len(BUCKETS_MS) + 1))
    await execute(_COUNT, new_id(), city, source, category, at, 0, 0, 1, none)


def median_ms(buckets: Sequence[int]) -> int | None:
    """The middle duration in milliseconds, by the upper end of its bucket; None without calls.

    What took longer than the last bucket counts as twice its end.
    """
    total = sum(buckets)
    if not total:
        return None
    ends = (*BUCKETS_MS, 2 * BUCKETS_MS[-1])
    so_far = 0
    for count, end in zip(buckets, ends, strict=True):
        so_far += count
        if 2 * so_far >= total:
            return end
    return ends[-1]
