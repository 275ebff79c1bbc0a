import pytest

from foundation.regions import is_region, lies_in, region_stem


@pytest.mark.parametrize(
    ("code", "stem"),
    [
        ("320000", "32"),
        ("320200", "3202"),
        ("320281", "320281"),
        ("320281400", "320281400"),
        ("320281000", "320281"),
        ("320200000000", "3202"),
        ("320281400001", "320281400001"),
        ("320281400000", "320281400"),
        ("441900", "4419"),
        ("320281X01", "320281X01"),
    ],
)
def test_zeros_that_say_nothing_are_no_part_of_an_area(code: str, stem: str) -> None:
    assert region_stem(code) == stem


def test_an_area_lies_in_what_is_wider_and_in_nothing_else() -> None:
    narrowest_first = ["320281400001", "320281400", "320281", "320200", "320000"]
    for place, code in enumerate(narrowest_first):
        for other, area in enumerate(narrowest_first):
            assert lies_in(code, area) is (other >= place)
    assert not lies_in("320281", "320400")
    assert not lies_in("320281", "130000")


@pytest.mark.parametrize("code", ["32", "3202", "320281", "320281400", "320281400001"])
def test_codes_of_every_length(code: str) -> None:
    assert is_region(code)


@pytest.mark.parametrize(
    "code", ["", "3", "99", "999999", "32028", "3202811", "江阴", "３２０２８１"]
)
def test_what_is_no_code(code: str) -> None:
    assert not is_region(code)
