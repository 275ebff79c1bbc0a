"""Masking: what is left of names and numbers never lets a reader rebuild them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import masking


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (masking.mask_phone, "+8614000000001", "140****0001"),
        (masking.mask_phone, "140 0000 0001", "140****0001"),
        (masking.mask_phone, "0510-12345678", "***"),
        (masking.mask_phone, "", "***"),
        (masking.mask_name, "示例法人", "示**"),
        (masking.mask_name, "示例", "示*"),
        (masking.mask_name, "示", "***"),
        (masking.mask_name, "", "***"),
        (masking.mask_id_number, "110101190001010014", "110*************14"),
        (masking.mask_id_number, "11010119000101001X", "110*************1X"),
        (masking.mask_id_number, "110101900101001", "110**********01"),
        (masking.mask_id_number, "护照 E12345678", "***"),
        (masking.mask_uscc, "92320281MA0RQ00015", "92320281*********5"),
        (masking.mask_uscc, "91320281MA0RQ00015", "91320281MA0RQ00015"),
        (masking.mask_number, "示例合同0015-1", "****15-1"),
        (masking.mask_number, "12345", "***"),
    ],
)
def test_au_12_what_is_left_of_a_name_or_number(mask, text, shown) -> None:  # type: ignore[no-untyped-def]
    assert mask(text) == shown


@given(st.text(max_size=40))
def test_an_id_number_never_shows_more_than_five_characters(text: str) -> None:
    shown = masking.mask_id_number(text)

    assert len(shown.replace("*", "")) <= 5


@given(st.text(max_size=40))
def test_a_name_shows_one_character_at_most(text: str) -> None:
    assert len(masking.mask_name(text).replace("*", "")) <= 1


@given(st.text(min_size=1, max_size=60))
def test_a_number_shows_less_than_half_of_itself_or_four(text: str) -> None:
    assert len(masking.mask_number(text).removeprefix("****")) <= 4
