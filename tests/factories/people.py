"""People, what they act for, and access tokens, as a test needs them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from stdnum.cn import uscc as uscc_rules

from foundation.tokens import signing_keys
from storage.models import Enterprise, Institution, Membership, Person, Session
from storage.models.institution import InstitutionKind, InstitutionStatus
from storage.models.membership import Role
from storage.models.session import SignInMethod

_numbers = count(1)
_A_DISTRICT = {"JIANGYIN": "320281400", "CHANGZHOU": "320402", "CANGZHOU": "130902"}


@dataclass(frozen=True)
class Someone:
    """A person, one membership of theirs, and an access token that acts for it."""

    person: Person
    membership: Membership
    token: str
    enterprise: Enterprise | None = None
    institution: Institution | None = None


def a_phone() -> str:
    """A phone number that no other call gave, in the range of the demo."""
    return f"+861400000{next(_numbers):04d}"


def a_uscc(*, sole_trader: bool = False) -> str:
    """A synthetic USCC with a true check digit that no other call gave."""
    front = f"{'92' if sole_trader else '91'}320281MA{next(_numbers):07d}"
    return front + uscc_rules.calc_check_digit(front)


async def a_person(
    *, name: str | None = None, phone: str | None = None, now: datetime | None = None
) -> Person:
    """A person; the phone is one of the demo's range unless given."""
    return await Person.create(name=name, phone=phone or a_phone(), created_at=_at(now))


async def an_enterprise(
    *,
    name: str | None = None,
    uscc: str | None = None,
    city: str = "JIANGYIN",
    district: str | None = None,
    industry: str = "C34",
    established_on: date | None = date(2016, 3, 1),
    in_business: bool = True,
    employees: int | None = 60,
    annual_revenue: str | None = "8000000",
    total_assets: str | None = "5000000",
    real_name: bool = True,
    now: datetime | None = None,
) -> Enterprise:
    """A small manufacturer; verified by real name unless said otherwise, never authorised."""
    at = _at(now)
    return await Enterprise.create(
        uscc=uscc or a_uscc(),
        name=name or f"示例机械{next(_numbers)}有限公司",
        city=city,
        district=district or _A_DISTRICT[city],
        industry=industry,
        established_on=established_on,
        in_business=in_business,
        employees=employees,
        annual_revenue=Decimal(annual_revenue) if annual_revenue else None,
        total_assets=Decimal(total_assets) if total_assets else None,
        registered_at=at,
        real_name_verified_at=at if real_name else None,
    )


async def an_institution(
    *,
    name: str | None = None,
    kind: InstitutionKind = InstitutionKind.BANK,
    status: InstitutionStatus = InstitutionStatus.ACTIVE,
    illustrative: bool = True,
    now: datetime | None = None,
) -> Institution:
    """A bank that is let in."""
    return await Institution.create(
        name=name or f"示例银行{next(_numbers)}",
        kind=kind,
        status=status,
        illustrative=illustrative,
        created_at=_at(now),
    )


async def a_membership(
    *,
    person: Person,
    role: Role,
    city: str = "JIANGYIN",
    enterprise: Enterprise | None = None,
    institution: Institution | None = None,
    now: datetime | None = None,
) -> Membership:
    """A role of a person."""
    return await Membership.create(
        person=person,
        role=role,
        city=city,
        enterprise=enterprise,
        institution=institution,
        created_at=_at(now),
    )


async def access_token_for(
    person: Person, membership: Membership | None = None, *, now: datetime | None = None
) -> str:
    """An access token of a fresh session that acts for a membership, or for nothing."""
    at = _at(now)
    session = await Session.create(
        person=person,
        membership=membership,
        method=SignInMethod.STAFF,
        opened_at=at,
        expires_at=at + timedelta(days=30),
    )
    ring = signing_keys().ring()
    token, _ = ring.sign_access(person_id=person.id, session_id=session.id, now=at)
    return token


async def an_owner(
    *,
    enterprise: Enterprise | None = None,
    city: str = "JIANGYIN",
    real_name: bool = True,
    now: datetime | None = None,
) -> Someone:
    """The signed-in owner of an enterprise, a new one unless given."""
    enterprise = enterprise or await an_enterprise(city=city, real_name=real_name, now=now)
    person = await a_person(now=now)
    membership = await a_membership(
        person=person, role=Role.OWNER, city=enterprise.city, enterprise=enterprise, now=now
    )
    token = await access_token_for(person, membership, now=now)
    return Someone(person, membership, token, enterprise=enterprise)


async def an_officer(
    *,
    institution: Institution | None = None,
    role: Role = Role.OFFICER,
    city: str = "JIANGYIN",
    now: datetime | None = None,
) -> Someone:
    """Somebody of an institution, signed in: an officer unless another role is given."""
    institution = institution or await an_institution(now=now)
    person = await a_person(now=now)
    membership = await a_membership(
        person=person, role=role, city=city, institution=institution, now=now
    )
    token = await access_token_for(person, membership, now=now)
    return Someone(person, membership, token, institution=institution)


async def an_operator(
    *, role: Role = Role.OPERATOR, city: str = "JIANGYIN", now: datetime | None = None
) -> Someone:
    """Somebody of the platform, signed in: an operator, regulator or data provider."""
    person = await a_person(now=now)
    membership = await a_membership(person=person, role=role, city=city, now=now)
    token = await access_token_for(person, membership, now=now)
    return Someone(person, membership, token)


def _at(now: datetime | None) -> datetime:
    return now or datetime.now(UTC)
