"""Runs of grading: what they share, kept once; a city's in parts; the same grades either way."""

import json
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from credit.facts import Facts
from credit.grade import RULE_VERSION
from credit.levels import GradeLevel
from credit.path import Outlook, outlook_of
from foundation.clock import FrozenClock, day_in_shanghai
from sharing.grades import city as city_runs
from sharing.grades import computing
from sharing.grades.city import run_batch, run_city
from sharing.grading import current_grade, grade_enterprise
from storage.database import fetch, transaction
from storage.models import Consent, Grade, GradeGroup, GradeRun, GradeRunPart
from storage.models.grade_run import GradeRunKind, GroupLevel
from tests.factories.credit import (
    a_graded_owner,
    a_grading_consent,
    a_history,
    import_histories,
    peers,
)
from tests.factories.people import Someone, an_enterprise, an_owner

pytestmark = pytest.mark.usefixtures("database")


async def run_of(owner: Someone) -> tuple[GradeRun, Grade]:
    grade = await Grade.get(enterprise=owner.enterprise, superseded_at=None)
    return await GradeRun.get(id=grade.run_id), grade


async def seen(grade_run: GradeRun) -> list[tuple[str, list[str]]]:
    """Who got which level and letters in a run, by enterprise."""
    rows = await fetch(
        "SELECT enterprise_id, level, indicators FROM grade WHERE run_id = $1 ORDER BY 1",
        grade_run.id,
    )
    return [
        (row["level"], [one["letter"] for one in json.loads(row["indicators"])]) for row in rows
    ]


async def test_a_grade_belongs_to_a_run_that_says_what_it_shared(clock: FrozenClock) -> None:
    await an_enterprise(now=clock.now())  # registered, never authorised
    owner = await a_graded_owner(clock)

    run, grade = await run_of(owner)

    assert (run.kind, run.scope, run.rule_version) == (
        GradeRunKind.ENTERPRISE,
        "C34",
        RULE_VERSION,
    )
    assert run.as_of == grade.as_of == day_in_shanghai(clock.now())
    assert (run.registered, run.consenting) == (13, 12)
    assert (run.ranked_tax, run.ranked_utilities) == (12, 12)
    assert run.settings["minimum_group"] == 10
    assert len(run.input_digest) == 32
    groups = await GradeGroup.filter(run_id=run.id).order_by("indicator")
    assert [(one.indicator, one.code, one.level, one.size) for one in groups] == [
        (1, "C34", GroupLevel.DIVISION, 12),
        (2, "C34", GroupLevel.DIVISION, 12),
    ]
    assert [Fraction(one.a_cut) for one in groups] == [Fraction("1.09"), Fraction("1.09")]
    assert [Fraction(one.b_cut) for one in groups] == [Fraction("1.05"), Fraction("1.05")]


async def test_a2_45_the_row_keeps_the_ratio_and_a_digest_but_no_amount(
    clock: FrozenClock,
) -> None:
    owner = await a_graded_owner(clock, tax="2123456", power="23456")

    row = (await fetch("SELECT * FROM grade WHERE enterprise_id = $1", owner.enterprise.id))[0]
    text = json.dumps(json.loads(row["indicators"]), ensure_ascii=False) + row["outlook"]
    tax, utilities, *_ = json.loads(row["indicators"])

    assert "2123456" not in text
    assert "23456" not in text
    assert tax["standing"]["ratio"] == str(Fraction("2.123456"))
    assert len(tax["digest"]) == len(utilities["digest"]) == 64
    assert tax["source_date"] == utilities["source_date"] == "2026-03-13"
    assert tax["record_id"] in {
        record["id"].hex
        for record in await fetch("SELECT id FROM credit_record WHERE category = 'JS-1'")
    }


async def test_a_city_is_graded_in_one_run_as_each_enterprise_alone_would_be(
    clock: FrozenClock,
) -> None:
    found = await peers(clock.now())
    owner = await a_graded_owner(clock, with_peers=False)
    alone = []
    for enterprise in sorted([*found, owner.enterprise], key=lambda one: one.id):
        async with transaction():
            kept = await grade_enterprise(enterprise.id, clock.now())
        alone.append((kept.level.value, [one["letter"] for one in kept.indicators]))
    clock.advance(timedelta(days=1))

    report = await run_city("JIANGYIN", GradeRunKind.CITY_MONTHLY, clock.now())

    run = await GradeRun.get(id=report.run_id)
    assert (report.enterprises, report.kept, report.changed) == (12, 12, 0)
    assert await seen(run) == alone
    assert (run.scope, run.registered, run.consenting) == ("", 12, 12)
    groups = await GradeGroup.filter(run_id=run.id, indicator=1).order_by("code")
    assert [(one.code, one.level) for one in groups] == [
        ("C", GroupLevel.SECTION),
        ("C34", GroupLevel.DIVISION),
    ]


async def test_a2_33_a_run_states_how_many_are_registered_consent_and_are_ranked(
    clock: FrozenClock,
) -> None:
    await peers(clock.now(), number=10)
    await an_enterprise(now=clock.now())
    without_figures = await an_owner(now=clock.now())
    await a_grading_consent(without_figures, clock.now())
    await an_enterprise(city="CHANGZHOU", now=clock.now())

    report = await run_city("JIANGYIN", GradeRunKind.CITY_MONTHLY, clock.now())

    run = await GradeRun.get(id=report.run_id)
    assert (run.registered, run.consenting) == (12, 11)
    assert (run.ranked_tax, run.ranked_utilities) == (10, 10)


async def test_a_run_that_was_interrupted_goes_on_behind_its_last_part(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await peers(clock.now())
    monkeypatch.setattr(city_runs, "PART", 5)
    told: list[int] = []

    def stop_after_the_second(done: int) -> None:
        told.append(done)
        if len(told) == 2:
            raise ConnectionError

    kind = GradeRunKind.CITY_MONTHLY
    with pytest.raises(ConnectionError):
        await run_city("JIANGYIN", kind, clock.now(), grading=stop_after_the_second)
    first = await GradeRun.get()

    again = await run_city("JIANGYIN", kind, clock.now(), grading=told.append)

    assert told == [5, 10, 11]
    assert again.run_id == first.id
    assert (again.enterprises, again.kept) == (11, 11)
    assert await Grade.all().count() == 11
    parts = await GradeRunPart.all().order_by("number")
    assert [(one.number, one.enterprises, one.is_last) for one in parts] == [
        (1, 5, False),
        (2, 5, False),
        (3, 1, True),
    ]


async def test_what_changed_meanwhile_makes_another_run(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await peers(clock.now())
    monkeypatch.setattr(city_runs, "PART", 5)

    def stop(done: int) -> None:
        raise ConnectionError(done)

    with pytest.raises(ConnectionError):
        await run_city("JIANGYIN", GradeRunKind.CITY_MONTHLY, clock.now(), grading=stop)
    await a_graded_owner(clock, with_peers=False)

    report = await run_city("JIANGYIN", GradeRunKind.CITY_MONTHLY, clock.now())

    runs = await GradeRun.filter(kind=GradeRunKind.CITY_MONTHLY)
    assert len(runs) == 2
    assert len({bytes(run.input_digest) for run in runs}) == 2
    assert report.enterprises == 12
    assert await Grade.filter(superseded_at=None).count() == 12


async def test_a_nightly_run_keeps_only_what_looks_different(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[Facts] = []

    def counted(facts: Facts, *others: Any) -> Outlook:
        looked_at.append(facts)
        return outlook_of(facts, *others)

    monkeypatch.setattr(computing, "outlook_of", counted)
    owner = await a_graded_owner(clock)
    await run_city("JIANGYIN", GradeRunKind.CITY_MONTHLY, clock.now())
    clock.advance(timedelta(days=1))
    worse = a_history(owner.enterprise, policy="限制")
    await import_histories([worse], clock.now())
    looked_at.clear()

    report = await run_city("JIANGYIN", GradeRunKind.CITY_NIGHTLY, clock.now())

    assert (report.enterprises, report.kept, report.changed) == (12, 1, 1)
    assert len(looked_at) == 1, "of the others nothing is worked out that nobody keeps"
    run, grade = await run_of(owner)
    assert (run.kind, grade.level) == (GradeRunKind.CITY_NIGHTLY, GradeLevel.CANDIDATE)


async def test_a_city_run_tells_owners_of_another_level_and_nobody_else(
    clock: FrozenClock,
) -> None:
    await peers(clock.now())  # nobody acts for them
    owner = await an_owner(now=clock.now())
    await import_histories([a_history(owner.enterprise)], clock.now())
    person = await Consent.first().prefetch_related("person")
    assert person is not None
    await Consent.create(
        enterprise=owner.enterprise,
        person=person.person,
        purpose="GRADING",
        text_version="示例",
        granted_at=clock.now(),
    )

    report = await run_city("JIANGYIN", GradeRunKind.CITY_MONTHLY, clock.now())

    facts = await fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'GradeChanged'")
    told = [json.loads(fact["payload"])["body"]["enterprise_id"] for fact in facts]
    assert told == [str(owner.enterprise.id)]
    assert report.changed == 12


async def test_each_grading_is_a_line_of_the_ledger_under_its_consent(clock: FrozenClock) -> None:
    owner = await a_graded_owner(clock)
    run, _ = await run_of(owner)

    (line,) = await fetch(
        "SELECT * FROM access_ledger WHERE what = 'DATA_READ' AND purpose_id = $1", run.id
    )

    consent = await Consent.get(enterprise=owner.enterprise, purpose="GRADING")
    assert (line["role"], line["purpose_kind"]) == ("PLATFORM", "GRADE_RUN")
    assert (line["enterprise_id"], line["consent_id"]) == (owner.enterprise.id, consent.id)
    assert {"JS-1", "JS-13", "JS-14"} <= set(line["categories"])


async def test_a2_27_a_batch_about_a_severe_record_reads_no_ranking(clock: FrozenClock) -> None:
    firm = await an_enterprise(now=clock.now())
    await peers(clock.now())
    await import_histories([a_history(firm, severe="是")], clock.now())

    report = await run_batch([firm.id], "JIANGYIN", clock.now())

    assert report is not None
    run: Any = await GradeRun.get(id=report.run_id)
    assert (run.kind, run.consenting) == (GradeRunKind.BATCH, 0)
    held = await current_grade(firm.id, day_in_shanghai(clock.now()))
    assert held.level is GradeLevel.NOT_CERTIFIED
    assert await run_batch([], "JIANGYIN", clock.now()) is None
