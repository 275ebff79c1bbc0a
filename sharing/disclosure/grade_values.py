"""Which indicators of a grade show an institution their values: those that a consent covers whole.

Everybody let in sees the letters; a value is data of its category, and a verified category has no
value to show at all.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from credit.indicators import IndicatorResult
from sharing.lists import SharingMode, categories_of
from storage.database import fetch
from storage.models.consent import STANDS

_CODE = re.compile(r"[A-Z]+(?:-[A-Z0-9]+)+", re.ASCII)

_WHOLE = f"""
SELECT c.enterprise_id, s.category FROM consent c JOIN consent_scope s ON s.consent_id = c.id
 WHERE c.demand_id = ANY($1::uuid[]) AND c.grantee_id = $2 AND c.purpose = 'ENTERPRISE_DATA'
   AND s.field IS NULL AND {STANDS.format(c="c", today="$3")}
"""  # noqa: S608 - a constant; every value is a parameter


async def categories_shown_to(
    institution: UUID, demand_ids: Iterable[UUID], today: date
) -> Mapping[UUID, frozenset[str]]:
    """By enterprise: the categories that an institution may read whole for these demands."""
    found: dict[UUID, set[str]] = defaultdict(set)
    for row in await fetch(_WHOLE, list(demand_ids), institution, today):
        found[row["enterprise_id"]].add(row["category"])
    return {key: frozenset(codes) for key, codes in found.items()}


def visible(
    city: str, indicators: Iterable[IndicatorResult], covered: Collection[str]
) -> frozenset[int]:
    """The numbers of the indicators whose every source is covered."""
    known = categories_of(city)

    def shows(code: str) -> bool:
        category = known.get(code)
        return (
            code in covered and category is not None and category.mode is not SharingMode.VERIFIED
        )

    return frozenset(
        one.number
        for one in indicators
        if (codes := _CODE.findall(one.source or "")) and all(shows(code) for code in codes)
    )
