"""A rule set in a file: what is wrong comes back with its place and the true reason."""

import json
from typing import Any

import pytest

from matching.rule_file import read_rules
from matching.rule_json import RefusedRules
from matching.terms import RequiredGrade
from tests.matching.meaningless import MEANINGLESS

PRODUCT = {
    "id": "A",
    "requiredGrade": "CANDIDATE",
    "minAmount": "1000",
    "maxAmount": "1000000",
    "minTermMonths": 1,
    "maxTermMonths": 36,
    "guaranteeKinds": ["GUARANTEED"],
    "prices": [{"grade": "CANDIDATE", "annualRate": "6", "limitPercent": "100"}],
    "repaymentMethods": ["BULLET"],
}
ENDS = "首尾不能有空格，也不能含有换行、表情或不可见字符"
YUAN = '金额须为最多两位小数的十进制字符串，例如 "500000" 或 "1234.50"'
PERCENT = '利率须为最多四位小数的百分数字符串，例如 "4.35"'


def file_of(*products: dict[str, Any]) -> bytes:
    return json.dumps({"products": products}, ensure_ascii=False).encode()


def refused(raw: bytes) -> list[tuple[str, str]]:
    with pytest.raises(RefusedRules) as caught:
        read_rules(raw)
    return [(one.field, one.message) for one in caught.value.problems]


def test_the_least_that_a_rule_set_says() -> None:
    (sheet,) = read_rules(file_of(PRODUCT))
    assert (sheet.version, sheet.regions, sheet.min_age_months) == (1, (), None)
    assert sheet.unsecured_from is RequiredGrade.CANDIDATE


def test_a_byte_order_mark_is_no_part_of_a_file() -> None:
    assert read_rules(b"\xef\xbb\xbf" + file_of(PRODUCT)) == read_rules(file_of(PRODUCT))


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"id": 5}, "id", "须为文本"),
        ({"id": ""}, "id", "不能为空"),
        ({"id": " A"}, "id", ENDS),
        ({"id": "x" * 201}, "id", "最多200个字"),
        ({"version": "1"}, "version", "须为整数"),
        ({"version": True}, "version", "须为整数"),
        ({"version": 1.0}, "version", "须为整数"),
        ({"version": 0}, "version", "不能小于1"),
        ({"version": 2**31}, "version", "不能大于2147483647"),
        ({"version": 10**40}, "version", "不能大于2147483647"),
        (
            {"minAmount": 1000},
            "minAmount",
            YUAN,
        ),
        (
            {"minAmount": "1e3"},
            "minAmount",
            YUAN,
        ),
        (
            {"prices": [{"grade": "CANDIDATE", "annualRate": 6, "limitPercent": "100"}]},
            "prices.0.annualRate",
            PERCENT,
        ),
        ({"soleTraders": "yes"}, "soleTraders", "须为 true 或 false"),
        ({"soleTraders": 1}, "soleTraders", "须为 true 或 false"),
        ({"minTermMonths": 0}, "minTermMonths", "不能小于1"),
        ({"minAgeMonths": 0}, "minAgeMonths", "不能小于1"),
        ({"maxTermMonths": 601}, "maxTermMonths", "不能大于600"),
        ({"minTermMonths": None}, "minTermMonths", "不能是 null，须为整数"),
        ({"figures": None}, "figures", "不能是 null，须为对象"),
        ({"regions": "320281"}, "regions", "须为列表"),
        ({"surprise": 1}, "surprise", "没有这一项"),
        ({"sizes": ["BIG"]}, "sizes.0", "须为下列值之一：MICRO、SMALL、MEDIUM、LARGE、UNKNOWN"),
        ({"regions": ["320281", "999999"]}, "regions", "没有这样的区划代码：999999"),
        ({"regions": ["江阴"]}, "regions", "没有这样的区划代码：江阴"),
        ({"regions": ["320299"]}, "regions", "没有这样的区划代码：320299"),
        ({"regions": ["320281", "320281"]}, "regions", "有重复的内容"),
        ({"industries": ["C", "C"]}, "industries", "有重复的内容"),
        ({"sizes": ["MICRO", "MICRO"]}, "sizes", "有重复的内容"),
        ({"guaranteeKinds": ["CREDIT", "CREDIT"]}, "guaranteeKinds", "有重复的内容"),
        ({"tagGroups": [["高新技术企业", "高新技术企业"]]}, "tagGroups.0", "同一组里有重复的资质"),
        ({"tagGroups": [[" 高新技术企业"]]}, "tagGroups.0.0", ENDS),
        (
            {"unsecuredFrom": "FIRST"},
            "unsecuredFrom",
            "只有信用与其他担保方式并列时才有意义",
        ),
        ({"prices": PRODUCT["prices"] * 2}, "prices", "同一信用等级只能填写一个价格"),
    ],
)
def test_a_value_is_refused_with_its_place_and_the_true_reason(
    change: dict[str, Any], place: str, reason: str
) -> None:
    assert refused(file_of(PRODUCT | {"id": "B"}, PRODUCT | change)) == [
        (f"products.1.{place}", reason)
    ]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "不是有效的 JSON（第1行第1个字）"),
        (b'{"products": [{]}', "不是有效的 JSON（第1行第16个字）"),
        (b"\xff\xfe{}", "第1个字节起不是 UTF-8 编码"),
        (b"[]", "须为对象"),
        (b'{"products": [], "products": []}', "同一对象里products写了两次"),
        (b'{"products": [{"version": NaN}]}', "JSON 里没有 NaN 这样的数"),
        (b'{"products": [{"version": ' + b"9" * 5_000 + b"}]}", "有一个5000位的整数，数字过大"),
        (b"[" * 100_000, "嵌套过深"),
    ],
)
def test_a_file_that_is_no_json_says_why(raw: bytes, reason: str) -> None:
    assert refused(raw) == [("文件", reason)]


@pytest.mark.parametrize("what", MEANINGLESS)
def test_a_rule_set_that_means_nothing_is_refused_in_a_file(what: str) -> None:
    change, place, reason = MEANINGLESS[what]
    found = refused(file_of(PRODUCT | change))
    assert [field for field, _ in found] == [f"products.0.{place}"]
    assert reason in found[0][1]


def test_what_is_missing_is_named() -> None:
    assert refused(b"{}") == [("products", "缺少这一项")]
    few = {name: value for name, value in PRODUCT.items() if name != "prices"}
    assert refused(file_of(few)) == [("products.0.prices", "缺少这一项")]


def test_an_id_stands_once() -> None:
    assert refused(file_of(PRODUCT, PRODUCT)) == [("products.1.id", "编号A出现了两次")]
