"""What is known of one enterprise when it is graded: frozen, with None where nothing is known.

Money is in yuan. `source` names the category of a sharing list that the fact came from.
"""

from collections.abc import Mapping
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


class HonourKind(StrEnum):
    """The honours that 三.2(1) names; no other one opens the direct method."""

    BRAND = "省级以上驰名商标或名牌产品"
    TAX_CREDIT_A = "纳税信用等级A级"
    CONTRACTS_KEPT = "省级以上重合同守信用企业"
    CREDIT_MODEL = "省级信用管理示范企业"
    CUSTOMS_AEO = "海关高级认证企业"
    QUALITY_CREDIT_AA = "省级质量信用AA级及以上"
    QUALITY_PRIZE = "政府质量奖"


@dataclass(frozen=True, kw_only=True)
class Honour:
    """One honour and the days on which it is held; no end known means that it still is (A2-24)."""

    kind: HonourKind
    valid_from: date
    valid_until: date | None
    source: str

    def is_held(self, day: date) -> bool:
        """Whether a day lies within its validity, both ends included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, kw_only=True)
class CreditPoints:
    """企业公共信用积分等级: A and above, B, or lower (三.2(2))."""

    level: str
    source: str


class ScoreAspect(StrEnum):
    """The nine aspects that 三.3 scores."""

    BACKGROUND = "企业基本情况"
    PERSONS = "企业法人或实际控制人信用情况"
    OPERATIONS = "生产经营情况"
    FINANCES = "企业财务信息"
    PUBLIC_CREDIT = "企业公共信用状况"
    LOANS = "金融信贷信用记录"
    AWARDS = "企业获奖及社会责任类信息"
    PERFORMANCE = "工业绩效"
    OTHER_RESULTS = "上级信用评价信息及互联网上搜集的其他信息"


@dataclass(frozen=True, kw_only=True)
class ScoreSheet:
    """What each aspect scored of 100; an aspect that was not scored is left out."""

    scores: Mapping[ScoreAspect, Decimal]
    source: str


@dataclass(frozen=True, kw_only=True)
class Bonus:
    """An item of the bonus table that somebody approved for this enterprise (A2-25)."""

    item: str
    approver: str
    approved_on: date
    valid_until: date | None
    source: str

    def is_in_force(self, day: date) -> bool:
        """Whether it may be used on a day, both ends included."""
        return self.approved_on <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that the methods look at.

    `industry` is a section or division of GB/T 4754 ("C", "C34"); None when unknown.
    `sources_connected`: whether the lists of public and severe records reach the city at all
    (A2-55). `consented`: an active grading consent. `withheld`: indicators that the consent
    leaves out; `unheard`: those of which a source has not yet given the whole.
    """

    in_business: bool
    sources_connected: bool
    consented: bool
    industry: str | None = None
    established_on: date | None = None
    employees: int | None = None
    severe_records: tuple[SevereRecord, ...] = ()
    withheld: frozenset[int] = frozenset()
    unheard: frozenset[int] = frozenset()
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
    honours: tuple[Honour, ...] = ()
    credit_points: CreditPoints | None = None
    score_sheet: ScoreSheet | None = None
    bonuses: tuple[Bonus, ...] = ()
    registry_source: str | None = None
