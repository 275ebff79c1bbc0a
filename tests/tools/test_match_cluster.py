"""The batch on a Dask cluster: two workers, one killed midway, and the very same result."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import polars as pl
import pytest

from foundation.settings import ROOT
from tests.matching.files import DEMANDS, ENTERPRISES, PRODUCTS, for_files, write_world
from tests.matching.sheets import TODAY
from tests.matching.worlds import a_world
from tests.waiting import until
from tools.__main__ import main

PARTS, PEOPLE = 40, 400
TIME_OUT_S = 90.0


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this project's Python, ended with the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)


def options(folder: Path, out: str) -> list[str]:
    return [
        "match",
        *("--enterprises", str(folder / ENTERPRISES)),
        *("--products", str(folder / PRODUCTS)),
        *("--demands", str(folder / DEMANDS)),
        *("--out", str(folder / out)),
        *("--day", TODAY.isoformat()),
        *("--near", "5", "--threads", "1", "--rows-per-part", str(PEOPLE // PARTS)),
    ]


def a_city(folder: Path) -> None:
    write_world(for_files(a_world(11, products=60, enterprises=PEOPLE)), folder)


def parts_in(folder: Path) -> list[Path]:
    return list(folder.glob(".together.parquet.*/part-*.parquet"))


async def test_one_of_two_workers_is_killed_midway_and_nothing_is_lost(tmp_path: Path) -> None:
    a_city(tmp_path)
    assert main(options(tmp_path, "alone.parquet")) == 0
    known = tmp_path / "scheduler.json"
    with ExitStack() as stack:
        here = ("--scheduler-file", str(known), "--host", "127.0.0.1", "--no-dashboard")
        stack.enter_context(running("distributed.cli.dask_scheduler", *here, "--port", "0"))
        alone = ("distributed.cli.dask_worker", *here, "--no-nanny", "--nthreads", "1")
        one, other = (stack.enter_context(running(*alone)) for _ in range(2))

        async def scheduler_is_known() -> bool:
            return known.exists() and bool(known.read_text("utf-8"))

        await until(scheduler_is_known, TIME_OUT_S)
        address = json.loads(known.read_text("utf-8"))["address"]
        matching = stack.enter_context(
            running("tools", *options(tmp_path, "together.parquet"), "--cluster", address)
        )

        async def some_are_done() -> bool:
            return len(parts_in(tmp_path)) >= 3

        await until(some_are_done, TIME_OUT_S)
        one.kill()
        code = await asyncio.to_thread(matching.wait, TIME_OUT_S)
        assert one.wait(timeout=30) != 0
        assert other.poll() is None
    assert code == 0
    expected = pl.read_parquet(tmp_path / "alone.parquet")
    assert len(expected) > PEOPLE
    assert pl.read_parquet(tmp_path / "together.parquet").equals(expected)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("tcp://127.0.0.1:9", "5秒内没有调度器应答"),
        ("nonsense", "须写成 tcp://主机:端口 或 tls://主机:端口"),
        ("http://127.0.0.1:8786", "须写成 tcp://主机:端口 或 tls://主机:端口"),
        ("tcp://127.0.0.1:99999", "须写成 tcp://主机:端口 或 tls://主机:端口"),
        ("tls://127.0.0.1:9", "tls:// 须先在 Dask 的配置 distributed.comm.tls 里写明证书"),
    ],
)
def test_a_scheduler_that_cannot_be_reached_is_said(
    tmp_path: Path, address: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    a_city(tmp_path)
    assert main([*options(tmp_path, "M.parquet"), "--cluster", address]) == 1
    assert capsys.readouterr().err == f"--cluster {address}：{reason}\n"
    assert not (tmp_path / "M.parquet").exists()


def test_a_fault_that_no_certificate_explains_is_not_told_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("a fault of ours")

    monkeypatch.setattr("tools.match_cluster.Client", broken)
    a_city(tmp_path)
    with pytest.raises(TypeError):
        main([*options(tmp_path, "M.parquet"), "--cluster", "tcp://127.0.0.1:9"])
