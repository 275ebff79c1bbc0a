"""`tools match`: files in, matches out, the same as the plain rules say; errors name the column."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from matching.rank import Ranked, rank
from matching.terms import Verdict
from tests.matching.files import DEMANDS, ENTERPRISES, PRODUCTS, for_files, match, write_world
from tests.matching.sheets import TODAY
from tests.matching.worlds import World, a_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """20 enterprises with a demand each, and those of 40 rule sets that a file may hold."""
    found = for_files(a_world(3, products=40, enterprises=20))
    assert len(found.sheets) > 5
    write_world(found, tmp_path)
    return found


def row(demand: str | None, enterprise: str, one: Ranked) -> dict[str, Any]:
    terms = one.terms
    found: dict[str, Any] = {
        "demand_id": demand,
        "enterprise_id": enterprise,
        "position": one.position,
        "verdict": one.verdict.value,
        "product_id": one.sheet.product_id,
        "product_version": 1,
        "annual_rate_e4": None,
        "limit_fen": None,
        "granted_fen": None,
        "full_amount": None,
        "asked_kind": None,
        "all_in_cost_e4": None,
        "score": one.score,
    }
    if terms is not None:
        cost = terms.cost.compound
        found |= {
            "annual_rate_e4": int(terms.annual_rate * 10_000),
            "limit_fen": int(terms.limit * 100),
            "granted_fen": int(terms.granted * 100),
            "full_amount": terms.is_full,
            "asked_kind": terms.is_asked_kind,
            "all_in_cost_e4": None if cost is None else int(cost * 10_000),
        }
    return found


@pytest.mark.parametrize("rows_per_part", [7, 1000])
def test_the_file_has_what_the_plain_rules_say(
    world: World, tmp_path: Path, rows_per_part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert match(tmp_path, "--near", "100", "--rows-per-part", str(rows_per_part)) == 0
    expected = [
        row(f"d{number}", who.enterprise_id, one)
        for number, (who, wish) in enumerate(zip(world.applicants, world.wishes, strict=True))
        for one in listed(rank(who, wish, world.sheets, TODAY))
    ]
    assert pl.read_parquet(tmp_path / "M.parquet").to_dicts() == expected
    assert "20 项需求" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        DEMANDS,
        ENTERPRISES,
        "M.parquet",
        PRODUCTS,
    ]


def listed(ranked: list[Ranked]) -> list[Ranked]:
    """The ten best that fit, and every near miss."""
    fits = [one for one in ranked if one.eligible]
    return fits[:10] + [one for one in ranked if one.verdict is Verdict.NEAR_MISS]


def test_without_demands_every_enterprise_is_priced_for_a_million(
    world: World, tmp_path: Path
) -> None:
    assert match(tmp_path, "--top", "3", demands=False) == 0
    expected = [
        row(None, who.enterprise_id, one)
        for who in world.applicants
        for one in rank(who, None, world.sheets, TODAY)[:3]
        if one.eligible
    ]
    assert pl.read_parquet(tmp_path / "M.parquet").to_dicts() == expected


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        (ENTERPRISES, pl.lit("GREAT").alias("grade"), "企业文件：列 grade 第1行不是"),
        (
            ENTERPRISES,
            pl.lit("e0").alias("enterprise_id"),
            "列 enterprise_id 第2行与前面的编号重复",
        ),
        (ENTERPRISES, pl.lit(1.5).alias("annual_tax_fen"), "列 annual_tax_fen 须为整数"),
        (ENTERPRISES, pl.lit("c34").alias("industry"), "列 industry 第1行写法不对"),
        (ENTERPRISES, pl.lit("3202").alias("region"), "列 region 第1行写法不对"),
        (ENTERPRISES, pl.lit("2020").alias("established_on"), "列 established_on 须为日期"),
        (ENTERPRISES, pl.lit(None, pl.Boolean).alias("sole_trader"), "列 sole_trader 第1行为空"),
        (ENTERPRISES, pl.lit(-1).alias("bad_loans"), "列 bad_loans 第1行不在0到32767之间"),
        (
            ENTERPRISES,
            pl.lit(["HUGE"]).alias("possible_sizes"),
            "列 possible_sizes 第1行含有MICRO、SMALL、MEDIUM、LARGE以外的值",
        ),
        (DEMANDS, pl.lit(0).alias("amount_fen"), "需求文件：列 amount_fen 第1行不在1到"),
        (DEMANDS, pl.lit(None, pl.Int64).alias("term_months"), "列 term_months 第1行为空"),
        (DEMANDS, pl.lit("nobody").alias("enterprise_id"), "列 enterprise_id 第1行不在企业文件里"),
        (DEMANDS, pl.lit(["CASH"]).alias("guarantee_kinds"), "列 guarantee_kinds 第1行含有"),
    ],
)
@pytest.mark.usefixtures("world")
def test_what_is_wrong_is_named_and_nothing_is_written(
    tmp_path: Path, file: str, change: pl.Expr, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pl.read_parquet(tmp_path / file).with_columns(change).write_parquet(tmp_path / file)
    assert match(tmp_path) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "M.parquet").exists()
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.usefixtures("world")
def test_the_row_of_a_later_part_is_counted_from_the_files_beginning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demands = pl.read_parquet(tmp_path / DEMANDS)
    wrong = pl.Series(
        "term_months", [*demands["term_months"][:12], 0, *demands["term_months"][13:]]
    )
    demands.with_columns(wrong).write_parquet(tmp_path / DEMANDS)
    assert match(tmp_path, "--rows-per-part", "5") == 1
    assert "列 term_months 第13行不在1到600之间" in capsys.readouterr().err


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("name", ["enterprise_id", "grade", "sole_trader", "employees"])
def test_a_missing_column_is_named(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pl.read_parquet(tmp_path / ENTERPRISES).drop(name).write_parquet(tmp_path / ENTERPRISES)
    assert match(tmp_path) == 1
    assert f"企业文件：缺少列 {name}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"minAmount": "0.001"}, "products.0.minAmount：金额须为最多两位小数的十进制字符串"),
        ({"surprise": 1}, "products.0.surprise：没有这一项"),
        (
            {"requiredGrade": "BEST"},
            "products.0.requiredGrade：须为下列值之一：ADVANCED、FIRST、CANDIDATE",
        ),
        (
            {"figures": {"minEmployees": 9, "maxEmployees": 8}},
            "figures.maxEmployees：从业人员的上限",
        ),
        ({"id": "p001"}, "products.1.id：编号p001出现了两次"),
    ],
)
@pytest.mark.usefixtures("world")
def test_a_rule_set_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / PRODUCTS
    first = json.loads(file.read_text("utf-8"))["products"][0]
    products = [first | change, first | {"id": "p001"}]
    file.write_text(json.dumps({"products": products}), "utf-8")
    assert match(tmp_path) == 1
    assert said in capsys.readouterr().err
