"""Receipts: signed, recomputed from themselves, compared with what the database keeps."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation import city, receipts
from foundation.city import cities
from foundation.clock import FrozenClock
from foundation.identifiers import new_id
from foundation.tokens import new_key_ring, signing_keys
from sharing.grades import receipts as receipts_of_grades
from sharing.grades.receipts import KIND, claims_of, papers_of
from sharing.grades.verifying import differences_from_database, differences_within, in_words
from storage.database import execute, fetch
from storage.models import Grade
from tests.factories.credit import a_graded_owner
from tools import grade_verify
from tools.__main__ import main

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def grade(clock: FrozenClock) -> Grade:
    owner = await a_graded_owner(clock, tax="1061000", records="5修")
    return await Grade.get(enterprise=owner.enterprise, superseded_at=None)


@pytest.fixture
async def claims(grade: Grade) -> dict[str, Any]:
    found = await claims_of(grade.id)
    assert found is not None
    return copy.deepcopy(found)


def other_letter(claims: dict[str, Any]) -> None:
    claims["indicators"][0]["letter"] = "A"


def other_cut(claims: dict[str, Any]) -> None:
    claims["indicators"][0]["group"]["a_cut"] = "21/20"


def other_level(claims: dict[str, Any]) -> None:
    claims["level"] = "ADVANCED"


def other_rank(claims: dict[str, Any]) -> None:
    claims["indicators"][0]["group"]["rank"] = 1


async def test_a_receipt_agrees_with_itself_and_with_the_database(claims: dict[str, Any]) -> None:
    assert differences_within(claims) == []
    assert await differences_from_database(claims) == []


async def test_a_receipt_names_the_scheme_of_its_run_whatever_is_configured_today(
    grade: Grade, claims: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    another = {"scheme": "示例：另一办法", "standard_gates": False, "minimum_group": 50}
    renamed = {
        code: one.model_copy(update={"grading": one.grading.model_copy(update=dict(another))})
        for code, one in cities().items()
    }
    monkeypatch.setattr(city, "cities", lambda: renamed)
    monkeypatch.setattr(receipts_of_grades, "cities", lambda: renamed, raising=False)

    again = await claims_of(grade.id)

    assert again is not None
    assert again["scheme"] == claims["scheme"] != "示例：另一办法"
    assert differences_within(again) == []
    assert await differences_from_database(claims) == []
    (run,) = await fetch("SELECT settings FROM grade_run ORDER BY id DESC LIMIT 1")
    kept = json.loads(run["settings"])
    assert {name: kept[name] for name in another} != another, "the run keeps its own"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (other_letter, "第 1 项“纳税”：12 家中第 4 应为 B，回执为 A"),
        (other_cut, "第 1 项“纳税”：比值 1061/1000 按分界线应为 A，回执为 B"),
        (other_rank, "第 1 项“纳税”：12 家中第 1 应为 A，回执为 B"),
        (other_level, "重新计算为一级，回执为高级"),
    ],
)
async def test_what_does_not_follow_is_said_in_words(
    claims: dict[str, Any], change: Callable[[dict[str, Any]], None], says: str
) -> None:
    change(claims)

    assert says in differences_within(claims)
    assert await differences_from_database(claims) != []


@pytest.mark.parametrize("name", ["facts_digest", "as_of", "run", "enterprise", "rules"])
async def test_what_the_database_keeps_otherwise_is_named(
    claims: dict[str, Any], name: str
) -> None:
    claims[name] = {**claims[name], "input_digest": "0"} if name == "run" else "另一个"

    assert await differences_from_database(claims) != []


async def test_a_later_name_or_industry_is_no_difference(claims: dict[str, Any]) -> None:
    await execute("UPDATE enterprise SET name = '示例新名有限公司', industry = 'C35'")

    assert await differences_from_database(claims) == []
    claims["enterprise"]["uscc"] = "91320281MA0RQ00015"
    assert any(
        one.startswith("企业与数据库不同") for one in await differences_from_database(claims)
    )


async def test_a_grade_that_was_never_kept_is_said_so(claims: dict[str, Any]) -> None:
    claims["grade"] = new_id().hex

    assert await differences_from_database(claims) == ["数据库中没有这次评级"]


async def test_the_receipt_reads_like_a_grade(claims: dict[str, Any]) -> None:
    lines = in_words(claims)

    assert lines[2].startswith("一级：")
    assert "C34 组 12 家中第 4，A 线 1.0800，B 线 1.0500" in lines[3]
    assert "JS-1 纳税信息（2026-03-13）" in lines[3]


async def test_asking_twice_signs_the_same_statement(grade: Grade) -> None:
    ring = signing_keys().ring()

    first = (await papers_of([grade.id], ring))[grade.id].receipt
    second = (await papers_of([grade.id], ring))[grade.id].receipt

    assert receipts.read(ring.jwks(), KIND, first) == receipts.read(ring.jwks(), KIND, second)


async def test_a_receipt_on_paper_is_checked_by_the_command_line(
    grade: Grade, clock: FrozenClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ring = signing_keys().ring()
    keys, paper = tmp_path / "keys.json", tmp_path / "grade.jws"
    keys.write_text(json.dumps(ring.jwks()))
    paper.write_text((await papers_of([grade.id], ring))[grade.id].receipt + "\n")
    foreign = tmp_path / "foreign.json"
    foreign.write_text(json.dumps(new_key_ring(clock.now()).jwks()))

    assert main(["grade", "verify", str(paper), "--keys", str(keys)]) == grade_verify.WHOLE
    said = capsys.readouterr().out
    assert "签名有效" in said
    assert main(["grade", "verify", str(paper), "--keys", str(foreign)]) == grade_verify.UNREADABLE
    assert "签名无效" in capsys.readouterr().err

    forged = receipts.sign(ring, KIND, {**_claims(ring, paper), "level": "ADVANCED"}, clock.now())
    paper.write_text(forged)
    assert main(["grade", "verify", str(paper)]) == grade_verify.DIFFERENT
    assert "重新计算为一级，回执为高级" in capsys.readouterr().out
    paper.write_text(receipts.sign(ring, KIND, {"level": "FIRST"}, clock.now()))
    assert main(["grade", "verify", str(paper)]) == grade_verify.UNREADABLE


async def test_a_signed_statement_of_another_form_is_told_and_never_a_traceback(
    grade: Grade, clock: FrozenClock, tmp_path: Path
) -> None:
    ring, paper = signing_keys().ring(), tmp_path / "grade.jws"
    paper.write_text((await papers_of([grade.id], ring))[grade.id].receipt)
    claims = _claims(ring, paper)

    for name in claims:
        for odd in (None, 3, "x", [], ["x"], {}, {"group": "1/0"}, [{"number": 1, "group": {}}]):
            paper.write_text(receipts.sign(ring, KIND, {**claims, name: odd}, clock.now()))
            assert main(["grade", "verify", str(paper)]) in (
                grade_verify.WHOLE,
                grade_verify.DIFFERENT,
                grade_verify.UNREADABLE,
            ), (name, odd)
        without = {key: value for key, value in claims.items() if key != name}
        paper.write_text(receipts.sign(ring, KIND, without, clock.now()))
        assert main(["grade", "verify", str(paper)]) in (
            grade_verify.WHOLE,
            grade_verify.DIFFERENT,
            grade_verify.UNREADABLE,
        ), name


def _claims(ring: Any, paper: Path) -> dict[str, Any]:
    found = receipts.read(ring.jwks(), KIND, paper.read_text().strip())
    return {name: value for name, value in found.items() if name not in ("iss", "iat")}
