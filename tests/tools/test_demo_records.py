"""The demo story's credit records: files like any provider's, from which the grades follow."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from credit.levels import GradeLevel
from foundation.clock import FrozenClock, day_in_shanghai
from foundation.settings import ROOT
from sharing.grading import current_grades, regrade, regrade_city
from storage.models.enterprise import Enterprise
from tests.factories.credit import consent_of_all, import_histories
from tests.factories.people import an_enterprise
from tools.demo_records import DemoFirm, read_firms, write_files

STORY = ROOT / "tools" / "story"


def firms() -> list[DemoFirm]:
    return read_firms(STORY / "credit.csv", STORY / "enterprises.csv")


async def registered(clock: FrozenClock) -> dict[str, Enterprise]:
    with (STORY / "enterprises.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["slug"]: await an_enterprise(
                uscc=row["uscc"],
                name=row["name"],
                city=row["city"],
                district=row["district"],
                industry=row["industry"],
                established_on=date.fromisoformat(row["established_on"]),
                employees=int(row["employees"]),
                now=clock.now(),
            )
            for row in csv.DictReader(lines)
        }


@pytest.mark.usefixtures("database")
async def test_the_storys_grades_span_the_scale_by_their_facts(clock: FrozenClock) -> None:
    found = await registered(clock)
    await consent_of_all([one for slug, one in found.items() if slug != "unrated"], clock.now())

    await import_histories(firms(), clock.now())
    for city in ("JIANGYIN", "CHANGZHOU", "CANGZHOU"):
        await regrade_city(city, clock.now())

    held = await current_grades(
        [enterprise.id for enterprise in found.values()], day_in_shanghai(clock.now())
    )
    levels = {slug: held[enterprise.id].level for slug, enterprise in found.items()}
    assert {slug: level for slug, level in levels.items() if not slug.startswith("peer")} == {
        "owner-advanced": GradeLevel.ADVANCED,
        "owner-first": GradeLevel.FIRST,
        "owner-candidate": GradeLevel.CANDIDATE,
        "owner-severe": GradeLevel.NOT_CERTIFIED,
        "unrated": GradeLevel.UNRATED,
        "sole-trader": GradeLevel.CANDIDATE,
        "software": GradeLevel.FIRST,
        "owner-changzhou": GradeLevel.FIRST,
        "changzhou-solar": GradeLevel.ADVANCED,
        "changzhou-trade": GradeLevel.CANDIDATE,
        "changzhou-food": GradeLevel.CANDIDATE,
        "owner-cangzhou": GradeLevel.FIRST,
        "cangzhou-transport": GradeLevel.CANDIDATE,
        "cangzhou-farm": GradeLevel.CANDIDATE,
    }
    advanced = held[found["owner-advanced"].id].indicators[0]
    assert "15 家可比企业中排第 1" in advanced.explanation


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("day", ["2026-12-31", "2027-01-01", "2028-02-29"])
async def test_the_two_owners_of_the_journeys_keep_their_levels_on_any_day_and_for_months(
    clock: FrozenClock, day: str
) -> None:
    clock.instant = datetime.fromisoformat(f"{day}T04:00:00+00:00")
    found = await registered(clock)
    await consent_of_all(list(found.values()), clock.now())
    await import_histories([firm for firm in firms() if firm.city == "JIANGYIN"], clock.now())
    owners = [found["owner-advanced"].id, found["owner-first"].id]

    async def levels() -> list[GradeLevel]:
        await regrade(owners, "JIANGYIN", clock.now())
        held = await current_grades(owners, day_in_shanghai(clock.now()))
        return [held[one].level for one in owners]

    assert await levels() == [GradeLevel.ADVANCED, GradeLevel.FIRST]
    clock.advance(timedelta(days=150))
    assert await levels() == [GradeLevel.ADVANCED, GradeLevel.FIRST]


def test_the_same_table_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    day = date(2026, 11, 22)

    one = write_files(firms(), tmp_path / "1", day)
    other = write_files(firms(), tmp_path / "2", day)

    assert [file.path.name for file in one] == [file.path.name for file in other]
    assert all(a.path.read_bytes() == b.path.read_bytes() for a, b in zip(one, other, strict=True))


def test_every_firm_is_marked_as_an_example_and_nobody_is_named(tmp_path: Path) -> None:
    for file in write_files(firms(), tmp_path, date(2026, 11, 22)):
        with file.path.open(encoding="utf-8", newline="") as lines:
            assert all(row["企业名称"].startswith("示例") for row in csv.DictReader(lines))


def test_a_column_that_is_no_fact_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "credit.csv"
    table.write_text("slug,level\nowner-first,FIRST\n", "utf-8")

    with pytest.raises(ValueError, match="unknown column or firm in owner-first"):
        read_firms(table, STORY / "enterprises.csv")
