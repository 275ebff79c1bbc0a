"""Calls over a real socket: slow, failing, garbled, oversized and lying sources."""

import asyncio
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.city import DataSource
from foundation.clock import FrozenClock
from foundation.http_client import MAX_BYTES
from foundation.identifiers import new_id
from sharing.interfaces.calls import LAST_PAUSE_S, ask, pause_before_retry
from sharing.interfaces.checking import checked
from sharing.interfaces.counting import BUCKETS_MS, median_ms
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.port import Fault, Question, Row, Source, SourceFault
from sharing.lists import category_on
from storage.database import fetch_one
from tests.factories.people import a_uscc
from tests.sharing.interfaces.local_source import (
    Slept,
    a_local_source,
    a_source,
    failing,
    rows,
)
from tests.stillness import everything

pytestmark = pytest.mark.usefixtures("database")

DAY = date(2026, 3, 18)


@pytest.fixture
def uscc() -> str:
    return a_uscc()


@pytest.fixture
def slept(clock: FrozenClock) -> Slept:
    return Slept(clock)


def a_question(uscc: str, category: str = "JS-1") -> Question:
    return Question(
        request_id=new_id(),
        category=category_on("JIANGYIN", category, DAY),
        uscc=uscc,
        purpose="GRADE_RUN",
        consent="consent_1",
    )


def tax(uscc: str, **changes: str) -> dict[str, str]:
    return {
        "统一社会信用代码": uscc,
        "近一年增值税实际缴税金额(元)": "1200.50",
    } | changes


async def asked(
    adapter: Source, uscc: str, slept: Slept, source: DataSource | None = None
) -> tuple[Row, ...]:
    return await ask("JIANGYIN", source or a_source(), adapter, a_question(uscc), slept.pace)


async def fault_of(
    adapter: Source, uscc: str, slept: Slept, source: DataSource | None = None
) -> Fault:
    with pytest.raises(SourceFault) as raised:
        await asked(adapter, uscc, slept, source)
    assert uscc not in str(raised.value)
    return raised.value.fault


async def counted() -> dict[str, Any]:
    row = await fetch_one(
        "SELECT sum(made)::int AS made, sum(failed)::int AS failed,"
        " sum(turned_away)::int AS turned_away FROM interface_calls"
    )
    assert row is not None
    return row


async def test_an_answer_comes_by_the_contract(uscc: str, slept: Slept) -> None:
    async with a_local_source(rows(uscc, tax(uscc))) as local:
        found = await asked(local.adapter(), uscc, slept)

    assert found == (tax(uscc, **{"近一年增值税实际缴税金额(元)": "1200.5"}),)
    [head], [body] = local.heads, local.bodies
    assert head.startswith("POST /tax/query HTTP/1.1")
    assert "authorization: bearer " in head.lower()
    assert "idempotency-key: " in head.lower()
    assert uscc not in head, "nobody stands in an address or a header"
    assert body == {
        "category": "JS-1",
        "uscc": uscc,
        "purpose": "GRADE_RUN",
        "consent": "consent_1",
    }
    assert await counted() == {"made": 1, "failed": 0, "turned_away": 0}


@pytest.mark.parametrize(
    ("said", "fault"),
    [("2025-03-18", None), ("2025-03-17", Fault.UNUSABLE), (None, Fault.UNUSABLE)],
)
async def test_a_question_about_an_earlier_day_is_answered_about_that_day_or_not_believed(
    uscc: str, slept: Slept, said: str | None, fault: Fault | None
) -> None:
    body = {"category": "JS-1", "uscc": uscc, "rows": []} | ({"asOf": said} if said else {})
    question = replace(a_question(uscc), as_of=date(2025, 3, 18))
    async with a_local_source((200, json.dumps(body).encode(), {})) as local:
        source, adapter = a_source(), local.adapter()
        try:
            assert await ask("JIANGYIN", source, adapter, question, slept.pace) == ()
            found = None
        except SourceFault as raised:
            found = raised.fault

    assert found is fault
    assert [one["asOf"] for one in local.bodies] == ["2025-03-18"]


async def test_no_rows_is_an_answer(uscc: str, slept: Slept) -> None:
    async with a_local_source(rows(uscc)) as local:
        assert await asked(local.adapter(), uscc, slept) == ()


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
async def test_a_passing_fault_is_tried_again_as_the_same_question(
    uscc: str, slept: Slept, status: int
) -> None:
    async with a_local_source(failing(status), failing(status), rows(uscc)) as local:
        assert await asked(local.adapter(), uscc, slept) == ()

    keys = {
        line
        for head in local.heads
        for line in head.lower().split("\r\n")
        if line.startswith("idempotency-key")
    }
    assert (len(local.heads), len(keys)) == (3, 1)
    assert slept.waits == [0.5, 1.0]
    assert await counted() == {"made": 3, "failed": 2, "turned_away": 0}


async def test_a_slow_source_is_given_up_in_time(uscc: str, slept: Slept) -> None:
    async def never(caller: asyncio.StreamReader) -> None:
        assert await caller.read() == b"", "until the caller hangs up"

    async with a_local_source(never) as local:
        source = a_source(seconds=0.2, attempts=2)
        fault = await fault_of(local.adapter(), uscc, slept, source)

    assert fault is Fault.UNREACHABLE
    assert await counted() == {"made": 2, "failed": 2, "turned_away": 0}


async def test_a_source_that_is_away_is_unreachable(uscc: str, slept: Slept) -> None:
    async with a_local_source(rows(uscc)) as local:
        adapter = local.adapter()
    fault = await fault_of(adapter, uscc, slept)

    assert fault is Fault.UNREACHABLE


def other_uscc_in_the_head(uscc: str) -> bytes:
    return json.dumps({"category": "JS-1", "uscc": a_uscc(), "rows": []}).encode()


def another_category(uscc: str) -> bytes:
    return json.dumps({"category": "JS-2", "uscc": uscc, "rows": []}).encode()


def a_row_about_another(uscc: str) -> bytes:
    return rows(uscc, tax(a_uscc()))[1]


def a_field_of_no_list(uscc: str) -> bytes:
    return rows(uscc, tax(uscc, 备注="x"))[1]


def no_money(uscc: str) -> bytes:
    return rows(uscc, tax(uscc, **{"近一年增值税实际缴税金额(元)": "很多"}))[1]


def a_number_for_a_text(uscc: str) -> bytes:
    return json.dumps(
        {"category": "JS-1", "uscc": uscc, "rows": [{"统一社会信用代码": 1}]}
    ).encode()


def two_states_of_one_firm(uscc: str) -> bytes:
    return rows(uscc, tax(uscc), tax(uscc, **{"近一年增值税实际缴税金额(元)": "3"}))[1]


def too_many_rows(uscc: str) -> bytes:
    return json.dumps({"category": "JS-1", "uscc": uscc, "rows": [{}] * 501}).encode()


@pytest.mark.parametrize(
    "content",
    [
        other_uscc_in_the_head,
        another_category,
        a_row_about_another,
        a_field_of_no_list,
        no_money,
        a_number_for_a_text,
        two_states_of_one_firm,
        too_many_rows,
        lambda _: b"<html>",
        lambda _: b"\xff\xfe",
        lambda _: b"[]",
        lambda _: b"null",
        lambda _: b'{"rows": {}}',
        lambda _: b"[" * 100_000,
        lambda _: b'{"rows": "' + b"x" * MAX_BYTES + b'"}',
    ],
)
async def test_an_answer_that_cannot_be_believed_is_not_asked_again(
    uscc: str, slept: Slept, content: Any
) -> None:
    async with a_local_source((200, content(uscc), {})) as local:
        fault = await fault_of(local.adapter(), uscc, slept)

    assert fault is Fault.UNUSABLE
    assert len(local.heads) == 1


def test_a_bill_counts_once_and_two_cases_of_a_court_are_two() -> None:
    """Of what no rule reads nobody can say what is the same."""
    bills, cases = (category_on("JIANGYIN", code, DAY) for code in ("JS-14", "JS-7"))
    uscc = a_uscc()
    bill = {
        "统一社会信用代码": uscc,
        "电网户号": "示例1",
        "计量开始日期": "2026-01-01",
        "计量截止日期": "2026-01-31",
        "交费金额(元)": "10",
    }
    heard = {"案号": "示例1号", "当事人证件号码": uscc}

    assert len(checked(bills, uscc, [bill, bill | {"电网户号": "示例2"}], DAY)) == 2
    with pytest.raises(SourceFault, match="UNUSABLE"):
        checked(bills, uscc, [bill, bill | {"交费金额(元)": "11"}], DAY)
    assert len(checked(cases, uscc, [heard, heard], DAY)) == 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_to_an_address_inside_is_not_followed(
    uscc: str, slept: Slept, status: int
) -> None:
    async with a_local_source(rows(uscc)) as inside:
        to = {"Location": f"http://127.0.0.1:{inside.port}/tax/query"}
        async with a_local_source((status, b"", to)) as local:
            fault = await fault_of(local.adapter(), uscc, slept)

    assert fault is Fault.UNUSABLE
    assert inside.heads == []


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refusal_is_final_and_opens_no_breaker(
    uscc: str, slept: Slept, status: int
) -> None:
    source = a_source(breaker_after=1)
    async with a_local_source(failing(status)) as local:
        for _ in range(3):
            assert await fault_of(local.adapter(), uscc, slept, source) is Fault.REFUSED
    assert len(local.heads) == 3


async def test_the_breaker_opens_lets_one_trial_through_and_closes(uscc: str, slept: Slept) -> None:
    source = a_source(attempts=1, breaker_after=2, breaker_pause_s=60)
    adapter = MemorySource(faults=[Fault.FAILED] * 3)
    for _ in range(2):
        assert await fault_of(adapter, uscc, slept, source) is Fault.FAILED
    for _ in range(3):
        assert await fault_of(adapter, uscc, slept, source) is Fault.BREAKER_OPEN
    assert len(adapter.asked) == 2

    slept.clock.advance(timedelta(seconds=60))
    assert await fault_of(adapter, uscc, slept, source) is Fault.FAILED
    assert await fault_of(adapter, uscc, slept, source) is Fault.BREAKER_OPEN
    assert len(adapter.asked) == 3, "half open: one trial, which failed"

    slept.clock.advance(timedelta(seconds=60))
    assert await asked(adapter, uscc, slept, source) == ()
    assert await asked(adapter, uscc, slept, source) == ()
    assert (await counted())["turned_away"] == 4


async def test_of_many_at_once_one_trial_goes_through(uscc: str, slept: Slept) -> None:
    source = a_source(attempts=1, breaker_after=1)
    adapter = MemorySource(faults=[Fault.FAILED])
    assert await fault_of(adapter, uscc, slept, source) is Fault.FAILED
    slept.clock.advance(timedelta(seconds=60))
    released = asyncio.Event()

    class Waiting(MemorySource):
        async def ask(self, question: Question, *, seconds: float) -> tuple[Row, ...]:
            await released.wait()
            return await super().ask(question, seconds=seconds)

    waiting = Waiting()
    calls = [asyncio.create_task(asked(waiting, uscc, slept, source)) for _ in range(5)]
    done, pending = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    while len(pending) > 1:
        more, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        done |= more
    released.set()
    [trial] = pending

    assert await trial == ()
    assert len(waiting.asked) == 1
    assert {type(call.exception()) for call in done} == {SourceFault}


async def test_more_than_the_limit_waits_and_then_is_turned_away(uscc: str, slept: Slept) -> None:
    source = a_source(burst=2, calls_per_minute=60)
    adapter = MemorySource()
    for _ in range(3):
        await asked(adapter, uscc, slept, source)
    assert slept.waits == [pytest.approx(1.0)]

    never = a_source(name="slow", burst=1, calls_per_minute=1)
    await asked(adapter, uscc, slept, never)
    assert await fault_of(adapter, uscc, slept, never) is Fault.TURNED_AWAY
    assert (await counted())["turned_away"] == 1


async def test_cities_do_not_share_a_bucket(uscc: str, slept: Slept) -> None:
    source, adapter = a_source(burst=1, calls_per_minute=1), MemorySource()
    await ask("JIANGYIN", source, adapter, a_question(uscc), slept.pace)
    await ask("CHANGZHOU", source, adapter, a_question(uscc), slept.pace)

    assert len(adapter.asked) == 2


async def test_nothing_of_the_enterprise_is_counted(uscc: str, slept: Slept) -> None:
    async with a_local_source(failing(500)) as local:
        await fault_of(local.adapter(), uscc, slept)

    assert uscc not in str(await everything())


@given(attempt=st.integers(1, 60), chance=st.floats(0, 1, exclude_max=True))
def test_pauses_grow_are_spread_and_end(attempt: int, chance: float) -> None:
    pause = pause_before_retry(attempt, chance)
    longest = pause_before_retry(attempt, 1.0)

    assert longest / 2 <= pause <= longest <= LAST_PAUSE_S
    assert longest <= pause_before_retry(attempt + 1, 1.0)


@given(st.lists(st.integers(0, len(BUCKETS_MS)), min_size=1, max_size=50))
def test_the_median_is_the_bucket_that_holds_the_middle_call(places: list[int]) -> None:
    buckets = [places.count(place) for place in range(len(BUCKETS_MS) + 1)]
    middle = sorted(places)[(len(places) - 1) // 2]

    assert median_ms(buckets) == (*BUCKETS_MS, 2 * BUCKETS_MS[-1])[middle]
    assert median_ms([0] * (len(BUCKETS_MS) + 1)) is None
