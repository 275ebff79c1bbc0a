"""What an offer may say, and the states it goes through. Opens no connection."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from foundation.errors import FieldProblem, NotAllowedNow, Problems, ValidationFailed
from foundation.free_text import tidy
from foundation.money import spoken_yuan
from foundation.rates import format_percent
from foundation.redaction import redact
from marketplace.demand_rules import says_something, text_problem
from matching.cost import Cost, all_in_cost
from matching.sheet import ProductSheet
from storage.models.demand import Demand
from storage.models.offer import Offer, OfferStatus

# An accepted offer that its bank takes back reopens the demand; another bank's offer, left open
# when this one was accepted, can then be accepted without asking anybody again.
LIFECYCLE: Mapping[OfferStatus, frozenset[OfferStatus]] = {
    OfferStatus.OPEN: frozenset(
        {
            OfferStatus.ACCEPTED,
            OfferStatus.DECLINED,
            OfferStatus.WITHDRAWN,
            OfferStatus.EXPIRED,
        }
    ),
    OfferStatus.ACCEPTED: frozenset({OfferStatus.WITHDRAWN}),
    OfferStatus.DECLINED: frozenset(),
    OfferStatus.WITHDRAWN: frozenset(),
    OfferStatus.EXPIRED: frozenset(),
}

STANDING = {
    OfferStatus.OPEN: "报价正在等待企业答复，可以撤回、接受或谢绝",
    OfferStatus.ACCEPTED: "报价已被接受，只有机构可以撤回",
    OfferStatus.DECLINED: "报价已被谢绝，机构可以重新报价",
    OfferStatus.WITHDRAWN: "报价已撤回，机构可以重新报价",
    OfferStatus.EXPIRED: "报价已失效，机构可以重新报价",
}


def advance(offer: Offer, to: OfferStatus) -> None:
    """Move an offer to another state. Raises NotAllowedNow where LIFECYCLE has no such step."""
    if to not in LIFECYCLE[offer.status]:
        raise NotAllowedNow(STANDING[offer.status])
    offer.status = to


@dataclass(frozen=True, kw_only=True)
class Terms:
    """An offer as it was typed in. Yuan, percent per year, months."""

    demand_id: UUID | None
    product_id: UUID | None
    amount: Decimal
    annual_rate: Decimal
    term_months: int
    message: str | None


def check(terms: Terms, demand: Demand, sheet: ProductSheet) -> None:
    """Refuse terms that leave the demand or the product's sheet behind.

    Raises ValidationFailed with every problem and how to mend it.
    """
    problems = Problems()
    most = min(demand.amount, sheet.max_amount)
    lowest, highest = _rates_of(sheet)
    problems.check(
        sheet.min_amount <= terms.amount <= most,
        "amount",
        f"报价金额须在{spoken_yuan(sheet.min_amount)}到{spoken_yuan(most)}之间，"
        "不超过需求金额和产品额度",
    )
    problems.check(
        lowest <= terms.annual_rate <= highest,
        "annualRate",
        f"年利率须在产品公示的{format_percent(lowest)}%到{format_percent(highest)}%之间",
    )
    problems.check(
        sheet.min_term_months <= terms.term_months <= sheet.max_term_months,
        "termMonths",
        f"期限须在产品公示的{sheet.min_term_months}到{sheet.max_term_months}个月之间",
    )
    problem = message_problem(terms.message, "留言")
    if problem is not None:
        problems.add("message", problem)
    problems.raise_if_any()


def message_problem(message: str | None, name: str) -> str | None:
    """What is wrong with a message as a sentence, or None."""
    if message is None or not tidy(message):
        return None
    problem = text_problem(message, name)
    if problem is None and not says_something(redact(tidy(message))):
        return f"{name}里不能只有联系方式或网址：接受报价之前，双方只在平台内联系"
    return problem


def kept_message(message: str | None) -> str | None:
    """A message as it is kept: without contact data, None when nothing was said."""
    return redact(tidy(message or "")) or None


def not_matching() -> ValidationFailed:
    """The product is the bank's own, but it is not on show or does not fit the demand."""
    return ValidationFailed(
        [FieldProblem("productId", "该产品未上架，或不符合这条需求的条件，请选择匹配的产品")]
    )


def cost_of(terms: Terms, sheet: ProductSheet) -> Cost:
    """The all-in cost of an offer, by the sheet's first repayment method."""
    return all_in_cost(
        amount=terms.amount,
        annual_rate=terms.annual_rate,
        term_months=terms.term_months,
        method=sheet.repayment_methods[0],
        fees=sheet.fees,
    )


def _rates_of(sheet: ProductSheet) -> tuple[Decimal, Decimal]:
    rates = [price.annual_rate for price in sheet.prices.values()]
    return min(rates), max(rates)
