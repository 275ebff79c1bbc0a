"""Matches as they are read: a demand's kept ones, and an enterprise's computed on the spot."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, UUID, uuid5

from accounts.access import match_for, officers_institution, owned_enterprise
from accounts.viewers import Viewer
from foundation.clock import day_in_shanghai
from foundation.pagination import Page
from marketplace.applicants import applicant_of, own_applicant
from marketplace.catalogue import compiled, revision_of
from marketplace.match_row import COLUMNS, MatchRow
from marketplace.match_rows import reasons_of
from marketplace.nested_pages import Asked, Manner, by_manner, whole_key
from marketplace.on_show import REVISION, products_on_show
from marketplace.product_filter import Condition
from marketplace.product_rows import ProductRow, read_products
from matching.applicant import Applicant
from matching.rank import Ranked
from sharing.readings import read_grades
from storage.database import fetch
from storage.models.enterprise import Enterprise

if TYPE_CHECKING:
    from matching.engine.catalogue import Catalogue
    from matching.engine.shelf import Shelf


async def pages_of(viewer: Viewer | None, asked: Sequence[Asked]) -> list[Page[MatchRow]]:
    """Pages of the matches of demands that the viewer may see, best first.

    An officer sees the institution's own products; what is off the shelf is left out. Raises
    BadUserInput for a forged cursor.
    """
    found: dict[tuple[Manner, UUID | None], list[MatchRow]] = defaultdict(list)
    for manner, demand_ids in by_manner(asked).items():
        for match in await _read(viewer, manner, demand_ids):
            found[manner, match.demand_id].append(match)
    return [one.page(found[one.manner, one.parent], lambda row: [row.position]) for one in asked]


async def _read(viewer: Viewer | None, manner: Manner, demand_ids: list[UUID]) -> list[MatchRow]:
    sql, values = _statement(manner, demand_ids, officers_institution(viewer) if viewer else None)
    rows = await fetch(sql, *values)
    revision = rows[0]["revision"] if rows else None
    products = await products_on_show(viewer, revision, {row["product_id"] for row in rows})
    return [MatchRow.read(list(row.values())[:-1], products) for row in rows]


def _statement(
    manner: Manner, demand_ids: list[UUID], institution_id: UUID | None
) -> tuple[str, list[object]]:
    """The query for the pages of some demands, and its values.

    Each way of asking has a text of its own without `$1 IS NULL OR`, and one demand is asked for
    by itself with its LIMIT in the text: PostgreSQL then plans the text once for a connection, and
    not for every page. Clients ask for two or three sizes.
    """
    single = len(demand_ids) == 1
    condition = Condition(
        ["m.demand_id = $1" if single else "m.demand_id = parent.id"],
        [demand_ids[0] if single else demand_ids],
    )
    if manner.eligible_only:
        condition.add("m.eligible")
    condition.add_if_given("i.id = {}", institution_id)
    condition.add_if_given(f"m.position {manner.beyond()} {{}}", whole_key(manner.keys))
    page = f"""
        SELECT {COLUMNS}, {"m.reasons" if manner.with_reasons else "NULL"} AS reasons,
               {REVISION} AS revision
          FROM match m
          JOIN product p ON p.id = m.product_id AND p.status = 'PUBLISHED'
          JOIN institution i ON i.id = p.institution_id AND i.status = 'ACTIVE'
         WHERE {condition.sql}
         ORDER BY m.position {manner.order()} LIMIT {manner.size + 1}"""  # noqa: S608 - see below
    # ASC or DESC, < or >, a number that was checked; every value is a parameter.
    if not single:
        page = f"""
            SELECT x.* FROM unnest($1::uuid[]) AS parent (id), LATERAL ({page}) AS x
             ORDER BY x.position {manner.order()}"""  # noqa: S608 - the same
    return page, condition.values


async def kept_by_id(viewer: Viewer | None, key: UUID) -> MatchRow | None:
    """A kept match that the viewer may see; its product may have left the shelf since."""
    match = await match_for(viewer, key)
    if match is None:
        return None
    (product,) = await read_products(viewer, [match.product_id])
    if product is None:
        raise LookupError("a match is of a product that was on show")
    return MatchRow(
        id=match.id,
        demand_id=match.demand_id,
        product_id=match.product_id,
        eligible=match.eligible,
        position=match.position,
        rank=match.rank,
        score=match.score,
        annual_rate=match.annual_rate,
        limit_amount=match.limit_amount,
        all_in_cost=match.all_in_cost,
        all_in_cost_simple=match.all_in_cost_simple,
        computed_at=match.computed_at,
        stored_reasons=match.reasons,
        product=product,
    )


@dataclass(frozen=True)
class ComputedMatches:
    """What an enterprise would be offered, in order; only what is shown is explained.

    `positions` are those that the viewer sees, in the order of all products of the city.
    """

    viewer: Viewer | None
    enterprise: Enterprise
    revision: int
    shelf: "Shelf"
    positions: Sequence[int]
    now: datetime

    async def explained(self, positions: Sequence[int]) -> list[MatchRow]:
        """The matches at some positions."""
        ranked = await asyncio.to_thread(self.shelf.explained, positions)
        ids = [UUID(hex=one.sheet.product_id) for one in ranked]
        products = await products_on_show(self.viewer, self.revision, ids)
        return [
            _computed(self.enterprise, one, products[key], self.now)
            for key, one in zip(ids, ranked, strict=True)
        ]


async def computed_for(
    viewer: Viewer | None, enterprise: Enterprise, now: datetime
) -> ComputedMatches | None:
    """What an enterprise would be offered today for 100万 over 12 months, kept nowhere.

    Ids are the same on every reading. An officer sees the institution's own products; nobody
    gets any who may not read the grade, and each reading of it is a line in the ledger.
    """
    today = day_in_shanghai(now)
    applicant = await _applicant(viewer, enterprise.id, now)
    if applicant is None:
        return None
    columns = await compiled(enterprise.city)
    revision = revision_of(enterprise.city)
    institution = officers_institution(viewer) if viewer else None
    own = institution.hex if institution else None
    shelf = await asyncio.to_thread(_shelf, columns, applicant, today)
    return ComputedMatches(viewer, enterprise, revision, shelf, shelf.positions(own), now)


def _shelf(columns: "Catalogue", applicant: Applicant, today: date) -> "Shelf":
    from matching.engine.shelf import shelf_for

    return shelf_for(columns, applicant, None, today)


async def _applicant(viewer: Viewer | None, enterprise_id: UUID, now: datetime) -> Applicant | None:
    if viewer is not None and owned_enterprise(viewer) == enterprise_id:
        return await own_applicant(viewer, enterprise_id, now)
    if (await read_grades(viewer, [enterprise_id], now))[enterprise_id] is None:
        return None
    return await applicant_of(enterprise_id, day_in_shanghai(now))


async def computed_by_id(viewer: Viewer | None, key: UUID, now: datetime) -> MatchRow | None:
    """A computed match of the viewer's own enterprise by its id."""
    own = owned_enterprise(viewer) if viewer else None
    enterprise = await Enterprise.get_or_none(id=own) if own else None
    if enterprise is None:
        return None
    computed = await computed_for(viewer, enterprise, now)
    if computed is None:
        return None
    wanted = next(
        (
            computed.shelf.position_of(sheet.product_id)
            for sheet in computed.shelf.catalogue.sheets
            if _match_id(enterprise, sheet.product_id) == key
        ),
        None,
    )
    return (await computed.explained([wanted]))[0] if wanted else None


async def computed_page(computed: ComputedMatches | None, asked: Asked) -> Page[MatchRow]:
    """A page of computed matches. Raises BadUserInput for a forged cursor."""
    after = whole_key(asked.keys)
    if computed is None:
        return asked.page([], lambda row: [row.position])
    positions = computed.positions
    if asked.eligible_only:
        eligible = computed.shelf.eligible()  # they come first
        positions = [position for position in positions if position <= eligible]
    in_order = list(reversed(positions)) if asked.backward else positions
    found = [
        position
        for position in in_order
        if (after is None or (position < after) is asked.backward) and position != after
    ]
    page = await computed.explained(found[: asked.size + 1])
    return asked.page(page, lambda row: [row.position])


def _match_id(enterprise: Enterprise, product_id: str) -> UUID:
    return uuid5(NAMESPACE_OID, f"match:{enterprise.id}:{product_id}")


def _computed(
    enterprise: Enterprise, ranked: Ranked, product: ProductRow, now: datetime
) -> MatchRow:
    terms = ranked.terms
    return MatchRow(
        id=_match_id(enterprise, ranked.sheet.product_id),
        demand_id=None,
        product_id=product.id,
        eligible=ranked.eligible,
        position=ranked.position,
        rank=ranked.rank,
        score=ranked.score,
        annual_rate=terms.annual_rate if terms else None,
        limit_amount=terms.limit if terms else None,
        all_in_cost=terms.cost.compound if terms else None,
        all_in_cost_simple=terms.cost.simple if terms else None,
        computed_at=now,
        stored_reasons=reasons_of(ranked),
        product=product,
    )
