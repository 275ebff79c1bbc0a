"""What owners stated of their size, for readers who are told so: never put among registry data."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sharing.lists import categories_of
from storage.database import fetch

CODE = "LOCAL-DECLARED-SIZE"

_NEWEST = """
SELECT DISTINCT ON (d.enterprise_id) d.enterprise_id, e.city, d."values"
  FROM declaration d JOIN enterprise e ON e.id = d.enterprise_id
 WHERE d.enterprise_id = ANY($1::uuid[]) AND d.category = $2
 ORDER BY d.enterprise_id, d.id DESC
"""


@dataclass(frozen=True)
class DeclaredFigures:
    """The newest statement of an owner about size; money in yuan, None where nothing was stated."""

    employees: int | None = None
    annual_revenue: Decimal | None = None
    total_assets: Decimal | None = None


async def declared_figures(enterprise_ids: Sequence[UUID]) -> list[DeclaredFigures]:
    """What owners stated, in the order of their enterprises, in one query."""
    rows = await fetch(_NEWEST, list(enterprise_ids), CODE)
    found = {row["enterprise_id"]: _figures(row["city"], row["values"]) for row in rows}
    return [found.get(one, DeclaredFigures()) for one in enterprise_ids]


def _figures(city: str, stored: str) -> DeclaredFigures:
    values = categories_of(city)[CODE].by_role(json.loads(stored))
    employees = values.get("employees")
    return DeclaredFigures(
        employees=int(employees) if employees else None,
        annual_revenue=_amount(values.get("annual_revenue")),
        total_assets=_amount(values.get("total_assets")),
    )


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
