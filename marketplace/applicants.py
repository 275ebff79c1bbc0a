"""An enterprise as the rules see it: its profile, its grade and what is known of it, on one day."""

from datetime import date, datetime
from uuid import UUID

from accounts.viewers import Viewer
from credit.size import size_of
from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.identifiers import is_sole_trader
from matching.applicant import Applicant, Tags, tags_of_registration
from matching.terms import Place
from sharing.grading import HeldGrade, current_grade, current_grades
from sharing.ledger import Line, Purpose, What, write
from sharing.profile import Known, known_of, profile_within
from sharing.records import connected_feeds, ranked_together, records_of
from storage.models.enterprise import Enterprise

# The platform's own fact, which no credit record holds.
AUTHORISED_TAG = "澄易贷实名授权企业"


async def own_applicant(owner: Viewer, enterprise_id: UUID, now: datetime) -> Applicant:
    """An enterprise's facts as its owner reads them, which is a line of the access ledger."""
    applicant, held = await _read(enterprise_id, day_in_shanghai(now))
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
    applicant, _ = await _read(enterprise_id, today)
    return applicant


async def applicants_of_city(
    city: str, today: date, *, beyond: UUID | None, limit: int
) -> list[tuple[UUID, Applicant, HeldGrade]]:
    """The next enterprises in business with an active grading consent behind one of them, in the
    order of their ids: a handful of queries, however many.

    Whoever calls it has a purpose for reading the grades and writes it into the ledger.
    """
    chosen = await ranked_together(city, "", today, beyond=beyond, limit=limit)
    if not chosen:
        return []
    ids = [key for key, _ in chosen]
    enterprises = await Enterprise.filter(id__in=ids).order_by("id")
    held = await current_grades(ids, today)
    records = await records_of(city, [uscc for _, uscc in chosen], today)
    connected = await connected_feeds(city, today)
    return [
        (
            one.id,
            _applicant(one, held[one.id], Known(one, records[one.uscc], connected, today)),
            held[one.id],
        )
        for one in enterprises
    ]


async def _read(enterprise_id: UUID, today: date) -> tuple[Applicant, HeldGrade]:
    enterprise = await Enterprise.get_or_none(id=enterprise_id)
    if enterprise is None:
        raise LookupError(f"no enterprise {enterprise_id}")
    held = await current_grade(enterprise_id, today)
    return _applicant(enterprise, held, await known_of(enterprise, today)), held


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
