"""A dry run's report: a verdict for every line, the same that an import would come to."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sharing.imports import import_file
from sharing.lists import category_anywhere
from sharing.receiving.dry_run import FORMAT, check_file
from sharing.receiving.problems import UNDECODABLE
from storage.models import QuarantinedRow
from tests.factories.credit_files import a_csv, empty_row, housing_fund
from tests.factories.people import a_uscc

DAY = date(2026, 3, 1)


def reported(path: Path, category: str = "JS-13") -> dict[str, Any]:
    out = io.StringIO()
    check_file(path, category_anywhere(category, DAY), DAY, out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def some_rows() -> list[dict[str, str]]:
    good = a_uscc()
    return [
        housing_fund(uscc=good),
        housing_fund(uscc=good[:-1] + ("0" if good[-1] != "0" else "1"), total="x"),
        housing_fund(uscc=a_uscc(), total="-5"),
        housing_fund(uscc=a_uscc(), last_paid_on="2026-03-02"),
        housing_fund(uscc=good),
        housing_fund(uscc=good, total="1"),
        housing_fund(uscc=a_uscc()) | {"企业名称": '示例"\\企业'},
    ]


def test_every_line_has_a_verdict_in_the_order_of_the_file(tmp_path: Path) -> None:
    report = reported(a_csv(tmp_path, some_rows()))

    assert (report["format"], report["category"], report["refusal"]) == (FORMAT, "JS-13", None)
    assert [line["line"] for line in report["lines"]] == [2, 3, 4, 5, 6, 7, 8]
    assert [line["verdict"] for line in report["lines"]] == [
        "accepted",
        *["quarantined"] * 5,
        "accepted",
    ]
    assert (report["accepted"], report["quarantined"]) == (2, 5)
    kinds = [[one["kind"] for one in line.get("problems", ())] for line in report["lines"]]
    assert kinds == [
        [],
        ["USCC", "AMOUNT"],
        ["NEGATIVE"],
        ["FUTURE"],
        ["DUPLICATE"],
        ["DUPLICATE"],
        [],
    ]
    assert report["lines"][2]["problems"] == [
        {
            "line": 4,
            "field": "公积金缴存总额（元）",
            "kind": "NEGATIVE",
            "value": "-5",
            "reason": "不能为负数",
        }
    ]


@pytest.mark.usefixtures("database")
async def test_an_import_of_the_same_file_comes_to_the_same(tmp_path: Path) -> None:
    path = a_csv(tmp_path, some_rows())
    report = reported(path)

    receipt = await import_file(
        path, city="JIANGYIN", category_code="JS-13", provider="示例", received_on=DAY
    )

    assert receipt.accepted == report["accepted"]
    assert receipt.quarantined == report["quarantined"]
    assert receipt.file_sha256 == report["file_sha256"]
    kept = await QuarantinedRow.all().order_by("line", "field")
    shown = [
        (one["line"], one["field"], one["kind"], one["value"], one["reason"])
        for line in report["lines"]
        for one in line.get("problems", ())
    ]
    assert sorted(shown) == sorted((q.line, q.field, q.kind, q.value, q.reason) for q in kept)


def test_a_file_that_is_refused_is_reported_as_that(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("企业名称,统一社会信用代码,身份证\n", "utf-8")

    report = reported(path)

    assert report["refusal"] == "有清单以外的列：身份证"
    assert report["lines"] == []


def test_what_stands_before_a_line_that_ends_the_file_has_its_verdict(tmp_path: Path) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc())])
    with path.open("a", encoding="utf-8") as out:
        out.write('"没有结束,')

    report = reported(path)

    assert [line["verdict"] for line in report["lines"]] == ["accepted"]
    assert report["refusal"] == "第 3 行不是合法的 CSV（引号不配对或单元格过长）"


def test_a_nul_ends_a_file_wherever_it_stands(tmp_path: Path) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc()) for _ in range(1_000)])
    with path.open("ab") as out:
        out.write(b"\0\n")

    report = reported(path)

    assert (report["accepted"], report["quarantined"]) == (1_000, 0)
    assert report["refusal"] == "第 1002 行含有空字符（NUL），不是文本，请重新导出文件"


def test_rows_in_another_encoding_than_the_header_are_told_as_that(tmp_path: Path) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc()), housing_fund(uscc=a_uscc())])
    first, good, other = path.read_text("utf-8").splitlines()
    path.write_bytes("\n".join([first, good, ""]).encode() + other.encode("gbk") + b"\n\xca,x")

    lines = reported(path)["lines"]

    kinds = [[(one["kind"], one["reason"]) for one in line.get("problems", ())] for line in lines]
    assert kinds == [[], [("CHARACTERS", UNDECODABLE)], [("CHARACTERS", UNDECODABLE)]]


def test_people_are_told_apart_and_their_cells_are_not_repeated(tmp_path: Path) -> None:
    person = empty_row("JIANGYIN", "JS-37") | {
        "姓名": "某某",
        "证件号码": "110101199001011234",
        "失信名单类别": "示例",
    }
    rows = [person, person, person | {"证件号码": "110101199001011235"}]

    report = reported(a_csv(tmp_path, rows), "JS-37")

    verdicts = [line["verdict"] for line in report["lines"]]
    assert verdicts == ["accepted", "quarantined", "accepted"]
    assert "某某" not in json.dumps(report, ensure_ascii=False)
    assert "11010119900101" not in json.dumps(report)
