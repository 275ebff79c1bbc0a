"""Indicators ① and ②: where a growth ratio stands among the enterprises of the same industry.

Cuts are integer comparisons, 5·rank ≤ N and 2·rank ≤ N: no rounding and no float error (A2-9).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from credit.facts import Facts, YearOnYear
from credit.levels import Letter

DEFAULT_MINIMUM_GROUP = 10
SMALLEST_MINIMUM_GROUP = 5


def ratio_of(parts: Iterable[YearOnYear]) -> Fraction | None:
    """本期 divided by 上年同期, summed over the parts that have both (A2-15); None without one.

    A base of zero or less gives no ratio (A2-13); a current period of zero gives 0, a refund a
    negative ratio.
    """
    current, base, any_part = Fraction(0), Fraction(0), False
    for part in parts:
        if part.current is not None and part.base is not None:
            current += Fraction(part.current)
            base += Fraction(part.base)
            any_part = True
    return current / base if any_part and base > 0 else None


def letter_of_rank(rank: int, size: int) -> Letter:
    """A for the first fifth, B for the first half, C for the rest (A2-9)."""
    if 5 * rank <= size:
        return Letter.A
    return Letter.B if 2 * rank <= size else Letter.C


@dataclass(frozen=True)
class Standing:
    """A place in a group: the group's code (division or section), its size, and its cut values.

    `a_cut` is the lowest ratio that still got an A, `b_cut` the lowest that got an A or B.
    """

    group: str
    size: int
    rank: int
    ratio: Fraction
    letter: Letter
    a_cut: Fraction
    b_cut: Fraction

    def plain(self) -> dict[str, str | int]:
        """The place as plain values, its fractions exact as "n/d"; `read` is the way back."""
        return {
            "group": self.group,
            "size": self.size,
            "rank": self.rank,
            "ratio": str(self.ratio),
            "letter": self.letter.value,
            "a_cut": str(self.a_cut),
            "b_cut": str(self.b_cut),
        }

    @staticmethod
    def read(plain: Mapping[str, Any]) -> "Standing":
        """A place from its plain values."""
        return Standing(
            group=plain["group"],
            size=plain["size"],
            rank=plain["rank"],
            ratio=Fraction(plain["ratio"]),
            letter=Letter(plain["letter"]),
            a_cut=Fraction(plain["a_cut"]),
            b_cut=Fraction(plain["b_cut"]),
        )


@dataclass(frozen=True)
class Population:
    """Every comparable ratio of one run, ascending, by division and by section.

    It holds consenting enterprises in business without a severe record, and only those that have
    a ratio (A2-8, A2-13, A2-33, A2-49); the enterprise that is placed is one of them.
    """

    minimum: int
    groups: Mapping[str, Sequence[Fraction]]

    @staticmethod
    def of(ratios: Iterable[tuple[str, Fraction]], minimum: int) -> "Population":
        """Group ratios by the industry code of each enterprise.

        Raises ValueError for a minimum group under 5 (A2-11).
        """
        if minimum < SMALLEST_MINIMUM_GROUP:
            raise ValueError(f"a ranking group needs at least {SMALLEST_MINIMUM_GROUP} members")
        groups: dict[str, list[Fraction]] = defaultdict(list)
        for industry, ratio in ratios:
            groups[industry[:1]].append(ratio)
            if len(industry) > 1:
                groups[industry].append(ratio)
        return Population(minimum, {code: tuple(sorted(group)) for code, group in groups.items()})

    def group_for(self, industry: str) -> str | None:
        """The group that ranks an industry: its division, else its whole section (A2-11, A2-12).

        The other divisions of that section keep their own ranking. None when both are too small.
        """
        for code in (industry, industry[:1]):
            if len(self.groups.get(code, ())) >= self.minimum:
                return code
        return None

    def place(self, industry: str | None, ratio: Fraction) -> Standing | None:
        """Where a ratio stands; None for an unknown industry (A2-30) or too small a group."""
        code = self.group_for(industry) if industry else None
        if code is None:
            return None
        group = self.groups[code]
        rank = 1 + len(group) - bisect_right(group, ratio)
        return Standing(
            group=code,
            size=len(group),
            rank=rank,
            ratio=ratio,
            letter=letter_of_rank(rank, len(group)),
            a_cut=_lowest_within(group, len(group) // 5),
            b_cut=_lowest_within(group, len(group) // 2),
        )


def _lowest_within(ascending: Sequence[Fraction], places: int) -> Fraction:
    """The lowest ratio whose rank is at most `places`; equals share the better place (A2-10)."""
    return ascending[len(ascending) - places]


@dataclass(frozen=True)
class Populations:
    """The two rankings of a run: each counts the enterprises with a ratio of its own (A2-49)."""

    tax: Population
    utilities: Population

    @staticmethod
    def of_facts(facts: Iterable[Facts], minimum: int, as_of: date) -> "Populations":
        """The rankings among enterprises on a day: who is graded by methods, has an industry, and
        lets the indicator be used (A2-8, A2-30, A2-33, A2-43).
        """
        ranked = [one for one in facts if one.industry and _is_graded(one, as_of)]
        taxes = ((one, ratio_of([one.tax] if one.tax else [])) for one in ranked)
        bills = ((one, ratio_of(one.utilities)) for one in ranked)
        return Populations(
            tax=Population.of(_consented(taxes, 1), minimum),
            utilities=Population.of(_consented(bills, 2), minimum),
        )

    def rank_within(self, division: str) -> bool:
        """Whether a division is ranked by itself for both, so that its section is not needed."""
        return (self.tax.group_for(division), self.utilities.group_for(division)) == (
            division,
            division,
        )


def _is_graded(facts: Facts, as_of: date) -> bool:
    severe = any(record.stands(as_of) for record in facts.severe_records)
    return facts.in_business and facts.sources_connected and facts.consented and not severe


def _consented(
    ratios: Iterable[tuple[Facts, Fraction | None]], number: int
) -> list[tuple[str, Fraction]]:
    return [
        (facts.industry, ratio)
        for facts, ratio in ratios
        if facts.industry and ratio is not None and number not in facts.withheld | facts.unheard
    ]
