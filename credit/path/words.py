"""A path in one sentence, for the owner."""

from credit.indicators.finding import NAMES
from credit.path.steps import GradePath, Step, StepControl


def summary_of(path: GradePath) -> str:
    """What has to happen, in how many steps, from when on, and what is in nobody's hands here."""
    names = "、".join(_named(step) for step in path.steps)
    if any(step.indicator is None and not step.direct for step in path.steps):
        return f"{names}解决后即可评级，至少为{path.level.chinese}"
    text = f"改善 {len(path.steps)} 项即可达到{path.level.chinese}：{names}"
    if path.earliest_on:
        text += f"；最早 {path.earliest_on.isoformat()}"
    foreign = [step for step in path.steps if step.control is StepControl.NOT_CONTROLLABLE]
    if foreign:
        text += f"。其中{'、'.join(_named(step) for step in foreign)}不由企业自己决定"
    return text


def _named(step: Step) -> str:
    if step.indicator is None:
        return step.name
    change = f"（{step.before}→{step.after}）" if step.before in ("B", "C") else ""
    if step.before is step.after:
        change = "（修复记录）"  # the letter stays, the standard's gate does not
    return f"第 {step.indicator} 项{NAMES[step.indicator]}{change}"
