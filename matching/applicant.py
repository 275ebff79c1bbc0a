"""Who asks and what is asked for: frozen facts, three-valued where the platform may not know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from credit.levels import EnterpriseSize, GradeLevel
from matching.terms import GuaranteeKind, Place, Verdict

SOLE_TRADER_TAG = "个体工商户"
_MANUFACTURING_TAG = "制造业"
_SERVICES_TAG = "服务业"
_SERVICE_SECTIONS = frozenset("FGHIJKLMNOPQRST")


@dataclass(frozen=True)
class Tags:
    """What is known of an enterprise's qualifications; a tag in neither set is unknown."""

    held: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()

    @staticmethod
    def of(known: Mapping[str, bool | None]) -> "Tags":
        """Tags from a table of True, False and None (unknown)."""
        return Tags(
            held=frozenset(tag for tag, value in known.items() if value is True),
            lacking=frozenset(tag for tag, value in known.items() if value is False),
        )

    def verdict(self, group: Iterable[str]) -> Verdict:
        """Whether any one tag of a group is held; UNKNOWN while one that might be is not known."""
        wanted = frozenset(group)
        if wanted & self.held:
            return Verdict.PASS
        return Verdict.FAIL if wanted <= self.lacking else Verdict.UNKNOWN


def tags_of_registration(industry: str, *, sole_trader: bool) -> dict[str, bool]:
    """The tags that follow from registration alone: kind of entity, 制造业, 服务业.

    服务业 is the tertiary sector less the support divisions of 农林牧渔, 采矿 and 制造业, by
    GB/T 4754 sections F to T.
    """
    section = industry[:1]
    return {
        SOLE_TRADER_TAG: sole_trader,
        _MANUFACTURING_TAG: section == "C",
        _SERVICES_TAG: section in _SERVICE_SECTIONS,
    }


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """An enterprise as the rules see it; its name is not among them.

    `region_codes` holds every code its premises lie in, from town to province; `place` is the
    narrowest one known. `industry` is a GB/T 4754 code, as narrow as it is known ("C", "C34",
    "C3411"). `possible_sizes` narrows an UNKNOWN size down to what the known figures leave open.
    `grade_reason` says why an enterprise is UNRATED, or which record makes it NOT_CERTIFIED.
    Revenue and tax are those of a year, in yuan; `public_records` are records of dishonesty that
    stand unrepaired, `bad_loans` bad entries in the records of loans. None is not known.
    """

    enterprise_id: str
    grade: GradeLevel
    grade_reason: str | None = None
    place: Place
    region_codes: frozenset[str]
    industry: str
    size: EnterpriseSize
    possible_sizes: frozenset[EnterpriseSize] = frozenset()
    sole_trader: bool
    established_on: date | None
    tags: Tags = field(default_factory=Tags)
    annual_revenue: Decimal | None = None
    annual_tax: Decimal | None = None
    employees: int | None = None
    public_records: int | None = None
    bad_loans: int | None = None


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a demand asks for: yuan, months, and two preferences that order but never exclude."""

    amount: Decimal
    term_months: int
    guarantee_kinds: frozenset[GuaranteeKind] = frozenset()
    max_annual_rate: Decimal | None = None


# What a product is priced for where nobody has asked for anything yet: 100万 over 12 months.
REFERENCE_WISH = Wish(amount=Decimal(1_000_000), term_months=12)
