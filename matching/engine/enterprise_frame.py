"""Enterprises as a table (polars): populations that never enter the database.

docs/matching.md has every column with its unit. What is wrong is refused with the first row.
"""

from datetime import date

import numpy as np
import polars as pl

from credit.levels import EnterpriseSize, GradeLevel
from foundation.industry import is_industry
from foundation.regions import WRITTEN, is_written_as_region, lies_in, region_stem
from matching.engine.population import Population, Premises
from matching.engine.tables import AGAIN, MOST_FEN, Table, numbered
from matching.engine.units import EVERY_SIZE, SOLE_TRADER, Integers, size_bits
from matching.pricing import treated_as

_EARLIEST = date(1800, 1, 1)
_HEIGHTS = {
    level.value: 0 if (grade := treated_as(level)) is None else grade.height for level in GradeLevel
}
_SIZES = {size.value: size_bits({size}) for size in EnterpriseSize}


def people_of(frame: pl.DataFrame, today: date, title: str = "企业文件") -> Population:
    """Enterprises in columns, as of a day. Raises WrongColumn for what cannot be."""
    table = Table(frame, title)
    ids = table.texts("enterprise_id")
    table.check(ids.is_first_distinct(), "enterprise_id", AGAIN)
    regions, region = _premises(table)
    industries, industry = _industries(table)
    tags = _tags(table)
    return Population(
        grade=table.coded("grade", _HEIGHTS, np.int8),
        region=region,
        industry=industry,
        sizes=_sizes(table),
        established=table.days("established_on", _EARLIEST, today),
        revenue=table.whole("annual_revenue_fen", np.int64, -MOST_FEN, MOST_FEN),
        tax=table.whole("annual_tax_fen", np.int64, -MOST_FEN, MOST_FEN),
        employees=table.whole("employees", np.int32, 0, 10**9),
        records=table.whole("public_records", np.int16, 0, 32_767),
        loans=table.whole("bad_loans", np.int16, 0, 32_767),
        held=table.words("tags_held", tags),
        lacking=table.words("tags_lacking", tags),
        regions=regions,
        industries=industries,
        tags=tags,
    )


def _industries(table: Table) -> tuple[list[str], Integers]:
    written = table.texts("industry", r"^[A-T]([0-9]{2}[0-9]{0,2})?$")
    distinct, industry = numbered(written)
    unknown = [code for code in distinct if not is_industry(code)]
    table.check(~written.is_in(unknown), "industry", "不是国民经济行业分类的代码")
    return distinct, industry


def _tags(table: Table) -> list[str]:
    """Every qualification that is named; none may be held and lacking at once."""
    held, lacking = (
        pl.DataFrame(dict(zip(("row", "tag"), table.entries(name), strict=True)))
        for name in ("tags_held", "tags_lacking")
    )
    both = held.join(lacking, on=["row", "tag"], how="semi")["row"]
    table.check(~pl.Series(np.arange(len(table))).is_in(both.implode()), "tags_lacking", _BOTH)
    return sorted({*held["tag"], *lacking["tag"]})


_BOTH = "与 tags_held 矛盾：同一项资质既具备又不具备"


def _premises(table: Table) -> tuple[list[Premises], Integers]:
    """Where enterprises are: the narrowest code, what follows from it, and what is given."""
    narrowest = table.texts("region", f"^{WRITTEN}$")
    rows, entries = table.entries("region_codes")
    joined = (
        pl.DataFrame({"row": rows, "entry": entries})
        .group_by("row")
        .agg(pl.col("entry").unique().sort().str.join(","))
    )
    keys = (
        pl.DataFrame({"row": np.arange(len(table)), "region": narrowest})
        .join(joined, on="row", how="left", maintain_order="left")
        .select(pl.col("region") + ";" + pl.col("entry").fill_null(""))
        .to_series()
    )
    distinct, region = numbered(keys)
    for key in distinct:
        fault = _fault(*_parted(key))
        if fault:
            table.check(keys != key, "region_codes", fault)
    return [_place(*_parted(key)) for key in distinct], region


def _parted(key: str) -> tuple[str, list[str]]:
    code, _, listed = key.partition(";")
    return code, listed.split(",") if listed else []


def _fault(code: str, listed: list[str]) -> str:
    if not all(map(is_written_as_region, listed)):
        return "含有写法不对的区划代码"
    if any(one[:2] != code[:2] for one in listed):
        return "含有其他省的区划代码"
    if any(lies_in(one, code) and region_stem(one) != region_stem(code) for one in listed):
        return "含有比 region 更窄的区划代码，region 须写已知的最窄一级"
    return ""


def _place(code: str, listed: list[str]) -> Premises:
    wider = {code[:12], code[:9], code[:6], code[:4] + "00", code[:2] + "0000"}
    return Premises(code, frozenset({*wider, *listed}))


def _sizes(table: Table) -> Integers:
    """The sizes an enterprise can have: its own, or for UNKNOWN what is possible, or any."""
    known = table.coded("size", _SIZES, np.uint8)
    possible = table.listed_bits("possible_sizes", {k: v for k, v in _SIZES.items() if v})
    agree = (known == 0) | (possible == 0) | (possible == known)
    table.check(agree, "possible_sizes", "与 size 矛盾")
    open_ones = np.where(possible == 0, EVERY_SIZE, possible)
    sizes = np.where(known == 0, open_ones, known).astype(np.uint8)
    sole: Integers = sizes | (table.booleans("sole_trader") * np.uint8(SOLE_TRADER))
    return sole.astype(np.uint8)
