"""Plain rows are read many at a time: never other values than the cell reader's, never a reason."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharing.categories import Category, CellType, FieldRule, Subject
from sharing.lists import list_versions
from sharing.receiving.cells import read_cell
from sharing.receiving.checked import CheckedChunk
from sharing.receiving.checking import check_chunk, closer_look
from sharing.receiving.fast_cells import read_column
from sharing.receiving.fast_rows import plain_rows
from sharing.receiving.headers import columns_of
from sharing.receiving.problems import BadCell
from sharing.receiving.raw_rows import RawChunk
from sharing.receiving.rows import RowReader
from sharing.receiving.stored_rows import Destination, of_good_rows
from tests.factories.people import a_uscc

TODAY = date(2026, 3, 1)
TO = Destination(UUID(int=1), "JIANGYIN", TODAY)
CATEGORIES = [
    one
    for versions in list_versions().values()
    for version in versions
    for one in version.categories
]
CODES = [a_uscc() for _ in range(4)]
# What files hold, and what is nearly that.
CELLS = st.one_of(
    st.sampled_from(
        [
            *CODES, CODES[0].lower(), CODES[0][:-1] + "I", CODES[1][:-1] + CODES[0][-1], "",
            " ", "\t", "示例企业", "示例  企业", " 示例 ", "a\\b", 'a"b', "=1+1", "@x", "\u3000x",
            "2026-01-31", "2026/01/31", "20260131", "2026/1/5", "2026-02-30", "20260230",
            "2026-03-02", "2026年1月31日", "1948-12-31", "2199-12-31", "2200-01-01", "2026-01/31",
            "2026-01", "202601", "2026-13", "202600", "2026/01", "2026", "1949", "2025年度", "1948",
            "0", "0.0", "00", "007", "12", "12.50", "12.500", "100", "1.", ".5", "-0", "-0.00",
            "1,234.5", "1e5", "NaN", "9" * 12, "9" * 13, "1.1234567", "12%", "12 %", "%", "+1",
            "100.0001", "101",
            "是", "否", "对", "绿", "绿牌", "A", "M", "C34", "3484", "c", "T99", "养老",
            "１２", "a\nb", "\ufffd", "x\x00", "字" * 120, "字" * 121, "字" * 501, "—…·㎡",
        ]
    ),
    st.text(max_size=12),
    st.from_regex(r"[0-9]{1,14}(\.[0-9]{1,8})?", fullmatch=True),
    st.dates().map(str),
    st.dates().map(lambda day: day.strftime("%Y%m")),
)  # fmt: skip


def slowly(rule: FieldRule, cell: str) -> str | BadCell | None:
    try:
        return read_cell(rule, cell, TODAY)
    except BadCell as bad:
        return bad


@pytest.mark.parametrize("kind", CellType)
@pytest.mark.parametrize(
    "options", [{}, {"required": True}, {"past": True}, {"positive": True}, {"most": 100}]
)
@given(cells=st.lists(CELLS, min_size=1, max_size=30))
@settings(max_examples=8)
def test_a_plain_cell_is_what_the_cell_reader_makes_of_it(
    kind: CellType, options: dict[str, bool | int], cells: list[str]
) -> None:
    choices = {"绿": ("绿", "绿牌"), "A": ("A",)}
    rule = FieldRule.model_validate({"name": "示例", "type": kind, "choices": choices} | options)

    values, plain = read_column(rule, pl.Series(cells, dtype=pl.String), TODAY)

    for cell, value, is_plain in zip(cells, values.to_list(), plain.to_list(), strict=True):
        if is_plain:
            assert value == slowly(rule, cell), cell


@given(data=st.data())
@settings(max_examples=60)
def test_a_chunk_gives_the_same_rows_and_reasons_either_way(data: st.DataObject) -> None:
    category = data.draw(st.sampled_from(CATEGORIES), label="category")
    header = [field.name for field in category.fields]
    row = st.lists(CELLS, min_size=len(header), max_size=len(header))
    good = st.builds(lambda cells: with_good_cells(category, cells), row)
    rows = data.draw(st.lists(st.one_of(good, row, st.lists(CELLS, max_size=3)), min_size=1))

    assert both_ways(category, header, rows)


def with_good_cells(category: Category, cells: Sequence[str]) -> list[str]:
    """Some of a row's cells as a file would have them, so that whole rows are good now and then."""
    good = {
        CellType.USCC: CODES[0],
        CellType.DATE: "2026-01-31",
        CellType.MONTH: "2026-01",
        CellType.YEAR: "2025",
        CellType.YUAN: "12.50",
        CellType.COUNT: "12",
        CellType.DECIMAL: "1.5",
        CellType.PERCENT: "12%",
        CellType.YES_NO: "是",
        CellType.INDUSTRY: "C34",
        CellType.CHOICE: "",
    }
    return [
        good.get(rule.type, "示例") if rule.required or len(cell) % 3 else cell
        for rule, cell in zip(category.fields, cells, strict=True)
    ]


def both_ways(category: Category, header: list[str], rows: list[list[str]]) -> CheckedChunk:
    reader = RowReader(category, columns_of(category, header), TODAY)
    chunk = RawChunk(list(range(2, len(rows) + 2)), rows, 1.0)

    fast = check_chunk(reader, TO, chunk)
    good, problems = closer_look(reader, chunk, range(len(rows)))

    assert fast.rows == of_good_rows(reader, TO, good)
    assert fast.problems == problems
    return fast


def a_good_row(category: Category) -> list[str]:
    cells = with_good_cells(category, ["x"] * len(category.fields))
    pairs = zip(category.fields, cells, strict=True)
    return [next(iter(rule.choices)) if rule.choices else cell for rule, cell in pairs]


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda one: one.code)
def test_a_good_row_of_every_category_is_accepted(category: Category) -> None:
    """All 57 and ours can be received."""
    header = [field.name for field in category.fields]

    checked = both_ways(category, header, [a_good_row(category)])

    assert checked.problems == []
    assert len(checked.rows.lines) == 1


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda one: one.code)
def test_plain_rows_of_enterprises_need_no_closer_look(category: Category) -> None:
    header = [field.name for field in category.fields]
    reader = RowReader(category, columns_of(category, header), TODAY)

    others = plain_rows(reader, RawChunk([2], [a_good_row(category)], 1.0)).others

    assert others == ([] if category.subject is Subject.ENTERPRISE else [0])
