"""Products for one applicant, in an order that nobody can buy.

Eligible products first: full amount before partial; asked guarantee kinds before others; then
all-in cost, then limit (descending), then product id. Near misses follow, fewest obstacles first
and of equals by product id, then what fails, likewise. The order is a function of the sheet, the
applicant's facts and the wish alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from matching.applicant import REFERENCE_WISH, Applicant, Wish
from matching.case import Case, ConditionResult
from matching.conditions import conditions, overall
from matching.cost import Cost, all_in_cost
from matching.pricing import kinds_open_to, limit_for, price_for
from matching.sheet import ProductSheet
from matching.terms import RequiredGrade, Verdict

SortKey = tuple[int, int, int, int, int, str]

_NO_COST = 10**9  # sorts after every cost, which is at most 9999.9999 %
_DEAREST = Decimal(24)  # percent; a cost this high or higher scores nothing inside its quarter
_HUNDREDTH = Decimal("0.01")
_CLASSES = {Verdict.PASS: 0, Verdict.NEAR_MISS: 1, Verdict.FAIL: 2}


@dataclass(frozen=True)
class Terms:
    """What an eligible applicant gets: yuan, percent per year, months.

    `granted` is what the wish comes to at this product, `limit` the most its grade may have.
    """

    annual_rate: Decimal
    limit: Decimal
    granted: Decimal
    term_months: int
    is_full: bool
    is_asked_kind: bool
    cost: Cost


@dataclass(frozen=True)
class Ranked:
    """One product's place for one applicant. Ineligible ones have no rank, score or terms."""

    sheet: ProductSheet
    verdict: Verdict
    position: int
    rank: int | None
    score: float | None
    terms: Terms | None
    reasons: tuple[ConditionResult, ...]
    sort_key: SortKey

    @property
    def eligible(self) -> bool:
        """Whether every condition that excludes is met."""
        return self.terms is not None


@dataclass(frozen=True)
class Judgement:
    """One sheet's verdict before it has a place among others."""

    sheet: ProductSheet
    verdict: Verdict
    reasons: tuple[ConditionResult, ...]
    terms: Terms | None

    @property
    def sort_key(self) -> SortKey:
        """The whole order as integers and the product id, so that it can be kept and compared."""
        kind = _CLASSES[self.verdict]
        if self.terms is None:
            obstacles = sum(reason.is_obstacle for reason in self.reasons)
            return (kind, obstacles, 0, 0, 0, self.sheet.product_id)
        terms, cost = self.terms, self.terms.cost.compound
        return (
            kind,
            int(not terms.is_full),
            int(not terms.is_asked_kind),
            _NO_COST if cost is None else int(cost * 10_000),
            -int(terms.limit * 100),
            self.sheet.product_id,
        )


def rank(
    applicant: Applicant, wish: Wish | None, sheets: Iterable[ProductSheet], today: date
) -> list[Ranked]:
    """Every sheet in rank order, with its reasons.

    Without a wish, each product is priced for 100万 over 12 months at the nearest amount and term
    it offers, and those that can lend exactly that count as full.
    """
    judged = sorted(
        (judge(applicant, wish, sheet, today) for sheet in sheets), key=lambda one: one.sort_key
    )
    return [placed(position, judgement) for position, judgement in enumerate(judged, start=1)]


def judge(applicant: Applicant, wish: Wish | None, sheet: ProductSheet, today: date) -> Judgement:
    """One sheet's verdict, with terms when it is eligible."""
    case = Case(applicant, wish, sheet, today)
    reasons = conditions(case)
    verdict = overall(reasons)
    terms = None
    if verdict is Verdict.PASS and case.grade is not None:
        terms = terms_for(case.grade, wish, sheet)
    return Judgement(sheet, verdict, reasons, terms)


def terms_for(grade: RequiredGrade, wish: Wish | None, sheet: ProductSheet) -> Terms:
    """What a grade gets from a sheet, at the amount and term nearest to the wish."""
    wanted = wish or REFERENCE_WISH
    limit = limit_for(grade, sheet)
    granted = min(max(wanted.amount, sheet.min_amount), limit)
    term = min(max(wanted.term_months, sheet.min_term_months), sheet.max_term_months)
    rate = price_for(grade, sheet).annual_rate
    return Terms(
        annual_rate=rate,
        limit=limit,
        granted=granted,
        term_months=term,
        is_full=granted == wanted.amount and term == wanted.term_months,
        is_asked_kind=not wanted.guarantee_kinds
        or bool(wanted.guarantee_kinds & kinds_open_to(grade, sheet)),
        cost=all_in_cost(
            amount=granted,
            annual_rate=rate,
            term_months=term,
            method=sheet.repayment_methods[0],
            fees=sheet.fees,
        ),
    )


def score_of(terms: Terms) -> float:
    """0 to 100 from published factors alone, so that it never rises with rank.

    Full amount is worth 50 points, an asked guarantee kind 25, cheapness up to 25: 25 at no cost,
    0 at 24 % and above or where no cost exists, to two places, half to even. It does not depend on
    the other products.
    """
    compound = terms.cost.compound
    cost = _DEAREST if compound is None else min(compound, _DEAREST)
    # In decimals: one cost in a hundred lies half-way, and binary fractions fall either way there.
    cheapness = 25 * (_DEAREST - cost) / _DEAREST
    points = 50 * terms.is_full + 25 * terms.is_asked_kind + cheapness
    return float(points.quantize(_HUNDREDTH, ROUND_HALF_EVEN))


def placed(position: int, judgement: Judgement) -> Ranked:
    """A judgement at its place among the others, 1 for the best."""
    terms = judgement.terms
    return Ranked(
        sheet=judgement.sheet,
        verdict=judgement.verdict,
        position=position,
        rank=None if terms is None else position,
        score=None if terms is None else score_of(terms),
        terms=terms,
        reasons=judgement.reasons,
        sort_key=judgement.sort_key,
    )
