import pytest

from foundation.city import cities
from foundation.regions import is_region, is_written_as_region, lies_in, region_stem


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


@pytest.mark.parametrize(
    "code",
    ["320000", "320200", "320281", "320281400", "320281400001", "110100", "810000", "659001"],
)
def test_codes_that_there_are(code: str) -> None:
    assert is_region(code)


@pytest.mark.parametrize("code", ["320299", "999999", "320299001", "329900"])
def test_codes_that_are_nobodys(code: str) -> None:
    assert not is_region(code)


@pytest.mark.parametrize(
    "code", ["", "32", "3202", "99", "32028", "3202811", "江阴", "３２０２８１"]
)
def test_what_is_no_code_at_all(code: str) -> None:
    assert not is_written_as_region(code)
    assert not is_region(code)


def test_every_district_of_every_city_is_listed() -> None:
    codes = [district.code for city in cities().values() for district in city.districts]
    # Some zones have no code of the standard, but one of the city's own with letters.
    standard = [code for code in codes if code.isdigit()]
    assert len(standard) > len(codes) / 2
    assert all(map(is_region, standard))
