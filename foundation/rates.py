"""Percent per year as exact decimals, at most four places."""

import re
from decimal import Decimal

_PERCENT = re.compile(r"(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?", re.ASCII)
_PLACES = Decimal("0.0001")


def parse_percent(text: str) -> Decimal:
    """Read a decimal string of percent, 0 to 9999.9999. Raises ValueError for anything else."""
    if not isinstance(text, str) or _PERCENT.fullmatch(text) is None:
        raise ValueError('利率须为最多四位小数的百分数字符串，例如 "4.35"')
    return Decimal(text).quantize(_PLACES)


def round_percent(percent: Decimal | float) -> Decimal:
    """Round a computed percentage to the four places that are stored and shown."""
    return Decimal(percent).quantize(_PLACES)


def format_percent(percent: Decimal) -> str:
    """Write a rate the way the API shows it: at least two places, at most four."""
    text = str(percent)
    if text[-5:-4] != ".":  # not the four places that are stored
        text = f"{percent.quantize(_PLACES):f}"
    return text[:-2] + text[-2:].rstrip("0")
