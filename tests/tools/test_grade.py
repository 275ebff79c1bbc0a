"""`tools grade`: a file of facts becomes a file of grades; what is wrong with it is named."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from credit.grade import RULE_VERSION
from credit.indicators.finding import show_ratio
from credit.population.columns import COLUMNS
from credit.population.single import grade_rows
from tests.credit.populations import AS_OF, a_population, frame_of, row
from tools.__main__ import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def tools_grade(folder: Path, facts: pl.DataFrame, *more: str) -> int:
    facts.write_parquet(folder / "facts.parquet")
    files = ["--facts", str(folder / "facts.parquet"), "--out", str(folder / "grades.parquet")]
    return main(["grade", *files, "--as-of", AS_OF.isoformat(), *more])


def refused(
    folder: Path, facts: pl.DataFrame, capsys: pytest.CaptureFixture[str], *more: str
) -> Sequence[str]:
    """The sentences of a refusal, which writes nothing."""
    assert tools_grade(folder, facts, *more) == 1
    assert not (folder / "grades.parquet").exists()
    return capsys.readouterr().err.splitlines()


def test_a_population_is_graded_as_one_enterprise_after_the_other(folder: Path) -> None:
    rows = a_population(7, 60)

    code = tools_grade(folder, frame_of(rows), "--groups", str(folder / "groups.parquet"))

    assert code == 0
    grades = pl.read_parquet(folder / "grades.parquet")
    expected = grade_rows(rows, AS_OF, 10)
    assert grades["enterprise_id"].to_list() == [one["enterprise_id"] for one in rows]
    assert grades["level"].to_list() == [result.level for result in expected]
    assert grades["reason"].to_list() == [result.reason_code for result in expected]
    groups = pl.read_parquet(folder / "groups.parquet")
    for told, result in zip(grades.iter_rows(named=True), expected, strict=True):
        place = result.indicators[0].standing if result.indicators else None
        if place is None:
            assert told["tax_ratio"] is None
            continue
        shown = [f"{told[f'tax_{name}']:.4f}" for name in ("ratio", "a_cut", "b_cut")]
        assert shown == [show_ratio(one) for one in (place.ratio, place.a_cut, place.b_cut)]
        group = groups.row(
            by_predicate=(pl.col("ranking") == "tax") & (pl.col("group") == place.group), named=True
        )
        exact = Decimal(group["a_cut_numerator"]) / group["a_cut_denominator"]
        assert exact == Decimal(place.a_cut.numerator) / place.a_cut.denominator
        assert group["size"] == place.size
    assert pl.read_parquet_metadata(folder / "grades.parquet")["rule_version"] == RULE_VERSION


def test_the_counts_are_printed_and_nothing_else_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tools_grade(folder, frame_of([row(), row(enterprise_id="示例2", consented=False)])) == 0

    shown = capsys.readouterr()
    assert "CANDIDATE               1 家" in shown.out
    assert "UNRATED                 1 家" in shown.out
    assert "检查 2 家企业 …" in shown.err
    assert {path.name for path in folder.iterdir()} == {"facts.parquet", "grades.parquet"}


def test_columns_that_are_missing_unknown_or_of_another_type_are_all_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = (
        frame_of([row()])
        .drop("tax_base")
        .with_columns(
            pl.lit(1).alias("colour"),
            pl.lit(0.5).alias("tax_current"),
            pl.lit("2020-01-01").alias("established_on"),
            pl.Series("severe_records", [[{"confirmed_on": date(2020, 1, 1)}]]),
        )
    )

    assert refused(folder, facts, capsys)[-5:] == [
        "缺少列 tax_base",
        "有未知的列 colour",
        "列 severe_records 的记录缺少字段 lifted_on",
        "列 tax_current 的类型是 Float64，须为 Decimal（元，最多两位小数）或整数（元）",
        "列 established_on 的类型是 String，须为 Date",
    ]


NO_DAY = {"recorded_on": None, "repaired_on": None, "published_until": None}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"consented": None}, "列 consented 为空：1 处，第一处是企业 示例"),
        (
            {"industry": "C3484"},
            "列 industry 的值不在允许范围内：1 处，第一处是企业 示例，值为“C3484”",
        ),
        ({"industry": "Z"}, "列 industry 的值不在允许范围内"),
        ({"tenure": "OWNED"}, "列 tenure 的值不在允许范围内"),
        ({"withheld": [14]}, "列 withheld 大于 13"),
        ({"withheld": [None]}, "列 withheld 的列表里有空值"),
        ({"employees": -1}, "列 employees 小于 0"),
        ({"employees": 10**12}, "列 employees 超过 12 位整数：1 处"),
        (
            {"performance_rank": 1, "performance_total": 2**62},
            "列 performance_total 超过 12 位整数",
        ),
        ({"insurances": ["五险"]}, "列 insurances 的值不在允许范围内"),
        ({"public_records": [NO_DAY]}, "列 public_records 的字段 recorded_on 为空"),
        ({"public_records": [None]}, "列 public_records 的列表里有空值"),
        (
            {"performance_rank": 3, "performance_total": 2},
            "performance_rank 大于 performance_total",
        ),
        ({"score_loans": Decimal("100.5")}, "列 score_loans 大于 100"),
        ({"tax_current": Decimal("-1000000000000")}, "列 tax_current 超过 12 位整数"),
        (
            {"honours": [{"kind": "奖", "valid_from": AS_OF, "valid_until": None}]},
            "列 honours 的字段 kind 不在允许范围内：1 处，第一处是企业 示例，值为“奖”",
        ),
    ],
)
def test_a_value_that_cannot_stand_is_named_with_its_enterprise(
    folder: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], problem: str
) -> None:
    assert problem in refused(folder, frame_of([row(**changes)]), capsys)[-1]


def test_an_enterprise_stands_in_the_file_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "列 enterprise_id 有重复：2 处" in refused(folder, frame_of([row(), row()]), capsys)[-1]


def test_enterprises_without_an_id_are_named_by_the_first_row_and_not_called_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(), row(enterprise_id=None), row(enterprise_id=None, employees=-1)]

    problems = [line for line in refused(folder, frame_of(rows), capsys) if "列 " in line]

    assert problems == [
        "列 enterprise_id 为空：2 处，第一处在第 2 行",
        "列 employees 小于 0：1 处，第一处是没有 enterprise_id 的企业",
    ]


def test_an_empty_id_is_no_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row(), row(enterprise_id=" ")]

    last = refused(folder, frame_of(rows), capsys)[-1]

    assert last == "列 enterprise_id 是空文本：1 处，第一处在第 2 行"


def test_an_id_has_at_most_64_characters(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = frame_of([row(enterprise_id="示" * 64), row(enterprise_id="示" * 65)])

    assert "列 enterprise_id 超过 64 个字符：1 处" in refused(folder, long, capsys)[-1]
    assert tools_grade(folder, long.head(1)) == 0


@pytest.mark.parametrize("yuan", ["999999999999.01", "999999999999.99", "-999999999999.99"])
def test_twelve_digits_before_the_point_are_read_with_their_fen(folder: Path, yuan: str) -> None:
    rows = [
        row(enterprise_id=f"示例{n}", tax_current=Decimal(n), tax_base=Decimal(1)) for n in range(5)
    ]
    rows[0]["tax_current"] = Decimal(yuan)
    rows[0]["tax_base"] = Decimal("0.01")

    assert tools_grade(folder, frame_of(rows), "--minimum-group", "5") == 0

    first = pl.read_parquet(folder / "grades.parquet").row(0, named=True)
    assert first["tax_ratio"] == Decimal(yuan) * 100
    assert first["indicator_1"] == ("C" if yuan.startswith("-") else "A")


def test_more_than_two_places_of_a_yuan_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fine = pl.Series("tax_base", [Decimal("1.001")], dtype=pl.Decimal(15, 3))

    problems = refused(folder, frame_of([row()]).with_columns(fine), capsys)

    assert "列 tax_base 的小数超过 2 位" in problems[-1]


def test_whole_yuan_columns_without_any_value_and_wide_decimals_are_read(folder: Path) -> None:
    rows = [
        row(enterprise_id=f"示例{n}", tax_current=Decimal(n), tax_base=Decimal(1)) for n in range(5)
    ]
    nothing = {
        column.name: pl.Series(column.name, [None] * 5)
        for column in COLUMNS
        if not column.required and column.name not in ("industry", "tax_current", "tax_base")
    }
    facts = frame_of(rows).with_columns(
        pl.col("tax_current").cast(pl.Int32),
        pl.col("tax_base").cast(pl.Decimal(38, 10)),
        **nothing,
    )

    assert tools_grade(folder, facts, "--minimum-group", "5") == 0

    grades = pl.read_parquet(folder / "grades.parquet")
    assert grades["indicator_1"].to_list() == ["C", "C", "C", "B", "A"]
    assert set(grades["indicator_9"]) == {"NOT_CLASSIFIED"}


def test_the_options_are_the_citys_switches(folder: Path) -> None:
    sheet = {name: Decimal(95) for name in frame_of([]).columns if name.startswith("score_")}
    repaired = [{"recorded_on": AS_OF, "repaired_on": AS_OF, "published_until": None}]
    bonus = {"item": "示例", "approver": "示例单位", "approved_on": AS_OF, "valid_until": None}
    facts = frame_of([row(**sheet, public_records=repaired, bonuses=[bonus])])
    table = folder / "bonus.toml"
    table.write_text('version = "示例"\nstandard = 1\n[items]\n"示例" = 1\n', "utf-8")

    def level(*options: str) -> tuple[str, str]:
        assert tools_grade(folder, facts, *options) == 0
        found = pl.read_parquet(folder / "grades.parquet")
        return found["level"][0], found["reason"][0]

    assert level() == ("CANDIDATE", "TOO_FEW_A")
    assert level("--score-method") == ("FIRST", "STANDARD_GATE")
    assert level("--score-method", "--no-standard-gates") == ("ADVANCED", "SCORE")
    assert level("--bonus-table", str(table)) == ("FIRST", "BONUS")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--as-of", "2026-11-22"], "须给出 --facts、--out"),
        (
            ["--as-of", "2026-11-22", "--facts", "a.parquet", "--out", "a.parquet"],
            "须为不同的文件",
        ),
    ],
)
def test_a_wrong_call_ends_with_2(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grade", *options]) == 2
    assert said in capsys.readouterr().err


def test_a_group_under_five_is_a_wrong_call(folder: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        tools_grade(folder, frame_of([row()]), "--minimum-group", "4")


@pytest.mark.parametrize("day", ["0001-01-01", "1948-12-31", "2200-01-01", "9999-12-31", "heute"])
def test_a_day_that_nothing_can_be_looked_back_from_is_a_wrong_call(day: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["grade", "--as-of", day, "--facts", "a.parquet", "--out", "b.parquet"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"enterprise_id\n", "不是可读的 Parquet 文件"),
        (b"", "是空的（0 字节）"),
        (None, "找不到文件"),
    ],
)
def test_facts_that_cannot_be_read_are_named_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], body: bytes | None, said: str
) -> None:
    path = folder / "facts.parquet"
    if body is not None:
        path.write_bytes(body)
    where = ["--out", str(folder / "grades.parquet"), "--as-of", "2026-11-22"]

    assert main(["grade", "--facts", str(path), *where]) == 1

    said_last = capsys.readouterr().err.splitlines()[-1]
    assert said in said_last
    assert str(path) in said_last
    assert re.search("[a-zA-Z]{3}", said_last.replace(str(path), "").replace("Parquet", "")) is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('version = "t"\nstandard = 1\n[items]\n示例 = 1\n', "第 4 行不是 TOML 写法"),
        ('version = "t"\n[items]\n', "的内容不对"),
        ('version = "t"\nstandard = 1\n[items]\n"示例" = 0\n', "的内容不对"),
        ('version = "t"\nstandard = 1\n[items]\n"示例" = 1.5\n', "的内容不对"),
        ('version = "t"\nstandard = true\n[items]\n', "的内容不对"),
        ('version = "t"\nstandard = 1\nitems = 3\n', "的内容不对"),
        ("version = 1\nstandard = 1\n[items]\n", "的内容不对"),
        ('version = "t"\nstandard = 1\n[items]\n"示例" = 99999999999999999999\n', "的内容不对"),
    ],
)
def test_a_bonus_table_that_cannot_be_used_is_named_with_its_shape(
    folder: Path, capsys: pytest.CaptureFixture[str], body: str, said: str
) -> None:
    table = folder / "bonus.toml"
    table.write_text(body, "utf-8")

    said_last = refused(folder, frame_of([row()]), capsys, "--bonus-table", str(table))[-1]

    assert said_last.startswith(f"未能评级：加分项表 {table} 的")
    assert said in said_last
    assert "中文名称须加英文引号" in said_last


def test_a_bonus_table_that_is_not_there_or_not_in_utf_8_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = folder / "bonus.toml"
    facts = frame_of([row()])
    assert refused(folder, facts, capsys, "--bonus-table", str(table))[-1] == (
        f"未能评级：读不到加分项表 {table}"
    )
    table.write_bytes('version = "示例"'.encode("gbk"))
    assert refused(folder, facts, capsys, "--bonus-table", str(table))[-1] == (
        f"未能评级：加分项表 {table} 不是 UTF-8 编码"
    )


def test_a_place_that_cannot_be_written_and_a_day_without_weights_are_sentences(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame_of([row()]).write_parquet(folder / "facts.parquet")
    facts = ["grade", "--facts", str(folder / "facts.parquet")]
    nowhere = folder / "none" / "grades.parquet"

    assert main([*facts, "--as-of", "2026-11-22", "--out", str(nowhere)]) == 1
    assert f"未能写出 {nowhere}" in capsys.readouterr().err
    early = ["--as-of", "1999-01-01", "--score-method", "--out", str(folder / "grades.parquet")]
    assert main([*facts, *early]) == 1
    assert "1999-01-01 尚无生效的得分权重" in capsys.readouterr().err
