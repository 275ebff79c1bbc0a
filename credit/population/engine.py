"""A whole population graded: facts in columns in, letters, levels and cuts out."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from credit.grade import GradeReason
from credit.indicators import LETTERED
from credit.methods.direct import CLEAN_YEARS
from credit.methods.rules import STANDARD_RULES, Rules
from credit.periods import years_from
from credit.population import deciding
from credit.population.columns import UTILITIES
from credit.population.letters import POLICY_BITS, letters
from credit.population.lists import bits_found, count_where, opened, words_found
from credit.population.outcome import GROUP, rows_of
from credit.population.ranking import NONE, NOWHERE, A, C, Cuts, Places, place
from credit.population.ratios import Longs
from credit.population.records import record_conditions
from credit.population.units import in_units


@dataclass(frozen=True)
class GradedPopulation:
    """One row per enterprise in the order of the facts, and the groups of both rankings."""

    rows: pl.DataFrame
    tax: tuple[Cuts, ...]
    utilities: tuple[Cuts, ...]


def grade_population(
    facts: pl.DataFrame, as_of: date, minimum: int, rules: Rules = STANDARD_RULES
) -> GradedPopulation:
    """Grade every row as of a day; equal to `grade` of each, ranked among all of them.

    `facts` has the columns of credit/population/columns.py, checked. Raises ValueError for a
    minimum group under 5.
    """
    frame = _counted(in_units(facts), as_of, rules)
    frame = frame.with_columns(_scope())
    tax = _ranked(frame, 1, "tax_current", "tax_base", minimum)
    utilities = _ranked(frame, 2, "utilities_current", "utilities_base", minimum)
    frame = _lettered(frame, tax, utilities, as_of)
    steps = deciding.decided(_methods(frame, rules), rules)
    return GradedPopulation(rows_of(frame, steps, tax, utilities), tax.cuts, utilities.cuts)


def _counted(frame: pl.DataFrame, as_of: date, rules: Rules) -> pl.DataFrame:
    """The population with what its list columns say, as numbers."""
    since = years_from(as_of, -CLEAN_YEARS)
    counts = {
        column: count_where(frame, column, conditions)
        for column, conditions in record_conditions(as_of, since).items()
    }
    public, severe, honours = (
        counts[column] for column in ("public_records", "severe_records", "honours")
    )
    return frame.with_columns(
        public["unrepaired"],
        public["repaired"],
        severe["severe"],
        honours["honours_held"],
        negative=public["negative"] + severe["negative"],
        policy_found=pl.Series(words_found(frame, "policy_classes", POLICY_BITS)).cast(pl.UInt8),
        withheld_bits=pl.Series(bits_found(frame, "withheld")).cast(pl.UInt16),
        bonus_points=pl.Series(_bonus_points(frame, as_of, rules)),
        utilities_current=_utilities("current"),
        utilities_base=_utilities("base"),
        group=pl.col("industry").cast(GROUP).to_physical().cast(pl.Int8).fill_null(NOWHERE),
    )


def _utilities(period: str) -> pl.Expr:
    """The sum over utilities that have both periods, null when none has (A2-15)."""
    both = [
        pl.when(pl.all_horizontal(pl.col(f"{one}_{p}").is_not_null() for p in ("current", "base")))
        .then(pl.col(f"{one}_{period}"))
        .otherwise(None)
        for one in UTILITIES
    ]
    has_any = pl.any_horizontal(part.is_not_null() for part in both)
    return pl.when(has_any).then(pl.sum_horizontal(both)).otherwise(None)


def _bonus_points(frame: pl.DataFrame, as_of: date, rules: Rules) -> Longs:
    """The points of every bonus item in force, each item once (A2-25)."""
    points = np.zeros(len(frame), dtype=np.int64)
    if not rules.bonus.items:
        return points
    rows, records = opened(frame, "bonuses")
    usable = (
        records.with_columns(row=pl.Series(rows, dtype=pl.Int64))
        .filter(
            pl.col("item").is_in(list(rules.bonus.items))
            & (pl.col("approver").fill_null("") != "")
            & (pl.col("approved_on") <= as_of)
            & (pl.col("valid_until").is_null() | (pl.col("valid_until") >= as_of))
        )
        .unique(["row", "item"])
    )
    worth = usable["item"].replace_strict(rules.bonus.items, return_dtype=pl.Int64).to_numpy()
    np.add.at(points, usable["row"].to_numpy(), worth)
    return points


def _scope() -> pl.Expr:
    """Why a row is graded by no method, as the number of a reason; null where it is graded."""

    def code(reason: GradeReason) -> pl.Expr:
        return pl.lit(deciding.REASONS.index(reason.value))

    return (
        pl.when(~pl.col("in_business"))
        .then(code(GradeReason.NOT_IN_BUSINESS))
        .when(~pl.col("sources_connected"))
        .then(code(GradeReason.NO_CREDIT_SOURCE))
        .when(pl.col("severe") > 0)
        .then(code(GradeReason.SEVERE_RECORD))
        .when(~pl.col("consented"))
        .then(code(GradeReason.AUTHORISE_TO_BE_GRADED))
        .otherwise(None)
        .alias("outside")
    )


def _ranked(frame: pl.DataFrame, number: int, current: str, base: str, minimum: int) -> Places:
    """The places of ① or ②, among those whose consent lets it be used (A2-8, A2-33, A2-43)."""
    is_ranked = frame.select(
        pl.col("outside").is_null()
        & (pl.col("group") != NOWHERE)
        & (pl.col("withheld_bits") & (1 << number) == 0)
        & pl.col(current).is_not_null()
        & (pl.col(base) > 0).fill_null(value=False)
    ).to_series()
    return place(
        frame["group"].to_numpy(),
        frame[current].fill_null(0).to_numpy(),
        frame[base].fill_null(0).to_numpy(),
        is_ranked.to_numpy(),
        minimum,
    )


def _lettered(frame: pl.DataFrame, tax: Places, utilities: Places, as_of: date) -> pl.DataFrame:
    """The population with twelve letters as numbers, and how many of them are A, C, or any."""
    frame = frame.with_columns(
        indicator_1=pl.Series(tax.letter), indicator_2=pl.Series(utilities.letter)
    )
    frame = frame.with_columns(
        pl.when(pl.col("withheld_bits") & (1 << number) != 0)
        .then(pl.lit(NONE, dtype=pl.UInt8))
        .otherwise(letter)
        .alias(f"indicator_{number}")
        for number, letter in letters(as_of).items()
    )
    given = [pl.col(f"indicator_{number}") for number in range(1, LETTERED + 1)]
    return frame.with_columns(
        many_a=pl.sum_horizontal((one == A).cast(pl.UInt8) for one in given),
        many_c=pl.sum_horizontal((one == C).cast(pl.UInt8) for one in given),
        applicable=pl.sum_horizontal((one != NONE).cast(pl.UInt8) for one in given),
    )


def _methods(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    return frame.select(
        "many_c",
        "unrepaired",
        "repaired",
        "bonus_points",
        is_cap=deciding.is_cap(),
        has_honour=deciding.has_honour(),
        letters_level=deciding.by_letters(),
        direct_level=deciding.by_direct(),
        score_level=deciding.by_score(rules.score),
    )
