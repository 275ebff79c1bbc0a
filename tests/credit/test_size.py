"""SME size by the 2011 standard."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.levels import EnterpriseSize
from credit.size import SizeResult, size_of, size_table

MICRO, SMALL, MEDIUM, LARGE = (
    EnterpriseSize.MICRO,
    EnterpriseSize.SMALL,
    EnterpriseSize.MEDIUM,
    EnterpriseSize.LARGE,
)


def sized(
    industry: str | None,
    *,
    employees: int | None = None,
    revenue_wan: str | None = None,
    assets_wan: str | None = None,
    sole_trader: bool = False,
) -> SizeResult:
    return size_of(
        industry,
        employees=employees,
        annual_revenue=None if revenue_wan is None else Decimal(revenue_wan) * 10_000,
        total_assets=None if assets_wan is None else Decimal(assets_wan) * 10_000,
        sole_trader=sole_trader,
    )


@pytest.mark.parametrize(
    ("employees", "revenue_wan", "size"),
    [
        (1000, "40000", LARGE),
        (999, "40000", MEDIUM),
        (1000, "39999.99", MEDIUM),
        (300, "2000", MEDIUM),
        (800, "1500", SMALL),
        (20, "300", SMALL),
        (19, "3000", MICRO),
        (20, "299.99", MICRO),
    ],
)
def test_industry_needs_both_lower_limits_of_a_class_and_the_limit_is_included(
    employees: int, revenue_wan: str, size: EnterpriseSize
) -> None:
    assert sized("C34", employees=employees, revenue_wan=revenue_wan).size is size


@pytest.mark.parametrize(
    ("industry", "inputs", "size"),
    [
        ("A01", {"revenue_wan": "20000"}, LARGE),
        ("A01", {"revenue_wan": "499"}, SMALL),
        ("E47", {"revenue_wan": "6000", "assets_wan": "5000"}, MEDIUM),
        ("F51", {"employees": 20, "revenue_wan": "5000"}, MEDIUM),
        ("F52", {"employees": 20, "revenue_wan": "5000"}, SMALL),
        ("I65", {"employees": 10, "revenue_wan": "50"}, SMALL),
        ("K702", {"employees": 100, "revenue_wan": "500"}, SMALL),
        ("L72", {"employees": 9, "assets_wan": "120000"}, MICRO),
        ("M73", {"employees": 100}, MEDIUM),
        ("G591", {"employees": 150, "revenue_wan": "1000"}, SMALL),
        ("G592", {"employees": 150, "revenue_wan": "1000"}, MEDIUM),
    ],
)
def test_each_industry_has_criteria_of_its_own(
    industry: str, inputs: dict[str, object], size: EnterpriseSize
) -> None:
    assert sized(industry, **inputs).size is size


def test_a_missing_input_gives_the_possible_range_and_no_guess() -> None:
    result = sized("C34", employees=400)

    assert result.size is EnterpriseSize.UNKNOWN
    assert result.possible == (MICRO, SMALL, MEDIUM)
    assert result.missing == ("revenue_wan",)


def test_one_criterion_under_the_small_limit_is_certain_whatever_is_missing() -> None:
    result = sized("C34", employees=5)

    assert (result.size, result.possible) == (MICRO, (MICRO,))


def test_nothing_known_leaves_every_class_open() -> None:
    assert sized("C34").possible == (MICRO, SMALL, MEDIUM, LARGE)


def test_an_industry_too_wide_for_one_row_is_unknown_unless_its_rows_agree() -> None:
    between = sized("G59", employees=150, revenue_wan="1000")
    agreed = sized("G59", employees=5, revenue_wan="1000")

    assert (between.size, between.possible) == (EnterpriseSize.UNKNOWN, (SMALL, MEDIUM))
    assert "industry" in between.missing
    assert agreed.size is MICRO


def test_industries_outside_the_standard_are_sized_by_reference_or_not_at_all() -> None:
    school, bank = sized("P83", employees=100), sized("J66", employees=100)

    assert (school.size, school.by_reference) == (MEDIUM, True)
    assert (bank.size, bank.possible) == (EnterpriseSize.UNKNOWN, ())


def test_a_sole_trader_of_unknown_industry_is_sized_as_other() -> None:
    assert sized(None, employees=12, sole_trader=True).size is SMALL
    assert sized(None, employees=12).size is EnterpriseSize.UNKNOWN


@given(
    st.sampled_from([code for row in size_table().rows for code in row.codes]),
    st.integers(0, 3000),
    st.integers(0, 250_000),
    st.integers(0, 150_000),
    st.integers(0, 3000),
)
def test_a_firm_that_grows_is_never_sized_smaller(
    industry: str, employees: int, revenue: int, assets: int, hired: int
) -> None:
    order = [MICRO, SMALL, MEDIUM, LARGE]
    before = sized(industry, employees=employees, revenue_wan=str(revenue), assets_wan=str(assets))
    after = sized(
        industry, employees=employees + hired, revenue_wan=str(revenue), assets_wan=str(assets)
    )

    # G59 alone may be 仓储 or 装卸搬运, so two sizes may be possible.
    assert order.index(after.possible[0]) >= order.index(before.possible[0])
    assert order.index(after.possible[-1]) >= order.index(before.possible[-1])


@given(
    st.sampled_from([code for row in size_table().rows for code in row.codes]),
    st.tuples(
        st.none() | st.integers(0, 3000),
        st.none() | st.integers(0, 250_000),
        st.none() | st.integers(0, 150_000),
    ),
    st.tuples(st.integers(0, 3000), st.integers(0, 250_000), st.integers(0, 150_000)),
)
def test_what_is_learnt_later_always_lies_in_the_possible_range(
    industry: str, known: tuple[int | None, ...], later: tuple[int, ...]
) -> None:
    early = sized(
        industry,
        employees=known[0],
        revenue_wan=None if known[1] is None else str(known[1]),
        assets_wan=None if known[2] is None else str(known[2]),
    )
    full = [new if old is None else old for old, new in zip(known, later, strict=True)]
    learnt = sized(industry, employees=full[0], revenue_wan=str(full[1]), assets_wan=str(full[2]))

    assert set(learnt.possible) <= set(early.possible)
