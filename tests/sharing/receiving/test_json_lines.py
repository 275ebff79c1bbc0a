"""JSON lines: an object a row, numbers as they are written, bad lines one by one."""

import json
from datetime import date
from pathlib import Path

import pytest

from sharing.lists import category_anywhere
from sharing.receiving.json_lines import json_rows
from sharing.receiving.problems import UNDECODABLE, Kind, OddCell, RefusedFile

CATEGORY = category_anywhere("JS-2", date(2026, 3, 1))
FIRST = '{"企业名称": "示例", "统一社会信用代码": "91", "欠税金额（元）": 1.50}'


def rows(folder: Path, *lines: str, encoding: str = "utf-8") -> list[list[str]]:
    path = folder / "rows.jsonl"
    path.write_bytes("\n".join(lines).encode(encoding))
    return [cells for _, cells, _ in json_rows(path, CATEGORY)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_header_is_that_of_the_first_object_and_the_lists_other_fields(
    tmp_path: Path, encoding: str
) -> None:
    header, first, second = rows(
        tmp_path, FIRST, "", '{"税种": "增值税", "当前是否欠税": true}', encoding=encoding
    )

    assert header == ["企业名称", "统一社会信用代码", "欠税金额（元）", "税种", "当前是否欠税"]
    assert first == ["示例", "91", "1.50", "", ""]
    assert second == ["", "", "", "增值税", "是"]


def test_numbers_are_read_as_they_are_written(tmp_path: Path) -> None:
    _, _, row = rows(tmp_path, FIRST, '{"欠税金额(元)": 123456789012345678901.10, "税种": null}')

    assert row[2:4] == ["123456789012345678901.10", ""]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("[1]", Kind.FORMAT),
        ("{", Kind.FORMAT),
        ('"x"', Kind.FORMAT),
        ("[" * 50_000, Kind.FORMAT),
        ('{"身份证": "1"}', Kind.COLUMNS),
        ('{"税种": "a", "税种": "b"}', Kind.COLUMNS),
    ],
)
def test_a_line_that_is_no_such_object_is_a_row_with_one_odd_cell(
    tmp_path: Path, line: str, kind: Kind
) -> None:
    _, _, row, after = rows(tmp_path, FIRST, line, FIRST)

    assert [type(cell) for cell in row] == [OddCell]
    assert isinstance(row[0], OddCell)
    assert row[0].kind is kind
    assert after[0] == "示例"


def test_a_nested_value_is_no_cell(tmp_path: Path) -> None:
    _, _, row = rows(tmp_path, FIRST, json.dumps({"税种": {"a": 1}}, ensure_ascii=False))

    assert isinstance(row[3], OddCell)
    assert row[3].kind is Kind.FORMAT


@pytest.mark.parametrize(
    ("value", "cell"),
    [(r"\ud800", "\ufffd"), (r"示\udfff例", "示\ufffd例"), (r"\ud842\udfb7", "𠮷"), ("?", "?")],
)
def test_a_lone_surrogate_is_no_character_and_no_question_mark(
    tmp_path: Path, value: str, cell: str
) -> None:
    _, _, row = rows(tmp_path, FIRST, f'{{"税种": "{value}"}}')

    assert row[3] == cell
    assert isinstance(row[3], OddCell) == ("\ufffd" in cell)


def test_a_key_that_no_encoding_can_write_is_shown_without_it(tmp_path: Path) -> None:
    _, _, row = rows(tmp_path, FIRST, r'{"x\ud800": 1}')

    assert isinstance(row[0], OddCell)
    assert row[0].reason == "有清单以外的字段：x\ufffd"


def test_a_line_in_another_encoding_than_the_first_is_told_as_that(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_bytes(f"{FIRST}\n".encode() + '{"税种": "增值税"}'.encode("gbk"))

    _, _, (cell,) = (cells for _, cells, _ in json_rows(path, CATEGORY))

    assert isinstance(cell, OddCell)
    assert (cell.kind, cell.reason) == (Kind.CHARACTERS, UNDECODABLE)


def test_a_first_line_that_is_no_object_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="第 1 行不是一行一个的 JSON 对象"):
        rows(tmp_path, '{"a": ')
