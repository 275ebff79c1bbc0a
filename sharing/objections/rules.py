"""What an objection may say, by when it is handed over, and the states it goes through."""

from collections.abc import Mapping
from datetime import date, datetime

from foundation.clock import day_in_shanghai
from foundation.errors import NotAllowedNow
from foundation.working_days import Deadline, deadline_after
from storage.models.objection import Objection, ObjectionState

MAX_REASON = 500
MAX_ACKNOWLEDGEMENT = 80
# 苏政办发〔2022〕59号 十四: 异议申诉 is handed over to the provincial node within two working days.
HAND_OVER_WITHIN = 2

LIFECYCLE: Mapping[ObjectionState, frozenset[ObjectionState]] = {
    ObjectionState.FILED: frozenset({ObjectionState.HANDED_OVER}),
    ObjectionState.HANDED_OVER: frozenset({ObjectionState.UPHELD, ObjectionState.REJECTED}),
    ObjectionState.UPHELD: frozenset(),
    ObjectionState.REJECTED: frozenset(),
}

OPEN = frozenset(state for state, further in LIFECYCLE.items() if further)
"""While an objection is in one of these, what it speaks of is marked 异议中."""

STANDING: Mapping[ObjectionState, str] = {
    ObjectionState.FILED: "异议已受理，等待转交省级节点",
    ObjectionState.HANDED_OVER: "异议已经转交省级节点，等待核实结果",
    ObjectionState.UPHELD: "异议已经核实成立，信息已更正",
    ObjectionState.REJECTED: "异议已经核实，信息无误",
}


def advance(objection: Objection, to: ObjectionState) -> None:
    """Move an objection on. Raises NotAllowedNow where LIFECYCLE has no such step."""
    if to not in LIFECYCLE[objection.state]:
        raise NotAllowedNow(STANDING[objection.state])
    objection.state = to


def hand_over_deadline(filed_at: datetime) -> Deadline:
    """The last day for handing over what was filed at an instant (A2-32)."""
    return deadline_after(day_in_shanghai(filed_at), HAND_OVER_WITHIN)


def is_late(objection: Objection, today: date) -> bool:
    """Whether it should have been handed over by now, or was handed over too late."""
    done = objection.handed_over_at
    return (day_in_shanghai(done) if done else today) > objection.hand_over_due_on
