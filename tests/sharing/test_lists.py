"""The sharing lists as data: complete, consistent, and received by the cities that name them."""

import pytest

from credit.indicators.finding import NAMES
from sharing.lists import (
    Authorisation,
    Category,
    CellType,
    Disclosure,
    SharingMode,
    categories_of,
    feeding,
    plain_header,
    sharing_lists,
)

CATEGORIES = [one for found in sharing_lists().values() for one in found.categories]


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda one: one.code)
def test_every_category_names_its_enterprise_and_no_column_twice(category: Category) -> None:
    names = [plain_header(field.name) for field in category.fields]
    subject = next(field for field in category.fields if field.role == "uscc")

    assert len(set(names)) == len(names)
    assert (subject.type, subject.required) == (CellType.USCC, True)
    assert category.key[0] == "uscc"


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda one: one.code)
def test_what_needs_a_consent_is_never_public(category: Category) -> None:
    """AU-1, AU-2, AU-5: interfaces under consent and verifications give non-public data."""
    if category.authorisation is not Authorisation.NONE:
        assert category.disclosure is Disclosure.NON_PUBLIC
    if category.mode is SharingMode.VERIFIED:
        assert category.authorisation is not Authorisation.NONE


def test_au_3_au_12_personal_cells_are_never_kept() -> None:
    kept = [
        field.name
        for category in CATEGORIES
        for field in category.fields
        if ("证件号" in field.name or field.name in ("法定代表人", "负责人")) and field.is_kept
    ]

    assert kept == []


def test_codes_are_unique_and_say_which_list_they_belong_to() -> None:
    codes = [category.code for category in CATEGORIES]

    assert len(set(codes)) == len(codes)
    for one in sharing_lists().values():
        assert all(category.code.startswith(f"{one.list_code}-") for category in one.categories)
    assert [one.list_code for one in sharing_lists().values() if one.ours] == ["LOCAL"]


def test_a2_46_cities_inherit_lists_and_add_what_they_lack() -> None:
    jiangyin, changzhou = categories_of("JIANGYIN"), categories_of("CHANGZHOU")
    lacking = {
        "registry",
        "personal_credit",
        "public_record",
        "loan",
        "policy_class",
        "performance",
    }

    assert "JS-13" in jiangyin
    assert "CZ-1" not in jiangyin
    assert {"CZ-1", "JS-13"} <= set(changzhou)
    assert "JS-13" not in categories_of("CANGZHOU")
    for city in ("JIANGYIN", "CHANGZHOU", "CANGZHOU"):
        fed = {category.feeds for category in categories_of(city).values()}
        assert lacking <= fed
        assert {"severe", "public_record"} <= fed


def test_a_citys_own_list_comes_before_what_it_inherits() -> None:
    assert [one.code for one in feeding("CHANGZHOU", "housing_fund")] == ["CZ-1", "JS-13"]


def test_every_lettered_indicator_has_a_category_somewhere() -> None:
    feeds = {
        1: "tax",
        2: "electricity",
        3: "social_insurance",
        4: "housing_fund",
        5: "registry",
        6: "premises",
        7: "personal_credit",
        8: "environment",
        9: "public_record",
        10: "loan",
        11: "policy_class",
        12: "performance",
    }

    assert set(feeds) == set(NAMES) - {13}
    assert set(feeds.values()) <= {category.feeds for category in CATEGORIES}
