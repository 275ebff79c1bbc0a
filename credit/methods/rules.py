"""What a city decides about grading: the gates, the score method's date, the bonus table."""

from dataclasses import dataclass, field
from datetime import date

from credit.methods.bonus import BonusTable, bonus_table
from credit.methods.score import ScoreWeights, weights_on
from foundation.city import Grading


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The switches of one run. `score` is None while the score method is off (A2-44)."""

    standard_gates: bool = True
    score: ScoreWeights | None = None
    bonus: BonusTable = field(default_factory=bonus_table)


STANDARD_RULES = Rules()
"""Gates on, no score method, the shipped bonus table."""


def rules_on(grading: Grading, as_of: date) -> Rules:
    """A city's rules on a day (A2-44: the switch is the city's and dated, never a firm's).

    Raises LookupError when the score method is on before any weights are in force.
    """
    since = grading.score_method_from
    is_on = since is not None and since <= as_of
    return Rules(
        standard_gates=grading.standard_gates,
        score=weights_on(as_of) if is_on else None,
    )
