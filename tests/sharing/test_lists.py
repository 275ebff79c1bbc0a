"""The sharing lists as data: complete, consistent, and received by the cities that name them."""

import csv
import hashlib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from credit.indicators.finding import NAMES
from sharing.lists import (
    Authorisation,
    Category,
    CellType,
    Disclosure,
    NoSuchCategory,
    SharingMode,
    Subject,
    categories_of,
    category_anywhere,
    category_on,
    feeding,
    list_versions,
    plain_header,
    read_lists,
    sharing_lists,
)

CATEGORIES = [one for found in sharing_lists().values() for one in found.categories]


# Code, name, mode, authorisation, number of fields, and the SHA-256 of the field names joined by
# line feeds, taken from the published texts and from nothing else.
PUBLISHED = list(
    csv.DictReader((Path(__file__).parent / "lists_as_published.csv").read_text("utf-8").split())
)
MODES = {"物理归集": "COLLECTED", "接口调用": "INTERFACE", "数据核验": "VERIFIED"}
# AU-7: the person's own consent, where the province's list is content with the enterprise's.
STRICTER = {"JS-29", "JS-30"}


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["code"])
def test_a_category_stands_as_it_was_published(row: dict[str, str]) -> None:
    (category,) = [one for one in CATEGORIES if one.code == row["code"]]
    names = [field.name for field in category.fields]
    says = category.list_authorisation or category.authorisation

    assert category.name == row["name"]
    assert category.mode.value == MODES[row["mode"]]
    assert says.value == row["authorisation"].upper()
    assert (category.list_authorisation is not None) == (category.code in STRICTER)
    assert len(names) == int(row["fields"])
    assert hashlib.sha256("\n".join(names).encode()).hexdigest() == row["sha256"]


def test_all_57_categories_with_their_604_fields_are_there() -> None:
    published = [one for one in CATEGORIES if not one.ours]

    assert len(published) == len(PUBLISHED) == 57
    assert Counter(one.code.split("-")[0] for one in published) == {"JS": 37, "CZ": 14, "CANG": 6}
    assert sum(len(one.fields) for one in published) == 604


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda one: one.code)
def test_every_category_names_its_subject_and_no_column_twice(category: Category) -> None:
    names = [plain_header(field.name) for field in category.fields if not field.repeats]
    subject = next(field for field in category.fields if field.name == category.subject_field)

    assert len(set(names)) == len(names)
    assert subject.required
    assert (subject.type is CellType.USCC) == (category.subject is Subject.ENTERPRISE)
    assert category.key[0] == subject.role


def test_a_name_that_the_list_writes_twice_is_one_field() -> None:
    twice = {
        (category.code, field.name)
        for category in CATEGORIES
        for field in category.fields
        if field.repeats
    }

    assert twice == {("JS-10", "企业职工基本养老保险近一年月均参保人数")}


def test_slips_of_the_texts_are_kept_and_noted() -> None:
    noted = {category.code for category in CATEGORIES if category.notes}
    names = {
        category.code: [field.name for field in category.fields]
        for category in CATEGORIES
        if category.code in noted
    }

    assert {"JS-10", "JS-24", "JS-29", "JS-30", "JS-32", "JS-33", "JS-34", "CANG-1"} <= noted
    assert "用水量" in names["JS-32"]
    assert "违约责任" in names["JS-24"]
    assert "承诺类型" not in names["JS-24"]


def test_au_5_the_four_fields_of_list_row_10_are_verified_only() -> None:
    category = categories_of("JIANGYIN")["JS-10"]
    verified = [field for field in category.fields if field.mode is SharingMode.VERIFIED]

    assert [field.name for field in verified] == [
        "职工工资总额",
        "单位缴费基数",
        "本月应缴金额合计（元）",
        "本月实缴金额合计（元）",
    ]
    assert all(field.authorisation is Authorisation.ENTERPRISE for field in verified)
    assert not any(field.is_kept for field in verified)


@pytest.mark.parametrize("code", ["CANG-1", "CANG-2", "CANG-3"])
def test_au_6_certificate_fields_need_the_enterprise_when_given_out(code: str) -> None:
    category = categories_of("CANGZHOU")[code]
    guarded = [field.name for field in category.fields if field.authorisation is not None]

    assert guarded == ["法定代表人证件类型", "法定代表人证件号码"]
    assert category.disclosure is Disclosure.PUBLIC


def test_au_7_a_natural_persons_property_needs_that_person() -> None:
    about_people = {
        one.code for one in CATEGORIES if one.subject is Subject.PERSON and one.mode == "VERIFIED"
    }

    assert about_people == {"CZ-8", "CZ-9", "JS-29", "JS-30"}
    for one in CATEGORIES:
        if one.code in about_people:
            assert one.authorisation is Authorisation.NATURAL_PERSON
            assert one.disclosure is Disclosure.NON_PUBLIC


def test_what_needs_no_consent_but_speaks_of_people_is_no_public_record() -> None:
    masked = {one.code for one in CATEGORIES if one.disclosure is Disclosure.MASKED}

    assert masked == {"JS-8", "JS-37"}
    assert not any(one.is_public({}) for one in CATEGORIES if one.code in masked)


def test_a_commitment_is_public_only_where_its_own_field_says_so() -> None:
    category = categories_of("JIANGYIN")["JS-24"]

    assert category.is_public({"publicity": "社会公开"})
    assert not category.is_public({"publicity": "授权查询"})
    assert not category.is_public({})


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
        if field.is_kept
        and (
            ("证件号" in field.name and "登记" not in field.name)
            or field.name in ("法定代表人", "法定代表人姓名", "负责人", "姓名", "联系电话", "坐落")
        )
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


VERSION = """
list = "XX"
title = "示例清单"
source = "示例"
ours = false
version = "{version}"
valid_from = {since}
{until}

[[categories]]
code = "XX-1"
name = "{name}"
mode = "COLLECTED"
authorisation = "NONE"
disclosure = "PUBLIC"
providers = ["示例部门"]
key = ["uscc"]
fields = [{{ name = "统一社会信用代码", type = "uscc", as = "uscc", required = true }}]
"""


def a_version(folder: Path, *, version: str, since: str, until: str = "", name: str = "一") -> None:
    closing = f"valid_until = {until}" if until else ""
    body = VERSION.format(version=version, since=since, until=closing, name=name)
    (folder / f"xx-{version}.toml").write_text(body, "utf-8")


def test_a_later_version_is_another_file_and_each_day_has_its_own(tmp_path: Path) -> None:
    a_version(tmp_path, version="2", since="2026-01-01", name="二")
    a_version(tmp_path, version="1", since="2022-01-01", until="2025-12-31", name="一")

    versions = read_lists(tmp_path)["XX"]
    named = {
        day: [c.name for one in versions for c in one.categories if c.is_valid_on(day)]
        for day in (date(2021, 12, 31), date(2025, 12, 31), date(2026, 1, 1))
    }

    assert [one.version for one in versions] == ["1", "2"]
    assert versions[0].categories[0].list_version == "1"
    assert named == {
        date(2021, 12, 31): [],
        date(2025, 12, 31): ["一"],
        date(2026, 1, 1): ["二"],
    }


def test_versions_that_overlap_are_refused_at_start(tmp_path: Path) -> None:
    a_version(tmp_path, version="1", since="2022-01-01", until="2026-01-01")
    a_version(tmp_path, version="2", since="2026-01-01")

    with pytest.raises(ValueError, match="XX-1: two versions are valid on 2026-01-01"):
        read_lists(tmp_path)


def test_a_category_outside_its_days_is_refused_with_the_reason() -> None:
    started = list_versions()["JS"][0].valid_from

    assert category_on("JIANGYIN", "JS-13", started).code == "JS-13"
    assert category_anywhere("CZ-1", date(2026, 1, 1)).code == "CZ-1"
    with pytest.raises(NoSuchCategory, match="JS-13 自 2022-07-16 起有效，收到日期为 2022-07-15"):
        category_on("JIANGYIN", "JS-13", date(2022, 7, 15))
    with pytest.raises(NoSuchCategory, match="江阴市没有信息类别 CZ-1"):
        category_on("JIANGYIN", "CZ-1", date(2026, 1, 1))
    with pytest.raises(NoSuchCategory, match="没有信息类别 XX-1"):
        category_anywhere("XX-1", date(2026, 1, 1))


def test_fields_that_speak_of_the_past_and_shares_say_so() -> None:
    every = [one for versions in list_versions().values() for v in versions for one in v.categories]
    rules = [(one.code, rule) for one in every for rule in one.fields]
    past = ("缴费年月", "缴存年月起", "缴存年月至", "缴存年月止", "计量开始日期", "计量截止日期")

    speak_of_the_past = [(code, rule.past) for code, rule in rules if rule.name in past]
    shares = [(code, rule.most) for code, rule in rules if rule.name == "缴存比例"]

    assert {code for code, _ in speak_of_the_past} >= {"JS-10", "JS-13", "JS-31", "CZ-1", "CZ-11"}
    assert all(is_past for _, is_past in speak_of_the_past)
    assert shares == [("CZ-1", 100), ("JS-13", 100)]
