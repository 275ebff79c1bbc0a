"""All-in cost of a loan by IRR on its actual net flows, compounded and simple.

中国人民银行公告〔2021〕第3号: all loan costs against the principal actually used, annualised. Fees
at the start reduce the amount received. Nothing here depends on the amount but through fees of a
fixed sum, so flows are those of one yuan.
"""

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import lru_cache

import pyxirr

from foundation.rates import round_percent
from matching.sheet import Fee
from matching.terms import RepaymentMethod

_HUNDRED = Decimal(100)
_HIGHEST = 9999  # percent; beyond it a figure is a sign of broken fees, not a price
_EXACT = Context(prec=40)
_HAIR = Decimal("1e-20")


@dataclass(frozen=True)
class Cost:
    """All-in cost in percent per year: (1+i)^12−1 and 12·i for the monthly IRR i, or why none."""

    compound: Decimal | None
    simple: Decimal | None
    reason: str | None = None


NO_PROCEEDS = "各项费用达到或超过本金，实际到手为零，算不出年化成本"
NO_SOLUTION = "这组还款现金流没有可用的内部收益率，算不出年化成本"
TOO_HIGH = "年化成本高得没有意义，请核对费用"


def all_in_cost(
    *,
    amount: Decimal,
    annual_rate: Decimal,
    term_months: int,
    method: RepaymentMethod,
    fees: tuple[Fee, ...] = (),
) -> Cost:
    """The all-in cost of borrowing `amount` yuan for a term at a nominal rate, fees up front."""
    if amount <= 0:
        return Cost(None, None, NO_PROCEEDS)
    return _cost_of_one_yuan(method, annual_rate, term_months, _share(fees, amount, term_months))


@lru_cache(maxsize=16_384)
def _share(fees: tuple[Fee, ...], amount: Decimal, term_months: int) -> Decimal:
    """The fees per yuan borrowed; without fixed sums exactly the same for every amount."""
    fixed = sum((fee.amount for fee in fees if fee.amount is not None), Decimal(0))
    percent = fees_in_yuan(
        tuple(fee for fee in fees if fee.amount is None), amount=_HUNDRED, term_months=term_months
    )
    return percent / _HUNDRED + (fixed / amount if fixed else 0)


def fees_in_yuan(fees: tuple[Fee, ...], *, amount: Decimal, term_months: int) -> Decimal:
    """What the fees come to at the start; a yearly percentage is taken for the whole term."""
    total = Decimal(0)
    for fee in fees:
        total += fee.amount or 0
        years = Decimal(term_months) / 12 if fee.per_year else Decimal(1)
        total += amount * (fee.percent_of_principal or 0) / 100 * years
    return total


def repayments(
    method: RepaymentMethod, *, annual_rate: Decimal, term_months: int
) -> tuple[float, ...]:
    """What is paid at the end of each month for one yuan borrowed.

    ON_DEMAND is priced as if all of it stayed drawn for the term, its interest paid monthly.
    """
    monthly = float(annual_rate) / 1200
    if method is RepaymentMethod.EQUAL_INSTALMENTS:
        return (_instalment(monthly, term_months),) * term_months
    if method is RepaymentMethod.EQUAL_PRINCIPAL:
        part = 1 / term_months
        return tuple(part + (1 - part * month) * monthly for month in range(term_months))
    if method is RepaymentMethod.BULLET:
        return (0.0,) * (term_months - 1) + (1 + monthly * term_months,)
    return (monthly,) * (term_months - 1) + (1 + monthly,)


def _instalment(monthly: float, term_months: int) -> float:
    if monthly == 0:
        return 1 / term_months
    return monthly / (1 - (1 + monthly) ** -term_months)


@lru_cache(maxsize=65_536)
def _cost_of_one_yuan(
    method: RepaymentMethod, annual_rate: Decimal, term_months: int, fee_share: Decimal
) -> Cost:
    if fee_share >= 1:
        return Cost(None, None, NO_PROCEEDS)
    if annual_rate == 0 and fee_share == 0:
        return Cost(round_percent(0), round_percent(0))
    paid = repayments(method, annual_rate=annual_rate, term_months=term_months)
    found = pyxirr.irr([-(1 - float(fee_share)), *paid])
    if found is None:
        return Cost(None, None, NO_SOLUTION)
    with localcontext(_EXACT):
        monthly = _settled(Decimal(found), method, annual_rate / 1200, term_months, 1 - fee_share)
        compound = ((1 + monthly) ** 12 - 1) * 100
        if compound > _HIGHEST:
            return Cost(None, None, TOO_HIGH)
        return Cost(_rounded(compound), _rounded(monthly * 1200))


def _settled(
    found: Decimal, method: RepaymentMethod, interest: Decimal, months: int, received: Decimal
) -> Decimal:
    """The rate that floating point found, to more than twenty places: the fourth place of a percent
    decides who comes first. Each secant step squares what it is off by.
    """
    rate = found
    for _ in range(2):
        near = rate * (1 + _HAIR)
        here, there = (
            present_value(method, interest=interest, months=months, discount=one)
            for one in (rate, near)
        )
        if here == there:
            break
        rate += (here - received) * (near - rate) / (here - there)
    return rate


def present_value(
    method: RepaymentMethod, *, interest: Decimal, months: int, discount: Decimal
) -> Decimal:
    """What the repayments of one yuan are worth at the start; both rates are of a month, and the
    discount is not 0.
    """
    last = (1 + discount) ** -months
    annuity = (1 - last) / discount
    if method is RepaymentMethod.EQUAL_INSTALMENTS:
        return annuity / (months if interest == 0 else (1 - (1 + interest) ** -months) / interest)
    if method is RepaymentMethod.EQUAL_PRINCIPAL:
        return (annuity + interest * (months - annuity) / discount) / months
    if method is RepaymentMethod.BULLET:
        return (1 + interest * months) * last
    return interest * annuity + last


def _rounded(percent: Decimal) -> Decimal:
    # Twenty places first: what is exactly half stays so, and goes to the even one.
    return round_percent(round(percent, 20))
