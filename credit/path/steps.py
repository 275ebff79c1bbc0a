"""The vocabulary of a path: a step, what it changes, who can take it, and a set of them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credit.levels import GradeLevel, Letter


class StepControl(StrEnum):
    """In whose hands a step lies."""

    CONTROLLABLE = "CONTROLLABLE"
    WAITING = "WAITING"
    NOT_CONTROLLABLE = "NOT_CONTROLLABLE"

    @property
    def standing(self) -> int:
        """How far it is out of the enterprise's hands: 0, 1 or 2."""
        return _STANDING[self]


_STANDING = {
    StepControl.CONTROLLABLE: 0,
    StepControl.WAITING: 1,
    StepControl.NOT_CONTROLLABLE: 2,
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change, with the sentence that tells the owner of it.

    `indicator` is None for what stands above the letters: a severe record, a cap. `gate` and
    `cap` are the best level that the standard's gate, or the cap, allows once the step is taken;
    None where the step does not move it. `available_on` is the first day on which a WAITING step
    counts. `direct`: the direct method asks for it.
    """

    indicator: int | None
    name: str
    before: Letter | None
    after: Letter | None
    control: StepControl
    explanation: str
    available_on: date | None = None
    gate: GradeLevel | None = None
    cap: GradeLevel | None = None
    direct: bool = False


@dataclass(frozen=True, kw_only=True)
class GradePath:
    """A smallest set of steps that reaches a level: without any one of them it is not reached."""

    level: GradeLevel
    steps: tuple[Step, ...]

    @property
    def control(self) -> StepControl:
        """In whose hands the whole path lies: the step furthest out of the enterprise's."""
        return max((step.control for step in self.steps), key=lambda control: control.standing)

    @property
    def earliest_on(self) -> date | None:
        """The first day on which every waiting step counts; None where nothing waits."""
        return max((s.available_on for s in self.steps if s.available_on), default=None)


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Where an enterprise stands, and what could change.

    `letters` are those of the thirteen indicators in order, empty for one without letters;
    `gate` and `cap` the best level that each allows now; `options` the changes possible at each
    indicator, the smallest first; `required` steps without which there is no grade at all, which
    then reach 备选 at least; `routes` the sets by which the direct method gives a level, whatever
    the letters.
    """

    level: GradeLevel
    letters: tuple[Letter, ...] = ()
    gate: GradeLevel = GradeLevel.ADVANCED
    cap: GradeLevel = GradeLevel.ADVANCED
    options: tuple[tuple[Step, ...], ...] = ()
    required: tuple[Step, ...] = ()
    routes: tuple[GradePath, ...] = ()
