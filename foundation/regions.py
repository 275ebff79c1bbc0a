"""Administrative codes by GB/T 2260 and the statistical codes beneath it: which area lies in which.

A province is written "320000", a city "320200", a district "320281", a town by 9 digits and a
village by 12. Trailing zeros say that a code is no narrower, at every length.
"""

import re
from functools import lru_cache

# 省级 of GB/T 2260: the first two digits of every code.
_PROVINCE = "(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
_CODE = re.compile(_PROVINCE + r"([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?)?", re.ASCII)
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


def is_region(code: str) -> bool:
    """Whether a code has 2, 4, 6, 9 or 12 digits and begins with a province.

    What is narrower than a province is in no list that ships, and is taken as it is.
    """
    return _CODE.fullmatch(code) is not None
