"""CSV files of JS-13 as large as one likes, the same bytes for the same number of rows."""

from datetime import date
from pathlib import Path

import numpy as np

from sharing.lists import category_anywhere

RECEIVED_ON = date(2026, 3, 1)
MONTHS = 12
CHANGED_EVERY = 100
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_WRITTEN_AT_ONCE = 10_000


def write_csv(path: Path, rows: int, *, changed: bool = False) -> None:
    """So many rows: firms with twelve months each. `changed` corrects one in a hundred."""
    header = [field.name for field in category_anywhere("JS-13", RECEIVED_ON).fields]
    random = np.random.default_rng(13)
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(header) + "\n")
        for start in range(0, rows, _WRITTEN_AT_ONCE):
            many = min(_WRITTEN_AT_ONCE, rows - start)
            people = random.integers(1, 900, many).tolist()
            cents = random.integers(100_00, 90_000_000, many).tolist()
            numbers = range(start, start + many)
            out.writelines(
                _line(number, people[i], cents[i] + (changed and number % CHANGED_EVERY == 0))
                for i, number in enumerate(numbers)
            )


def _line(number: int, people: int, cents: int) -> str:
    firm, month = number // MONTHS, number % MONTHS + 1
    total = f"{cents // 100}.{cents % 100:02}"
    return (
        f"示例企业第{firm}号有限公司,{_code(firm)},2015-{month:02}-04,2025-{month:02},2025-{month:02},"
        f"12,{people},{total},0.00,{people}.5,{cents // 10}.00,{firm % 60},2025-12-15,"
        f"示例市住房公积金管理中心,2025-12-16\n"
    )


def _code(firm: int) -> str:
    # Spread over the whole range: files are not in the order of their codes.
    body = f"91320281MA{(firm * 7_654_321) % 10_000_000:07}"
    total = sum(_VALUE[c] * w for c, w in zip(body, _WEIGHTS, strict=True))
    return body + _ALPHABET[-total % 31]
