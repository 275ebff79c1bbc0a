"""SharingCategory.quality and .notice: freshness, defects and calls, and what readers are told."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from foundation.clock import FrozenClock
from sharing.interfaces.counting import count_call, count_turned_away
from sharing.lists import categories_of
from sharing.quality import quality_of
from storage.models import ImportBatch, InterfaceSource
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.people import Someone, an_officer, an_operator, an_owner
from tests.factories.providers import a_data_provider
from tests.queries import recorded_queries
from tools.sources import _row

ASK = """
query ($city: CityCode!) { sharingCategories(city: $city) {
    code notice
    quality {
      lastReceivedOn expectedEveryDays daysLate rowsReceived rowsRefused defectPercent
      callsAllowedPerMinute callsMade callsFailed medianMilliseconds breakerOpen
    }
} }
"""


def a_monthly_code() -> str:
    return next(c.code for c in categories_of("CHANGZHOU").values() if c.frequency == "月度")


async def a_batch(code: str, received_on: date, now: datetime, *, bad: int = 0) -> None:
    await ImportBatch.create(
        city="CHANGZHOU",
        category=code,
        provider="示例提供单位",
        file_digest=f"{code}{received_on}".encode(),
        received_on=received_on,
        started_at=now,
        finished_at=now,
        accepted=90,
        unchanged=10 - bad,
        quarantined=bad,
    )


async def seen(api: GraphQL, who: Someone | None, city: str = "JIANGYIN") -> dict[str, Any]:
    answer = await api.data(ASK, variables={"city": city}, token=who and who.token)
    return {one["code"]: one for one in answer["sharingCategories"]}


async def test_everybody_but_those_concerned_sees_none(api: GraphQL, clock: FrozenClock) -> None:
    now = clock.now()
    people = [
        None,
        await an_owner(now=now),
        await an_officer(now=now),
        await an_operator(city="CHANGZHOU", now=now),
        await an_operator(role=Role.DATA_PROVIDER, now=now),
    ]

    for who in people:
        assert {one["quality"] for one in (await seen(api, who)).values()} == {None}


async def test_freshness_and_defects_are_counted(api: GraphQL, clock: FrozenClock) -> None:
    code, now = a_monthly_code(), clock.now()
    await a_batch(code, date(2025, 3, 1), now, bad=10)
    await a_batch(code, date(2026, 1, 10), now, bad=2)
    await a_batch(code, date(2026, 2, 1), now, bad=1)

    for role in (Role.OPERATOR, Role.REGULATOR):
        who = await an_operator(role=role, city="CHANGZHOU", now=now)
        found = (await seen(api, who, "CHANGZHOU"))[code]
        quality = found["quality"]
        assert quality["lastReceivedOn"] == "2026-02-01"
        assert (quality["expectedEveryDays"], quality["daysLate"]) == (31, 14)
        assert (quality["rowsReceived"], quality["rowsRefused"]) == (200, 3)
        assert quality["defectPercent"] == "1.50"
    everybodys = (await seen(api, None, "CHANGZHOU"))[code]["notice"]
    assert "最近一次更新是 2026-02-01，已超过应更新时间 14 天" in everybodys


async def test_a_source_in_time_has_no_notice(api: GraphQL, clock: FrozenClock) -> None:
    code = a_monthly_code()
    await a_batch(code, date(2026, 2, 15), clock.now())

    who = await an_operator(city="CHANGZHOU", now=clock.now())
    found = (await seen(api, who, "CHANGZHOU"))[code]

    assert (found["quality"]["daysLate"], found["notice"]) == (0, None)


async def test_calls_and_an_open_breaker_are_shown(api: GraphQL, clock: FrozenClock) -> None:
    now = clock.now()
    for took, failed in ((40, False), (150, False), (3_000, True)):
        await count_call("JIANGYIN", "tax", "JS-1", now, failed=failed, took_ms=took)
    await count_turned_away("JIANGYIN", "tax", "JS-1", now)
    old = now - timedelta(days=31)
    await count_call("JIANGYIN", "tax", "JS-1", old, failed=True, took_ms=1)
    await InterfaceSource.create(
        city="JIANGYIN",
        name="tax",
        tokens=1.0,
        refilled_at=now,
        failures=5,
        open_until=now + timedelta(seconds=30),
    )

    found = (await seen(api, await an_operator(now=now)))["JS-1"]

    quality = found["quality"]
    assert (quality["callsMade"], quality["callsFailed"]) == (3, 1)
    assert (quality["medianMilliseconds"], quality["callsAllowedPerMinute"]) == (200, 120)
    assert quality["breakerOpen"] is True
    assert found["notice"] == "省税务局接口连续出错，已暂停调用，恢复前的结果不含“纳税信息”"
    clock.advance(timedelta(seconds=31))
    assert (await seen(api, None))["JS-1"]["notice"] is None


async def test_a_data_provider_sees_its_own_categories(api: GraphQL, clock: FrozenClock) -> None:
    provider = await a_data_provider(now=clock.now(), categories=["JS-13", "JS-4"])

    found = await seen(api, provider)

    assert {code for code, one in found.items() if one["quality"]} == {"JS-13", "JS-4"}


async def test_every_category_is_read_in_three_queries(api: GraphQL, clock: FrozenClock) -> None:
    operator = await an_operator(now=clock.now())
    # The viewer, then batches, calls, and open breakers.
    with recorded_queries() as queries:
        await seen(api, operator)

    assert len(queries) == 4


@pytest.mark.usefixtures("database")
async def test_the_table_has_a_line_for_each_category(clock: FrozenClock) -> None:
    code = a_monthly_code()
    await a_batch(code, date(2026, 2, 1), clock.now(), bad=1)
    found = await quality_of("CHANGZHOU", [code], clock.now())

    assert _row(code, found[code])[:5] == (code, "2026-02-01", "14 d", "100", "1.00 %")
