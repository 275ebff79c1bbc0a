"""Whether a frame holds a population's facts: its columns, their types, what stands in them.

Each problem is a Chinese sentence that names the column, and the first enterprise it concerns.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from credit.population.columns import COLUMNS, Column, Kind
from foundation.money import MAX_YUAN

PLACES = {Kind.YUAN: 2, Kind.SCORE: 6}
MAX_ID = 64
MAX_COUNT = 999_999_999_999
_BEYOND_YUAN = int(MAX_YUAN) + 1
_ALLOWED = {
    Kind.TEXT: "String",
    Kind.FLAG: "Boolean",
    Kind.DAY: "Date",
    Kind.COUNT: "整数",
    Kind.YUAN: "Decimal（元，最多两位小数）或整数（元）",
    Kind.SCORE: "Decimal（0–100，最多六位小数）或整数",
    Kind.TEXTS: "List(String)",
    Kind.COUNTS: "List(整数)",
    Kind.RECORDS: "List(Struct)",
}


class BadFacts(ValueError):
    """Facts that cannot be graded; `problems` are sentences for whoever made the file."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


def check(frame: pl.DataFrame) -> None:
    """Raises BadFacts with every problem of the columns, or else with every problem of the values.

    Values are looked at once every column is there with its type.
    """
    found = list(column_problems(frame.schema))
    if not found:
        found = list(_value_problems(frame))
    if found:
        raise BadFacts(found)


def column_problems(schema: pl.Schema) -> Iterator[str]:
    """Columns that are missing, unknown, or of another type than docs/credit-grade.md says."""
    names = {column.name for column in COLUMNS}
    yield from (f"缺少列 {column.name}" for column in COLUMNS if column.name not in schema)
    yield from (f"有未知的列 {name}" for name in schema if name not in names)
    for column in COLUMNS:
        if column.name in schema:
            yield from _type_problems(column, schema[column.name])


def _type_problems(column: Column, dtype: pl.DataType) -> Iterator[str]:
    if isinstance(dtype, pl.Null) and not column.required:
        return
    inner = dtype.inner if isinstance(dtype, pl.List) else None
    if column.kind is Kind.RECORDS and isinstance(inner, pl.Struct):
        yield from _part_problems(column, inner)
    elif not _fits(column.kind, dtype):
        yield f"列 {column.name} 的类型是 {dtype}，须为 {_ALLOWED[column.kind]}"


def _part_problems(column: Column, struct: pl.Struct) -> Iterator[str]:
    parts = {part.name: part.dtype for part in struct.fields}
    for name, (kind, _) in column.parts.items():
        if name not in parts:
            yield f"列 {column.name} 的记录缺少字段 {name}"
        elif not (_fits(kind, parts[name]) or parts[name] == pl.Null):
            yield f"列 {column.name} 的字段 {name} 类型是 {parts[name]}，须为 {_ALLOWED[kind]}"
    yield from (f"列 {column.name} 有未知的字段 {name}" for name in parts.keys() - column.parts)


def _fits(kind: Kind, dtype: object) -> bool:
    if isinstance(dtype, pl.List) and kind in (Kind.TEXTS, Kind.COUNTS, Kind.RECORDS):
        inner = {Kind.TEXTS: Kind.TEXT, Kind.COUNTS: Kind.COUNT}.get(kind)
        return isinstance(dtype.inner, pl.Null) or (inner is not None and _fits(inner, dtype.inner))
    whole = isinstance(dtype, pl.DataType) and dtype.is_integer()
    return {
        Kind.TEXT: isinstance(dtype, pl.String | pl.Categorical | pl.Enum),
        Kind.FLAG: isinstance(dtype, pl.Boolean),
        Kind.DAY: isinstance(dtype, pl.Date),
        Kind.COUNT: whole,
        Kind.YUAN: whole or isinstance(dtype, pl.Decimal),
        Kind.SCORE: whole or isinstance(dtype, pl.Decimal),
    }.get(kind, False)


def _value_problems(frame: pl.DataFrame) -> Iterator[str]:
    yield from _id_problems(frame)
    for column in COLUMNS:
        if column.required and column.name != "enterprise_id":
            yield from _told(frame, pl.col(column.name).is_null(), f"列 {column.name} 为空")
        if column.kind in (Kind.TEXTS, Kind.COUNTS, Kind.RECORDS):
            yield from _list_problems(frame, column)
        else:
            yield from _plain_problems(frame, column)
    yield from _joint_problems(frame)


def _id_problems(frame: pl.DataFrame) -> Iterator[str]:
    """Enterprises without an id have none to be called by, so the first is named by its row."""
    name = pl.col("enterprise_id")
    nameless = frame.select(name.is_null().arg_true()).to_series()
    if len(nameless):
        yield f"列 enterprise_id 为空：{len(nameless)} 处，第一处在第 {nameless[0] + 1} 行"
    blank = name.cast(pl.String).str.strip_chars() == ""
    bare = frame.select(blank.fill_null(value=False).arg_true()).to_series()
    if len(bare):
        yield f"列 enterprise_id 是空文本：{len(bare)} 处，第一处在第 {bare[0] + 1} 行"
    long = name.cast(pl.String).str.len_chars() > MAX_ID
    yield from _told(frame, long, f"列 enterprise_id 超过 {MAX_ID} 个字符")
    again = name.is_duplicated() & name.is_not_null()
    yield from _told(frame, again, "列 enterprise_id 有重复")


def _plain_problems(frame: pl.DataFrame, column: Column) -> Iterator[str]:
    values = pl.col(column.name)
    if column.words:
        bad = ~values.cast(pl.String).is_in(column.words)
        yield from _told(frame, bad, f"列 {column.name} 的值不在允许范围内", column.name)
    if column.least is not None:
        yield from _told(frame, values < column.least, f"列 {column.name} 小于 {column.least}")
    if column.most is not None:
        yield from _told(frame, values > column.most, f"列 {column.name} 大于 {column.most}")
    if column.kind is Kind.COUNT:
        yield from _told(frame, values > MAX_COUNT, f"列 {column.name} 超过 12 位整数")
    if column.kind is Kind.YUAN:
        bad = (values >= _BEYOND_YUAN) | (values <= -_BEYOND_YUAN)
        yield from _told(frame, bad, f"列 {column.name} 超过 12 位整数")
    if isinstance(frame.schema[column.name], pl.Decimal):
        places = PLACES[column.kind]
        bad = values != values.cast(pl.Decimal(38, places))
        yield from _told(frame, bad, f"列 {column.name} 的小数超过 {places} 位")


def _list_problems(frame: pl.DataFrame, column: Column) -> Iterator[str]:
    if isinstance(frame.schema[column.name], pl.Null):
        return
    opened = (
        frame.select("enterprise_id", column.name)
        .filter(pl.col(column.name).list.len() > 0)
        .explode(column.name)
    )
    yield from _told(opened, pl.col(column.name).is_null(), f"列 {column.name} 的列表里有空值")
    if isinstance(opened.schema[column.name], pl.Struct):
        yield from _record_problems(opened.drop_nulls(column.name).unnest(column.name), column)
    elif not isinstance(opened.schema[column.name], pl.Null):
        yield from _plain_problems(opened, column)


def _record_problems(opened: pl.DataFrame, column: Column) -> Iterator[str]:
    for name, (_, is_needed) in column.parts.items():
        if is_needed:
            text = f"列 {column.name} 的字段 {name} 为空"
            yield from _told(opened, pl.col(name).is_null(), text)
    if column.words:
        bad = ~pl.col("kind").cast(pl.String).is_in(column.words)
        yield from _told(opened, bad, f"列 {column.name} 的字段 kind 不在允许范围内", "kind")


def _joint_problems(frame: pl.DataFrame) -> Iterator[str]:
    is_beyond = pl.col("performance_rank") > pl.col("performance_total")
    yield from _told(frame, is_beyond, "performance_rank 大于 performance_total")


def _told(frame: pl.DataFrame, bad: pl.Expr, text: str, shown: str = "") -> Iterable[str]:
    """One sentence with the number of rows that are bad and the first of them."""
    rows = frame.filter(bad.fill_null(value=False))
    if not len(rows):
        return
    first = rows.row(0, named=True)
    value = f"，值为“{str(first[shown])[:40]}”" if shown else ""
    name = first["enterprise_id"]
    whose = "没有 enterprise_id 的企业" if name is None else f"企业 {str(name)[:40]}"
    yield f"{text}：{len(rows)} 处，第一处是{whose}{value}"
