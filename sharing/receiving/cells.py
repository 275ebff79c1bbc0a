"""One cell of a file: its text becomes a normal value, or a reason why it cannot.

Values stay text: dates as 2026-01-31, months as 2026-01, money as a plain decimal, 是 or 否.
A cell that begins with "=" is text like any other and is never evaluated.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from foundation.identifiers import is_valid_uscc
from foundation.industry import code_of_class, industries
from sharing.categories import CellType, FieldRule
from sharing.receiving.problems import UNDECODABLE, BadCell, Kind

MAX_TEXT = 500
MAX_LONG_TEXT = 4_000
MAX_NAME = 120
FIRST_YEAR, LAST_YEAR = 1949, 2199

_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"
    r"(?: 00:00:00)?",
    re.ASCII,
)
_TIME_OF_DAY = re.compile(r"[ T](\d{1,2}:\d{2}(?::\d{2})?)", re.ASCII)
_MONTH = re.compile(r"(\d{4})(?:-(\d{1,2})|/(\d{1,2})|年(\d{1,2})月|(\d{2}))", re.ASCII)
_DECIMAL = re.compile(r"-?(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,6})?", re.ASCII)
_INDUSTRY = re.compile(r"([A-T])?(\d{2,4})?", re.ASCII)
_USCC_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}

CHECK_DIGIT = "统一社会信用代码校验位不符"


def read_cell(field: FieldRule, raw: str, received_on: date) -> str | None:
    """The normal value of a cell, None for an empty one. Raises BadCell."""
    text = raw.strip()
    if not text:
        if field.required:
            raise BadCell(Kind.MISSING, "必填项为空")
        return None
    if "\ufffd" in text:
        raise BadCell(Kind.CHARACTERS, UNDECODABLE)
    if not text.isprintable() and any(
        unicodedata.category(c) in _UNSEEN and c not in "\n\t" for c in text
    ):
        raise BadCell(Kind.CHARACTERS, "含有控制字符")
    value = _READERS[field.type](field, text)
    if field.past and value > received_on.isoformat():
        raise BadCell(Kind.FUTURE, f"日期晚于收到日期 {received_on.isoformat()}")
    return value


def _text(_field: FieldRule, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadCell(Kind.LENGTH, f"超过 {MAX_TEXT} 个字符")
    return text


def _long_text(_field: FieldRule, text: str) -> str:
    if len(text) > MAX_LONG_TEXT:
        raise BadCell(Kind.LENGTH, f"超过 {MAX_LONG_TEXT} 个字符")
    return text


def _name(_field: FieldRule, text: str) -> str:
    if len(text) > MAX_NAME:
        raise BadCell(Kind.LENGTH, f"超过 {MAX_NAME} 个字符")
    return " ".join(text.split())


def _uscc(_field: FieldRule, text: str) -> str:
    code = text.upper()
    if not _USCC_SHAPE.fullmatch(code):
        raise BadCell(Kind.USCC, "统一社会信用代码须为 18 位数字或大写字母（不含 I、O、S、V、Z）")
    if not is_valid_uscc(code):
        raise BadCell(Kind.USCC, CHECK_DIGIT)
    return code


def _industry(_field: FieldRule, text: str) -> str:
    found = _INDUSTRY.fullmatch(text.upper())
    letter, digits = found.groups() if found else (None, None)
    code = code_of_class(digits) if digits else letter
    if code is None or code not in industries() or (letter and code[0] != letter):
        raise BadCell(Kind.CHOICE, "不是 GB/T 4754-2017 的门类或大类代码")
    return code


def _date(_field: FieldRule, text: str) -> str:
    found = _DATE.fullmatch(text)
    if not found:
        time = _TIME_OF_DAY.search(text)
        reason = "日期须为 2026-01-31 这样的格式"
        raise BadCell(Kind.DATE, f"{reason}，不带时刻（{time[1]}）" if time else reason)
    year, month, day = (int(part) for part in found.groups() if part is not None)
    return _day(year, month, day).isoformat()


def _month(_field: FieldRule, text: str) -> str:
    found = _MONTH.fullmatch(text)
    if not found:
        return _month_of_a_day(text)
    year, month = (int(part) for part in found.groups() if part is not None)
    return _day(year, month, 1).isoformat()[:7]


def _month_of_a_day(text: str) -> str:
    """Spreadsheets make the first day of a month that is typed, 2026-01-01 of 2026-01."""
    found = _DATE.fullmatch(text)
    if not found:
        raise BadCell(Kind.DATE, "年月须为 2026-01 这样的格式")
    year, month, day = (int(part) for part in found.groups() if part is not None)
    if _day(year, month, day).day != 1:
        raise BadCell(Kind.DATE, "年月须为 2026-01 这样的格式，带日的只可写当月 1 日")
    return _day(year, month, 1).isoformat()[:7]


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadCell(Kind.DATE, f"年份须在 {FIRST_YEAR} 到 {LAST_YEAR} 之间")
    try:
        return date(year, month, day)
    except ValueError:
        raise BadCell(Kind.DATE, "没有这一天") from None


def _year(_field: FieldRule, text: str) -> str:
    digits = text.removesuffix("年度").removesuffix("年")
    if not (len(digits) == 4 and digits.isascii() and digits.isdecimal()):
        raise BadCell(Kind.DATE, "年度须为四位数字")
    return str(_day(int(digits), 1, 1).year)


def _number(field: FieldRule, text: str, places: int) -> str:
    if not _DECIMAL.fullmatch(text):
        raise BadCell(Kind.AMOUNT, "不是数字")
    number = Decimal(text.replace(",", ""))
    if number < 0 and not field.may_be_negative:
        raise BadCell(Kind.NEGATIVE, "不能为负数")
    if field.most is not None and number > field.most:
        raise BadCell(Kind.AMOUNT, f"不能大于 {field.most}")
    if number <= 0 and field.positive:
        raise BadCell(Kind.AMOUNT, "须大于零")
    if number != round(number, places):
        raise BadCell(Kind.AMOUNT, f"最多 {places} 位小数" if places else "须为整数")
    plain = f"{number or abs(number):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _yuan(field: FieldRule, text: str) -> str:
    return _number(field, text, 2)


def _count(field: FieldRule, text: str) -> str:
    return _number(field, text, 0)


def _decimal(field: FieldRule, text: str) -> str:
    return _number(field, text, 6)


def _percent(field: FieldRule, text: str) -> str:
    return _number(field, text.removesuffix("%").rstrip(), 4)


def _yes_no(_field: FieldRule, text: str) -> str:
    if text not in ("是", "否"):
        raise BadCell(Kind.CHOICE, "须填写“是”或“否”")
    return text


def _choice(field: FieldRule, text: str) -> str:
    for value, spellings in field.choices.items():
        if text in spellings:
            return value
    raise BadCell(Kind.CHOICE, f"须为以下之一：{'、'.join(field.choices)}")


_READERS: dict[CellType, Callable[[FieldRule, str], str]] = {
    CellType.TEXT: _text,
    CellType.LONG_TEXT: _long_text,
    CellType.NAME: _name,
    CellType.USCC: _uscc,
    CellType.INDUSTRY: _industry,
    CellType.DATE: _date,
    CellType.MONTH: _month,
    CellType.YEAR: _year,
    CellType.YUAN: _yuan,
    CellType.COUNT: _count,
    CellType.DECIMAL: _decimal,
    CellType.PERCENT: _percent,
    CellType.YES_NO: _yes_no,
    CellType.CHOICE: _choice,
}
