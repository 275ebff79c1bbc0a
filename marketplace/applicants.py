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
from sharing.grading import HeldGrade, current_grade
from sharing.ledger import Line, Purpose, What, write
from sharing.profile import profile_of
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


async def _read(enterprise_id: UUID, today: date) -> tuple[Applicant, HeldGrade]:
    enterprise = await Enterprise.get_or_none(id=enterprise_id)
    if enterprise is None:
        raise LookupError(f"no enterprise {enterprise_id}")
    sole_trader = is_sole_trader(enterprise.uscc)
    size = size_of(
        enterprise.industry,
        employees=enterprise.employees,
        annual_revenue=enterprise.annual_revenue,
        total_assets=enterprise.total_assets,
        sole_trader=sole_trader,
    )
    held = await current_grade(enterprise_id, today)
    consented = held.consent_id is not None
    profile = await profile_of(enterprise, today, consented=consented, categories=held.categories)
    known = {
        **tags_of_registration(enterprise.industry, sole_trader=sole_trader),
        **profile.tags,
        AUTHORISED_TAG: consented and enterprise.real_name_verified_at is not None,
    }
    applicant = Applicant(
        enterprise_id=enterprise_id.hex,
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
    return applicant, held


def _place_of(enterprise: Enterprise) -> Place:
    district = cities()[enterprise.city].district(enterprise.district)
    return Place(enterprise.district, district.name if district else enterprise.district)
