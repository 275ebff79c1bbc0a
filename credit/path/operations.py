"""What could change at ① to ④: rankings, social insurance, housing fund."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from credit.facts import Facts, Insurance
from credit.indicators.finding import NAMES, show_ratio
from credit.levels import GradeLevel, Letter
from credit.path.steps import Step, StepControl
from credit.ranking import Standing
from foundation.industry import industry_name


@dataclass(frozen=True)
class Place:
    """One indicator of one grading: its letter, and what it was given for."""

    number: int
    letter: Letter
    facts: Facts
    standing: Standing | None
    as_of: date

    def step(
        self,
        after: Letter,
        control: StepControl,
        explanation: str,
        *,
        available_on: date | None = None,
        gate: GradeLevel | None = None,
    ) -> Step:
        """A change of this indicator."""
        return Step(
            indicator=self.number,
            name=NAMES[self.number],
            before=self.letter,
            after=after,
            control=control,
            explanation=explanation,
            available_on=available_on,
            gate=gate,
        )


def better_letters(letter: Letter) -> tuple[Letter, ...]:
    """The letters above one that was given, the nearest first."""
    return {Letter.C: (Letter.B, Letter.A), Letter.B: (Letter.A,)}.get(letter, ())


def ranked(place: Place) -> tuple[Step, ...]:
    """① ②: the cut of each better class beside the enterprise's own ratio.

    Not in its own hands: the line moves with its neighbours.
    """
    standing = place.standing
    if standing is None:
        return ()
    return tuple(
        place.step(letter, StepControl.NOT_CONTROLLABLE, _cut(standing, letter))
        for letter in better_letters(place.letter)
    )


def social_insurance(place: Place) -> tuple[Step, ...]:
    """③: the insurances that are missing, or the arrears."""
    if place.facts.employees == 0:
        text = "目前没有从业人员；用工后为员工足额缴纳五项社会保险"
        return (place.step(Letter.A, StepControl.CONTROLLABLE, text),)
    known = place.facts.social_insurance
    if known is None or place.letter is Letter.NOT_CLASSIFIED:
        return ()
    missing = [kind.value for kind in Insurance if kind not in known.paid]
    todo = [f"为员工缴纳{'、'.join(missing)}保险"] if missing else []
    todo += ["缴清社会保险欠费"] if known.in_arrears else []
    return (place.step(Letter.A, StepControl.CONTROLLABLE, "，并".join(todo)),)


def housing_fund(place: Place) -> tuple[Step, ...]:
    """④: a contribution within the last two closed months."""
    known = place.facts.housing_fund
    last = known.last_paid_on if known else None
    text = (
        f"恢复正常缴存住房公积金（最近一次为 {last.isoformat()}，须在最近两个已结束月份内）"
        if last
        else "为员工开户并正常缴存住房公积金"
    )
    return (place.step(Letter.A, StepControl.CONTROLLABLE, text),)


def _cut(standing: Standing, letter: Letter) -> str:
    line, cut = ("20%", standing.a_cut) if letter is Letter.A else ("50%", standing.b_cut)
    group = f"{standing.group} {industry_name(standing.group)}"
    short = cut - standing.ratio
    return (
        f"比值达到 {_shown_up(cut)} 才进入 {group}前 {line}；"
        f"贵企业为 {show_ratio(standing.ratio)}，还差 {_shown_up(short)}。这条线随同行变化"
    )


def _shown_up(ratio: Fraction) -> str:
    """A ratio with four places, rounded up: whoever reaches what is shown has reached the line."""
    return show_ratio(Fraction(-((-ratio.numerator * 10_000) // ratio.denominator), 10_000))
