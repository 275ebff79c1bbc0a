"""Facts for the pure grading rules: a firm that gets twelve A's, less what a test changes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from credit.facts import (
    Bonus,
    Colour,
    CreditPoints,
    Environment,
    Facts,
    Honour,
    HonourKind,
    HousingFund,
    IndustryPolicy,
    Insurance,
    LoanHistory,
    Performance,
    PersonalCredit,
    PersonRole,
    PolicyClass,
    Premises,
    PublicRecord,
    PublicRecords,
    ScoreAspect,
    ScoreSheet,
    SevereRecord,
    SocialInsurance,
    Tenure,
    YearOnYear,
)
from credit.ranking import Population, Populations

AS_OF = date(2026, 11, 22)


def year_on_year(
    *, current: str | None = "130", base: str | None = "100", source: str = "JS-1"
) -> YearOnYear:
    return YearOnYear(
        current=None if current is None else Decimal(current),
        base=None if base is None else Decimal(base),
        source=source,
    )


def person(
    *,
    role: PersonRole = PersonRole.LEGAL_REPRESENTATIVE,
    consented: bool = True,
    level: str | None = "A",
) -> PersonalCredit:
    return PersonalCredit(
        role=role, consented=consented, level=level, source="LOCAL-PERSONAL-CREDIT"
    )


def public_record(
    *,
    recorded_on: date = date(2026, 1, 10),
    repaired_on: date | None = None,
    published_until: date | None = None,
) -> PublicRecord:
    return PublicRecord(
        recorded_on=recorded_on, repaired_on=repaired_on, published_until=published_until
    )


def public_records(*records: PublicRecord) -> PublicRecords:
    return PublicRecords(records=records, source="LOCAL-PUBLIC-RECORD")


def severe_record(
    *, confirmed_on: date = date(2025, 6, 1), lifted_on: date | None = None
) -> SevereRecord:
    return SevereRecord(
        kind="失信被执行人",
        document="示例文号〔2025〕1号",
        confirmed_on=confirmed_on,
        lifted_on=lifted_on,
    )


def loans(*, number: int = 1, bad_records: int = 0, arrears: bool = False) -> LoanHistory:
    return LoanHistory(
        loans=number, bad_records=bad_records, interest_in_arrears=arrears, source="LOCAL-LOAN"
    )


def honour(
    *,
    kind: HonourKind = HonourKind.QUALITY_PRIZE,
    valid_from: date = date(2024, 1, 1),
    valid_until: date | None = None,
) -> Honour:
    return Honour(kind=kind, valid_from=valid_from, valid_until=valid_until, source="LOCAL-HONOUR")


def credit_points(level: str) -> CreditPoints:
    return CreditPoints(level=level, source="LOCAL-CREDIT-POINTS")


def score_sheet(score: str = "90", **others: str | None) -> ScoreSheet:
    """Every aspect scored alike, others by the aspect's name; None leaves one out."""
    given = {aspect.name: score for aspect in ScoreAspect} | others
    scores = {ScoreAspect[name]: Decimal(one) for name, one in given.items() if one is not None}
    return ScoreSheet(scores=scores, source="LOCAL-SCORE")


def bonus(
    *,
    item: str = "示例加分项",
    approver: str = "示例单位信用科",
    approved_on: date = date(2026, 1, 1),
    valid_until: date | None = None,
) -> Bonus:
    return Bonus(
        item=item,
        approver=approver,
        approved_on=approved_on,
        valid_until=valid_until,
        source="LOCAL-BONUS",
    )


def population(
    ratios: Iterable[Fraction | int | str] = (), *, industry: str = "C34", minimum: int = 10
) -> Population:
    return Population.of([(industry, Fraction(ratio)) for ratio in ratios], minimum)


def populations(
    ratios: Sequence[Fraction | int | str] | None = None, *, industry: str = "C34"
) -> Populations:
    """Ten peers whose best ratio is 1.3, for both rankings, unless others are given."""
    ten = ["13/10", *(f"{n}/10" for n in range(1, 10))]
    both = population(ratios if ratios is not None else ten, industry=industry)
    return Populations(tax=both, utilities=both)


_ALL_A = Facts(
    in_business=True,
    sources_connected=True,
    consented=True,
    industry="C34",
    established_on=date(2015, 3, 1),
    employees=60,
    tax=year_on_year(),
    utilities=(year_on_year(source="JS-31"),),
    social_insurance=SocialInsurance(paid=frozenset(Insurance), in_arrears=False, source="JS-10"),
    housing_fund=HousingFund(last_paid_on=date(2026, 10, 15), source="JS-13"),
    premises=Premises(tenure=Tenure.OWNED, source="LOCAL-PREMISES"),
    high_tech=False,
    persons=(person(),),
    environment=Environment(colour=Colour.GREEN, source="JS-16"),
    public_records=public_records(),
    loans=loans(),
    policy=IndustryPolicy(classes=frozenset({PolicyClass.ENCOURAGED}), source="LOCAL-POLICY-CLASS"),
    performance=Performance(year=2025, rank=10, total=100, source="LOCAL-PERFORMANCE"),
    registry_source="LOCAL-REGISTRY",
)


def facts(**changes: object) -> Facts:
    """A firm with twelve A's, changed."""
    return replace(_ALL_A, **changes)
