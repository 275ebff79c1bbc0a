"""What recognises the answers of a grade run."""

from datetime import date
from uuid import UUID

from sharing.grades.deriving import Heard
from sharing.interfaces.answers import Answered

DAY = date(2026, 3, 18)


def _heard(*codes: str, last: bytes = b"JS-12") -> Heard:
    answers = {
        (code, DAY): Answered(
            rows=(), digest=code.encode() if code != "JS-12" else last, answered_on=DAY
        )
        for code in codes
    }
    return Heard(enterprise_id=UUID(int=1), uscc="", consent_id=UUID(int=2), answers=answers)


def test_answers_are_recognised_in_whatever_order_they_were_asked_for() -> None:
    assert _heard("JS-11", "JS-12").digest == _heard("JS-12", "JS-11").digest


def test_another_answer_is_another_one() -> None:
    assert _heard("JS-11", "JS-12").digest != _heard("JS-11", "JS-12", last=b"other").digest
