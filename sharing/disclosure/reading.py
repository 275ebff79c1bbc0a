"""Readings of an enterprise's data for a demand: checked twice, written down, then answered.

The platform may hold what providers gave under the first consent; an institution is shown it only
under the second, given to that institution for that demand (AU-1). The consents are looked up
after the records, so that one taken back meanwhile shows nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from accounts.access import INSTITUTION_SEES_DEMAND, officers_institution, owned_enterprise
from accounts.viewers import Viewer
from foundation.clock import Clock, day_in_shanghai
from sharing.consenting.coverage import persons_consented
from sharing.disclosure.live import Live, ask_sources
from sharing.disclosure.shown import Covering, Shared, SharedState, Shelf, shown
from sharing.facts import ConsentUsed
from sharing.holdings.records import HeldRecord, current_records
from sharing.interfaces.calls import Pace
from sharing.ledger import Line, Purpose, Refusal, What, write
from sharing.lists import Authorisation, Category, Disclosure, SharingMode, categories_of
from sharing.objections.readings import under_objection
from storage.database import fetch, fetch_one, transaction
from storage.models.consent import STANDS
from storage.models.demand import Demand
from storage.models.enterprise import Enterprise
from storage.queue import enqueue

MOST_OF_A_CATEGORY = 500

# The demand, where its owner asks, or where the owner accepted the institution's offer on it.
_MAY_READ = f"""
SELECT d.id FROM demand d
 WHERE d.id = $1 AND d.enterprise_id = $2 AND (d.enterprise_id = $3 OR EXISTS (
   SELECT FROM offer x WHERE x.demand_id = d.id AND x.institution_id = $4
      AND x.status = 'ACCEPTED' AND {INSTITUTION_SEES_DEMAND.format(institution="$4", city="$5::text")}))
"""  # noqa: S608, E501 - a constant; every value is a parameter

# Who claims an enterprise is shown it under the claim's id: a refusal is about what it claims.
_MEANT = """
SELECT id FROM enterprise WHERE id = $1
 UNION ALL SELECT enterprise_id FROM ownership_claim WHERE id = $1
"""

_COVERED = f"""
SELECT c.id AS consent_id, s.category, s.field
  FROM consent c JOIN consent_scope s ON s.consent_id = c.id
 WHERE c.enterprise_id = $1 AND c.demand_id = $2 AND ($3::uuid IS NULL OR c.grantee_id = $3)
   AND c.purpose IN ('ENTERPRISE_DATA', 'OPERATING_DATA')
   AND {STANDS.format(c="c", today="$4")}
 ORDER BY c.id
"""  # noqa: S608 - a constant; every value is a parameter


async def shared_data(
    viewer: Viewer | None, enterprise_id: UUID, demand_id: UUID | None, clock: Clock
) -> list[Shared]:
    """Every category of an enterprise as the viewer may read it for a demand.

    The owner previews what its grantees read. Without a demand that lets the viewer in nothing is
    read, and the refusal is a line of the ledger (FN-21), also where the id is that of a claim.
    """
    now = clock.now()
    if not await _may_read(viewer, enterprise_id, demand_id):
        if meant := await fetch_one(_MEANT, enterprise_id):
            await _refuse(viewer, meant["id"], demand_id, now)
        return []
    enterprise = await Enterprise.get(id=enterprise_id)
    records, cut = await current_records(enterprise_id, MOST_OF_A_CATEGORY)
    institution = officers_institution(viewer) if viewer else None
    by_category = _by_category(records)
    live: dict[str, Live] = {}
    if viewer and institution and demand_id:
        live = await _live(viewer, enterprise, demand_id, by_category, clock)
        by_category |= {code: list(one.records) for code, one in live.items() if one.records}
    shelf = Shelf(
        city=enterprise.city,
        records=by_category,
        missing={code: one.missing for code, one in live.items() if one.missing},
        nothing=frozenset(c for c, one in live.items() if not one.missing and not one.records),
        cut=cut,
        objected=await under_objection([one.id for one in records]),
        persons=await persons_consented(enterprise_id, day_in_shanghai(now)),
        covered=await _covered(enterprise_id, demand_id, institution, day_in_shanghai(now)),
        now=now,
    )
    found = [
        shown(one, shelf)
        for one in categories_of(enterprise.city).values()
        if one.disclosure is not Disclosure.MASKED
    ]
    async with transaction():
        await write(viewer, _lines(enterprise_id, demand_id, found, institution, shelf), now)
        await _tell_of_first_use(found, institution, shelf)
    return found


async def _may_read(viewer: Viewer | None, enterprise_id: UUID, demand_id: UUID | None) -> bool:
    if viewer is None or demand_id is None:
        return False
    row = await fetch_one(
        _MAY_READ,
        demand_id,
        enterprise_id,
        owned_enterprise(viewer),
        officers_institution(viewer),
        viewer.city,
    )
    return row is not None


async def _live(
    viewer: Viewer,
    enterprise: Enterprise,
    demand_id: UUID,
    stored: Mapping[str, Sequence[HeldRecord]],
    clock: Clock,
) -> dict[str, Live]:
    """What interfaces say of categories that are covered, or need no authorisation (AU-3)."""
    covered = await _covered(
        enterprise.id, demand_id, officers_institution(viewer), day_in_shanghai(clock.now())
    )
    wanted: dict[str, tuple[Category, UUID | None]] = {}
    for code, one in categories_of(enterprise.city).items():
        covering = covered.get(code)
        is_open = one.authorisation is Authorisation.NONE and one.disclosure is Disclosure.PUBLIC
        if one.mode is SharingMode.INTERFACE and code not in stored and (covering or is_open):
            wanted[code] = (one, covering.consent_id if covering else None)
    if not wanted:
        return {}
    demand = await Demand.get(id=demand_id)
    return await ask_sources(viewer, enterprise, demand, wanted, Pace(clock))


async def _refuse(
    viewer: Viewer | None, enterprise_id: UUID, demand_id: UUID | None, now: datetime
) -> None:
    line = Line(
        enterprise_id=enterprise_id,
        what=What.DATA_READ,
        purpose=Purpose.NONE,
        allowed=False,
        refusal=Refusal.NO_PURPOSE if demand_id is None else Refusal.NOT_LET_IN,
    )
    await write(viewer, [line], now)


async def _covered(
    enterprise_id: UUID, demand_id: UUID | None, institution: UUID | None, today: date
) -> dict[str, Covering]:
    rows = await fetch(_COVERED, enterprise_id, demand_id, institution, today)
    fields: dict[str, set[str | None]] = defaultdict(set)
    consents: dict[str, dict[UUID, None]] = defaultdict(dict)
    for row in rows:
        fields[row["category"]].add(row["field"])
        consents[row["category"]][row["consent_id"]] = None
    found = {}
    for code, named in fields.items():
        *others, newest = consents[code]
        wanted = frozenset() if None in named else frozenset(name for name in named if name)
        found[code] = Covering(newest, wanted, tuple(others))
    return found


def _by_category(records: Sequence[HeldRecord]) -> dict[str, list[HeldRecord]]:
    found: dict[str, list[HeldRecord]] = defaultdict(list)
    for one in records:
        found[one.category].append(one)
    return found


def _lines(
    enterprise_id: UUID,
    demand_id: UUID | None,
    found: Sequence[Shared],
    institution: UUID | None,
    shelf: Shelf,
) -> list[Line]:
    """One line per consent, one for what is public, and one for what was withheld."""
    purpose = Purpose.DEMAND if institution else Purpose.OWN
    known = categories_of(found[0].city) if found else {}
    groups: dict[tuple[What, UUID | None, bool], list[str]] = defaultdict(list)
    for one in found:
        allowed = one.state in (SharedState.SHARED, SharedState.PUBLIC)
        if allowed or one.state is SharedState.WITHHELD:
            verified = known[one.category].mode is SharingMode.VERIFIED
            what = What.VERIFICATION if verified else What.DATA_READ
            for consent_id in _under(one, shelf):
                groups[what, consent_id, allowed].append(one.category)
    return [
        Line(
            enterprise_id=enterprise_id,
            what=what,
            purpose=purpose,
            purpose_id=demand_id,
            consent_id=consent_id,
            allowed=allowed,
            refusal=None if allowed else _refusal(consent_id),
            categories=tuple(codes),
        )
        for (what, consent_id, allowed), codes in groups.items()
    ]


def _under(one: Shared, shelf: Shelf) -> tuple[UUID | None, ...]:
    """Every consent that a category is shown under; the one it is refused under, or none."""
    covering = shelf.covered.get(one.category)
    others = covering.others if covering and one.state is SharedState.SHARED else ()
    return (one.consent_id, *others)


def _refusal(consent_id: UUID | None) -> Refusal:
    """With the enterprise's consent only the person's own can be missing."""
    return Refusal.PERSONS_CONSENT_MISSING if consent_id else Refusal.NO_CONSENT


async def _tell_of_first_use(
    found: Sequence[Shared], institution: UUID | None, shelf: Shelf
) -> None:
    """The owner hears of it; the notice is keyed, so that it comes once a day."""
    shared = [one for one in found if one.state is SharedState.SHARED]
    used = {consent_id for one in shared for consent_id in _under(one, shelf) if consent_id}
    if institution is not None:
        await enqueue(
            *(ConsentUsed(consent_id=one, institution_id=institution) for one in sorted(used))
        )
