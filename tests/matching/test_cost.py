from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.cost import NO_PROCEEDS, TOO_HIGH, all_in_cost, fees_in_yuan, repayments
from matching.sheet import Fee
from matching.terms import RepaymentMethod

MILLION = Decimal(1_000_000)
methods = st.sampled_from(RepaymentMethod)
rates = st.integers(0, 2400).map(lambda hundredths: Decimal(hundredths) / 100)
terms = st.integers(1, 120)


def upfront(yuan: int) -> tuple[Fee, ...]:
    return (Fee(name="评估费", amount=Decimal(yuan)),)


def test_a_fee_up_front_turns_six_percent_into_ten() -> None:
    cost = all_in_cost(
        amount=MILLION,
        annual_rate=Decimal(6),
        term_months=12,
        method=RepaymentMethod.EQUAL_INSTALMENTS,
        fees=upfront(20_000),
    )
    assert cost.simple is not None
    assert round(cost.simple / 12, 4) == Decimal("0.8167")
    assert round(cost.simple, 2) == Decimal("9.80")
    assert round(cost.compound or 0, 2) == Decimal("10.25")


@pytest.mark.parametrize(
    ("method", "compound"),
    [
        (RepaymentMethod.EQUAL_INSTALMENTS, "6.1678"),
        (RepaymentMethod.EQUAL_PRINCIPAL, "6.1678"),
        (RepaymentMethod.INTEREST_FIRST, "6.1678"),
        (RepaymentMethod.ON_DEMAND, "6.1678"),
        (RepaymentMethod.BULLET, "6.0000"),  # one payment a year: nothing compounds in between
    ],
)
def test_without_fees_only_the_rhythm_of_interest_counts(
    method: RepaymentMethod, compound: str
) -> None:
    cost = all_in_cost(amount=MILLION, annual_rate=Decimal(6), term_months=12, method=method)
    assert cost.compound == Decimal(compound)


def test_a_guarantee_fee_is_taken_for_each_year_of_the_term() -> None:
    fee = (Fee(name="担保费", percent_of_principal=Decimal("0.8"), per_year=True),)
    assert fees_in_yuan(fee, amount=MILLION, term_months=6) == 4_000
    assert fees_in_yuan(fee, amount=MILLION, term_months=36) == 24_000


def test_fees_that_eat_the_principal_leave_no_cost_but_a_reason() -> None:
    cost = all_in_cost(
        amount=Decimal(10_000),
        annual_rate=Decimal(4),
        term_months=12,
        method=RepaymentMethod.BULLET,
        fees=upfront(10_000),
    )
    assert (cost.compound, cost.simple, cost.reason) == (None, None, NO_PROCEEDS)


def test_a_cost_without_meaning_is_refused_with_a_reason() -> None:
    cost = all_in_cost(
        amount=Decimal(10_000),
        annual_rate=Decimal(4),
        term_months=1,
        method=RepaymentMethod.BULLET,
        fees=upfront(9_000),
    )
    assert (cost.compound, cost.reason) == (None, TOO_HIGH)


@pytest.mark.parametrize(
    ("method", "term", "rate", "compound"),
    [
        (RepaymentMethod.BULLET, 5, "22.172", "23.6233"),
        (RepaymentMethod.BULLET, 9, "17.9968", "18.3902"),  # exactly 18.39015000001…
        (RepaymentMethod.EQUAL_INSTALMENTS, 7, "19.6299", "21.4960"),  # 21.49595000004…
        (RepaymentMethod.EQUAL_PRINCIPAL, 7, "20.7261", "22.8129"),  # 22.81285000003…
        (RepaymentMethod.INTEREST_FIRST, 5, "21.0362", "23.1878"),  # 23.18775000004…
        (RepaymentMethod.BULLET, 12, "6.0001", "6.0001"),
    ],
)
def test_the_last_place_is_right_where_floating_point_takes_the_other_one(
    method: RepaymentMethod, term: int, rate: str, compound: str
) -> None:
    cost = all_in_cost(amount=MILLION, annual_rate=Decimal(rate), term_months=term, method=method)
    assert cost.compound == Decimal(compound)


@given(
    method=methods,
    rate=st.integers(1, 240_000).map(lambda places: Decimal(places) / 10_000),
    term=terms,
    fee=st.integers(0, 900_000),
)
def test_a_cost_is_within_half_of_its_last_place_of_the_flows_own_rate(
    method: RepaymentMethod, rate: Decimal, term: int, fee: int
) -> None:
    cost = all_in_cost(
        amount=MILLION, annual_rate=rate, term_months=term, method=method, fees=upfront(fee)
    )
    if cost.compound is None:
        assert cost.reason == TOO_HIGH
        return
    half = Decimal("0.00005")
    received = round(1 - Decimal(fee) / MILLION, 20)
    with localcontext(prec=50):
        assert worth_at(cost.compound + half, method, rate, term) <= received
        assert worth_at(cost.compound - half, method, rate, term) >= received


def worth_at(compound: Decimal, method: RepaymentMethod, rate: Decimal, term: int) -> Decimal:
    """What the flows of one yuan are worth, month by month, at a yearly compounded rate."""
    monthly, interest = (1 + compound / 100) ** (Decimal(1) / 12), rate / 1200
    balance, worth = Decimal(1), Decimal(0)
    for month in range(1, term + 1):
        paid = balance * interest
        if method is RepaymentMethod.EQUAL_INSTALMENTS:
            paid = interest / (1 - (1 + interest) ** -term)
        elif method is RepaymentMethod.EQUAL_PRINCIPAL:
            paid += Decimal(1) / term
        elif method is RepaymentMethod.BULLET:
            paid = 1 + interest * term if month == term else Decimal(0)
        elif month == term:
            paid += 1
        if method is RepaymentMethod.EQUAL_PRINCIPAL:
            balance -= Decimal(1) / term
        worth += paid / monthly**month
    # Twenty places: what is exactly half may go either way.
    return round(worth, 20)


def test_a_free_loan_costs_nothing() -> None:
    cost = all_in_cost(
        amount=MILLION,
        annual_rate=Decimal(0),
        term_months=12,
        method=RepaymentMethod.EQUAL_INSTALMENTS,
    )
    assert (cost.compound, cost.simple) == (0, 0)


@given(method=methods, rate=rates, term=terms)
def test_what_is_paid_covers_the_principal_exactly_when_interest_is_taken_out(
    method: RepaymentMethod, rate: Decimal, term: int
) -> None:
    monthly, balance = float(rate) / 1200, 1.0
    paid = repayments(method, annual_rate=rate, term_months=term)
    assert len(paid) == term
    if method is RepaymentMethod.BULLET:
        assert sum(paid) == pytest.approx(1 + monthly * term)
        return
    for payment in paid:
        balance -= payment - balance * monthly
    assert balance == pytest.approx(0, abs=1e-9)


@given(method=methods, rate=rates, term=terms, fee=st.integers(0, 20_000))
def test_a_higher_fee_never_makes_a_loan_cheaper(
    method: RepaymentMethod, rate: Decimal, term: int, fee: int
) -> None:
    def cost(yuan: int) -> Decimal:
        found = all_in_cost(
            amount=MILLION, annual_rate=rate, term_months=term, method=method, fees=upfront(yuan)
        ).compound
        assert found is not None
        return found

    assert cost(0) <= cost(fee) <= cost(fee + 1_000)


@given(method=methods, rate=rates, term=terms, fee=st.integers(0, 20_000))
def test_a_higher_rate_never_makes_a_loan_cheaper(
    method: RepaymentMethod, rate: Decimal, term: int, fee: int
) -> None:
    def cost(annual_rate: Decimal) -> Decimal:
        found = all_in_cost(
            amount=MILLION,
            annual_rate=annual_rate,
            term_months=term,
            method=method,
            fees=upfront(fee),
        ).compound
        assert found is not None
        return found

    assert cost(rate) <= cost(rate + Decimal("0.01"))


@given(method=methods, rate=rates, term=terms, scale=st.integers(1, 500))
def test_percentages_cost_the_same_whatever_the_amount(
    method: RepaymentMethod, rate: Decimal, term: int, scale: int
) -> None:
    fees = (Fee(name="担保费", percent_of_principal=Decimal("0.8"), per_year=True),)
    small, large = (
        all_in_cost(amount=amount, annual_rate=rate, term_months=term, method=method, fees=fees)
        for amount in (Decimal(10_000), Decimal(10_000 * scale))
    )
    assert small == large
