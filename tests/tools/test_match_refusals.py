"""`tools match` refuses what it cannot mean: the file, the column, the row and the true reason."""

import asyncio
import signal
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from foundation.settings import ROOT
from tests.matching.files import (
    DEMANDS,
    ENTERPRISES,
    OUT,
    PRODUCTS,
    demands,
    enterprises,
    for_files,
    match,
    write_world,
)
from tests.matching.sheets import TODAY
from tests.matching.worlds import World, a_world
from tests.waiting import until

GIVEN = [DEMANDS, ENTERPRISES, PRODUCTS]
SEVERAL = 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six enterprises, one of which nobody asks for, and a few rule sets."""
    world = for_files(a_world(3, products=20, enterprises=SEVERAL))
    write_world(world, tmp_path)
    asking = World(world.sheets, world.applicants[:-1], world.wishes[:-1])
    demands(asking).write_parquet(tmp_path / DEMANDS)
    return tmp_path


def change(folder: Path, file: str, row: int, **values: Any) -> None:
    """Write other values into one row of a file."""
    frame = pl.read_parquet(folder / file)
    rows = frame.to_dicts()
    rows[row] |= values
    pl.DataFrame(rows, schema=frame.schema).write_parquet(folder / file)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def says(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """What a refusal says; nothing was written."""
    assert match(folder, *more) == 1
    assert names(folder) == GIVEN
    return capsys.readouterr().err.strip()


BOTH = {"tags_held": ["甲", "乙"], "tags_lacking": ["乙"]}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"enterprise_id": None}, "enterprise_id 第6行为空（null）"),
        ({"enterprise_id": ""}, "enterprise_id 第6行是空文本"),
        ({"enterprise_id": "e2"}, "enterprise_id 第6行与前面的编号重复"),
        ({"industry": "C99"}, "industry 第6行不是国民经济行业分类的代码"),
        ({"industry": "F34"}, "industry 第6行不是国民经济行业分类的代码"),
        ({"region": "990000"}, "region 第6行写法不对"),
        ({"region_codes": ["320281", "zzz"]}, "region_codes 第6行含有写法不对的区划代码"),
        ({"region_codes": ["130902"]}, "region_codes 第6行含有其他省的区划代码"),
        (
            {"region": "320281", "region_codes": ["320281001"]},
            "region_codes 第6行含有比 region 更窄的区划代码，region 须写已知的最窄一级",
        ),
        ({"region_codes": [None]}, "region_codes 第6行列表里有空值（null）"),
        ({"size": "SMALL", "possible_sizes": ["LARGE"]}, "possible_sizes 第6行与 size 矛盾"),
        ({"established_on": TODAY + timedelta(days=1)}, "established_on 第6行晚于2026-03-02"),
        ({"established_on": date(1, 1, 1)}, "established_on 第6行早于1800-01-01"),
        (BOTH, "tags_lacking 第6行与 tags_held 矛盾：同一项资质既具备又不具备"),
        ({"tags_held": [""]}, "tags_held 第6行列表里有空文本"),
        ({"tags_held": ["甲 "]}, "tags_held 第6行列表里有首尾带空格的文本"),
        ({"tags_lacking": [None]}, "tags_lacking 第6行列表里有空值（null）"),
        ({"employees": -1}, "employees 第6行不在0到1000000000之间"),
    ],
)
def test_an_enterprise_that_cannot_be_is_refused_though_nobody_asks_for_it(
    folder: Path, values: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, ENTERPRISES, SEVERAL - 1, **values)
    assert says(folder, capsys, "--rows-per-part", "4") == f"企业文件：列 {said}"


def test_what_was_founded_today_and_what_agrees_is_kept(folder: Path) -> None:
    change(folder, ENTERPRISES, 0, established_on=TODAY, size="SMALL", possible_sizes=["SMALL"])
    change(folder, ENTERPRISES, 1, size="UNKNOWN", possible_sizes=["SMALL", "MICRO"])
    change(folder, ENTERPRISES, 2, tags_held=[], tags_lacking=None, region_codes=[])
    assert match(folder) == 0


def test_codes_that_are_given_are_added_to_those_that_follow(folder: Path) -> None:
    world = for_files(a_world(3, products=20, enterprises=SEVERAL))
    frame = enterprises(world).with_columns(pl.lit("320281001").alias("region"))
    found = []
    for codes in ([], ["320281"], None):
        listed = pl.Series("region_codes", [codes] * len(frame), dtype=pl.List(pl.String))
        frame.with_columns(listed).write_parquet(folder / ENTERPRISES)
        assert match(folder, "--near", "9") == 0
        found.append(pl.read_parquet(folder / OUT).rows())
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"demand_id": "d1"}, "demand_id 第4行与前面的编号重复"),
        ({"demand_id": None}, "demand_id 第4行为空（null）"),
        ({"enterprise_id": None}, "enterprise_id 第4行为空（null）"),
        ({"guarantee_kinds": [None]}, "guarantee_kinds 第4行列表里有空值（null）"),
    ],
)
def test_a_demand_that_cannot_be_is_refused(
    folder: Path, values: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, DEMANDS, 3, **values)
    assert says(folder, capsys, "--rows-per-part", "2") == f"需求文件：列 {said}"


@pytest.mark.parametrize(
    ("file", "title", "option"),
    [
        (ENTERPRISES, "企业文件", "--enterprises"),
        (DEMANDS, "需求文件", "--demands"),
        (PRODUCTS, "产品文件", "--products"),
    ],
)
def test_a_result_never_replaces_what_is_read(
    folder: Path, file: str, title: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / file).read_bytes()
    (folder / "other").mkdir()
    same = folder / "other" / ".." / file
    assert match(folder, option, str(folder / file), "--out", str(same)) == 1
    said = capsys.readouterr().err
    assert f"结果不能写进{title}" in said
    (folder / "link").hardlink_to(folder / file)
    assert match(folder, "--out", str(folder / "link")) == 1
    assert (folder / file).read_bytes() == before


def _nothing(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("hello, this is no such file at all", "utf-8")


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("title", ["企业文件", "需求文件"])
@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (_nothing, "没有这个文件"),
        (_empty, "不是完整的 Parquet 文件"),
        (_text, "不是完整的 Parquet 文件"),
        (_half, "不是完整的 Parquet 文件"),
        (_folder, "是一个文件夹"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    folder: Path,
    title: str,
    break_it: Callable[[Path], None],
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = folder / (ENTERPRISES if title == "企业文件" else DEMANDS)
    break_it(file)
    assert match(folder) == 1
    assert capsys.readouterr().err == f"{title} {file}：{reason}\n"


def test_rules_that_are_not_there_are_named_before_anything_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in GIVEN:
        (folder / name).unlink()
    assert match(folder) == 1
    assert capsys.readouterr().err == f"产品文件 {folder / PRODUCTS}：没有这个文件\n"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--top", "0", "须为1到100的整数，不是0"),
        ("--top", "101", "须为1到100的整数，不是101"),
        ("--near", "-1", "须为0到100的整数，不是-1"),
        ("--threads", "0", "须为1到256的整数，不是0"),
        ("--rows-per-part", "0", "须为1到10000000的整数，不是0"),
        ("--rows-per-part", "many", "须为1到10000000的整数，不是many"),
        ("--day", "2026-02-30", "没有2026-02-30这一天"),
        ("--day", "0001-01-01", "须在1900年到2999年之间"),
    ],
)
def test_an_option_that_means_nothing_is_refused(
    folder: Path, option: str, value: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        match(folder, f"{option}={value}")
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("out", ["missing/M.parquet", "other"])
def test_a_result_needs_a_folder_and_a_name(
    folder: Path, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "other").mkdir()
    assert match(folder, "--out", str(folder / out)) == 1
    assert "须是一个已有文件夹里的文件" in capsys.readouterr().err


def test_a_result_is_refused_where_nothing_can_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", no)
    said = says(folder, capsys)
    assert said == f"结果 {folder / OUT}：那里不能写文件（Permission denied）"


def test_a_rule_file_that_is_a_folder_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert match(folder, "--products", str(folder)) == 1
    assert capsys.readouterr().err == f"产品文件 {folder}：是一个文件夹\n"


def test_a_column_that_nobody_asked_for_is_ignored_whatever_its_name(folder: Path) -> None:
    assert match(folder) == 0
    expected = pl.read_parquet(folder / OUT)
    for file in (ENTERPRISES, DEMANDS):
        pl.read_parquet(folder / file).with_columns(
            pl.lit(7).alias("row_in_file"), pl.lit("x").alias("row")
        ).write_parquet(folder / file)
    assert match(folder) == 0
    assert pl.read_parquet(folder / OUT).equals(expected)


def parts_in(folder: Path) -> list[Path]:
    return list(folder.glob(f".{OUT}.*/part-*.parquet"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_told_to_end_it_leaves_nothing_lying_about(
    tmp_path: Path, number: signal.Signals
) -> None:
    world = for_files(a_world(3, products=20, enterprises=2_000))
    write_world(world, tmp_path)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools", "match", "--enterprises", str(tmp_path / ENTERPRISES)),
        *("--products", str(tmp_path / PRODUCTS), "--demands", str(tmp_path / DEMANDS)),
        *("--out", str(tmp_path / OUT), "--day", TODAY.isoformat()),
        *("--threads", "1", "--rows-per-part", "1"),
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:

        async def a_part_is_there() -> bool:
            assert process.returncode is None
            return bool(parts_in(tmp_path))

        await until(a_part_is_there, 60)
        process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), 60) == 128 + number
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert names(tmp_path) == GIVEN
