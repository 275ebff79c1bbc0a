"""People of the story: owners by phone, staff with a login, and the viewer each one is."""

import csv
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pyotp

from accounts.data_providers import keep_provider
from accounts.joining import person_behind
from accounts.staff import keep_credential
from accounts.viewers import Viewer
from foundation.identifiers import new_id, normal_phone
from storage.database import transaction
from storage.models.data_provider import DataProvider
from storage.models.institution import Institution
from storage.models.membership import Membership, Role
from storage.models.person import Person, StaffCredential

STAFF_PASSWORD = "rongqiao-demo-2026"  # noqa: S105 - printed by `make run`; production refuses demo data
_STAFF = Path(__file__).parent / "staff.csv"
_PROVIDERS = Path(__file__).parent / "providers.csv"


@dataclass(frozen=True)
class StaffMember:
    """One line of staff.csv; the login is the persona."""

    persona: str
    phone: str
    name: str
    role: Role
    city: str
    institution: str
    provider: str


def staff_members() -> list[StaffMember]:
    """Everybody in staff.csv."""
    with _STAFF.open(encoding="utf-8", newline="") as lines:
        return [
            StaffMember(**(row | {"role": Role(row["role"])}))  # type: ignore[arg-type]
            for row in csv.DictReader(lines)
        ]


async def add_providers(now: datetime) -> None:
    """Every unit of providers.csv, with what it may send."""
    with _PROVIDERS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            await keep_provider(
                city=row["city"],
                name=row["name"],
                categories=row["categories"].split(),
                now=now,
            )


async def person_with(phone: str, now: datetime) -> UUID:
    """The person of a phone, made when there is none."""
    normal = normal_phone(phone)
    if normal is None:
        raise ValueError(f"{phone} is no phone number")
    async with transaction():
        return await person_behind(normal, None, now)


async def add_staff(member: StaffMember, now: datetime) -> None:
    """Give a member of staff a person, a role and a login, unless they have them."""
    person_id = await person_with(member.phone, now)
    if await StaffCredential.exists(person_id=person_id):
        return
    await Person.filter(id=person_id).update(name=member.name)
    institution = await Institution.get(name=member.institution) if member.institution else None
    provider = (
        await DataProvider.get(city=member.city, name=member.provider) if member.provider else None
    )
    await Membership.get_or_create(
        person_id=person_id,
        role=member.role,
        city=member.city,
        institution=institution,
        provider=provider,
        ended_at=None,
        defaults={"created_at": now},
    )
    await keep_credential(
        person_id=person_id,
        login=member.persona,
        password=STAFF_PASSWORD,
        totp_secret=pyotp.random_base32(),
        now=now,
    )


async def acting(phone: str, role: Role | None) -> Viewer:
    """The viewer that the person of a phone is: in a role, or before having any."""
    person = await Person.get(phone=normal_phone(phone))
    signed_in = Viewer(
        person_id=person.id,
        session_id=new_id(),
        membership_id=None,
        role=None,
        city=None,
        enterprise_id=None,
        institution_id=None,
    )
    found = await Membership.filter(person=person, role=role, ended_at=None).first()
    if role is None or found is None:
        return signed_in
    return replace(
        signed_in,
        membership_id=found.id,
        role=found.role,
        city=found.city,
        enterprise_id=found.enterprise_id,
        institution_id=found.institution_id,
    )
