"""Excel workbooks: read as a person sees them, and harmless when they are not what they seem."""

import re
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sharing.receiving.problems import Kind, OddCell, RefusedFile
from sharing.receiving.workbooks import workbook_rows

HEADER = ["企业名称", "统一社会信用代码", "缴存年月起", "缴存比例", "公积金缴存总额（元）"]


def a_workbook(folder: Path, *rows: list[Any], formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (HEADER, *rows):
        sheet.append(row)
    for place, shown in (formats or {}).items():
        sheet[place].number_format = shown
    path = folder / "book.xlsx"
    book.save(path)
    return path


def cells(path: Path) -> list[list[str]]:
    return [row for _, row, _ in workbook_rows(path)]


def test_cells_are_read_as_they_are_seen(tmp_path: Path) -> None:
    path = a_workbook(
        tmp_path,
        ["示例企业", "91320281MA0000000P", date(2026, 1, 1), 0.12, 12000.5],
        ["示例", 42, date(2026, 1, 31), 0.1 + 0.2, True],
        formats={"C2": "yyyy-mm", "D2": "0%", "C3": "yyyy-mm-dd"},
    )

    _, first, second = cells(path)

    assert first == ["示例企业", "91320281MA0000000P", "2026-01", "12%", "12000.5"]
    assert second == ["示例", "42", "2026-01-31", "0.3", "是"]


def test_rows_keep_their_numbers_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, ["a"], [None, None], ["b", None, None, None, "1"])

    found = [(number, row) for number, row, _ in workbook_rows(path)]

    assert found[1:] == [(2, ["a", "", "", "", ""]), (4, ["b", "", "", "", "1"])]


def with_a_cell_in_row(path: Path, number: int) -> Path:
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(number, 1).value = "x"
    book.save(path)
    return path


def test_what_stands_far_below_the_rows_refuses_the_file_from_there_on(tmp_path: Path) -> None:
    path = with_a_cell_in_row(a_workbook(tmp_path, ["a"]), 1_048_576)
    rows = workbook_rows(path)

    assert [next(rows)[1][0], next(rows)[1][0]] == ["企业名称", "a"]
    with pytest.raises(RefusedFile, match="第 2 行与第 1048576 行之间有超过 10000 个空行"):
        next(rows)


def test_ten_thousand_empty_rows_are_left_out_and_no_more(tmp_path: Path) -> None:
    near = with_a_cell_in_row(a_workbook(tmp_path, ["a"]), 10_003)
    assert [number for number, _, _ in workbook_rows(near)] == [1, 2, 10_003]

    far = with_a_cell_in_row(a_workbook(tmp_path, ["a"]), 10_004)
    with pytest.raises(RefusedFile, match="空行"):
        cells(far)


def test_a_row_number_that_no_sheet_has_is_refused(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, ["a"])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET).replace(b'<row r="2"', b'<row r="99999999999"')

    with pytest.raises(RefusedFile, match="行号超过 1048576"):
        cells(with_entry(path, SHEET, sheet))


def test_empty_rows_behind_the_last_one_are_nothing(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, ["a"])
    with zipfile.ZipFile(path) as archive:
        empty = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (n, n) for n in range(3, 10_100))
        sheet = archive.read(SHEET).replace(b"</sheetData>", empty + b"</sheetData>")

    assert len(cells(with_entry(path, SHEET, sheet))) == 2


def test_a_day_with_a_time_is_told_from_one_at_midnight(tmp_path: Path) -> None:
    midnight = datetime.combine(date(2026, 1, 31), time())
    moments = [midnight, midnight + timedelta(hours=10, minutes=30)]

    assert cells(a_workbook(tmp_path, moments))[1][:2] == ["2026-01-31", "2026-01-31 10:30:00"]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("=1+1", Kind.FORMULA),
        ('=HYPERLINK("http://x.example")', Kind.FORMULA),
        (913202810000000001, Kind.DIGITS_LOST),
        (9.13202810000001e17, Kind.DIGITS_LOST),
    ],
)
def test_a_formula_and_a_number_with_lost_digits_are_no_values(
    tmp_path: Path, cell: object, kind: Kind
) -> None:
    (_, row) = cells(a_workbook(tmp_path, [cell]))

    assert isinstance(row[0], OddCell)
    assert row[0].kind is kind


def test_text_that_begins_like_a_formula_is_text(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, ["x"])
    book = openpyxl.load_workbook(path)
    cell = book.worksheets[0]["A2"]
    cell.value, cell.data_type = "=1+1", "s"
    book.save(path)

    (_, row) = cells(path)

    assert (row[0], type(row[0])) == ("=1+1", str)


def with_entry(path: Path, name: str, body: bytes) -> Path:
    """The same workbook with one entry of its archive replaced."""
    changed = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, body if entry == name else old.read(entry))
        if name not in old.namelist():
            new.writestr(name, body)
    return changed


SHEET = "xl/worksheets/sheet1.xml"
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE worksheet [<!ENTITY a "0123456789"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize(
    ("name", "body"),
    [(SHEET, BOMB), (SHEET, b"<worksheet"), ("xl/workbook.xml", b"no xml"), (SHEET, b"")],
    ids=["entities", "cut off", "no workbook", "empty"],
)
def test_xml_that_is_hostile_or_broken_refuses_the_file(
    tmp_path: Path, name: str, body: bytes
) -> None:
    path = with_entry(a_workbook(tmp_path, ["x"]), name, body)

    with pytest.raises(RefusedFile, match="不是可读的 Excel 工作簿"):
        cells(path)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("xl/sharedStrings.xml", b"0" * (64 * 1024**2 + 1)),
        ("xl/styles.xml", b"0" * (16 * 1024**2 + 1)),
        ("xl/media/image.bin", b"0" * (65 * 1024**2)),
        (SHEET, b"<row>" + b"<c/>" * 300_000 + b"</row>"),
        (SHEET, b"<row><c><v>" + b"1" * 1_500_000 + b"</v></c></row>"),
    ],
    ids=["strings", "styles", "anything", "cells in a row", "a long cell"],
)
def test_an_archive_that_swells_is_refused_before_it_is_read(
    tmp_path: Path, name: str, body: bytes
) -> None:
    path = with_entry(a_workbook(tmp_path, ["x"]), name, body)

    with pytest.raises(RefusedFile, match="解压后过大"):
        cells(path)


def test_many_rows_that_are_each_small_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharing.receiving.workbook_archives._PIECE", 1_000)
    monkeypatch.setattr("sharing.receiving.workbook_archives.MAX_ROW_BYTES", 4_000)
    path = a_workbook(tmp_path, *(["示例企业", number] for number in range(500)))

    assert len(cells(path)) == 501


@pytest.mark.parametrize("hidden", [b"<![CDATA[<row]]>", b"<!-- <row -->"])
def test_what_could_hide_a_large_row_is_refused(tmp_path: Path, hidden: bytes) -> None:
    start, end = b"<worksheet><sheetData><row><c><v>1", b"</v></c></row></sheetData></worksheet>"
    path = with_entry(a_workbook(tmp_path, ["x"]), SHEET, start + hidden + end)

    with pytest.raises(RefusedFile, match="不是可读的 Excel 工作簿"):
        cells(path)


def test_a_sheet_that_lies_elsewhere_is_not_followed(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, ["x"])
    with zipfile.ZipFile(path) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels").replace(SHEET.encode(), b"xl/a.bin")
        sheet = archive.read(SHEET)
    moved = with_entry(path, "xl/_rels/workbook.xml.rels", links)
    moved = with_entry(moved.rename(tmp_path / "moved.xlsx"), "xl/a.bin", sheet)

    with pytest.raises(RefusedFile, match="不是可读的 Excel 工作簿"):
        cells(moved)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.txt", "x")

    with pytest.raises(RefusedFile, match="不是可读的 Excel 工作簿"):
        cells(path)


@pytest.mark.parametrize("column", [201, 202, 300, 16_384])
def test_a_value_behind_the_last_column_refuses_the_file_wherever_it_stands(
    tmp_path: Path, column: int
) -> None:
    path = a_workbook(tmp_path, ["x"], [None] * (column - 1) + ["y"])

    with pytest.raises(RefusedFile, match="第 3 行超过 200 列"):
        cells(path)


def test_the_last_column_is_read_and_an_empty_cell_behind_it_is_none(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [None] * 199 + ["x"], formats={"KA2": "0%"})

    assert cells(path)[1] == [""] * 199 + ["x"]


def test_cells_out_of_their_order_hide_nothing(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, ["x"] + [None] * 298 + ["y"])
    swapped = tmp_path / "swapped.xlsx"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(swapped, "w") as out:
        for entry in archive.infolist():
            body = archive.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                near = re.search(rb'<c r="A2".*?</c>', body)
                far = re.search(rb'<c r="KN2".*?</c>', body)
                assert near
                assert far
                body = body.replace(near[0] + far[0], far[0] + near[0])
                assert far[0] + near[0] in body
            out.writestr(entry.filename, body)

    with pytest.raises(RefusedFile, match="第 2 行超过 200 列"):
        cells(swapped)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("entry", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_a_damaged_entry_refuses_the_file_however_it_is_packed(
    tmp_path: Path, entry: str, packing: int
) -> None:
    path = packed_anew(a_workbook(tmp_path, ["a"]), packing)
    body = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(entry)
    start = info.header_offset + 30 + len(info.filename)
    body[start + 6 : start + info.compress_size] = b"\xff" * (info.compress_size - 6)
    path.write_bytes(bytes(body))

    with pytest.raises(RefusedFile, match="不是可读的 Excel 工作簿"):
        list(workbook_rows(path))


def test_an_encrypted_entry_refuses_the_file(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, ["a"])
    body = path.read_bytes()
    path.write_bytes(
        body.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00").replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
        )
    )
    assert path.read_bytes() != body

    with pytest.raises(RefusedFile, match="不是可读的 Excel 工作簿"):
        list(workbook_rows(path))


def packed_anew(path: Path, packing: int) -> Path:
    with zipfile.ZipFile(path) as archive:
        entries = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return path
