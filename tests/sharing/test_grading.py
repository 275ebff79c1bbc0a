"""Grades computed from imported records, kept, superseded and shown."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from credit.grade import RULE_VERSION, GradeReason
from credit.levels import GradeLevel, Letter
from foundation.city import cities
from foundation.clock import FrozenClock, day_in_shanghai
from foundation.identifiers import new_id
from sharing.consenting.rules import Covered, gradable
from sharing.consents import Grant, grant, revoke
from sharing.grading import (
    current_grade,
    current_grades,
    grade_enterprise,
    regrade_after_import,
    regrade_city,
)
from sharing.interfaces.retention import forget_unconsented
from storage.database import execute, fetch, transaction
from storage.models import Consent, Grade
from storage.models.consent import ConsentPurpose
from tests.factories.credit import (
    a_graded_owner,
    a_grading_consent,
    a_history,
    a_personal_consent,
    import_histories,
    peers,
)
from tests.factories.demands import viewer_of
from tests.factories.people import Someone, an_enterprise, an_owner

pytestmark = pytest.mark.usefixtures("database")


async def graded(clock: FrozenClock, **changes: str) -> Grade:
    owner = await a_graded_owner(clock, **changes)
    return await Grade.get(enterprise=owner.enterprise, superseded_at=None)


def letters(grade: Grade) -> str:
    short = {Letter.NOT_CLASSIFIED: "-"}
    found = [Letter(one["letter"]) for one in grade.indicators]
    return "".join(short.get(letter, letter.value) for letter in found)


async def test_twelve_as_from_imported_files(clock: FrozenClock) -> None:
    grade = await graded(clock)

    assert letters(grade) == "AAAAAAAAAAAA-"
    assert grade.level is GradeLevel.ADVANCED
    assert grade.rule_version == RULE_VERSION
    assert grade.as_of == day_in_shanghai(clock.now())
    tax = grade.indicators[0]
    assert tax["value"] == "比值 2.0000"
    assert tax["source"] == "JS-1 纳税信息"
    assert "12 家可比企业中排第 1" in tax["explanation"]


@pytest.mark.parametrize(
    ("change", "expected", "level"),
    [
        ({"tax": "500000"}, "CAAAAAAAAAAA-", GradeLevel.CANDIDATE),
        ({"tax": "1086000"}, "AAAAAAAAAAAA-", GradeLevel.ADVANCED),
        ({"tax": "1061000"}, "BAAAAAAAAAAA-", GradeLevel.ADVANCED),
        ({"tax_before": ""}, "-AAAAAAAAAAA-", GradeLevel.ADVANCED),
        ({"power": "9000"}, "ACAAAAAAAAAA-", GradeLevel.CANDIDATE),
        ({"insured": "养老 医疗"}, "AABAAAAAAAAA-", GradeLevel.ADVANCED),
        ({"arrears": "是"}, "AABAAAAAAAAA-", GradeLevel.ADVANCED),
        ({"fund": "断缴"}, "AAA-AAAAAAAA-", GradeLevel.ADVANCED),
        ({"tenure": "租赁"}, "AAAAABAAAAAA-", GradeLevel.ADVANCED),
        ({"tenure": "租赁", "high_tech": "是"}, "AAAAAAAAAAAA-", GradeLevel.ADVANCED),
        ({"legal": "未授权"}, "AAAAAA-AAAAA-", GradeLevel.ADVANCED),
        ({"controller": "C"}, "AAAAAACAAAAA-", GradeLevel.CANDIDATE),
        ({"colour": "蓝"}, "AAAAAAABAAAA-", GradeLevel.ADVANCED),
        ({"records": "5修"}, "AAAAAAAABAAA-", GradeLevel.FIRST),
        ({"records": "5"}, "AAAAAAAABAAA-", GradeLevel.CANDIDATE),
        ({"records": "5 6"}, "AAAAAAAACAAA-", GradeLevel.CANDIDATE),
        ({"loans": "1 0 是"}, "AAAAAAAAACAA-", GradeLevel.CANDIDATE),
        ({"loans": ""}, "AAAAAAAAABAA-", GradeLevel.ADVANCED),
        ({"policy": "限制"}, "AAAAAAAAAACA-", GradeLevel.CANDIDATE),
        ({"performance": "30/100"}, "AAAAAAAAAAAB-", GradeLevel.ADVANCED),
        (
            {"legal": "", "colour": "", "loans": "", "policy": "一般", "performance": ""},
            "AAAAAA--ABB--",
            GradeLevel.FIRST,
        ),
    ],
)
async def test_one_changed_fact_moves_its_letter_and_the_grade_follows(
    clock: FrozenClock, change: dict[str, str], expected: str, level: GradeLevel
) -> None:
    grade = await graded(clock, **change)

    assert (letters(grade), grade.level) == (expected, level)


async def test_a2_33_without_consent_no_records_are_read_and_one_is_not_in_the_ranking(
    clock: FrozenClock,
) -> None:
    await peers(clock.now(), number=9)
    silent = await an_owner(now=clock.now())
    asking = await an_owner(now=clock.now())
    await import_histories(
        [a_history(silent.enterprise), a_history(asking.enterprise)], clock.now()
    )

    await a_grading_consent(asking, clock.now())

    held = await current_grades(
        [silent.enterprise.id, asking.enterprise.id], day_in_shanghai(clock.now())
    )
    assert held[silent.enterprise.id].reason_code is GradeReason.AUTHORISE_TO_BE_GRADED
    assert held[silent.enterprise.id].indicators == ()
    assert "10 家可比企业" in held[asking.enterprise.id].indicators[0].explanation


async def test_a2_8_a_severe_record_takes_a_peer_out_of_the_ranking(clock: FrozenClock) -> None:
    found = await peers(clock.now())
    await import_histories(
        [replace(a_history(found[0]), severe="是", tax="", power="")], clock.now()
    )
    owner = await a_graded_owner(clock, with_peers=False)

    grade = await Grade.get(enterprise=owner.enterprise, superseded_at=None)

    assert "11 家可比企业" in grade.indicators[0]["explanation"]


async def test_a2_11_a_small_division_is_ranked_in_the_whole_section(clock: FrozenClock) -> None:
    await peers(clock.now(), industry="C13")
    owner = await a_graded_owner(clock, with_peers=False)

    grade = await Grade.get(enterprise=owner.enterprise, superseded_at=None)

    assert "在 C 制造业 的 12 家可比企业中排第 1" in grade.indicators[0]["explanation"]


async def test_a2_7_a2_33_the_public_severe_list_counts_even_without_consent(
    clock: FrozenClock,
) -> None:
    enterprise = await an_enterprise(now=clock.now())
    await import_histories([replace(a_history(enterprise), severe="是")], clock.now())
    today = day_in_shanghai(clock.now())

    before = await current_grade(enterprise.id, today)
    async with transaction():
        kept = await grade_enterprise(enterprise.id, clock.now())

    assert (before.level, before.grade_id) == (GradeLevel.NOT_CERTIFIED, None)
    assert kept.level is GradeLevel.NOT_CERTIFIED
    assert "严重失信主体（示例）" in kept.reason


async def test_a2_55_a_city_without_credit_sources_gives_no_grade_by_default(
    clock: FrozenClock,
) -> None:
    owner = await an_owner(now=clock.now())

    await a_grading_consent(owner, clock.now())

    held = await current_grade(owner.enterprise.id, day_in_shanghai(clock.now()))
    assert (held.level, held.reason_code) == (
        GradeLevel.UNRATED,
        GradeReason.NO_CREDIT_SOURCE,
    )


async def test_a2_47_a_city_whose_lists_hold_less_still_grades_by_what_they_hold(
    clock: FrozenClock,
) -> None:
    owner = await a_graded_owner(clock, with_peers=False, city="CANGZHOU")

    grade = await Grade.get(enterprise=owner.enterprise, superseded_at=None)

    assert letters(grade) == "---AAAA-AAAA-"
    assert grade.level is GradeLevel.FIRST


async def test_the_first_of_a_citys_lists_that_has_rows_is_read(clock: FrozenClock) -> None:
    owner = await a_graded_owner(clock, with_peers=False, city="CHANGZHOU")

    grade = await Grade.get(enterprise=owner.enterprise, superseded_at=None)

    assert grade.indicators[3]["source"] == "CZ-1 住房公积金缴纳情况"


async def test_a2_27_a_new_severe_record_suspends_at_once_and_says_so_in_a_fact(
    clock: FrozenClock,
) -> None:
    owner = await a_graded_owner(clock)
    former = await Grade.get(enterprise=owner.enterprise)
    clock.advance(timedelta(days=1))
    await import_histories([replace(a_history(owner.enterprise), severe="是")], clock.now())
    rows = await fetch("SELECT batch_id FROM credit_record WHERE category = 'JS-36'")

    changed = await regrade_after_import(rows[0]["batch_id"], "JIANGYIN", clock.now())

    assert changed == 1
    now = await Grade.get(enterprise=owner.enterprise, superseded_at=None)
    assert now.level is GradeLevel.NOT_CERTIFIED
    await former.refresh_from_db()
    assert former.superseded_at == clock.now()
    assert former.level is GradeLevel.ADVANCED
    facts = await fetch("SELECT entrypoint FROM pgqueuer ORDER BY id")
    assert [row["entrypoint"] for row in facts] == [
        "ConsentGranted",
        "GradeChanged",
        "GradeChanged",
    ]


async def test_the_same_facts_on_the_same_day_change_nothing(clock: FrozenClock) -> None:
    owner = await a_graded_owner(clock)
    before = await Grade.all().values_list("id", flat=True)

    changed = await regrade_city("JIANGYIN", clock.now())
    again = await regrade_city("JIANGYIN", clock.now())

    assert again == 0
    assert changed == 11  # the peers, who were never graded before
    assert set(before) <= set(await Grade.all().values_list("id", flat=True))
    assert await Grade.filter(enterprise=owner.enterprise).count() == 1


async def test_a_kept_grade_is_never_changed_nor_deleted(clock: FrozenClock) -> None:
    grade = await graded(clock, tax="")

    for statement in (
        "UPDATE grade SET level = 'FIRST' WHERE id = $1",
        "UPDATE grade SET superseded_at = now(), reason = '' WHERE id = $1",
        "DELETE FROM grade WHERE id = $1",
    ):
        with pytest.raises(Exception, match="kept as it was computed"):
            await execute(statement, grade.id)


async def test_a_grade_is_not_shown_beyond_the_last_day_of_its_consent(
    clock: FrozenClock,
) -> None:
    last = day_in_shanghai(clock.now()) + timedelta(days=30)
    owner = await a_graded_owner(clock, until=last)

    on_the_day = await current_grade(owner.enterprise.id, last)
    afterwards = await current_grade(owner.enterprise.id, last + timedelta(days=1))

    assert on_the_day.level is GradeLevel.ADVANCED
    assert afterwards.level is GradeLevel.UNRATED
    assert afterwards.indicators == ()


async def test_a_revoked_consent_is_gone_on_the_next_reading(clock: FrozenClock) -> None:
    owner = await a_graded_owner(clock)
    consent = await Consent.get(enterprise=owner.enterprise, purpose=ConsentPurpose.GRADING)

    await revoke(viewer_of(owner), consent.id, clock.now())

    held = await current_grade(owner.enterprise.id, day_in_shanghai(clock.now()))
    assert (held.level, held.reason_code) == (
        GradeLevel.UNRATED,
        GradeReason.AUTHORISE_TO_BE_GRADED,
    )


async def test_records_received_after_the_day_are_not_seen(clock: FrozenClock) -> None:
    owner = await an_owner(now=clock.now())
    await import_histories([a_history(owner.enterprise)], clock.now() + timedelta(days=40))

    await a_grading_consent(owner, clock.now())

    held = await current_grade(owner.enterprise.id, day_in_shanghai(clock.now()))
    assert held.level is GradeLevel.UNRATED


async def test_an_unknown_enterprise_is_nothing_to_grade(clock: FrozenClock) -> None:
    unknown = new_id()

    assert await current_grades([unknown], day_in_shanghai(clock.now())) == {}
    with pytest.raises(LookupError):
        async with transaction():
            await grade_enterprise(unknown, clock.now())
    assert await Grade.all().count() == 0


async def a_partial_consent(owner: Someone, now: datetime, *, without: str) -> None:
    """A grading consent to every category but one."""
    assert owner.enterprise is not None
    city = owner.enterprise.city
    wanted = Grant(
        enterprise_id=owner.enterprise.id,
        purpose=ConsentPurpose.GRADING,
        text_version=cities()[city].consent_text("GRADING").version,
        until=None,
        scope=tuple(Covered(category=one) for one in sorted(gradable(city) - {without})),
    )
    await grant(viewer_of(owner), wanted, f"partial-{new_id().hex}", now)


@pytest.mark.parametrize(
    ("changes", "without", "number"),
    [
        # Of the rest alone the water bill, which halved, would have given a C.
        ({"water": "500", "water_before": "1000"}, "JS-14", 2),
        # And without a falling bill the rest would have given a better letter than the whole.
        ({"water": "500", "water_before": "100000"}, "JS-31", 2),
        ({"arrears": "是"}, "JS-11", 3),
    ],
)
async def test_a2_43_what_is_left_of_an_indicator_gives_no_letter_of_its_own(
    clock: FrozenClock, changes: dict[str, str], without: str, number: int
) -> None:
    await peers(clock.now())
    owner = await an_owner(now=clock.now())
    assert owner.enterprise is not None
    await import_histories([a_history(owner.enterprise, **changes)], clock.now())

    await a_partial_consent(owner, clock.now(), without=without)

    held = await current_grade(owner.enterprise.id, day_in_shanghai(clock.now()))
    assert held.indicators[number - 1].letter is Letter.NOT_CLASSIFIED
    assert held.withheld == (number,)
    (run,) = await fetch("SELECT ranked_utilities FROM grade_run ORDER BY id DESC LIMIT 1")
    assert run["ranked_utilities"] == (11 if number == 2 else 12)


async def test_a2_46_a_consent_given_again_does_not_wash_off_what_banks_reported(
    clock: FrozenClock,
) -> None:
    owner = await a_graded_owner(clock, loans="1 0 是")
    assert owner.enterprise is not None
    consent = await Consent.get(enterprise=owner.enterprise, purpose=ConsentPurpose.GRADING)
    await revoke(viewer_of(owner), consent.id, clock.now())
    await forget_unconsented(clock.now())

    await a_grading_consent(owner, clock.now())

    held = await current_grade(owner.enterprise.id, day_in_shanghai(clock.now()))
    assert held.indicators[9].letter is Letter.C


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        # Swept, the arrears read as none: an A instead of a B.
        ({"arrears": "是"}, 3),
        # Of the rest alone the water bill, which halved, would have given a C …
        ({"water": "500", "water_before": "1000"}, 2),
        # … and one that grew an A where the falling power bill had given a C.
        ({"power": "9000", "water": "100", "water_before": "10"}, 2),
    ],
)
async def test_a2_43_what_went_with_a_consent_gives_no_letter_until_the_source_answers(
    clock: FrozenClock, changes: dict[str, str], number: int
) -> None:
    owner = await a_graded_owner(clock, **changes)
    assert owner.enterprise is not None
    consent = await Consent.get(enterprise=owner.enterprise, purpose=ConsentPurpose.GRADING)
    await revoke(viewer_of(owner), consent.id, clock.now())
    await forget_unconsented(clock.now())

    await a_grading_consent(owner, clock.now())

    held = await current_grade(owner.enterprise.id, day_in_shanghai(clock.now()))
    found = held.indicators[number - 1]
    assert (found.letter, held.withheld) == (Letter.NOT_CLASSIFIED, ())
    assert found.explanation == "信息提供单位尚未提供此项的完整数据，不进行分类"
    (run,) = await fetch("SELECT ranked_utilities FROM grade_run ORDER BY id DESC LIMIT 1")
    assert run["ranked_utilities"] == 11, "nobody is ranked by a part"


@pytest.mark.parametrize(
    ("changes", "level", "after"),
    [
        ({}, GradeLevel.ADVANCED, GradeLevel.ADVANCED),
        ({"colour": "蓝", "loans": "", "policy": "一般"}, GradeLevel.ADVANCED, GradeLevel.FIRST),
        ({"records": "5"}, GradeLevel.CANDIDATE, GradeLevel.CANDIDATE),
    ],
)
async def test_a2_38_a_persons_consent_counts_to_its_last_day_also_before_the_nights_run(
    clock: FrozenClock, changes: dict[str, str], level: GradeLevel, after: GradeLevel
) -> None:
    await peers(clock.now())
    owner = await an_owner(now=clock.now())
    assert owner.enterprise is not None
    last = day_in_shanghai(clock.now()) + timedelta(days=3)
    await a_personal_consent(owner.enterprise, clock.now(), until=last)
    await import_histories([a_history(owner.enterprise, **changes)], clock.now())
    await a_grading_consent(owner, clock.now())

    on_the_day = await current_grade(owner.enterprise.id, last)
    afterwards = await current_grade(owner.enterprise.id, last + timedelta(days=1))

    assert (on_the_day.level, on_the_day.indicators[6].letter) == (level, Letter.A)
    assert (afterwards.level, afterwards.indicators[6].letter) == (after, Letter.NOT_CLASSIFIED)
    assert (afterwards.indicators[6].value, afterwards.bases.get(7)) == (None, None)
    clock.advance(timedelta(days=4))
    await regrade_city("JIANGYIN", clock.now())
    by_night = await current_grade(owner.enterprise.id, day_in_shanghai(clock.now()))
    assert (by_night.level, by_night.indicators[6].letter) == (after, Letter.NOT_CLASSIFIED)
