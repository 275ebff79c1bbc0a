"""One row of a population as the facts of one enterprise: what the columns mean, in one place."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

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
    ScoreSheet,
    SevereRecord,
    SocialInsurance,
    Tenure,
    YearOnYear,
)
from credit.grade import GradeResult, grade
from credit.methods.rules import STANDARD_RULES, Rules
from credit.population.columns import SCORES, UTILITIES
from credit.ranking import Populations

Row = Mapping[str, Any]
_ROLES = {
    "legal_representative": PersonRole.LEGAL_REPRESENTATIVE,
    "actual_controller": PersonRole.ACTUAL_CONTROLLER,
}
_SOURCE = ""


def grade_rows(
    rows: Sequence[Row], as_of: date, minimum: int, rules: Rules = STANDARD_RULES
) -> list[GradeResult]:
    """Grade rows one by one, ranked among each other: slow, and what the columns must equal."""
    facts = [facts_of_row(row) for row in rows]
    populations = Populations.of_facts(facts, minimum, as_of)
    return [grade(one, populations, as_of, rules) for one in facts]


def facts_of_row(row: Row) -> Facts:
    """The facts that a row of columns states."""
    return Facts(
        in_business=row["in_business"],
        sources_connected=row["sources_connected"],
        consented=row["consented"],
        industry=row["industry"],
        established_on=row["established_on"],
        employees=row["employees"],
        severe_records=tuple(_severe(one) for one in row["severe_records"] or ()),
        withheld=frozenset(row["withheld"] or ()),
        tax=_paid(row, "tax"),
        utilities=tuple(one for name in UTILITIES if (one := _paid(row, name))),
        social_insurance=_insurance(row),
        housing_fund=_housing_fund(row["housing_fund_last_paid_on"]),
        premises=_premises(row["tenure"]),
        high_tech=row["high_tech"],
        persons=tuple(_persons(row)),
        environment=_environment(row["environment"]),
        public_records=_public_records(row["public_records"]),
        loans=_loans(row),
        policy=_policy(row["policy_classes"]),
        performance=_performance(row),
        honours=tuple(_honour(one) for one in row["honours"] or ()),
        credit_points=_points(row["credit_points_level"]),
        score_sheet=_sheet(row),
        bonuses=tuple(_bonus(one) for one in row["bonuses"] or ()),
    )


def _severe(record: Row) -> SevereRecord:
    return SevereRecord(
        kind="严重失信",
        document="",
        confirmed_on=record["confirmed_on"],
        lifted_on=record["lifted_on"],
    )


def _paid(row: Row, name: str) -> YearOnYear | None:
    current, base = row[f"{name}_current"], row[f"{name}_base"]
    if current is None and base is None:
        return None
    return YearOnYear(current=current, base=base, source=_SOURCE)


def _insurance(row: Row) -> SocialInsurance | None:
    if row["insurances"] is None:
        return None
    return SocialInsurance(
        paid=frozenset(Insurance(kind) for kind in row["insurances"]),
        in_arrears=bool(row["insurance_arrears"]),
        source=_SOURCE,
    )


def _housing_fund(last_paid_on: date | None) -> HousingFund | None:
    return HousingFund(last_paid_on=last_paid_on, source=_SOURCE) if last_paid_on else None


def _premises(tenure: str | None) -> Premises | None:
    return Premises(tenure=Tenure(tenure), source=_SOURCE) if tenure else None


def _persons(row: Row) -> Iterable[PersonalCredit]:
    for name, role in _ROLES.items():
        consented, level = row[f"{name}_consented"], row[f"{name}_level"]
        if consented is not None:
            yield PersonalCredit(role=role, consented=consented, level=level, source=_SOURCE)


def _environment(colour: str | None) -> Environment | None:
    return Environment(colour=Colour(colour), source=_SOURCE) if colour else None


def _public_records(records: Sequence[Row] | None) -> PublicRecords | None:
    if records is None:
        return None
    return PublicRecords(
        records=tuple(
            PublicRecord(
                recorded_on=one["recorded_on"],
                repaired_on=one["repaired_on"],
                published_until=one["published_until"],
            )
            for one in records
        ),
        source=_SOURCE,
    )


def _loans(row: Row) -> LoanHistory | None:
    if row["loans"] is None:
        return None
    return LoanHistory(
        loans=row["loans"],
        bad_records=row["bad_loan_records"] or 0,
        interest_in_arrears=bool(row["interest_in_arrears"]),
        source=_SOURCE,
    )


def _policy(classes: Sequence[str] | None) -> IndustryPolicy | None:
    if not classes:
        return None
    return IndustryPolicy(classes=frozenset(PolicyClass(one) for one in classes), source=_SOURCE)


def _performance(row: Row) -> Performance | None:
    rank, total = row["performance_rank"], row["performance_total"]
    if rank is None or total is None:
        return None
    return Performance(year=0, rank=rank, total=total, source=_SOURCE)


def _honour(one: Row) -> Honour:
    return Honour(
        kind=HonourKind(one["kind"]),
        valid_from=one["valid_from"],
        valid_until=one["valid_until"],
        source=_SOURCE,
    )


def _points(level: str | None) -> CreditPoints | None:
    return CreditPoints(level=level, source=_SOURCE) if level else None


def _sheet(row: Row) -> ScoreSheet | None:
    scores = {aspect: row[name] for aspect, name in SCORES.items() if row[name] is not None}
    exact = {aspect: Decimal(score) for aspect, score in scores.items()}
    return ScoreSheet(scores=exact, source=_SOURCE) if exact else None


def _bonus(one: Row) -> Bonus:
    return Bonus(
        item=one["item"],
        approver=one["approver"] or "",
        approved_on=one["approved_on"],
        valid_until=one["valid_until"],
        source=_SOURCE,
    )
