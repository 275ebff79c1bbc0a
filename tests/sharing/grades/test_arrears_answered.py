"""Answers about arrears: any list that names them, and two rows that contradict each other."""

from datetime import date

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import new_id
from sharing.grades.asking import ask_and_grade
from sharing.grades.deriving import Heard, figures_of
from sharing.interfaces.answers import Answered
from sharing.interfaces.memory import MemorySource
from sharing.lists import categories_of
from storage.models import GradeFigure
from tests.factories.credit import (
    a_graded_owner,
)
from tests.sharing.grades.asked import consent_of, held, letters
from tests.sharing.interfaces.local_source import Slept

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("one", "other", "letter"), [("否", "否", "A"), ("否", "是", "B"), ("是", "否", "B")]
)
async def test_a2_34_arrears_that_any_list_names_are_arrears(
    one: str, other: str, letter: str
) -> None:
    arrears = categories_of("JIANGYIN")["JS-11"]
    uscc = "91320281MA0000000P"
    answers = {
        (arrears.code, day): Answered(
            ({"统一社会信用代码": uscc, "当前是否欠费": said},), b"d", day
        )
        for said, day in ((one, date(2026, 3, 18)), (other, date(2026, 3, 17)))
    }
    heard = Heard(new_id(), uscc, new_id(), answers)

    [(_, figure)] = await figures_of("JIANGYIN", date(2026, 3, 18), [heard], frozenset())

    assert figure.record is not None
    assert figure.record.says_yes("in_arrears") is (letter == "B")


@pytest.mark.parametrize("said", [("是", "否"), ("否", "是"), ("否", "否")])
async def test_an_answer_of_two_rows_about_arrears_is_refused_whatever_their_order(
    said: tuple[str, str],
    clock: FrozenClock,
    slept: Slept,
    tax: MemorySource,
    power: MemorySource,
) -> None:
    owner = await a_graded_owner(clock, arrears="是")
    assert owner.enterprise is not None
    uscc = owner.enterprise.uscc
    tax.add("JS-11", uscc, *({"统一社会信用代码": uscc, "当前是否欠费": word} for word in said))

    await ask_and_grade((await consent_of(owner)).id, clock.now(), slept.pace)

    assert not await GradeFigure.exists(number=3)
    assert letters(await held(owner, clock))[2] == "B", "what was received before stands"
