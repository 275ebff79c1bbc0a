"""`tools import` receives a file, prints its receipt, and grades anew whom it speaks of."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from credit.levels import GradeLevel
from foundation import receipts
from foundation.clock import FrozenClock, SystemClock
from foundation.settings import ROOT
from foundation.tokens import signing_keys
from sharing.receiving.receipts import KIND
from storage.models import CreditRecord, Grade
from tests.factories.credit import a_graded_owner
from tests.factories.credit_files import a_csv, empty_row, housing_fund
from tests.factories.people import a_uscc
from tests.servers import Database
from tools.__main__ import main


async def tools_import(
    database: Database, *paths: Path, category: str, arguments: Sequence[str] = ()
) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools", "import", *map(str, paths), "--category", category,
        "--city", "JIANGYIN", "--provider", "示例提供单位", *arguments,
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


def signed_in(output: str) -> str:
    (line,) = [one for one in output.splitlines() if one.startswith("签名回执 ")]
    return line.removeprefix("签名回执 ")


def claims_of(output: str) -> dict[str, Any]:
    return receipts.read(signing_keys().ring().jwks(), KIND, signed_in(output))


async def test_a_severe_record_suspends_a_grade_with_the_import(
    database: Database, tmp_path: Path
) -> None:
    owner = await a_graded_owner(FrozenClock(SystemClock().now()), with_peers=False)
    assert owner.enterprise is not None
    row = empty_row("JIANGYIN", "JS-36") | {
        "统一社会信用代码": owner.enterprise.uscc,
        "失信名单类别": "失信被执行人",
        "认定文号": "示例〔2026〕9号",
        "确认严重违法失信日期": "2026-01-05",
    }
    before = await Grade.get(enterprise=owner.enterprise, superseded_at=None)

    code, output, _ = await tools_import(database, a_csv(tmp_path, [row]), category="JS-36")

    assert code == 0, output
    assert "新增或更正 1 行，未变 0 行，隔离 0 行" in output
    assert "信用等级变化：1 家" in output
    after = await Grade.get(enterprise=owner.enterprise, superseded_at=None)
    assert (before.level, after.level) == (GradeLevel.ADVANCED, GradeLevel.NOT_CERTIFIED)


async def test_the_receipt_names_what_was_refused_and_a_repeat_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    rows = [housing_fund(uscc=a_uscc()), housing_fund(uscc="91", last_paid_on="")]
    path = a_csv(tmp_path, rows)
    day = ("--received-on", "2026-03-01")

    _, first, _ = await tools_import(database, path, category="JS-13", arguments=day)
    code, second, _ = await tools_import(database, path, category="JS-13", arguments=day)

    assert "收到日期 2026-03-01" in first
    assert "隔离 1 行" in first
    assert "第 3 行 统一社会信用代码：'91' 统一社会信用代码须为 18 位" in first
    assert code == 0
    assert "这个文件此前已经收到，没有改动任何记录。" in second
    claims = [claims_of(output) for output in (first, second)]
    assert claims[0] == claims[1], "the same thing is said, however often"
    assert claims[0]["file_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (claims[0]["accepted"], claims[0]["quarantined"]) == (1, 1)
    assert claims[0]["provider"] == "示例提供单位"
    assert await CreditRecord.all().count() == 1


async def test_a_receipt_of_the_command_line_is_checked_like_any_other(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc())])
    _, output, _ = await tools_import(database, path, category="JS-13")
    receipt, keys = tmp_path / "receipt.txt", tmp_path / "keys.json"
    receipt.write_text(signed_in(output))
    keys.write_text(json.dumps(signing_keys().ring().jwks()))

    assert main(["receipt", "verify", str(receipt), "--keys", str(keys)]) == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["kind"], said["accepted"], said["category"]) == ("import", 1, "JS-13")
    head, body, signature = signed_in(output).split(".")
    for text in (f"{head}.{body[:-8]}{'A' * 8}.{signature}", "no receipt", f"{head}..{signature}"):
        receipt.write_text(text)
        assert main(["receipt", "verify", str(receipt)]) == 2
    assert "签名无效" in capsys.readouterr().err
    assert main(["receipt", "verify", str(tmp_path / "none")]) == 2


async def test_without_a_key_to_sign_with_nothing_comes_in(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "keys.json"
    broken.write_text("{}")
    monkeypatch.setenv("RQ_SIGNING_KEYS_FILE", str(broken))

    code, _, errors = await tools_import(
        database, a_csv(tmp_path, [housing_fund(uscc=a_uscc())]), category="JS-13"
    )

    assert code == 1
    assert errors.startswith(f"没有可用的签名密钥，未导入：{broken} ")
    assert "tools keys new" in errors
    assert not await CreditRecord.exists()


async def test_what_cannot_be_read_is_refused_in_a_sentence(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"")

    code, _, errors = await tools_import(database, path, category="JS-13")

    assert (code, errors) == (1, "未能导入：文件是空的\n")


def test_an_unknown_category_is_answered_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    where = ["--city", "JIANGYIN", "--provider", "示例提供单位"]

    assert main(["import", "none.csv", *where, "--category", "JS-99"]) == 1

    assert capsys.readouterr().err.startswith("江阴市没有信息类别 JS-99；有：JS-1、")


async def test_several_files_each_have_a_receipt_and_one_refused_stops_no_other(
    database: Database, tmp_path: Path
) -> None:
    first = a_csv(tmp_path, [housing_fund(uscc=a_uscc())], name="1.csv")
    empty = tmp_path / "2.csv"
    empty.write_bytes(b"")
    third = a_csv(tmp_path, [housing_fund(uscc=a_uscc())], name="3.csv")

    code, output, errors = await tools_import(database, first, empty, third, category="JS-13")

    assert code == 1
    assert errors == "未能导入：文件是空的\n"
    assert output.count("新增或更正 1 行") == 2
    assert await CreditRecord.all().count() == 2


def test_a_dry_run_needs_neither_settings_nor_a_database(tmp_path: Path) -> None:
    good = a_uscc()
    rows = [housing_fund(uscc=good), housing_fund(uscc="91", total="-5"), housing_fund(uscc=good)]
    path, report = a_csv(tmp_path, rows), tmp_path / "report.json"
    mine = {name: value for name, value in os.environ.items() if not name.startswith("RQ_")}

    done = subprocess.run(
        [sys.executable, "-m", "tools", "import", "--dry-run", str(path),
         "--category", "JS-13", "--report", str(report)],
        cwd=ROOT, env=mine, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert "可用 1 行，隔离 2 行，未保存" in done.stdout
    found = json.loads(report.read_text("utf-8"))
    assert [line["verdict"] for line in found["lines"]] == [
        "accepted",
        "quarantined",
        "quarantined",
    ]
    assert found["lines"][0]["values"]["公积金缴存总额（元）"] == "12000"


def test_a_dry_run_that_cannot_write_its_report_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc())])
    report = tmp_path / "none" / "report.json"
    call = ["import", "--dry-run", str(path), "--category", "JS-13", "--report", str(report)]

    assert main(call) == 1

    assert f"未能写出报告 {report}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "code"),
    [("", 0), ("91,\n", 0), ('"没有结束,', 1)],
    ids=["a header only", "quarantined rows", "cut off"],
)
def test_a_dry_run_ends_with_1_only_when_the_file_was_not_read_to_its_end(
    tmp_path: Path, rows: str, code: int
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("统一社会信用代码,企业名称\n" + rows, "utf-8")
    call = ["import", "--dry-run", str(path), "--category", "JS-13"]

    assert main([*call, "--report", str(tmp_path / "report.json")]) == code


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--dry-run"], "--dry-run 每次检查一个文件，并需要 --report 指定报告文件"),
        (["--dry-run", "--report", "a.csv"], "--report 不能是被检查的文件本身"),
        (["--report", "x.json"], "--report 只与 --dry-run 一起使用"),
        ([], "导入需要 --city 和 --provider"),
        (["--city", "SHANGHAI", "--provider", "示例"], "没有城市 SHANGHAI"),
    ],
)
def test_a_command_that_makes_no_sense_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["import", "a.csv", "--category", "JS-13", *arguments]) == 2
    assert capsys.readouterr().err.startswith(sentence)
