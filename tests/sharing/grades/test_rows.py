"""Rows of kept grades as earlier releases wrote them."""

from credit.levels import GradeLevel
from credit.path.steps import GradePath
from credit.path.words import summary_of
from sharing.grades.rows import outlook_from, outlook_row


def test_a_lifted_cap_of_before_still_raises_a_grade_that_is_there() -> None:
    step = {
        "name": "公共信用积分等级",
        "control": "CONTROLLABLE",
        "explanation": "积分等级达到 A 级",
        "cap": "ADVANCED",
    }
    row = {"gate": "ADVANCED", "cap": "FIRST", "options": [], "required": [step]}

    outlook = outlook_from(row, GradeLevel.FIRST, ())

    summary = summary_of(GradePath(level=GradeLevel.ADVANCED, steps=outlook.required))
    assert summary == "改善 1 项即可达到高级：公共信用积分等级"
    assert outlook_from(outlook_row(outlook), GradeLevel.FIRST, ()) == outlook


def test_what_excludes_from_a_grade_is_told_as_that() -> None:
    step = {"name": "严重失信", "control": "WAITING", "explanation": "移出名单", "gate": "ADVANCED"}
    row = {"gate": "ADVANCED", "cap": "ADVANCED", "options": [], "required": [step]}

    outlook = outlook_from(row, GradeLevel.NOT_CERTIFIED, ())

    summary = summary_of(GradePath(level=GradeLevel.CANDIDATE, steps=outlook.required))
    assert summary == "严重失信解决后即可评级，至少为备选"
