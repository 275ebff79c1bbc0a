"""What is known of one enterprise when it is graded: frozen, with None where nothing is known.

Money is in yuan. `source` names the category of a sharing list that the fact came from.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class YearOnYear:
    """What was paid in 本期 and in 上年同期; `incomplete` when months are missing (A2-53)."""

    current: Decimal | None
    base: Decimal | None
    source: str
    incomplete: bool = False


class Insurance(StrEnum):
    """The five social insurances that indicator ③ names."""

    PENSION = "养老"
    MEDICAL = "医疗"
    INJURY = "工伤"
    UNEMPLOYMENT = "失业"
    MATERNITY = "生育"


@dataclass(frozen=True, kw_only=True)
class SocialInsurance:
    """Which insurances were paid in the last closed months, and whether contributions are due."""

    paid: frozenset[Insurance]
    in_arrears: bool
    source: str


@dataclass(frozen=True, kw_only=True)
class HousingFund:
    """The day of the last regular contribution."""

    last_paid_on: date | None
    source: str


class Tenure(StrEnum):
    """How an enterprise holds the premises it works in (A2-17)."""

    OWNED = "自有"
    RENTED = "租赁"
    FREE = "无偿使用"


@dataclass(frozen=True, kw_only=True)
class Premises:
    """How the registered premises are held; OWNED means that a 不动产权证 was confirmed."""

    tenure: Tenure
    source: str


class PersonRole(StrEnum):
    """Whose personal credit indicator ⑦ looks at."""

    LEGAL_REPRESENTATIVE = "法定代表人"
    ACTUAL_CONTROLLER = "实际控制人"


@dataclass(frozen=True, kw_only=True)
class PersonalCredit:
    """The level of one person's credit points; None without that person's own consent (AU-7)."""

    role: PersonRole
    consented: bool
    level: str | None
    source: str


class Colour(StrEnum):
    """环境信用评价等级."""

    GREEN = "绿"
    BLUE = "蓝"
    YELLOW = "黄"
    RED = "红"
    BLACK = "黑"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The newest environmental credit rating."""

    colour: Colour
    source: str


@dataclass(frozen=True, kw_only=True)
class PublicRecord:
    """One record of dishonesty: when it was found, when repaired, until when it is published."""

    recorded_on: date
    repaired_on: date | None = None
    published_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class PublicRecords:
    """Every record that the ledger of public records holds; an empty one is a clean record."""

    records: tuple[PublicRecord, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class LoanHistory:
    """Loans known from banks' feedback, with their bad records and interest in arrears."""

    loans: int
    bad_records: int
    interest_in_arrears: bool
    source: str


class PolicyClass(StrEnum):
    """产业政策类别, from best to worst."""

    ENCOURAGED = "鼓励"
    PRIORITY = "优先发展"
    LEADING = "主导产业"
    GENERAL = "一般"
    RESTRICTED = "限制"
    FORBIDDEN = "禁止"


@dataclass(frozen=True, kw_only=True)
class IndustryPolicy:
    """Every policy class that the enterprise's industry falls under."""

    classes: frozenset[PolicyClass]
    source: str


@dataclass(frozen=True, kw_only=True)
class Performance:
    """A published 工业绩效 ranking: place `rank` of `total`."""

    year: int
    rank: int
    total: int
    source: str


@dataclass(frozen=True, kw_only=True)
class SevereRecord:
    """A line of the 严重失信 list, and the day it was lifted by repair or removal (A2-51)."""

    kind: str
    document: str
    confirmed_on: date
    lifted_on: date | None = None

    def stands(self, as_of: date) -> bool:
        """Whether it stands on a day; the end of its publication does not lift it."""
        lifted = self.lifted_on is not None and self.lifted_on <= as_of
        return self.confirmed_on <= as_of and not lifted


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that the indicator method looks at.

    `industry` is a section or division of GB/T 4754 ("C", "C34"); None when unknown.
    `sources_connected`: whether the lists of public and severe records reach the city at all
    (A2-55). `consented`: an active grading consent. `withheld`: indicators that the consent
    leaves out.
    """

    in_business: bool
    sources_connected: bool
    consented: bool
    industry: str | None = None
    established_on: date | None = None
    employees: int | None = None
    severe_records: tuple[SevereRecord, ...] = ()
    withheld: frozenset[int] = frozenset()
    tax: YearOnYear | None = None
    utilities: tuple[YearOnYear, ...] = ()
    social_insurance: SocialInsurance | None = None
    housing_fund: HousingFund | None = None
    premises: Premises | None = None
    high_tech: bool | None = None
    persons: tuple[PersonalCredit, ...] = ()
    environment: Environment | None = None
    public_records: PublicRecords | None = None
    loans: LoanHistory | None = None
    policy: IndustryPolicy | None = None
    performance: Performance | None = None
    registry_source: str | None = None
