"""The thirteen indicators of Annex 2 三.1(3), each one function, and the table that runs them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from credit.facts import Facts
from credit.indicators.background import (
    environment,
    personal_credit,
    premises,
    years_in_business,
)
from credit.indicators.finding import NAMES, Finding, not_classified
from credit.indicators.operations import housing_fund, social_insurance, tax, utilities
from credit.indicators.records import (
    industrial_policy,
    loan_records,
    other_results,
    performance,
    public_records,
)
from credit.levels import Letter
from credit.ranking import Populations, Standing

IndicatorRule: TypeAlias = Callable[[Facts, Populations, date], Finding]

INDICATORS: dict[int, IndicatorRule] = {
    1: tax,
    2: utilities,
    3: social_insurance,
    4: housing_fund,
    5: years_in_business,
    6: premises,
    7: personal_credit,
    8: environment,
    9: public_records,
    10: loan_records,
    11: industrial_policy,
    12: performance,
    13: other_results,
}

LETTERED = 12
"""How many of the thirteen can give a letter; ⑬ is for reference only."""


@dataclass(frozen=True)
class IndicatorResult:
    """One indicator of one grading."""

    number: int
    name: str
    letter: Letter
    value: str | None
    source: str | None
    explanation: str
    severe_check: bool = False
    standing: Standing | None = None


def classify(facts: Facts, populations: Populations, as_of: date) -> tuple[IndicatorResult, ...]:
    """Every indicator's letter on a day; none where the consent leaves it out, nor where the
    source has not been heard about the whole of it (A2-18, A2-43).
    """
    found = []
    for number, rule in INDICATORS.items():
        if number in facts.withheld:
            finding = not_classified("未获授权使用此项信息，不进行分类")
        elif number in facts.unheard:
            finding = not_classified("信息提供单位尚未提供此项的完整数据，不进行分类")
        else:
            finding = rule(facts, populations, as_of)
        found.append(_result(number, finding))
    return tuple(found)


def _result(number: int, finding: Finding) -> IndicatorResult:
    return IndicatorResult(
        number=number,
        name=NAMES[number],
        letter=finding.letter,
        value=finding.value,
        source=finding.source,
        explanation=finding.explanation,
        severe_check=finding.severe_check,
        standing=finding.standing,
    )
