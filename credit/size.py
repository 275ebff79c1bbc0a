"""SME size by 中小企业划型标准规定 (工信部联企业〔2011〕300号); never a guess.

A class needs all of its lower limits; 微型 needs one criterion under the limit of 小型. So a
single known criterion can already rule classes out, and once only one is left it is certain.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from credit.levels import EnterpriseSize

_TABLE = Path(__file__).parent / "data" / "sme_size.toml"
_CLASSES = ("small", "medium", "large")
_SIZES = (
    EnterpriseSize.MICRO,
    EnterpriseSize.SMALL,
    EnterpriseSize.MEDIUM,
    EnterpriseSize.LARGE,
)
_WAN = 10_000


@dataclass(frozen=True)
class SizeRow:
    """One row of the standard: its codes and, per criterion, the limits of 小型, 中型 and 大型."""

    name: str
    codes: tuple[str, ...]
    limits: Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True)
class SizeTable:
    """One edition of the standard."""

    edition: str
    rows: tuple[SizeRow, ...]
    by_reference: tuple[str, ...]
    not_sized: tuple[str, ...]


@dataclass(frozen=True)
class SizeResult:
    """A size; UNKNOWN comes with the sizes that are possible and the inputs that are missing.

    `by_reference` marks an industry outside the standard that is sized by its last row.
    """

    size: EnterpriseSize
    possible: tuple[EnterpriseSize, ...]
    missing: tuple[str, ...] = ()
    by_reference: bool = False


@cache
def size_table() -> SizeTable:
    """The edition that is shipped."""
    body = tomllib.loads(_TABLE.read_text("utf-8"))
    return SizeTable(
        edition=body["edition"],
        rows=tuple(_row(row) for row in body["industries"]),
        by_reference=tuple(body["by_reference"]),
        not_sized=tuple(body["not_sized"]),
    )


def size_of(
    industry: str | None,
    *,
    employees: int | None = None,
    annual_revenue: Decimal | None = None,
    total_assets: Decimal | None = None,
    sole_trader: bool = False,
) -> SizeResult:
    """The size of an enterprise from last year's figures.

    `industry` is a GB/T 4754 code, as narrow as known ("C", "C34", "K7010"); revenue and assets
    are in yuan. A 个体工商户 of unknown industry is sized as 其他未列明行业.
    """
    table = size_table()
    rows = _rows_for(table, industry, sole_trader=sole_trader)
    if not rows:
        return SizeResult(EnterpriseSize.UNKNOWN, (), ("industry",) if not industry else ())
    known = {
        "employees": None if employees is None else Decimal(employees),
        "revenue_wan": None if annual_revenue is None else annual_revenue / _WAN,
        "assets_wan": None if total_assets is None else total_assets / _WAN,
    }
    possible = sorted({step for row in rows for step in _possible_steps(row, known)})
    missing = sorted({name for row in rows for name in row.limits if known[name] is None})
    if len(rows) > 1:
        missing.append("industry")
    size = _SIZES[possible[0]] if len(possible) == 1 else EnterpriseSize.UNKNOWN
    return SizeResult(
        size=size,
        possible=tuple(_SIZES[step] for step in possible),
        missing=tuple(missing),
        by_reference=bool(industry) and _under(industry or "", table.by_reference),
    )


def sizes_between(
    industries: Sequence[str],
    *,
    employees: tuple[Decimal | int | None, Decimal | int | None] = (None, None),
    revenue_wan: tuple[Decimal | None, Decimal | None] = (None, None),
) -> frozenset[EnterpriseSize]:
    """Every size that some enterprise of these industries (none: of any) can have, whose employees
    and revenue, in 万元, lie between two bounds; empty where the standard sizes none of them.
    """
    table = size_table()
    rows = {
        row.name: row for code in industries for row in _rows_for(table, code, sole_trader=False)
    }
    bounds = {"employees": employees, "revenue_wan": revenue_wan}
    return frozenset(
        _SIZES[step]
        for row in (rows.values() if industries else table.rows)
        for step in _steps_between(row, bounds)
    )


def _steps_between(
    row: SizeRow, bounds: Mapping[str, tuple[Decimal | int | None, Decimal | int | None]]
) -> range:
    """The criteria are free of each other, so their least can be anything between the bounds."""
    lowest, highest = [], []
    for name, limits in row.limits.items():
        least, most = bounds.get(name, (None, None))
        lowest.append(sum(least >= limit for limit in limits) if least is not None else 0)
        highest.append(
            sum(most >= limit for limit in limits) if most is not None else len(_CLASSES)
        )
    return range(min(lowest), min(highest) + 1)


def _row(row: dict[str, object]) -> SizeRow:
    limits: dict[str, list[int]] = {}
    for name in _CLASSES:
        limit = row[name]
        if not isinstance(limit, dict):
            raise TypeError(f"{row['name']}: {name} is no table of limits")
        for criterion, least in limit.items():
            limits.setdefault(criterion, []).append(int(least))
    codes = row["codes"]
    if not isinstance(codes, list):
        raise TypeError(f"{row['name']}: codes is no list")
    return SizeRow(
        name=str(row["name"]),
        codes=tuple(codes),
        limits={name: (least[0], least[1], least[2]) for name, least in limits.items()},
    )


def _rows_for(table: SizeTable, industry: str | None, *, sole_trader: bool) -> list[SizeRow]:
    """Every row that may apply: one when the industry is narrow enough, several otherwise."""
    last = table.rows[-1]
    if not industry:
        return [last] if sole_trader else []
    if _under(industry, table.not_sized):
        return []
    if _under(industry, table.by_reference):
        return [last]
    covering = [
        (len(code), position)
        for position, row in enumerate(table.rows)
        for code in row.codes
        if industry.startswith(code)
    ]
    if covering and not _is_split_further(table, industry, max(covering)[0]):
        return [table.rows[max(covering)[1]]]
    within = {
        position
        for position, row in enumerate(table.rows)
        if any(code.startswith(industry) for code in row.codes)
    } | {position for _, position in covering}
    if any(code.startswith(industry) for code in table.by_reference):
        within.add(len(table.rows) - 1)
    return [table.rows[position] for position in sorted(within)]


def _is_split_further(table: SizeTable, industry: str, length: int) -> bool:
    """Whether a narrower code inside this industry belongs to another row (G591 inside G59)."""
    return any(
        len(code) > max(length, len(industry)) and code.startswith(industry)
        for row in table.rows
        for code in row.codes
    )


def _possible_steps(row: SizeRow, known: Mapping[str, Decimal | None]) -> Iterable[int]:
    """Every class still possible, 0 微型 to 3 大型: the lowest known criterion is the ceiling."""
    steps = [
        sum(value >= least for least in limits)
        for name, limits in row.limits.items()
        if (value := known[name]) is not None
    ]
    ceiling = min(steps, default=len(_CLASSES))
    complete = len(steps) == len(row.limits)
    return (ceiling,) if complete else range(ceiling + 1)


def _under(industry: str, codes: Iterable[str]) -> bool:
    return any(industry.startswith(code) for code in codes)
