"""Industries by GB/T 4754-2017: sections (门类, "C") and divisions (大类, "C34")."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "gbt4754_2017.csv"


@cache
def industries() -> Mapping[str, str]:
    """Every section and division by code ("C", "C34"), in the standard's order."""
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


def industry_name(code: str) -> str:
    """The name of a section or division. Raises KeyError for an unknown code."""
    return industries()[code]


def section_of(code: str) -> str:
    """The section that a code belongs to: "C" for "C34"."""
    return code[0]


def code_of_class(four_digits: str) -> str | None:
    """The division, letter first, of a 大类, 中类 or 小类 in digits; None for an unknown one."""
    return next((c for c in industries() if len(c) == 3 and c[1:] == four_digits[:2]), None)


def falls_under(code: str, wanted: str) -> bool:
    """Whether an industry is, or lies within, a wanted section or division."""
    return code.startswith(wanted)
