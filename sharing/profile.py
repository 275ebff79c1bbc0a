"""What records say of the conditions that product sheets name: yes, no, or unknown.

Without the enterprise's consent only public records are read, so more stays unknown.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypeAlias

from credit.facts import Insurance
from credit.indicators.records import counted_records
from credit.periods import rolling_years, years_from
from sharing.consenting.coverage import connected_within, within
from sharing.evidence import (
    holds_certificate,
    loan_history,
    newest_received,
    public_records,
    social_insurance,
)
from sharing.lists import feeding
from sharing.records import (
    Connected,
    Record,
    Records,
    connected_feeds,
    is_valid,
    newest,
    records_of,
)
from storage.models.enterprise import Enterprise

Tri: TypeAlias = bool | None

_TABLE = Path(__file__).parent / "tags.toml"


@dataclass(frozen=True)
class TagRule:
    """One condition and the rule that answers it, with what the rule needs."""

    name: str
    rule: str
    feed: str = ""
    newest_by: str = ""
    role: str = ""
    values: Sequence[str] = field(default_factory=tuple)
    at_least: int = 0
    city: str = ""


@dataclass(frozen=True)
class Known:
    """An enterprise, the records that may be read of it, and what is connected in its city."""

    enterprise: Enterprise
    records: Records
    connected: Connected
    today: date


@dataclass(frozen=True)
class Figures:
    """What records say in figures, None where they say nothing: the tax of a year in yuan, records
    of dishonesty that stand unrepaired, bad entries in the records of loans.
    """

    annual_tax: Decimal | None = None
    public_records: int | None = None
    bad_loans: int | None = None


@dataclass(frozen=True)
class Profile:
    """The conditions that records can answer (True, False, None for unknown), and the figures."""

    tags: Mapping[str, Tri]
    figures: Figures


async def profile_of(
    enterprise: Enterprise,
    today: date,
    *,
    consented: bool,
    categories: frozenset[str] | None = None,
) -> Profile:
    """What records say of an enterprise as of a day.

    `consented`: an active grading consent, as `HeldGrade.consent_id` says; without it no figure
    is read. `categories`: what that consent names, if it names any. Two queries.
    """
    known = await known_of(enterprise, today)
    return profile_within(known, consented=consented, categories=categories)


async def known_of(enterprise: Enterprise, today: date) -> Known:
    """Everything that is held of an enterprise as of a day. Two queries."""
    found = (await records_of(enterprise.city, [enterprise.uscc], today))[enterprise.uscc]
    return Known(enterprise, found, await connected_feeds(enterprise.city, today), today)


def profile_within(
    whole: Known, *, consented: bool, categories: frozenset[str] | None = None
) -> Profile:
    """The same from everything that is held, of which a consent covers a part; pure."""
    covered = categories if consented else frozenset()
    known = replace(
        whole,
        records=within(whole.records, covered),
        connected=connected_within(whole.connected, covered),
    )
    return Profile(answer(known), figures_of(known) if consented else Figures())


def figures_of(known: Known) -> Figures:
    """The figures from records already read, with the enterprise's consent; pure."""
    history = loan_history(known.records, known.connected, known.today)
    public = public_records(known.records, known.connected)
    return Figures(
        annual_tax=_tax_of_the_year(known),
        public_records=counted_records(public, known.today).unrepaired if public else None,
        bad_loans=history.bad_records if history else None,
    )


def _tax_of_the_year(known: Known) -> Decimal | None:
    record = _tax_record(known)
    if record is None:
        return None
    paid = [record.amount(role) for role in ("vat_paid", "income_tax_paid")]
    return None if None in paid else sum((one for one in paid if one is not None), Decimal(0))


def answer(known: Known) -> dict[str, Tri]:
    """The conditions from records already read; pure."""
    tags = _qualifications(known)
    for rule in tag_rules():
        tags[rule.name] = _either(tags.get(rule.name), _RULES[rule.rule](rule, known))
    return tags


@cache
def tag_rules() -> tuple[TagRule, ...]:
    """The shipped table."""
    body = tomllib.loads(_TABLE.read_text("utf-8"))
    return tuple(TagRule(**one) for one in body["tags"])


def _either(one: Tri, other: Tri) -> Tri:
    """Yes if either says yes; unknown unless one of them says no."""
    if one or other:
        return True
    return other if one is None else one


def _qualifications(known: Known) -> dict[str, Tri]:
    """Qualifications by their own names: valid today, or no longer."""
    found: dict[str, Tri] = {}
    for record in known.records.get("qualification", ()):
        name = record.values["name"]
        found[name] = found.get(name, False) or is_valid(record, known.today)
    return found


def _newest_value(rule: TagRule, known: Known) -> Tri:
    rows = known.records.get(rule.feed, ())
    last = newest(rows, rule.newest_by, known.today)
    return last.values.get(rule.role) in rule.values if last else None


def _tax_record(known: Known) -> Record | None:
    now, _ = rolling_years(known.today)
    return newest_received(known.records.get("tax", ()), now)


def _taxes_paid(_rule: TagRule, known: Known) -> Tri:
    record = _tax_record(known)
    if record is None:
        return None
    paid = [record.amount(role) for role in ("vat_paid", "income_tax_paid")]
    if any(amount is not None and amount > 0 for amount in paid):
        return True
    return None if None in paid else False


def _months_of_tax(rule: TagRule, known: Known) -> Tri:
    record = _tax_record(known)
    months = record.amount("months_paid") if record else None
    return None if months is None else months >= Decimal(rule.at_least)


def _social_insurance_paid(_rule: TagRule, known: Known) -> Tri:
    if not known.records.get("social_insurance"):
        return None
    found = social_insurance(known.records, known.connected, known.today)
    arrears = "social_insurance_arrears"
    if arrears in known.connected and not known.records.get(arrears):
        # Given under consent and gone with it: that nothing is held does not say that all is paid.
        return None
    return not found.in_arrears and found.paid == frozenset(Insurance) if found else None


def _no_bad_loan(_rule: TagRule, known: Known) -> Tri:
    if not known.records.get("loan"):
        return None
    found = loan_history(known.records, known.connected, known.today)
    return not found.bad_records and not found.interest_in_arrears if found else None


def _registered_in(rule: TagRule, known: Known) -> Tri:
    if known.enterprise.city != rule.city:
        return False
    founded = known.enterprise.established_on
    return None if founded is None else known.today >= years_from(founded, rule.at_least)


def _certificate(rule: TagRule, known: Known) -> Tri:
    if holds_certificate(known.records.get(rule.feed, ()), known.today):
        return True
    is_roster = any(one.roster for one in feeding(known.enterprise.city, rule.feed))
    return False if is_roster and rule.feed in known.connected else None


def _farm_kind(rule: TagRule, known: Known) -> Tri:
    rows = known.records.get("farm_entity", ())
    if not rows:
        return None
    return any(part in record.values["kind"] for record in rows for part in rule.values)


def _never(_rule: TagRule, _known: Known) -> Tri:
    return False


_RULES: Mapping[str, Callable[[TagRule, Known], Tri]] = {
    "newest_value": _newest_value,
    "taxes_paid": _taxes_paid,
    "months_of_tax": _months_of_tax,
    "social_insurance_paid": _social_insurance_paid,
    "no_bad_loan": _no_bad_loan,
    "registered_in": _registered_in,
    "certificate": _certificate,
    "farm_kind": _farm_kind,
    "never": _never,
}
