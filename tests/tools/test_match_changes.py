"""`tools match --before`: what moved since an earlier result, in whatever pieces it is joined."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from matching.engine.tables import WrongColumn
from matching.movements import Spot, movements
from tests.matching.files import DEMANDS, ENTERPRISES, PRODUCTS
from tests.tools.test_match import match, world  # noqa: F401 - a fixture
from tools.match_changes import CHANGES, Comparison
from tools.match_parts import COLUMNS


def result(seed: int, file: Path, *, demands: bool = True) -> dict[str, dict[str, Spot]]:
    """A made-up result of 40 demands, and as plain spots by demand and product."""
    dice = random.Random(seed)  # noqa: S311 - a made-up result is no secret
    found: dict[str, dict[str, Spot]] = {}
    rows: list[dict[str, Any]] = []
    for number in dice.sample(range(60), 40):
        key = f"d{number:02}"
        ids = dice.sample([f"p{one}" for one in range(8)], dice.randint(0, 5))
        costs = [dice.choice((None, 30_000, 42_500, 50_000)) for _ in ids]
        found[key] = {
            product: Spot(at, None if cost is None else Decimal(cost) / 10_000)
            for at, (product, cost) in enumerate(zip(ids, costs, strict=True), start=1)
        }
        rows += [
            {
                **ids_of(number, key, demands),
                "position": at,
                "verdict": "PASS",
                "product_id": product,
                "all_in_cost_e4": cost,
            }
            for at, (product, cost) in enumerate(zip(ids, costs, strict=True), start=1)
        ]
        # A near miss is not among the best.
        rows.append(
            {**dict.fromkeys(COLUMNS), **ids_of(number, key, demands), "verdict": "NEAR_MISS"}
        )
    pl.DataFrame(rows, schema=COLUMNS).write_parquet(file)
    return found


def ids_of(number: int, key: str, demands: bool) -> dict[str, str | None]:
    own: dict[str, str | None] = {"demand_id": key, "enterprise_id": f"e{number}"}
    return own if demands else {"demand_id": None, "enterprise_id": key}


def units(spot: Spot | None) -> int | None:
    return None if spot is None or spot.cost is None else int(spot.cost * 10_000)


@pytest.mark.parametrize("rows_in_a_piece", [7, 60, 10_000])
@pytest.mark.parametrize("demands", [True, False])
def test_every_movement_is_what_the_plain_function_says(
    tmp_path: Path, rows_in_a_piece: int, demands: bool
) -> None:
    old, new, changes = (tmp_path / name for name in ("old", "new", "changes"))
    before, after = result(1, old, demands=demands), result(2, new, demands=demands)
    counts = Comparison(old, new, changes).write(rows_in_a_piece=rows_in_a_piece)

    expected = [
        (
            key,
            product,
            moved.movement.value,
            moved.before and moved.before.rank,
            moved.after and moved.after.rank,
            units(moved.before),
            units(moved.after),
        )
        for key in sorted(before.keys() | after.keys())
        for product, moved in movements(before.get(key, {}), after.get(key, {}), 100).items()
    ]
    found = pl.read_parquet(changes)
    assert dict(found.schema) == CHANGES
    names = [name for name in CHANGES if name not in ("demand_id", "enterprise_id")]
    rows = found.select(pl.coalesce("demand_id", "enterprise_id").alias("key"), *names).rows()
    assert rows == expected
    assert sum(counts.values()) == len(expected)
    assert all(counts[name] for name in ("NEW", "LEFT", "CHEAPER", "DEARER", "ROSE", "FELL"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changes", "new", "old"]


@pytest.mark.usefixtures("world")
def test_a_result_is_compared_with_the_one_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, changes = tmp_path / "old.parquet", tmp_path / "changes.parquet"
    again = ("--before", str(old), "--changes", str(changes))
    assert match(tmp_path) == 0
    (tmp_path / "M.parquet").rename(old)
    assert match(tmp_path, *again) == 0
    assert "新进 0，退出 0，降价 0，涨价 0，上升 0，下降 0" in capsys.readouterr().out
    assert pl.read_parquet(changes).is_empty()

    # One fen is less than any product lends.
    demands = pl.read_parquet(tmp_path / DEMANDS)
    first = demands["demand_id"] == pl.read_parquet(old)["demand_id"][0]
    pl.read_parquet(tmp_path / DEMANDS).with_columns(
        pl.when(first).then(1).otherwise(pl.col("amount_fen")).alias("amount_fen")
    ).write_parquet(tmp_path / DEMANDS)
    assert match(tmp_path, *again) == 0
    found = pl.read_parquet(changes)
    assert set(found["demand_id"]) == {pl.read_parquet(old)["demand_id"][0]}
    assert set(found["change"]) == {"LEFT"}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--before", "{old}"], "--before 与 --changes 须一起给出"),
        (["--before", "{old}", "--changes", "{old}"], "变化不能写进 {old}：它会被覆盖"),
        (["--before", "{old}", "--changes", "{out}"], "变化不能写进 {out}：它会被覆盖"),
        (["--before", "{old}", "--changes", "{products}"], "变化不能写进 {products}"),
        (["--before", "{old}", "--changes", "{nowhere}"], "须是一个已有文件夹里的文件"),
        (["--before", "{out}", "--changes", "{changes}"], "结果不能写进上次结果 {out}"),
        (["--before", "{nothing}", "--changes", "{changes}"], "上次结果 {nothing}：没有这个文件"),
        (["--before", "{products}", "--changes", "{changes}"], "不是完整的 Parquet 文件"),
        (["--before", "{firms}", "--changes", "{changes}"], "上次结果：缺少列 demand_id"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_anything_is_matched(
    tmp_path: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {
        "old": tmp_path / "old.parquet",
        "out": tmp_path / "M.parquet",
        "changes": tmp_path / "changes.parquet",
        "nowhere": tmp_path / "nowhere" / "changes.parquet",
        "nothing": tmp_path / "nothing.parquet",
        "products": tmp_path / PRODUCTS,
        "firms": tmp_path / ENTERPRISES,
    }
    result(1, places["old"])
    assert match(tmp_path, *(one.format(**places) for one in more)) == 1
    assert said.format(**places) in capsys.readouterr().err
    assert not (tmp_path / "M.parquet").exists()
    assert not (tmp_path / "changes.parquet").exists()


def test_a_product_that_stands_twice_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    old, new, changes = (tmp_path / name for name in ("old", "new", "changes"))
    result(1, old)
    result(2, new)
    rows = pl.read_parquet(old)
    pl.concat([rows, rows.filter(pl.col("verdict") == "PASS").head(1)]).write_parquet(old)
    with pytest.raises(WrongColumn, match="上次结果：同一需求的同一产品出现了两次"):
        Comparison(old, new, changes).write()
    assert not changes.exists()


def test_a_result_with_demands_is_not_compared_with_one_without(tmp_path: Path) -> None:
    old, new, changes = (tmp_path / name for name in ("old", "new", "changes"))
    result(1, old)
    result(2, new, demands=False)
    with pytest.raises(WrongColumn, match="须都有需求编号，或都没有"):
        Comparison(old, new, changes).write()


def test_an_empty_result_is_compared_too(tmp_path: Path) -> None:
    old, new, changes = (tmp_path / name for name in ("old", "new", "changes"))
    pl.DataFrame(schema=COLUMNS).write_parquet(old)
    after = result(2, new)
    counts = Comparison(old, new, changes).write()
    assert counts == {"NEW": sum(map(len, after.values()))}


def test_a_column_of_another_type_is_named(tmp_path: Path) -> None:
    old = tmp_path / "old"
    result(1, old)
    pl.read_parquet(old).with_columns(pl.col("position").cast(pl.String)).write_parquet(old)
    with pytest.raises(WrongColumn, match="上次结果：列 position 须为 Int32"):
        Comparison(old, tmp_path / "new", tmp_path / "changes")


def test_a_file_that_is_broken_in_its_middle_is_named(tmp_path: Path) -> None:
    old, new, changes = (tmp_path / name for name in ("old", "new", "changes"))
    result(1, old)
    result(2, new)
    body = bytearray(old.read_bytes())
    body[4:400] = bytes(396)
    old.write_bytes(body)
    with pytest.raises(WrongColumn, match=f"上次结果 {old}：不是完整的 Parquet 文件"):
        Comparison(old, new, changes).write()
    assert not changes.exists()
