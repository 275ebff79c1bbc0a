"""The ways of the direct method: honours with three clean years, credit points, a cap."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from credit.facts import (
    Facts,
    HonourKind,
)
from credit.grade import grade
from credit.levels import GradeLevel, GradingMethod
from credit.methods.rules import STANDARD_RULES
from credit.path import (
    GradePath,
    StepControl,
    outlook_of,
    summary_of,
)
from tests.credit.outlooks import paths
from tests.factories.facts import (
    AS_OF,
    credit_points,
    facts,
    honour,
    populations,
    public_record,
    public_records,
    year_on_year,
)

POOR = {"housing_fund": None, "environment": None, "policy": None, "performance": None}
"""What leaves a firm its eight A's and no C."""


def taken(known: Facts, path: GradePath) -> Facts:
    """The facts once an honour is held, and credit points are what a path asks for."""
    names = {step.name for step in path.steps}
    changes: dict[str, object] = {}
    if "取得规定的荣誉" in names:
        changes["honours"] = (honour(valid_until=None),)
    if any("提升到 B 级" in step.explanation for step in path.steps):
        changes["credit_points"] = credit_points("B")
    if any("提升到 A 级" in step.explanation for step in path.steps):
        changes["credit_points"] = credit_points("A")
    if any(step.indicator == 9 for step in path.steps) and known.public_records:
        repaired = [
            replace(one, repaired_on=one.repaired_on or AS_OF)
            for one in known.public_records.records
        ]
        changes["public_records"] = public_records(*repaired)
    return replace(known, **changes)  # type: ignore[arg-type]


def directly(known: Facts) -> list[GradePath]:
    """The paths that ask for no letter, but for what ⑨ says of the gate."""
    return [
        path
        for path in paths(known)
        if any(step.direct for step in path.steps)
        and all(step.indicator in (None, 9) for step in path.steps)
    ]


@pytest.mark.parametrize(
    ("change", "levels"),
    [
        ({}, ["ADVANCED"]),
        ({"credit_points": credit_points("B")}, ["ADVANCED", "ADVANCED"]),
        ({"credit_points": credit_points("D")}, ["FIRST", "ADVANCED", "ADVANCED"]),
        ({"public_records": public_records(public_record(recorded_on=date(2020, 1, 1)))},
         ["ADVANCED"]),
        ({"public_records": public_records(public_record(recorded_on=date(2024, 3, 1)))},
         ["ADVANCED"]),
        ({"public_records": public_records(
            public_record(recorded_on=date(2024, 3, 1), repaired_on=date(2024, 5, 1)))},
         ["ADVANCED"]),
    ],
)  # fmt: skip
def test_each_way_of_the_direct_method_gives_its_level_on_its_day_and_not_before(
    change: dict[str, object], levels: list[str]
) -> None:
    known = facts(**{**POOR, "tax": year_on_year(current="20"), **change})

    found = directly(known)

    assert [path.level.value for path in found] == levels
    for path in found:
        day = path.earliest_on or AS_OF
        after = taken(known, path)
        assert grade(after, populations(), day).level is path.level
        if path.earliest_on:
            before = path.earliest_on - timedelta(days=1)
            assert path.level.better_than(grade(after, populations(), before).level)
        for step in path.steps:
            if step.available_on is None:
                fewer = replace(path, steps=tuple(one for one in path.steps if one is not step))
                assert path.level.better_than(
                    grade(taken(known, fewer), populations(), day).level
                ), step


def test_an_honour_is_offered_to_whoever_the_rankings_keep_down() -> None:
    """Half of every industry has a C at ①, which nobody can lift alone."""
    way = paths(facts(tax=year_on_year(current="20")))

    first = next(path for path in way if path.level is GradeLevel.ADVANCED)
    assert [step.name for step in first.steps] == ["取得规定的荣誉"]
    assert first.control is StepControl.CONTROLLABLE
    assert all(kind.value in first.steps[0].explanation for kind in HonourKind)
    assert summary_of(first) == "改善 1 项即可达到高级：取得规定的荣誉"


def test_a_held_honour_waits_for_three_clean_years() -> None:
    record = public_record(recorded_on=date(2024, 3, 1), repaired_on=date(2024, 5, 1))
    known = facts(
        **{**POOR, "tax": year_on_year(current="20")},
        honours=(honour(valid_until=None),),
        public_records=public_records(record),
    )

    (way,) = directly(known)

    assert [(step.control, step.available_on) for step in way.steps] == [
        (StepControl.WAITING, date(2027, 3, 2))
    ]
    ends_before = replace(known, honours=(honour(valid_until=date(2027, 3, 1)),))
    assert len(directly(ends_before)[0].steps) == 2, "it must be held on that day"


def test_no_honour_is_offered_where_time_alone_does_it() -> None:
    repaired = public_record(recorded_on=date(2025, 1, 12), repaired_on=date(2025, 6, 1))

    assert directly(facts(public_records=public_records(repaired))) == []


@pytest.mark.parametrize("change", [{"public_records": None}, {"consented": False}])
def test_no_honour_is_offered_where_it_could_not_count(change: dict[str, object]) -> None:
    assert directly(facts(**{**POOR, **change})) == []


def test_nothing_is_said_of_honours_that_the_consent_leaves_out() -> None:
    known = facts(**POOR)
    result = grade(known, populations(), AS_OF)
    unread = replace(
        result,
        methods=tuple(
            replace(one, withheld=one.method is GradingMethod.DIRECT) for one in result.methods
        ),
    )

    assert outlook_of(known, unread, AS_OF, STANDARD_RULES).routes == ()
