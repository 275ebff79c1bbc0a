"""Industries by GB/T 4754-2017: sections (门类, "C"), divisions (大类, "C34") and what lies in
them (中类 "C341", 小类 "C3411"), whose digits are read but whose names are not kept.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_CODE = re.compile(r"[A-T]([0-9]{2}[0-9]{0,2})?", re.ASCII)
_TABLE = Path(__file__).parent / "data" / "gbt4754_2017.csv"


@cache
def industries() -> Mapping[str, str]:
    """Every section and division by code ("C", "C34"), in the standard's order."""
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


def industry_name(code: str) -> str:
    """The name of an industry; a class within a division is that division's name and its digits.

    Raises KeyError for an unknown code.
    """
    name = industries()[code[:3]]
    return f"{name}（小类{code[1:]}）" if len(code) == 5 else name + _group_of(code)


def _group_of(code: str) -> str:
    return f"（中类{code[1:]}）" if len(code) == 4 else ""


def is_industry(code: str) -> bool:
    """Whether this is a code of any level whose section or division exists."""
    return _CODE.fullmatch(code) is not None and code[:3] in industries()


def section_of(code: str) -> str:
    """The section that a code belongs to: "C" for "C34"."""
    return code[0]


def code_of_class(four_digits: str) -> str | None:
    """The division, letter first, of a 大类, 中类 or 小类 in digits; None for an unknown one."""
    return next((c for c in industries() if len(c) == 3 and c[1:] == four_digits[:2]), None)


def falls_under(code: str, wanted: str) -> bool:
    """Whether an industry is, or lies within, a wanted one of any level."""
    return code.startswith(wanted)
