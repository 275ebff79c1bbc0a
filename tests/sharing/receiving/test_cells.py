"""One cell at a time: what it may look like, and what becomes of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.categories import CellType, FieldRule
from sharing.receiving.cells import read_cell
from sharing.receiving.problems import UNDECODABLE, BadCell

TODAY = date(2026, 3, 1)


def field(kind: CellType, **rules: object) -> FieldRule:
    return FieldRule.model_validate({"name": "示例", "type": kind} | rules)


def reason_of(rule: FieldRule, raw: str) -> str:
    with pytest.raises(BadCell) as bad:
        read_cell(rule, raw, TODAY)
    return bad.value.reason


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (CellType.DATE, "2026-01-31", "2026-01-31"),
        (CellType.DATE, "2026/1/5", "2026-01-05"),
        (CellType.DATE, "20260131", "2026-01-31"),
        (CellType.DATE, "2026年1月31日", "2026-01-31"),
        (CellType.DATE, "2026-01-31 00:00:00", "2026-01-31"),
        (CellType.MONTH, "202601", "2026-01"),
        (CellType.MONTH, "2026-1", "2026-01"),
        (CellType.MONTH, "2026年12月", "2026-12"),
        (CellType.YEAR, "2025年度", "2025"),
        (CellType.YUAN, "1,234,567.50", "1234567.5"),
        (CellType.YUAN, "0", "0"),
        (CellType.YUAN, "-0.00", "0"),
        (CellType.YUAN, " 100.00 ", "100"),
        (CellType.COUNT, "0012", "12"),
        (CellType.DECIMAL, "3.14159", "3.14159"),
        (CellType.PERCENT, "12%", "12"),
        (CellType.YES_NO, "是", "是"),
        (CellType.INDUSTRY, "C34", "C34"),
        (CellType.INDUSTRY, "3484", "C34"),
        (CellType.INDUSTRY, "c", "C"),
        (CellType.NAME, "示例  企业", "示例 企业"),
        (CellType.TEXT, "=1+1", "=1+1"),
        (CellType.TEXT, "   ", None),
    ],
)
def test_values_are_kept_in_one_form(kind: CellType, raw: str, value: str | None) -> None:
    assert read_cell(field(kind), raw, TODAY) == value


@pytest.mark.parametrize(
    ("kind", "raw", "reason"),
    [
        (CellType.DATE, "2026-02-29", "没有这一天"),
        (CellType.DATE, "2026-13-01", "没有这一天"),
        (CellType.DATE, "1900-01-01", "年份须在 1949 到 2199 之间"),
        (CellType.DATE, "31/01/2026", "日期须为 2026-01-31 这样的格式"),
        (CellType.DATE, "２０２６-01-31", "日期须为 2026-01-31 这样的格式"),
        (CellType.MONTH, "2026-00", "没有这一天"),
        (CellType.YEAR, "26", "年度须为四位数字"),
        (CellType.YUAN, "1.234", "最多 2 位小数"),
        (CellType.YUAN, "1,23", "不是数字"),
        (CellType.YUAN, "NaN", "不是数字"),
        (CellType.YUAN, "1e9", "不是数字"),
        (CellType.YUAN, "9" * 13, "不是数字"),
        (CellType.YUAN, "-0.01", "不能为负数"),
        (CellType.COUNT, "1.5", "须为整数"),
        (CellType.YES_NO, "对", "须填写“是”或“否”"),
        (CellType.INDUSTRY, "C99", "不是 GB/T 4754-2017 的门类或大类代码"),
        (CellType.INDUSTRY, "F34", "不是 GB/T 4754-2017 的门类或大类代码"),
        (
            CellType.USCC,
            "91320281MA000000",
            "统一社会信用代码须为 18 位数字或大写字母（不含 I、O、S、V、Z）",
        ),
        (CellType.TEXT, "字" * 501, "超过 500 个字符"),
        (CellType.NAME, "字" * 121, "超过 120 个字符"),
        (CellType.TEXT, "a\x00b", "含有控制字符"),
        (CellType.TEXT, "a\u202eb", "含有控制字符"),
        (CellType.TEXT, "a\ufffdb", UNDECODABLE),
        (
            CellType.DATE,
            "2026-01-31 10:30:00",
            "日期须为 2026-01-31 这样的格式，不带时刻（10:30:00）",
        ),
        (
            CellType.DATE,
            "2026-01-31T00:00",
            "日期须为 2026-01-31 这样的格式，不带时刻（00:00）",
        ),
        (CellType.MONTH, "2026-01-15", "年月须为 2026-01 这样的格式，带日的只可写当月 1 日"),
        (CellType.MONTH, "2026-02-30", "没有这一天"),
    ],
)
def test_what_cannot_be_read_says_why(kind: CellType, raw: str, reason: str) -> None:
    assert reason_of(field(kind), raw) == reason


def test_the_rules_of_a_field() -> None:
    assert reason_of(field(CellType.TEXT, required=True), " ") == "必填项为空"
    assert reason_of(field(CellType.DATE, past=True), "2026-03-02") == "日期晚于收到日期 2026-03-01"
    assert read_cell(field(CellType.DATE, past=True), "2026-03-01", TODAY) == "2026-03-01"
    assert read_cell(field(CellType.YUAN, may_be_negative=True), "-5", TODAY) == "-5"
    assert reason_of(field(CellType.COUNT, positive=True), "0") == "须大于零"
    assert reason_of(field(CellType.PERCENT, most=100), "100.0001%") == "不能大于 100"
    assert read_cell(field(CellType.PERCENT, most=100), "100%", TODAY) == "100"
    assert read_cell(field(CellType.PERCENT), "120", TODAY) == "120"
    assert reason_of(field(CellType.MONTH, past=True), "2026-04") == "日期晚于收到日期 2026-03-01"
    assert read_cell(field(CellType.MONTH, past=True), "2026-03", TODAY) == "2026-03"


@pytest.mark.parametrize("raw", ["2026-01-01", "2026/1/1", "20260101", "2026-01-01 00:00:00"])
def test_the_first_day_of_a_month_is_what_a_spreadsheet_makes_of_it(raw: str) -> None:
    assert read_cell(field(CellType.MONTH), raw, TODAY) == "2026-01"


def test_a_choice_is_kept_by_its_first_name() -> None:
    colour = field(CellType.CHOICE, choices={"绿": ("绿", "绿牌"), "蓝": ("蓝",)})

    assert read_cell(colour, "绿牌", TODAY) == "绿"
    assert reason_of(colour, "紫") == "须为以下之一：绿、蓝"


@given(st.sampled_from(CellType), st.text(max_size=40))
def test_any_text_is_read_or_refused_and_a_kept_value_reads_as_itself(
    kind: CellType, raw: str
) -> None:
    rule = field(kind, choices={"甲": ("甲",)})
    try:
        value = read_cell(rule, raw, TODAY)
    except BadCell:
        return
    if value is not None:
        assert read_cell(rule, value, TODAY) == value
