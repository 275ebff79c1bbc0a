"""Indicators ③ to ⑫ for a whole population, as expressions over its columns.

Each does what the function of the same name in credit/indicators does for one enterprise.
"""

from datetime import date, timedelta

import polars as pl

from credit.facts import Colour, Insurance, PolicyClass, Tenure
from credit.indicators.background import YEARS_FOR_AN_A
from credit.indicators.operations import CLOSED_MONTHS_THAT_COUNT_AS_PAYING
from credit.indicators.records import BAD_LOANS_FOR_A_B, INDUSTRIAL_SECTIONS, RECORDS_FOR_A_C
from credit.periods import closed_months_start, years_from
from credit.population.columns import PERSONS
from credit.population.ranking import NONE, A, B, C

_CLASSES = {
    PolicyClass.ENCOURAGED: A,
    PolicyClass.PRIORITY: A,
    PolicyClass.LEADING: A,
    PolicyClass.GENERAL: B,
    PolicyClass.RESTRICTED: C,
    PolicyClass.FORBIDDEN: C,
}
POLICY_BITS = {one.value: 1 << letter for one, letter in _CLASSES.items()}
"""What a policy class counts as in `policy_found`: a bit per letter, so that the worst is seen."""


NONE_, A_, B_, C_ = (pl.lit(letter, dtype=pl.UInt8) for letter in (NONE, A, B, C))


def letters(as_of: date) -> dict[int, pl.Expr]:
    """The letter of each indicator as a number.

    Beside the columns of the population they read what was counted in its lists: `unrepaired` and
    `repaired` public records, and `policy_found`.
    """
    return {
        3: _social_insurance(),
        4: _housing_fund(as_of),
        5: _years_in_business(as_of),
        6: _premises(),
        7: _personal_credit(),
        8: _environment(),
        9: _public_records(),
        10: _loan_records(),
        11: _industrial_policy(),
        12: _performance(),
    }


def last_founding_day_for_an_a(as_of: date) -> date:
    """The latest founding day whose third anniversary is over on a day (A2-16, A2-48)."""
    founded = years_from(as_of, -YEARS_FOR_AN_A) + timedelta(1)
    while years_from(founded, YEARS_FOR_AN_A) >= as_of:
        founded -= timedelta(1)
    return founded


def _social_insurance() -> pl.Expr:
    is_unknown = pl.col("insurances").is_null() | (pl.col("employees") == 0).fill_null(value=False)
    has_all = pl.col("insurances").list.n_unique() == len(Insurance)
    in_arrears = pl.col("insurance_arrears").fill_null(value=False)
    return pl.when(is_unknown).then(NONE_).when(has_all & ~in_arrears).then(A_).otherwise(B_)


def _housing_fund(as_of: date) -> pl.Expr:
    start = closed_months_start(as_of, CLOSED_MONTHS_THAT_COUNT_AS_PAYING)
    is_paid = pl.col("housing_fund_last_paid_on").is_between(start, as_of)
    return pl.when(is_paid).then(A_).otherwise(NONE_)


def _years_in_business(as_of: date) -> pl.Expr:
    founded = pl.col("established_on")
    is_old = founded <= last_founding_day_for_an_a(as_of)
    return pl.when(founded.is_null()).then(NONE_).when(is_old).then(A_).otherwise(B_)


def _premises() -> pl.Expr:
    tenure = pl.col("tenure")
    is_owned = tenure == Tenure.OWNED.value
    is_tech = (tenure == Tenure.RENTED.value) & pl.col("high_tech").fill_null(value=False)
    return pl.when(tenure.is_null()).then(NONE_).when(is_owned | is_tech).then(A_).otherwise(B_)


def _personal_credit() -> pl.Expr:
    is_open = pl.lit(value=False)
    worst = NONE_
    for person in PERSONS:
        consented, level = pl.col(f"{person}_consented"), pl.col(f"{person}_level")
        is_open = is_open | (consented.is_not_null() & (~consented | level.is_null()))
        letter = _level_of_points(level)
        worst = pl.max_horizontal(worst, pl.when(consented).then(letter).otherwise(NONE_))
    return pl.when(is_open).then(NONE_).otherwise(worst)


def _level_of_points(level: pl.Expr) -> pl.Expr:
    return pl.when(level.str.starts_with("A")).then(A_).when(level == "B").then(B_).otherwise(C_)


def _environment() -> pl.Expr:
    colour = pl.col("environment")
    return (
        pl.when(colour.is_null())
        .then(NONE_)
        .when(colour == Colour.GREEN.value)
        .then(A_)
        .when(colour == Colour.BLUE.value)
        .then(B_)
        .otherwise(C_)
    )


def _public_records() -> pl.Expr:
    has_some = (pl.col("unrepaired") > 0) | (pl.col("repaired") > 0)
    return (
        pl.when(pl.col("public_records").is_null())
        .then(NONE_)
        .when(pl.col("unrepaired") >= RECORDS_FOR_A_C)
        .then(C_)
        .when(has_some)
        .then(B_)
        .otherwise(A_)
    )


def _loan_records() -> pl.Expr:
    loans, bad = pl.col("loans"), pl.col("bad_loan_records").fill_null(0)
    is_bad = pl.col("interest_in_arrears").fill_null(value=False) | (bad > BAD_LOANS_FOR_A_B)
    return (
        pl.when(loans.is_null())
        .then(NONE_)
        .when(loans == 0)
        .then(B_)
        .when(is_bad)
        .then(C_)
        .when(bad > 0)
        .then(B_)
        .otherwise(A_)
    )


def _industrial_policy() -> pl.Expr:
    found = pl.col("policy_found")
    return (
        pl.when(found >= 1 << C)
        .then(C_)
        .when(found >= 1 << B)
        .then(B_)
        .when(found >= 1 << A)
        .then(A_)
        .otherwise(NONE_)
    )


def _performance() -> pl.Expr:
    rank, total = pl.col("performance_rank"), pl.col("performance_total")
    section = pl.col("industry").str.slice(0, 1)
    is_ranked = (
        rank.is_not_null() & total.is_not_null() & section.is_in(sorted(INDUSTRIAL_SECTIONS))
    )
    return (
        pl.when(~is_ranked.fill_null(value=False))
        .then(NONE_)
        .when(5 * rank <= total)
        .then(A_)
        .when(2 * rank <= total)
        .then(B_)
        .otherwise(C_)
    )
