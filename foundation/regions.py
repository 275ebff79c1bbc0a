"""Administrative codes by GB/T 2260 and the statistical codes beneath it: which area lies in which.

A province is written "320000", a city "320200", a district "320281", a town by 9 digits and a
village by 12. Trailing zeros say that a code is no narrower, at every length.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

# 省级 of GB/T 2260: the first two digits of every code.
_PROVINCE = "(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
WRITTEN = f"{_PROVINCE}[0-9]{{4}}([0-9]{{3}}([0-9]{{3}})?)?"
_CODE = re.compile(WRITTEN, re.ASCII)
# In force at some time from 2020 to 2025 by the lists of 民政部, and codes that 国家统计局 gives to
# development zones; without names.
_LISTED = Path(__file__).parent / "data" / "region_codes.txt"
_NARROWEST_FIRST = (12, 9, 6, 4)


@lru_cache(maxsize=65_536)
def region_stem(code: str) -> str:
    """A code without the zeros that say nothing: "32" for "320000", "3202" for "320200".

    One area has one stem, however it is written, and begins with the stem of whatever it lies in.
    """
    stem = code
    for length, shorter in zip(_NARROWEST_FIRST, (9, 6, 4, 2), strict=True):
        if len(stem) == length and not stem[shorter:].strip("0"):
            stem = stem[:shorter]
    return stem


def lies_in(code: str, area: str) -> bool:
    """Whether an area is another one or a part of it."""
    return region_stem(code).startswith(region_stem(area))


def is_written_as_region(code: str) -> bool:
    """Whether a code has 6, 9 or 12 digits and begins with a province: one that was in force once,
    of an enterprise registered long ago, is as good as any.
    """
    return _CODE.fullmatch(code) is not None


def is_region(code: str) -> bool:
    """Whether a code is of a province, city or district that there is, or lies in one.

    Towns and villages are in no list that ships, and are taken as they are.
    """
    return is_written_as_region(code) and code[:6] in _districts()


@cache
def _districts() -> frozenset[str]:
    """Every listed code of six digits; a line has a city's four, then each district's two."""
    found = set()
    for line in _LISTED.read_text("ascii").splitlines():
        city, *districts = line.split()
        found |= {city + "00", *(city + district for district in districts)}
    return frozenset(found)
