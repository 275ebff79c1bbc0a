"""Verification: an answer says yes, no or a band, and nothing of the rows leaks into it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.facts import PersonRole
from sharing.disclosure.verification import NO_RECORD, Question, questions, questions_about
from sharing.lists import SharingMode, categories_of

AREAS = st.lists(st.decimals(0, 100_000, places=2), min_size=1, max_size=6)


def asking(kind: str) -> Question:
    return next(one for one in questions_about("JS-27") if one.kind == kind)


@pytest.mark.parametrize(
    ("areas", "enough", "band"),
    [
        (["499.99"], "否", "不足 500 平方米"),
        (["250", "250"], "是", "500（含）至 1000 平方米"),
        (["999.99"], "是", "500（含）至 1000 平方米"),
        (["1000"], "是", "1000（含）至 5000 平方米"),
        (["5000"], "是", "5000 平方米及以上"),
    ],
)
def test_areas_are_summed_and_only_compared(areas: list[str], enough: str, band: str) -> None:
    rows = [{"面积": area} for area in areas]

    assert asking("total_at_least").answer(rows) == enough
    assert asking("total_band").answer(rows) == band


@given(AREAS)
def test_au_5_no_answer_repeats_a_value(areas: list[Decimal]) -> None:
    rows = [{"面积": f"{area:f}", "不动产权证书号": "示例证号"} for area in areas]

    answers = {one.answer(rows) for one in questions_about("JS-27")}

    steps = asking("total_band").steps
    bands = {asking("total_band").answer([{"面积": str(step)}]) for step in (0, *steps)}
    assert answers <= {"是", "否"} | bands


def test_the_newest_row_answers_and_none_is_no_record() -> None:
    (owned,) = questions_about("LOCAL-PREMISES")
    old = {"tenure": "自有", "verified_on": "2025-01-01"}
    new = {"tenure": "租赁", "verified_on": "2026-01-01"}

    assert owned.answer([old, new]) == "否"
    assert owned.answer([old]) == "是"
    assert owned.answer([]) == NO_RECORD


def test_a_question_about_a_person_names_the_person() -> None:
    legal, controller = questions_about("LOCAL-PERSONAL-CREDIT")

    assert (legal.person, controller.person) == tuple(PersonRole)
    rows = [{"role": "法定代表人", "level": "B", "rated_on": "2026-01-01"}]
    assert (legal.answer(rows), controller.answer(rows)) == ("否", NO_RECORD)


def test_every_question_is_about_a_category_that_is_verified() -> None:
    known = {
        **categories_of("CANGZHOU"),
        **categories_of("CHANGZHOU"),
        **categories_of("JIANGYIN"),
    }
    for one in questions():
        for code in one.categories:
            category = known[code]
            assert category.mode is SharingMode.VERIFIED
            names = {rule.name for rule in category.fields} | {
                rule.role for rule in category.fields if rule.role
            }
            wanted = {one.of, one.newest_by, *([one.where["of"]] if one.where else [])} - {""}
            assert wanted <= names, (code, wanted)
