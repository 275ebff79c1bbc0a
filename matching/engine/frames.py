"""Demands and matches as tables (polars); enterprise_frame.py has the enterprises.

docs/matching.md has every column with its unit. Everything raises WrongColumn for a column that is
missing or holds something else.
"""

from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from matching.cost import Cost
from matching.engine.batch import NOBODY, Best
from matching.engine.catalogue import Catalogue
from matching.engine.population import Asks, Population
from matching.engine.tables import AGAIN, MOST_FEN, Table
from matching.engine.units import NO_COST, Integers
from matching.rank import Terms, score_of
from matching.terms import GuaranteeKind, Verdict

_KINDS = {kind.value: 1 << place for place, kind in enumerate(GuaranteeKind)}


def asks_of(frame: pl.DataFrame, enterprise_ids: pl.Series, title: str = "需求文件") -> Asks:
    """Demands in columns, by the place of their enterprise among those ids."""
    table = Table(frame, title)
    table.check(table.texts("demand_id").is_first_distinct(), "demand_id", AGAIN)
    places = pl.DataFrame(
        {"enterprise_id": enterprise_ids, "place": np.arange(len(enterprise_ids), dtype=np.int32)}
    )
    asking = table.texts("enterprise_id").to_frame()
    place = asking.join(places, on="enterprise_id", how="left", maintain_order="left")["place"]
    table.check(~place.is_null(), "enterprise_id", "不在企业文件里")
    return Asks(
        enterprise=place.to_numpy().astype(np.int32),
        amount=table.whole("amount_fen", np.int64, 1, MOST_FEN, nullable=False),
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
