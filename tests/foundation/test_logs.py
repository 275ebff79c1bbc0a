"""Logs carry facts, never people."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from foundation.identifiers import encode_id, new_id
from foundation.logs import REMOVED, configure_logs, drop_personal, without_personal

PERSONAL = [
    "13800001234",
    "+8614000001234",
    "86 138-0000-1234",
    "138 0000 1234",
    "１３８００００１２３４",
    "11010519491231002X",
    "110105 19491231 002x",
    "91320411MA1XYZ1234",
    "91320411ma1xyz1234",
    "Bearer abcdefghijklmn",
    "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
]
HARMLESS = [
    "demand_0199a1b2c3d47e5f8a9b0123456789ab",
    "0199a1b2-c3d4-7e5f-8a9b-013812345678",
    "handled in 12 ms, 500000 yuan, 4.35 %",
    "2026-10-01T08:00:00.123456Z",
    "worker_stopped",
    "1700000000123",
]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    out = io.StringIO()
    configure_logs(json_lines=True, to=out)
    yield out
    structlog.reset_defaults()
    root.handlers[:], root.level = before[0], before[1]


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize("frame", ["{}", "call {} now", "电话{}，谢谢", "Key (phone)=({}) exists"])
def test_what_looks_personal_is_taken_out(text: str, frame: str) -> None:
    cleaned = without_personal(frame.format(text))
    assert REMOVED in cleaned
    assert text not in cleaned
    assert cleaned == frame.format(REMOVED)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_not_personal_stays(text: str) -> None:
    assert without_personal(text) == text


@given(st.uuids(version=4))
def test_an_id_of_ours_is_never_taken_for_a_person(key: UUID) -> None:
    assert without_personal(encode_id("demand", key)) == encode_id("demand", key)


def test_keys_that_name_people_lose_their_values() -> None:
    event = drop_personal(
        None,
        "info",
        {"event": "x", "phone": "unlisted", "who": {"name": "示例", "at": [13800001234, 7]}},
    )
    assert event == {
        "event": "x",
        "phone": REMOVED,
        "who": {"name": REMOVED, "at": [REMOVED, 7]},
    }


def test_deep_values_are_cut_off() -> None:
    value: object = "leaf"
    for _ in range(50):
        value = {"next": value}
    assert "leaf" not in json.dumps(drop_personal(None, "info", {"event": "x", "value": value}))


def test_a_line_is_json_with_level_and_time(lines: io.StringIO) -> None:
    fact = new_id()
    structlog.get_logger("worker").info("fact_handled", fact_id=str(fact), took_ms=3)
    line = json.loads(lines.getvalue())
    assert line["event"] == "fact_handled"
    assert (line["fact_id"], line["took_ms"], line["level"]) == (str(fact), 3, "info")
    assert line["timestamp"].endswith("Z")


def test_a_librarys_records_and_tracebacks_are_cleaned_too(lines: io.StringIO) -> None:
    try:
        raise ValueError("Key (phone)=(+8613800001234) already exists")
    except ValueError:
        logging.getLogger("some.library").exception("insert for %s failed", "13800001234")
    line = json.loads(lines.getvalue())
    assert line["event"] == f"insert for {REMOVED} failed"
    assert "ValueError" in line["exception"]
    assert "13800001234" not in lines.getvalue()


def test_sql_with_its_values_is_not_logged(lines: io.StringIO) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger("tortoise.db_client").debug("%s: %s", "SELECT 1", ["示例"])
    assert lines.getvalue() == ""


def test_a_person_reads_lines_that_are_not_json() -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    out = io.StringIO()
    configure_logs(json_lines=False, to=out)
    structlog.get_logger("worker").info("fact_handled", took_ms=3)
    structlog.reset_defaults()
    root.handlers[:], root.level = before[0], before[1]
    assert "fact_handled" in out.getvalue()
    assert "took_ms=3" in out.getvalue()
