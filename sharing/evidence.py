"""From records to the facts that a grade is computed from. Pure: rows in, frozen facts out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from credit.facts import (
    Colour,
    Environment,
    Facts,
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
    SevereRecord,
    SocialInsurance,
    Tenure,
    YearOnYear,
)
from credit.levels import GradingMethod
from credit.periods import Period, closed_months_start, rolling_years
from credit.ranking import ratio_of
from sharing.grades.direct_evidence import bonuses, credit_points, honours, score_sheet
from sharing.grades.figures import Figures
from sharing.lists import Category
from sharing.peers import Peer
from sharing.records import (
    UTILITY_FEEDS,
    Bills,
    Connected,
    Record,
    Records,
    is_valid,
    newest,
    source_name,
)
from storage.models.enterprise import Enterprise

SCIENCE_QUALIFICATIONS = frozenset({"高新技术企业", "科技型中小企业"})
_REGISTRY = "市场主体登记信息"
_INSURANCE_MONTHS = 2


@dataclass(frozen=True)
class Evidence:
    """What there is about one enterprise: its profile, its records, what is connected at all.

    `persons` are those of the two people of ⑦ who consented to the platform for themselves;
    `withheld` and `withheld_methods` what the consent leaves out. `awaited` is what the city's
    sources give under consent only, `figures` what was derived from their answers and still counts.
    """

    enterprise: Enterprise
    records: Records
    bills: tuple[Bills, ...]
    connected: Connected
    consented: bool
    persons: frozenset[PersonRole] = frozenset()
    withheld: frozenset[int] = frozenset()
    withheld_methods: frozenset[GradingMethod] = frozenset()
    awaited: frozenset[str] = frozenset()
    figures: Figures = field(default_factory=dict)


def facts_of(evidence: Evidence, as_of: date) -> Facts:
    """The facts of an enterprise on a day. Without its consent only what is public (A2-33)."""
    enterprise, connected = evidence.enterprise, evidence.connected
    in_scope = Facts(
        in_business=enterprise.in_business,
        sources_connected={"severe", "public_record"} <= connected.keys(),
        consented=evidence.consented,
        industry=enterprise.industry or None,
        severe_records=severe_records(evidence.records),
    )
    return _with_data(in_scope, evidence, as_of) if evidence.consented else in_scope


def severe_records(records: Records) -> tuple[SevereRecord, ...]:
    """The severe list's lines, each with the day it was lifted where there is one (A2-51)."""
    lifted = {
        record.values["document"]: record.day("lifted_on")
        for record in records.get("severe_lifted", ())
    }
    return tuple(
        SevereRecord(
            kind=record.values["kind"],
            document=record.values["document"],
            confirmed_on=_required(record, "confirmed_on"),
            lifted_on=lifted.get(record.values["document"]),
        )
        for record in records.get("severe", ())
    )


def ratios_of(
    peers: Iterable[Peer], as_of: date
) -> Iterator[tuple[Peer, Fraction | None, Fraction | None]]:
    """Each peer with its ratios of ① and ②, without those whom a severe record takes out (A2-8)."""
    for peer in peers:
        if not any(record.stands(as_of) for record in severe_records(peer.records)):
            tax = tax_of(peer.records, as_of)
            yield peer, ratio_of([tax] if tax else []), ratio_of(utilities_of(peer.bills))


def utilities_of(bills: Sequence[Bills]) -> tuple[YearOnYear, ...]:
    """Each utility once, by the first of the city's lists that has rows (A2-15)."""
    found: dict[str, YearOnYear] = {}
    for one in bills:
        if one.category.feeds not in found:
            found[one.category.feeds] = YearOnYear(
                current=one.current,
                base=one.base,
                source=source_name(one.category),
                incomplete=not one.is_complete,
            )
    return tuple(found[feed] for feed in UTILITY_FEEDS if feed in found)


def holds_certificate(
    records: Sequence[Record], as_of: date, names: frozenset[str] | None = None
) -> bool:
    """Whether a certificate, one of these names if given, is valid on a day."""
    return any(
        is_valid(record, as_of)
        for record in records
        if names is None or record.values.get("name") in names
    )


def _with_data(facts: Facts, evidence: Evidence, as_of: date) -> Facts:
    enterprise, records, connected = evidence.enterprise, evidence.records, evidence.connected
    return Facts(
        in_business=facts.in_business,
        sources_connected=facts.sources_connected,
        consented=True,
        industry=facts.industry,
        severe_records=facts.severe_records,
        established_on=enterprise.established_on,
        employees=enterprise.employees,
        tax=_tax(evidence, as_of),
        utilities=_utilities(evidence),
        social_insurance=social_insurance(records, connected, as_of),
        housing_fund=_housing_fund(records, as_of),
        premises=_premises(records, as_of),
        high_tech=_high_tech(records, connected, as_of),
        persons=_persons(records, evidence.persons, as_of),
        environment=_environment(records, as_of),
        public_records=public_records(records, connected),
        loans=loan_history(records, connected, as_of),
        policy=_policy(records, as_of),
        performance=_performance(records, as_of),
        honours=honours(records, as_of),
        credit_points=credit_points(records, as_of),
        score_sheet=score_sheet(records, as_of),
        bonuses=bonuses(records),
        registry_source=_REGISTRY,
    )


def _tax(evidence: Evidence, as_of: date) -> YearOnYear | None:
    figure = evidence.figures.get(1)
    return next(iter(figure.parts), None) if figure else tax_of(evidence.records, as_of)


def _utilities(evidence: Evidence) -> tuple[YearOnYear, ...]:
    figure = evidence.figures.get(2)
    return figure.parts if figure else utilities_of(evidence.bills)


def tax_of(records: Records, as_of: date) -> YearOnYear | None:
    """A2-56: the rolling figure valid now beside the one valid a year earlier.

    Only taxes that both of them state are compared, like with like.
    """
    found = records.get("tax", ())
    now, a_year_ago = rolling_years(as_of)
    current, base = newest_received(found, now), newest_received(found, a_year_ago)
    if current is None and base is None:
        return None
    roles = [
        role
        for role in ("vat_paid", "income_tax_paid")
        if all(one is None or role in one.values for one in (current, base))
    ]
    known = current or base
    return YearOnYear(
        current=_paid(current, roles),
        base=_paid(base, roles),
        source=known.source if known else "",
    )


def newest_received(records: Sequence[Record], period: Period) -> Record | None:
    """The record received last within a period."""
    within = [record for record in records if period.holds(record.received_on)]
    return max(within, key=lambda record: record.received_on, default=None)


def _paid(record: Record | None, roles: Sequence[str]) -> Decimal | None:
    if record is None or not roles:
        return None
    return sum((record.amount(role) or Decimal(0) for role in roles), Decimal(0))


def social_insurance(records: Records, connected: Connected, as_of: date) -> SocialInsurance | None:
    """③: an insurance counts as paid with a payment in the last two closed months."""
    if "social_insurance" not in connected:
        return None
    since = closed_months_start(as_of, _INSURANCE_MONTHS).isoformat()[:7]
    rows = records.get("social_insurance", ())
    recent = [
        record for record in rows if record.values["month"] >= since and "paid_on" in record.values
    ]
    arrears = records.get("social_insurance_arrears", ())
    last = max(arrears, key=lambda record: record.received_on, default=None)
    kinds = frozenset(
        kind for kind in Insurance for record in recent if kind.value in record.values["kind"]
    )
    return SocialInsurance(
        paid=kinds,
        in_arrears=last is not None and last.says_yes("in_arrears"),
        source=_source(rows, connected["social_insurance"]),
    )


def _housing_fund(records: Records, as_of: date) -> HousingFund | None:
    last = newest(records.get("housing_fund", ()), "last_paid_on", as_of)
    return HousingFund(last_paid_on=last.day("last_paid_on"), source=last.source) if last else None


def _premises(records: Records, as_of: date) -> Premises | None:
    last = newest(records.get("premises", ()), "verified_on", as_of)
    return Premises(tenure=Tenure(last.values["tenure"]), source=last.source) if last else None


def _high_tech(records: Records, connected: Connected, as_of: date) -> bool | None:
    if holds_certificate(records.get("high_tech", ()), as_of) or holds_certificate(
        records.get("qualification", ()), as_of, SCIENCE_QUALIFICATIONS
    ):
        return True
    return False if "high_tech" in connected else None


def _persons(
    records: Records, consented_here: frozenset[PersonRole], as_of: date
) -> tuple[PersonalCredit, ...]:
    """⑦: the newest line about each of the two people.

    Two hops, two consents (AU-1, AU-7): the person lets the provider give the level out, which
    the line says, and lets the platform use it. With one of them alone it is not even read.
    """
    found = []
    for role in PersonRole:
        about = [r for r in records.get("personal_credit", ()) if r.values["role"] == role.value]
        last = newest(about, "rated_on", as_of)
        if last:
            consented = last.says_yes("consented") and role in consented_here
            level = last.values.get("level") if consented else None
            found.append(
                PersonalCredit(role=role, consented=consented, level=level, source=last.source)
            )
    return tuple(found)


def _environment(records: Records, as_of: date) -> Environment | None:
    last = newest(records.get("environment", ()), "rated_on", as_of)
    return Environment(colour=Colour(last.values["colour"]), source=last.source) if last else None


def public_records(records: Records, connected: Connected) -> PublicRecords | None:
    """⑨: the ledger of public records; an empty one is a clean record."""
    if "public_record" not in connected:
        return None
    rows = records.get("public_record", ())
    return PublicRecords(
        records=tuple(
            PublicRecord(
                recorded_on=_required(record, "recorded_on"),
                repaired_on=record.day("repaired_on"),
                published_until=record.day("published_until"),
            )
            for record in rows
        ),
        source=_source(rows, connected["public_record"]),
    )


def loan_history(records: Records, connected: Connected, as_of: date) -> LoanHistory | None:
    """⑩: loans from banks' feedback; none at all is a history too."""
    if "loan" not in connected:
        return None
    rows = [r for r in records.get("loan", ()) if _required(r, "disbursed_on") <= as_of]
    return LoanHistory(
        loans=len(rows),
        bad_records=sum(int(record.values["bad_records"]) for record in rows),
        interest_in_arrears=any(record.says_yes("in_arrears") for record in rows),
        source=_source(rows, connected["loan"]),
    )


def _policy(records: Records, as_of: date) -> IndustryPolicy | None:
    rows = [r for r in records.get("policy_class", ()) if is_valid(r, as_of)]
    classes = frozenset(PolicyClass(record.values["class"]) for record in rows)
    return IndustryPolicy(classes=classes, source=rows[0].source) if rows else None


def _performance(records: Records, as_of: date) -> Performance | None:
    last = newest(records.get("performance", ()), "published_on", as_of)
    if last is None:
        return None
    numbers = {role: int(last.values[role]) for role in ("year", "rank", "total")}
    return Performance(**numbers, source=last.source)


def _source(rows: Sequence[Record], connected: Category) -> str:
    """Who says so: whose rows there are, or who was asked and has none."""
    return rows[0].source if rows else source_name(connected)


def _required(record: Record, role: str) -> date:
    return date.fromisoformat(record.values[role])
