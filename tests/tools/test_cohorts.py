"""`tools cohorts` draws what the rule lab asks, and says when there is too little."""

import asyncio
import os
import sys

import pytest

from foundation.clock import FrozenClock, SystemClock
from foundation.settings import ROOT
from storage.models import LabCohort
from tests.factories.credit import consent_of_all
from tests.factories.people import an_enterprise
from tests.servers import Database
from worker.schedules import draw_the_cohorts


async def tools_cohorts(database: Database) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools", "cohorts", "--city", "JIANGYIN",
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database.url},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    return output.decode()


async def test_too_few_firms_are_no_cohort_and_ten_are_one(
    database: Database, clock: FrozenClock
) -> None:
    now = SystemClock().now()
    firms = [await an_enterprise(now=now) for _ in range(10)]
    await consent_of_all(firms[:9], now)
    assert "不足10家" in await tools_cohorts(database)
    assert await LabCohort.all().count() == 0
    await consent_of_all(firms[9:], now)
    assert "读取 10 家" in await tools_cohorts(database)
    assert await LabCohort.all().count() == 1


@pytest.mark.parametrize("again", [1, 2])
async def test_the_clock_draws_every_city_and_a_repeat_changes_nothing(
    database: Database, again: int
) -> None:
    now = SystemClock().now()
    for city in ("JIANGYIN", "CHANGZHOU"):
        await consent_of_all([await an_enterprise(city=city, now=now) for _ in range(11)], now)
    for _ in range(again):
        await draw_the_cohorts()
    rows = await LabCohort.all().order_by("city")
    assert [(row.city, row.size) for row in rows] == [("CHANGZHOU", 11), ("JIANGYIN", 11)]
