"""What is told of each enterprise of a graded population, numbers turned into words."""

import polars as pl

from credit.grade import GradeReason
from credit.indicators import LETTERED
from credit.levels import Letter
from credit.population import deciding
from credit.population.ranking import GROUPS, NOWHERE, Places

LEVEL = pl.Enum(deciding.LEVELS)
REASON = pl.Enum(deciding.REASONS)
METHOD = pl.Enum(deciding.METHODS)
LETTER = pl.Enum([Letter.NOT_CLASSIFIED.value, Letter.A.value, Letter.B.value, Letter.C.value])
GROUP = pl.Enum(GROUPS)


def rows_of(
    frame: pl.DataFrame, steps: pl.DataFrame, tax: Places, utilities: Places
) -> pl.DataFrame:
    """One row per enterprise. Without methods its level and reason say why, and the rest is null.

    `<ranking>_current` and `<ranking>_base` are in fen; their quotient is the ratio.
    """
    graded = frame["outside"].is_null()
    numbers = frame.select(
        level=pl.when(graded).then(steps["level"]).otherwise(_level_outside()),
        reason=pl.when(graded).then(steps["reason"]).otherwise("outside"),
        method=_where(graded, steps["method"]),
        **{
            f"level_by_{name}": _where(graded, steps[f"{column}_level"])
            for name, column in _BY_METHOD.items()
        },
        **{
            f"indicator_{number}": _where(graded, frame[f"indicator_{number}"])
            for number in range(1, LETTERED + 1)
        },
    )
    return pl.DataFrame(
        [
            frame["enterprise_id"],
            *(_named(numbers[name], _TYPES.get(name, LETTER)) for name in numbers.columns),
            *frame.select(
                applicable=_where(graded, frame["applicable"]),
                gated=_where(graded, steps["gated"]),
                bonus=_where(graded, steps["bonus"]),
            ),
            *_places("tax", frame, tax),
            *_places("utilities", frame, utilities),
        ]
    )


_BY_METHOD = {"indicators": "letters", "direct": "direct", "score": "score"}
_TYPES = {
    "level": LEVEL,
    "reason": REASON,
    "method": METHOD,
    **{f"level_by_{name}": LEVEL for name in _BY_METHOD},
}


def _level_outside() -> pl.Expr:
    severe = deciding.REASONS.index(GradeReason.SEVERE_RECORD.value)
    is_severe = pl.col("outside") == severe
    return pl.when(is_severe).then(deciding.NOT_CERTIFIED).otherwise(deciding.UNRATED)


def _where(graded: pl.Series, values: pl.Series) -> pl.Expr:
    return pl.when(graded).then(values).otherwise(None)


def _named(numbers: pl.Series, words: pl.Enum) -> pl.Series:
    return numbers.cast(pl.UInt8).cat.to(words)


def _places(name: str, frame: pl.DataFrame, places: Places) -> list[pl.Series]:
    """A ranking's columns: null where the enterprise has no place in it."""
    is_placed = pl.Series(places.group != NOWHERE)
    found = frame.select(
        group=_where(is_placed, pl.Series(places.group)),
        size=_where(is_placed, pl.Series(places.size)),
        rank=_where(is_placed, pl.Series(places.rank)),
        current=_where(is_placed, frame[f"{name}_current"]),
        base=_where(is_placed, frame[f"{name}_base"]),
    )
    group = _named(found["group"], GROUP)
    return [one.alias(f"{name}_{one.name}") for one in (group, *found.drop("group"))]
