"""Money and rates are exact: what is read is written back, and nothing else is read."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.money import MAX_YUAN, format_yuan, parse_yuan, spoken_yuan, yuan_of_wan
from foundation.rates import format_percent, parse_percent, round_percent

FEN = st.integers(min_value=0, max_value=int(MAX_YUAN * 100))
TEN_THOUSANDTHS = st.integers(min_value=0, max_value=99_999_999)


@given(FEN)
def test_an_amount_survives_being_written_and_read(fen: int) -> None:
    amount = Decimal(fen) / 100

    assert parse_yuan(format_yuan(amount)) == amount


@given(FEN, FEN)
def test_reading_keeps_the_order_of_amounts(one: int, other: int) -> None:
    read = [parse_yuan(f"{Decimal(fen) / 100:f}") for fen in (one, other)]

    assert (read[0] < read[1]) == (one < other)


@given(TEN_THOUSANDTHS)
def test_a_rate_survives_being_written_and_read(parts: int) -> None:
    rate = Decimal(parts) / 10_000

    assert parse_percent(format_percent(rate)) == rate


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "1e5", "1E400", "NaN", "Infinity", "-1", "+1", "1.234", "01", ".5", "5.", "1,000",
        "１００", "1000000000000", "999999999999.999", "0x10", "1 000", "五十万", "1\n",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="十进制字符串"):
        parse_yuan(text)


@pytest.mark.parametrize("value", [500000, 0.1, None, True, Decimal(1)])
def test_a_number_is_no_amount(value: object) -> None:
    with pytest.raises(ValueError, match="十进制字符串"):
        parse_yuan(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "4.35%", "1e2", "NaN", "-1", "10000", "4.00001", "04"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="百分数"):
        parse_percent(text)


def test_amounts_are_written_without_zeros_that_say_nothing() -> None:
    assert [format_yuan(Decimal(text)) for text in ("500000.00", "0.10", "0", "1234.56")] == [
        "500000",
        "0.1",
        "0",
        "1234.56",
    ]


def test_rates_are_written_with_two_to_four_places() -> None:
    assert [format_percent(Decimal(text)) for text in ("4", "4.35", "3.4019", "0.1")] == [
        "4.00",
        "4.35",
        "3.4019",
        "0.10",
    ]
    assert round_percent(10.247_66) == Decimal("10.2477")


def test_amounts_are_said_as_people_say_them() -> None:
    amounts = ["800", "9999.99", "10000", "500000", "1234500", "100000000", "150000000"]
    assert [spoken_yuan(Decimal(amount)) for amount in amounts] == [
        "800元",
        "9999.99元",
        "1万元",
        "50万元",
        "123.45万元",
        "1亿元",
        "1.5亿元",
    ]
    exact = ["512360", "1234567", "10000.01", "123456789", "33333.33", "999999999999.99"]
    assert [spoken_yuan(Decimal(amount)) for amount in exact] == [
        "51.236万元",
        "123.4567万元",
        "10000.01元",
        "12345.6789万元",
        "33333.33元",
        "999999999999.99元",
    ]
    assert yuan_of_wan("50") == Decimal("500000.00")
