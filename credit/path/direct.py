"""The ways up by the direct method (三.2): an honour with three clean years, or credit points.

Beside the letters, and whole: what the method asks for, what opens the gate, and what lifts a cap.
"""

from datetime import date

from credit.facts import Facts, HonourKind
from credit.indicators.records import counted_records
from credit.levels import GradeLevel
from credit.methods.direct import CLEAN_YEARS, level_of_points, negative_days
from credit.path.steps import GradePath, Outlook, Step, StepControl
from credit.periods import first_day_beyond

_RECORDS = 9

HONOUR = Step(
    indicator=None,
    name="取得规定的荣誉",
    before=None,
    after=None,
    control=StepControl.CONTROLLABLE,
    explanation="取得并保持下列荣誉之一，且最近三年无负面信用记录，直接认证为高级："
    + "、".join(kind.value for kind in HonourKind),
    direct=True,
)

CAP = Step(
    indicator=None,
    name="公共信用积分等级",
    before=None,
    after=None,
    control=StepControl.CONTROLLABLE,
    explanation="公共信用积分等级在 C 级以下时只能认证为备选；提升到 B 级以上即不再受限",
    cap=GradeLevel.ADVANCED,
    direct=True,
)


def direct_routes(facts: Facts, outlook: Outlook, as_of: date) -> tuple[GradePath, ...]:
    """The sets of steps by which the direct method gives a better level, the gates included."""
    found = (
        _by_honour(facts, outlook, as_of),
        _by_points(facts, outlook, "B", GradeLevel.FIRST),
        _by_points(facts, outlook, "A", GradeLevel.ADVANCED),
    )
    return tuple(one for one in found if one and one.level.better_than(outlook.level))


def _by_honour(facts: Facts, outlook: Outlook, as_of: date) -> GradePath | None:
    """An honour held on the day on which three clean years are over (A2-24)."""
    known = facts.public_records
    if known is None:
        return None
    negative = negative_days(facts, as_of)
    clean_on = max((first_day_beyond(day, CLEAN_YEARS, as_of) for day in negative), default=as_of)
    steps = []
    if not any(honour.is_held(clean_on) for honour in facts.honours):
        steps.append(HONOUR)
    if outlook.gate is not GradeLevel.ADVANCED and counted_records(known, clean_on).unrepaired:
        # Only the repair: the look-back after it is over before three years are.
        repair = next((o for o in _of_records(outlook) if o.control.standing == 0), None)
        if repair is None:
            return None
        steps.append(repair)
    if negative:
        steps.append(_clean(len(negative), clean_on))
    if outlook.cap is not GradeLevel.ADVANCED:
        steps.append(CAP)
    return GradePath(level=GradeLevel.ADVANCED, steps=tuple(steps)) if steps else None


def _by_points(facts: Facts, outlook: Outlook, wanted: str, level: GradeLevel) -> GradePath | None:
    """Credit points of a level give it directly, as far as the gate allows (A2-22)."""
    points = facts.credit_points
    if points is None:
        return None
    steps = []
    if level.better_than(level_of_points(points.level)):
        is_lifted = wanted == "B" and outlook.cap is not GradeLevel.ADVANCED
        steps.append(CAP if is_lifted else _raised(points.level, wanted, level))
    if level.better_than(outlook.gate):
        opens = (o for o in _of_records(outlook) if o.gate and not level.better_than(o.gate))
        if (option := next(opens, None)) is None:
            return None
        steps.append(option)
    return GradePath(level=level, steps=tuple(steps)) if steps else None


def _of_records(outlook: Outlook) -> tuple[Step, ...]:
    """What could change at ⑨, the smallest first; nothing that a consent leaves out."""
    chains = (chain for chain in outlook.options if chain[0].indicator == _RECORDS)
    return tuple(step for chain in chains for step in chain if step.gate)


def _clean(number: int, clean_on: date) -> Step:
    return Step(
        indicator=None,
        name="最近三年无负面信用记录",
        before=None,
        after=None,
        control=StepControl.WAITING,
        explanation=(
            f"最近三年有 {number} 条负面信用记录（已修复的也计算），"
            f"不再新增的，到 {clean_on.isoformat()} 满足；荣誉届时须仍然有效"
        ),
        available_on=clean_on,
        gate=GradeLevel.ADVANCED,
        direct=True,
    )


def _raised(now: str, wanted: str, level: GradeLevel) -> Step:
    return Step(
        indicator=None,
        name="公共信用积分等级",
        before=None,
        after=None,
        control=StepControl.CONTROLLABLE,
        explanation=(
            f"企业公共信用积分等级由 {now} 级提升到 {wanted} 级以上，直接认证为{level.chinese}"
        ),
        cap=GradeLevel.ADVANCED,
        direct=True,
    )
