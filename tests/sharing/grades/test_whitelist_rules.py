"""Who is recommended in a month and who no longer is: A2-28, each ground by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.levels import GradeLevel
from foundation.identifiers import new_id
from sharing.grades.whitelist_rules import Candidate, digest_of, entries_of, why_not
from storage.models.whitelist import WhitelistChange


def a_candidate(**changes: object) -> Candidate:
    values: dict[str, object] = {
        "enterprise_id": new_id(),
        "uscc": "91320281MA0RQ00015",
        "name": "示例机械有限公司",
        "level": GradeLevel.FIRST,
    }
    return Candidate(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"level": GradeLevel.ADVANCED}, None),
        ({"level": GradeLevel.CANDIDATE}, "信用等级为备选"),
        ({"level": GradeLevel.UNRATED}, "信用等级为未评级"),
        ({"level": GradeLevel.NOT_CERTIFIED}, "信用等级为不予认证"),
        ({"whitelist_consent": False}, "白名单推荐授权已结束"),
        ({"grading_consent": False}, "信用评级授权已结束"),
        ({"red_alert": True}, "贷款有欠息或不良记录"),
        ({"severe_check": True}, "须核对严重失信名单"),
        ({"in_business": False}, "企业不在业"),
    ],
)
def test_a2_28_recommended_are_advanced_and_first_with_both_consents_and_no_alert(
    change: dict[str, object], reason: str | None
) -> None:
    assert why_not(a_candidate(**change)) == reason


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(list(GradeLevel))), max_size=12))
def test_every_enterprise_of_either_month_is_told_apart(
    firms: list[tuple[bool, GradeLevel]],
) -> None:
    candidates = [a_candidate(level=level, uscc=f"{n:018}") for n, (_, level) in enumerate(firms)]
    was_on = [
        one.enterprise_id for one, (before, _) in zip(candidates, firms, strict=True) if before
    ]
    before = dict.fromkeys(was_on, GradeLevel.FIRST)

    found = {one.enterprise_id: one for one in entries_of(reversed(candidates), before)}

    for one in candidates:
        is_on, was = why_not(one) is None, one.enterprise_id in before
        expected = {
            (True, True): WhitelistChange.KEPT,
            (True, False): WhitelistChange.ADDED,
            (False, True): WhitelistChange.REMOVED,
        }.get((is_on, was))
        entry = found.get(one.enterprise_id)
        assert (entry and entry.change) == expected
    assert [one.uscc for one in found.values()] == sorted(one.uscc for one in found.values())


@given(st.lists(st.tuples(st.text("AB9", min_size=1), st.just("FIRST")), unique=True, max_size=5))
def test_the_digest_does_not_depend_on_the_order(entries: list[tuple[str, str]]) -> None:
    assert digest_of(entries) == digest_of(reversed(entries))
