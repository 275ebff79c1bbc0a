"""Chinese yuan as exact decimals. Refuses floats, exponents and more than two places."""

import re
from decimal import Decimal
from functools import lru_cache

MAX_YUAN = Decimal("999999999999.99")
_YUAN = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?", re.ASCII)
_CENT = Decimal("0.01")
_SPOKEN_PLACES = Decimal("0.0001")


def parse_yuan(text: str) -> Decimal:
    """Read a decimal string of yuan, 0 to 999999999999.99, at most two places.

    Raises ValueError for anything else, number literals in exponent form included.
    """
    if not isinstance(text, str) or _YUAN.fullmatch(text) is None:
        raise ValueError('金额须为最多两位小数的十进制字符串，例如 "500000" 或 "1234.50"')
    return Decimal(text).quantize(_CENT)


def format_yuan(amount: Decimal) -> str:
    """Write an amount the way the API shows it: no exponent, no trailing zero places."""
    text = str(amount)
    if text[-3:-2] != ".":  # not the two places that are stored
        text = f"{amount.quantize(_CENT):f}"
    return text.rstrip("0").rstrip(".")


def yuan_of_wan(wan: Decimal | int | str) -> Decimal:
    """Turn 万元, the unit of product sheets, into yuan."""
    return (Decimal(wan) * 10_000).quantize(_CENT)


@lru_cache(maxsize=16_384)
def spoken_yuan(amount: Decimal) -> str:
    """Write an amount the way a person says it, and exactly: 50万元, 1.5亿元, 800元.

    One that takes more than four places in a larger unit is said in a smaller one.
    """
    for unit, name in ((Decimal(100_000_000), "亿元"), (Decimal(10_000), "万元")):
        said = amount / unit
        if said >= 1 and said == said.quantize(_SPOKEN_PLACES):
            return f"{said.normalize():f}{name}"
    return f"{format_yuan(amount)}元"
