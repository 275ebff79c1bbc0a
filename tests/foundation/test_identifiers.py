"""Ids of the API, USCC and ID numbers by their check digits, phones in one form."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import BadUserInput
from foundation.identifiers import (
    decode_id,
    encode_id,
    is_sole_trader,
    is_valid_id_number,
    is_valid_uscc,
    new_id,
    normal_phone,
    split_id,
)

USCC = "91320281MA0RQ00015"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.uuids())
def test_an_id_says_its_kind_and_key(key: UUID) -> None:
    assert split_id(encode_id("demand", key)) == ("demand", key)
    assert decode_id("demand", encode_id("demand", key)) == key
    assert decode_id("offer", encode_id("demand", key)) is None


@pytest.mark.parametrize("text", ["", "demand_", "demand", "1", "demand_" + "g" * 32, "x" * 10_000])
def test_what_is_no_id_is_bad_input(text: str) -> None:
    with pytest.raises(BadUserInput):
        decode_id("demand", text)


def test_keys_made_later_sort_later() -> None:
    keys = [new_id() for _ in range(1_000)]

    assert keys == sorted(keys)


@given(st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_of_a_uscc_is_noticed(place: int, character: str) -> None:
    changed = USCC[:place] + character + USCC[place + 1 :]

    assert is_valid_uscc(changed) == (changed == USCC)


def test_a_sole_trader_is_told_by_its_uscc() -> None:
    assert is_sole_trader("92320281MA0RQ0006H")
    assert not is_sole_trader(USCC)


@pytest.mark.parametrize("number", ["110101190001010014", "11010119000101009X"])
def test_an_id_number_with_its_check_digit_is_valid(number: str) -> None:
    assert is_valid_id_number(number)


@pytest.mark.parametrize(
    "number", ["", "110101190001010015", "110101190013010014", "11010119000101001", "x" * 18]
)
def test_any_other_id_number_is_not(number: str) -> None:
    assert not is_valid_id_number(number)


@pytest.mark.parametrize("text", ["14000000001", "+86 140 0000 0001", "86-140-0000-0001"])
def test_a_phone_has_one_form(text: str) -> None:
    assert normal_phone(text) == "+8614000000001"


@pytest.mark.parametrize(
    "text", ["", "1400000000", "24000000001", "+1 202 555 0100", "0512 8888 8888", "1" * 30, "abc"]
)
def test_what_is_no_mobile_number_is_none(text: str) -> None:
    assert normal_phone(text) is None
