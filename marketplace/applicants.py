"""An enterprise as the rules see it: its profile, its grade and what is known of it, on one day."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from accounts.viewers import Viewer
from credit.size import size_of
from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.identifiers import is_sole_trader
from matching.applicant import Applicant, Tags, tags_of_registration
from matching.terms import Place
from sharing.grading import HeldGrade, current_grades
from sharing.ledger import Line, Purpose, What, write
from sharing.peers import ranked_together
from sharing.profile import Known, profile_within, tag_rules
from sharing.records import connected_feeds, records_of
from storage.models.enterprise import Enterprise

# The platform's own fact, which no credit record holds.
AUTHORISED_TAG = "澄易贷实名授权企业"


def answerable_tags(city: str) -> tuple[str, ...]:
    """The names of conditions that are answered yes or no in a city; others stay with the bank."""
    from_records = [rule.name for rule in tag_rules() if rule.city in ("", city)]
    from_registration = tags_of_registration("", sole_trader=False)
    return (*from_records, *from_registration, AUTHORISED_TAG)


async def own_applicant(owner: Viewer, enterprise_id: UUID, now: datetime) -> Applicant:
    """An enterprise's facts as its owner reads them, which is a line of the access ledger."""
    applicant, held = await _read_one(enterprise_id, day_in_shanghai(now))
    line = Line(
        enterprise_id=enterprise_id,
        what=What.GRADE_READ,
        purpose=Purpose.OWN,
        consent_id=held.consent_id,
    )
    await write(owner, [line], now)
    return applicant


async def applicant_of(enterprise_id: UUID, today: date) -> Applicant:
    """An enterprise's facts. Raises LookupError for an unknown enterprise.

    Whoever calls it has a purpose for reading the grade and writes it into the ledger.
    """
    applicant, _ = await _read_one(enterprise_id, today)
    return applicant


async def applicants_of(enterprise_ids: Collection[UUID], today: date) -> dict[UUID, Applicant]:
    """The facts of enterprises by their ids, in a handful of queries for each city, however many;
    unknown ones are left out.

    Whoever calls it has a purpose for reading the grades and writes it into the ledger.
    """
    found = await _read(await Enterprise.filter(id__in=list(enterprise_ids)), today)
    return {key: applicant for key, applicant, _ in found}


async def applicants_of_city(
    city: str, today: date, *, beyond: UUID | None, limit: int
) -> list[tuple[UUID, Applicant, HeldGrade]]:
    """The next enterprises in business with an active grading consent behind one of them, in the
    order of their ids: a handful of queries, however many.

    Whoever calls it has a purpose for reading the grades and writes it into the ledger.
    """
    chosen = await ranked_together(city, "", today, beyond=beyond, limit=limit)
    ids = [key for key, _ in chosen]
    return await _read(await Enterprise.filter(id__in=ids).order_by("id"), today) if ids else []


async def _read_one(enterprise_id: UUID, today: date) -> tuple[Applicant, HeldGrade]:
    found = await _read(await Enterprise.filter(id=enterprise_id), today)
    if not found:
        raise LookupError(f"no enterprise {enterprise_id}")
    return found[0][1:]


async def _read(
    enterprises: Sequence[Enterprise], today: date
) -> list[tuple[UUID, Applicant, HeldGrade]]:
    """The facts of enterprises, in their order."""
    held = await current_grades([one.id for one in enterprises], today, explained=False)
    whole: dict[UUID, Known] = {}
    for city in dict.fromkeys(one.city for one in enterprises):
        here = [one for one in enterprises if one.city == city]
        records = await records_of(city, [one.uscc for one in here], today)
        connected = await connected_feeds(city, today)
        whole |= {one.id: Known(one, records[one.uscc], connected, today) for one in here}
    return [
        (one.id, _applicant(one, held[one.id], whole[one.id]), held[one.id]) for one in enterprises
    ]


def _applicant(enterprise: Enterprise, held: HeldGrade, whole: Known) -> Applicant:
    sole_trader = is_sole_trader(enterprise.uscc)
    size = size_of(
        enterprise.industry,
        employees=enterprise.employees,
        annual_revenue=enterprise.annual_revenue,
        total_assets=enterprise.total_assets,
        sole_trader=sole_trader,
    )
    consented = held.consent_id is not None
    profile = profile_within(whole, consented=consented, categories=held.categories)
    known = {
        **tags_of_registration(enterprise.industry, sole_trader=sole_trader),
        **profile.tags,
        AUTHORISED_TAG: consented and enterprise.real_name_verified_at is not None,
    }
    return Applicant(
        enterprise_id=enterprise.id.hex,
        grade=held.level,
        grade_reason=held.reason,
        place=_place_of(enterprise),
        region_codes=cities()[enterprise.city].codes_over(enterprise.district),
        industry=enterprise.industry,
        size=size.size,
        possible_sizes=frozenset(size.possible),
        sole_trader=sole_trader,
        established_on=enterprise.established_on,
        tags=Tags.of(known),
        annual_revenue=enterprise.annual_revenue,
        annual_tax=profile.figures.annual_tax,
        employees=enterprise.employees,
        public_records=profile.figures.public_records,
        bad_loans=profile.figures.bad_loans,
    )


def _place_of(enterprise: Enterprise) -> Place:
    district = cities()[enterprise.city].district(enterprise.district)
    return Place(enterprise.district, district.name if district else enterprise.district)
