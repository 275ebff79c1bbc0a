"""Objections as they are read: by their owner, by the operators of the city, and as the mark on
what readers are shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from accounts.access import owned_enterprise, require_role
from accounts.viewers import Viewer
from foundation.pagination import Page, PageRequest, page_of
from sharing.objections.rules import OPEN, hand_over_deadline
from storage.database import execute, fetch, fetch_models, fetch_one
from storage.models.membership import Role
from storage.models.objection import Objection, ObjectionState

_OPEN = sorted(state.value for state in OPEN)

_LATE = """
SELECT count(*) AS n FROM objection
 WHERE city = $1 AND state = 'FILED' AND hand_over_due_on < $2
"""


async def under_objection(record_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[str]]:
    """Of these records, those under an open objection: 异议中 for whoever is shown them.

    By record: the fields that were objected to, by the list's own names; empty for one that was
    objected to as a whole.
    """
    rows = await fetch(
        "SELECT record_id, field FROM objection "
        "WHERE record_id = ANY($1::uuid[]) AND state = ANY($2::text[])",
        list(record_ids),
        _OPEN,
    )
    fields: dict[UUID, set[str | None]] = defaultdict(set)
    for row in rows:
        fields[row["record_id"]].add(row["field"])
    return {
        key: frozenset() if None in named else frozenset(name for name in named if name)
        for key, named in fields.items()
    }


async def objection_for(viewer: Viewer | None, objection_id: UUID | None) -> Objection | None:
    """An objection, for the owner of its enterprise and for the operators of its city."""
    found = await objections_for(viewer, [objection_id] if objection_id else [])
    return next(iter(found.values()), None)


async def objections_for(
    viewer: Viewer | None, objection_ids: Sequence[UUID]
) -> dict[UUID, Objection]:
    """Those of these objections that `objection_for` would give, by id."""
    if viewer is None or not objection_ids:
        return {}
    rows = await fetch_models(
        Objection,
        "SELECT * FROM objection WHERE id = ANY($1::uuid[]) AND (enterprise_id = $2 OR city = $3)",
        list(objection_ids),
        owned_enterprise(viewer),
        viewer.city if viewer.role is Role.OPERATOR else None,
    )
    return {row.id: row for row in rows}


async def newest_of_records(viewer: Viewer | None, record_ids: list[UUID]) -> dict[UUID, Objection]:
    """The newest objection to each of these records, for the owner who filed it; one query."""
    enterprise_id = owned_enterprise(viewer) if viewer else None
    if enterprise_id is None:
        return {}
    rows = await fetch_models(
        Objection,
        "SELECT DISTINCT ON (record_id) * FROM objection "
        "WHERE record_id = ANY($1::uuid[]) AND enterprise_id = $2 ORDER BY record_id, id DESC",
        record_ids,
        enterprise_id,
    )
    return {row.record_id: row for row in rows}


async def own_page(
    viewer: Viewer | None, enterprise_id: UUID, request: PageRequest, beyond: UUID | None
) -> Page[Objection]:
    """Objections of the viewer's own enterprise, newest first; empty of anybody else's."""
    if viewer is None or owned_enterprise(viewer) != enterprise_id:
        return page_of(request, [], _keys)
    sign, order = (">", "ASC") if request.backward else ("<", "DESC")
    rows = await fetch_models(
        Objection,
        f"""
        SELECT * FROM objection WHERE enterprise_id = $1 AND ($2::uuid IS NULL OR id {sign} $2)
         ORDER BY id {order} LIMIT $3
        """,  # noqa: S608 - ASC or DESC, < or >; every value is a parameter
        enterprise_id,
        beyond,
        request.size + 1,
    )
    return page_of(request, rows, _keys)


async def waiting_page(
    viewer: Viewer | None, request: PageRequest, beyond: UUID | None, *, late_before: date | None
) -> Page[Objection]:
    """What the operator's city has to hand over, oldest first; perhaps only what is late.

    Oldest first is also the order of the deadlines. Raises Unauthenticated and Forbidden.
    """
    operator = require_role(viewer, Role.OPERATOR)
    sign, order = ("<", "DESC") if request.backward else (">", "ASC")
    rows = await fetch_models(
        Objection,
        f"""
        SELECT * FROM objection
         WHERE city = $1 AND state = 'FILED' AND ($2::uuid IS NULL OR id {sign} $2)
           AND ($3::date IS NULL OR hand_over_due_on < $3)
         ORDER BY id {order} LIMIT $4
        """,  # noqa: S608 - the same
        operator.city,
        beyond,
        late_before,
        request.size + 1,
    )
    return page_of(request, rows, _keys)


async def late_count(viewer: Viewer | None, today: date) -> int:
    """How many of the operator's city are late. Raises Unauthenticated and Forbidden."""
    operator = require_role(viewer, Role.OPERATOR)
    row = await fetch_one(_LATE, operator.city, today)
    return row["n"] if row else 0


async def settle_provisional_deadlines() -> int:
    """Compute provisional deadlines again, as more years become known; how many are settled."""
    settled = 0
    for row in await Objection.filter(due_is_provisional=True, state=ObjectionState.FILED):
        due = hand_over_deadline(row.filed_at)
        if not due.is_provisional:
            settled += await execute(
                "UPDATE objection SET hand_over_due_on = $2, due_is_provisional = false "
                "WHERE id = $1",
                row.id,
                due.day,
            )
    return settled


def _keys(objection: Objection) -> list[str | int | float | None]:
    return [objection.id.hex]
