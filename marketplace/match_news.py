"""What of a run is news: a product that is better for a demand than it was before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from marketplace.product_sheet import kept_sheet
from matching.applicant import Applicant, Wish
from matching.rank import judge
from matching.sheet import ProductSheet
from storage.database import fetch, fetch_one

# The version that was on show before the one that is.
_FORMER = """
SELECT v.number, v.sheet, p.institution_id, p.city
  FROM product p JOIN product_version v ON v.product_id = p.id AND v.number < p.version
 WHERE p.id = $1 ORDER BY v.number DESC LIMIT 1
"""


@dataclass(frozen=True)
class Standing:
    """How a product that fits stands for a demand: its version, its rank, and its all-in cost in
    percent a year where there is one. A former version has no rank.
    """

    version: int
    rank: int | None
    cost: Decimal | None


async def standings_of(demand_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, Standing]]:
    """The products that fit each of some demands, as they are kept."""
    rows = await fetch(
        "SELECT demand_id, product_id, product_version, rank, all_in_cost FROM match "
        "WHERE demand_id = ANY($1::uuid[]) AND eligible",
        list(demand_ids),
    )
    found: dict[UUID, dict[UUID, Standing]] = {key: {} for key in demand_ids}
    for row in rows:
        standing = Standing(row["product_version"], row["rank"], row["all_in_cost"])
        found[row["demand_id"]][row["product_id"]] = standing
    return found


async def former_sheet(product_id: UUID) -> ProductSheet | None:
    """The version of a product before the one on show; None for one that has none."""
    row = await fetch_one(_FORMER, product_id)
    if row is None:
        return None
    return kept_sheet(row["sheet"], product_id, row["number"], row["institution_id"], row["city"])


def former_standing(
    sheet: ProductSheet, applicant: Applicant, wish: Wish, today: date
) -> Standing | None:
    """How a former version would stand today, if it fits."""
    terms = judge(applicant, wish, sheet, today).terms
    return None if terms is None else Standing(sheet.version, None, terms.cost.compound)


def improvements(
    before: Mapping[UUID, Standing], after: Mapping[UUID, Standing], best: int
) -> list[UUID]:
    """The products that are better for a demand than before, the best first.

    Better is what did not fit and is now among the `best`, and what has become cheaper. A product
    that moved up because another one left is not.
    """

    def is_better(product_id: UUID, now: Standing) -> bool:
        was = before.get(product_id)
        if was is None:
            return now.rank is not None and now.rank <= best
        return was.cost is not None and now.cost is not None and now.cost < was.cost

    found = [one for one, now in after.items() if is_better(one, now)]
    return sorted(found, key=lambda one: after[one].rank or 0)


def is_new_version(
    product_id: UUID, before: Mapping[UUID, Standing], after: Mapping[UUID, Standing]
) -> bool:
    """Whether a product fits that did not, or in a version that did not stand there."""
    now, was = after.get(product_id), before.get(product_id)
    return now is not None and (was is None or was.version != now.version)
