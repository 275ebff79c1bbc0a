"""The story's firms: registered and verified the way an owner does it, against their registry."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from accounts.real_name import verify
from accounts.registration import register
from accounts.registry import Registry, RegistryProfile
from accounts.registry_memory import MemoryRegistry
from foundation.city import cities
from sharing.consents import Grant, grant
from storage.models.consent import Consent, ConsentPurpose
from storage.models.enterprise import Enterprise
from storage.models.membership import Role
from tools.story.people import acting, person_with

_FIRMS = Path(__file__).parent / "enterprises.csv"
NOT_VERIFIED = frozenset({"changzhou-food"})
NOT_AUTHORISED = frozenset({"unrated", "changzhou-food", "cangzhou-farm"})


@dataclass(frozen=True)
class Firm:
    """What a registry knows of a firm, its owner's phone, and its figures. Money in yuan."""

    slug: str
    phone: str
    city: str
    uscc: str
    name: str
    district: str
    industry: str
    established_on: date
    legal_representative: str
    id_number: str
    employees: int
    annual_revenue: Decimal
    total_assets: Decimal


def firms() -> list[Firm]:
    """Every firm of enterprises.csv."""
    with _FIRMS.open(encoding="utf-8", newline="") as lines:
        return [_firm(row) for row in csv.DictReader(lines)]


def _firm(row: dict[str, str]) -> Firm:
    figures = {
        "established_on": date.fromisoformat(row["established_on"]),
        "employees": int(row["employees"]),
        "annual_revenue": Decimal(row["annual_revenue"]),
        "total_assets": Decimal(row["total_assets"]),
    }
    return Firm(**(row | figures))  # type: ignore[arg-type]


def registry_of(known: list[Firm]) -> MemoryRegistry:
    """A registry that knows these firms."""
    registry = MemoryRegistry()
    for firm in known:
        profile = RegistryProfile(
            uscc=firm.uscc,
            name=firm.name,
            district=firm.district,
            industry=firm.industry,
            established_on=firm.established_on,
            in_business=True,
        )
        registry.add(profile, firm.legal_representative, firm.id_number)
    return registry


async def settle(firm: Firm, registry: Registry, now: datetime) -> UUID:
    """Register a firm for its owner and verify the real name; the enterprise's id."""
    await person_with(firm.phone, now)
    registered = await register(
        await acting(firm.phone, Role.OWNER),
        uscc=firm.uscc,
        name=firm.name,
        city=firm.city,
        registry=registry,
        now=now,
    )
    enterprise_id = registered.enterprise.id
    if firm.slug not in NOT_VERIFIED:
        await verify(
            await acting(firm.phone, Role.OWNER),
            enterprise_id,
            legal_representative=firm.legal_representative,
            id_number=firm.id_number,
            consent_text_version=cities()[firm.city].consent_text("REAL_NAME").version,
            registry=registry,
            now=now,
        )
    return enterprise_id


async def authorise(firm: Firm, now: datetime) -> None:
    """Grant the grading consent, which grades; a firm that has granted it is left alone."""
    enterprise = await Enterprise.get(uscc=firm.uscc)
    held = await Consent.exists(
        enterprise=enterprise, purpose=ConsentPurpose.GRADING, revoked_at=None, superseded_at=None
    )
    if held or firm.slug in NOT_AUTHORISED:
        return
    wanted = Grant(
        enterprise_id=enterprise.id,
        purpose=ConsentPurpose.GRADING,
        text_version=cities()[firm.city].consent_text("GRADING").version,
        until=None,
    )
    await grant(await acting(firm.phone, Role.OWNER), wanted, f"story-grading-{firm.slug}", now)
