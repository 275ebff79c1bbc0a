"""Enterprises, demands and matches as tables (polars): populations that never enter the database.

docs/matching.md has every column with its unit. Everything raises WrongColumn for a column that is
missing or holds something else.
"""

from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from credit.levels import EnterpriseSize, GradeLevel
from matching.cost import Cost
from matching.engine.batch import NOBODY, Best
from matching.engine.catalogue import Catalogue
from matching.engine.population import Asks, Population, Premises
from matching.engine.tables import Table, WrongColumn, numbered
from matching.engine.units import (
    EVERY_SIZE,
    NO_COST,
    SOLE_TRADER,
    Integers,
    size_bits,
)
from matching.pricing import treated_as
from matching.rank import Terms, score_of
from matching.terms import GuaranteeKind, Verdict

_FEN = 10**17
_HEIGHTS = {
    level.value: 0 if (grade := treated_as(level)) is None else grade.height for level in GradeLevel
}
_SIZES = {size.value: size_bits({size}) for size in EnterpriseSize}
_KINDS = {kind.value: 1 << place for place, kind in enumerate(GuaranteeKind)}


def people_of(frame: pl.DataFrame) -> Population:
    """Enterprises in columns."""
    table = Table(frame, "企业文件")
    if table.texts("enterprise_id").is_duplicated().any():
        raise WrongColumn("企业文件：列 enterprise_id 有重复的编号")
    regions, region = _premises(table)
    industries, industry = numbered(table.texts("industry", r"^[A-T]([0-9]{2}[0-9]{0,2})?$"))
    entries = [table.entries(name)[1].unique() for name in ("tags_held", "tags_lacking")]
    tags = sorted({tag for column in entries for tag in column.to_list()})
    return Population(
        grade=table.coded("grade", _HEIGHTS, np.int8),
        region=region,
        industry=industry,
        sizes=_sizes(table),
        established=table.days("established_on"),
        revenue=table.whole("annual_revenue_fen", np.int64, -_FEN, _FEN),
        tax=table.whole("annual_tax_fen", np.int64, -_FEN, _FEN),
        employees=table.whole("employees", np.int32, 0, 10**9),
        records=table.whole("public_records", np.int16, 0, 32_767),
        loans=table.whole("bad_loans", np.int16, 0, 32_767),
        held=table.words("tags_held", tags),
        lacking=table.words("tags_lacking", tags),
        regions=regions,
        industries=industries,
        tags=tags,
    )


def asks_of(frame: pl.DataFrame, enterprise_ids: pl.Series) -> Asks:
    """Demands in columns, by the place of their enterprise among those ids."""
    table = Table(frame, "需求文件")
    table.texts("demand_id")
    places = pl.DataFrame(
        {"enterprise_id": enterprise_ids, "place": np.arange(len(enterprise_ids), dtype=np.int32)}
    )
    asking = table.texts("enterprise_id").to_frame()
    place = asking.join(places, on="enterprise_id", how="left", maintain_order="left")["place"]
    table.check(~place.is_null(), "enterprise_id", "不在企业文件里")
    return Asks(
        enterprise=place.to_numpy().astype(np.int32),
        amount=table.whole("amount_fen", np.int64, 1, _FEN, nullable=False),
        term=table.whole("term_months", np.int32, 1, 600, nullable=False),
        kinds=table.listed_bits("guarantee_kinds", _KINDS),
    )


def matches_of(
    best: Best, catalogue: Catalogue, people: Population, asks: Asks, ids: pl.DataFrame
) -> pl.DataFrame:
    """A block of matches as rows: `ids` has demand_id and enterprise_id of every demand."""
    fits, near = best.product != NOBODY, best.near != NOBODY
    ask, column = np.nonzero(fits)
    found = _fitting(best, catalogue, people, asks, ask, column)
    open_ask, open_column = np.nonzero(near)
    missed = _near(catalogue, best.near[near], best.fitting[open_ask] + open_column + 1)
    rows = pl.concat([pl.DataFrame(found), pl.DataFrame(missed)], how="diagonal_relaxed")
    rows = rows.with_columns(
        ask=pl.Series(np.concatenate([ask, open_ask]).astype(np.int64) + best.start)
    ).sort("ask", "position")
    return pl.concat([ids[rows["ask"].to_list()], rows.drop("ask")], how="horizontal")


def _fitting(
    best: Best,
    catalogue: Catalogue,
    people: Population,
    asks: Asks,
    ask: Integers,
    column: Integers,
) -> dict[str, Any]:
    demand = ask + best.start
    product, cost = best.product[ask, column], best.cost[ask, column]
    height = people.grade[asks.enterprise[demand]].astype(np.int64) - 1
    limit = catalogue.limit[height, product]
    granted = np.minimum(np.maximum(asks.amount[demand], catalogue.min_amount[product]), limit)
    full, kind = best.is_full[ask, column], best.is_asked_kind[ask, column]
    return {
        "position": (column + 1).astype(np.int32),
        "verdict": [Verdict.PASS.value] * len(ask),
        **_named(catalogue, product),
        "annual_rate_e4": catalogue.rate[height, product],
        "limit_fen": limit,
        "granted_fen": granted,
        "full_amount": full,
        "asked_kind": kind,
        "all_in_cost_e4": pl.Series(cost, dtype=pl.Int64).replace(NO_COST, None),
        "score": _scores(full, kind, cost),
    }


def _near(catalogue: Catalogue, product: Integers, position: Integers) -> dict[str, Any]:
    return {
        "position": position.astype(np.int32),
        "verdict": [Verdict.NEAR_MISS.value] * len(product),
        **_named(catalogue, product),
    }


def _named(catalogue: Catalogue, product: Integers) -> dict[str, pl.Series]:
    ids = pl.Series([sheet.product_id for sheet in catalogue.sheets], dtype=pl.String)
    versions = pl.Series([sheet.version for sheet in catalogue.sheets], dtype=pl.Int32)
    return {"product_id": ids.gather(product), "product_version": versions.gather(product)}


def _scores(full: Integers, kind: Integers, cost: Integers) -> Integers:
    """The score of matching.rank, once for each different set of its factors."""
    keys = np.stack([full, kind, cost], axis=1)
    distinct, back = np.unique(keys, axis=0, return_inverse=True)
    scores = [_score(bool(one[0]), bool(one[1]), int(one[2])) for one in distinct]
    return np.array(scores, np.float64)[back.reshape(-1)]


def _score(full: bool, kind: bool, cost: int) -> float:
    compound = None if cost == NO_COST else Decimal(cost) / 10_000
    nothing = Decimal(0)
    return score_of(Terms(nothing, nothing, nothing, 1, full, kind, Cost(compound, None)))


def _premises(table: Table) -> tuple[list[Premises], Integers]:
    """Where enterprises are: the codes they lie in are given, or follow from the narrowest one."""
    narrowest = table.texts("region", r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$")
    rows, entries = table.entries("region_codes")
    joined = (
        pl.DataFrame({"row": rows, "entry": entries})
        .group_by("row")
        .agg(pl.col("entry").sort().str.join(","))
    )
    keys = (
        pl.DataFrame({"row": np.arange(len(table)), "region": narrowest})
        .join(joined, on="row", how="left", maintain_order="left")
        .select(pl.col("region") + ";" + pl.col("entry").fill_null(""))
        .to_series()
    )
    distinct, region = numbered(keys)
    return [_place(key) for key in distinct], region


def _place(key: str) -> Premises:
    code, _, listed = key.partition(";")
    if listed:
        return Premises(code, frozenset({code, *listed.split(",")}))
    wider = {code[:12], code[:9], code[:6], code[:4] + "00", code[:2] + "0000"}
    return Premises(code, frozenset(wider))


def _sizes(table: Table) -> Integers:
    """The sizes an enterprise can have: its own, or for UNKNOWN what is possible, or any."""
    known = table.coded("size", _SIZES, np.uint8)
    possible = table.listed_bits("possible_sizes", {k: v for k, v in _SIZES.items() if v})
    open_ones = np.where(possible == 0, EVERY_SIZE, possible)
    sizes = np.where(known == 0, open_ones, known).astype(np.uint8)
    sole: Integers = sizes | (table.booleans("sole_trader") * np.uint8(SOLE_TRADER))
    return sole.astype(np.uint8)
