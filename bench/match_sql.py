"""The same rules as SQL, for DuckDB and PostgreSQL alike: the peers of tests and benchmarks.

Tables hold the same integers as the engine's columns, NULL for what is not known or not asked.
What a place or an industry means to each product, and what each costs, is given as tables too.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from matching.engine.catalogue import HIGHEST, LOWEST, Catalogue
from matching.engine.population import Asks, Population
from matching.engine.states import industry_states, region_states
from matching.engine.units import Integers, unknown_of

FIGURES = ("established", "revenue", "tax", "employees", "records", "loans")
MAX_GROUPS = 2


class Condition(NamedTuple):
    """When a condition is met and when it fails; between both it is open."""

    passes: str
    fails: str


def _figure(name: str, *, soft: bool) -> Condition:
    low, high = (
        f"(p.{name}_low IS NULL OR a.{name} >= p.{name}_low)",
        (f"(p.{name}_high IS NULL OR a.{name} <= p.{name}_high)"),
    )
    outside = f"COALESCE(a.{name} < p.{name}_low OR a.{name} > p.{name}_high, FALSE)"
    return Condition(f"({low} AND {high})", "FALSE" if soft else outside)


def _group(number: int) -> Condition:
    mask = f"p.group_{number}"
    return Condition(
        f"({mask} = 0 OR (a.held & {mask}) <> 0)",
        f"({mask} <> 0 AND (a.held & {mask}) = 0 AND (a.lacking & {mask}) = {mask})",
    )


_LIMIT = (
    "(CASE a.grade WHEN 3 THEN p.limit_3 WHEN 2 THEN p.limit_2 WHEN 1 THEN p.limit_1 "
    "ELSE p.max_amount END)"
)
# Of the grade that is asked for, while it is what is missing.
_REACHED = (
    "(CASE WHEN a.grade = 0 THEN p.max_amount ELSE CASE GREATEST(a.grade, p.required) "
    "WHEN 3 THEN p.limit_3 WHEN 2 THEN p.limit_2 ELSE p.limit_1 END END)"
)
_KINDS = "(CASE a.grade WHEN 3 THEN p.kinds_3 WHEN 2 THEN p.kinds_2 ELSE p.kinds_1 END)"
_SOLE = "((a.sizes & 16) <> 0 AND p.sole_traders = 1)"
CONDITIONS = {
    "grade": Condition("(a.grade > 0 AND a.grade >= p.required)", "a.grade = 0"),
    "region": Condition("r.state = 0", "r.state = 2"),
    "industry": Condition("i.state = 0", "i.state = 2"),
    "size": Condition(
        f"((a.sizes & 15 & (15 - p.sizes)) = 0 OR {_SOLE})",
        f"((a.sizes & 15 & p.sizes) = 0 AND NOT {_SOLE})",
    ),
    **{f"tags_{number}": _group(number) for number in range(MAX_GROUPS)},
    **{name: _figure(name, soft=name in ("established", "records")) for name in FIGURES},
    "amount": Condition(
        f"(a.amount >= p.min_amount AND {_REACHED} >= p.min_amount)",
        f"(a.amount < p.min_amount OR {_REACHED} < p.min_amount)",
    ),
    "term": Condition(
        "(a.term BETWEEN p.min_term AND p.max_term)",
        "(a.term NOT BETWEEN p.min_term AND p.max_term)",
    ),
}
_PAIRS = """
FROM ask a
  JOIN region_state r ON r.region = a.region
  JOIN product p ON p.id = r.product
  JOIN industry_state i ON i.product = p.id AND i.industry = a.industry
"""
_FITS = " AND ".join(one.passes for one in CONDITIONS.values())
# `open` has a product's place and industry joined already, which is what DuckDB is quickest with.
_REST = " AND ".join(
    one.passes for name, one in CONDITIONS.items() if name not in ("region", "industry")
)

# The best of each demand, in the order of matching/rank.py.
BEST = f"""
SELECT id, product, place, fitting FROM (
  SELECT a.id, p.id AS product,
         row_number() OVER (
           PARTITION BY a.id
           ORDER BY a.amount > {_LIMIT}, a.kinds <> 0 AND (a.kinds & {_KINDS}) = 0,
                    c.cost, {_LIMIT} DESC, p.by_id) AS place,
         count(*) OVER (PARTITION BY a.id) AS fitting
  FROM ask a
  JOIN open o ON o.region = a.region AND o.industry = a.industry
  JOIN product p ON p.id = o.product
  JOIN cost c ON c.product = p.id AND c.grade = a.grade AND c.term = a.term
  WHERE {_REST}) ranked
WHERE place <= {{top}} ORDER BY id, place
"""  # noqa: S608 - constants

STATES = f"""
SELECT a.id, p.id AS product,
       CASE WHEN {" OR ".join(one.fails for one in CONDITIONS.values())} THEN 2
            WHEN {_FITS} THEN 0 ELSE 1 END AS state,
       {" + ".join(f"CASE WHEN {one.passes} THEN 0 ELSE 1 END" for one in CONDITIONS.values())}
         AS obstacles
{_PAIRS} ORDER BY a.id, p.id
"""

_NULL = LOWEST
_INT32 = np.iinfo(np.int32)


class Table(NamedTuple):
    """Columns of 64-bit integers, NULL as the lowest of them, and each column's SQL type."""

    columns: dict[str, Integers]

    def types(self) -> dict[str, str]:
        """INTEGER where every value fits, otherwise BIGINT."""
        found = {}
        for name, values in self.columns.items():
            known = values[values != _NULL]
            small = not len(known) or (known.min() >= _INT32.min and known.max() <= _INT32.max)
            found[name] = "INTEGER" if small else "BIGINT"
        return found

    def rows(self) -> Iterator[tuple[int | None, ...]]:
        """The rows, NULL as None."""
        lists = (column.tolist() for column in self.columns.values())
        for row in zip(*lists, strict=True):
            yield tuple(None if value == _NULL else value for value in row)


def tables(catalogue: Catalogue, people: Population, asks: Asks, today: date) -> dict[str, Table]:
    """Every table that the queries read. Raises ValueError for more than a peer's words hold."""
    regions = _rows([region_states(catalogue, *where) for where in people.regions], catalogue)
    industries = _rows([industry_states(catalogue, code) for code in people.industries], catalogue)
    return {
        "ask": _table(_ask(people, asks)),
        "product": _table(_product(catalogue, people, today)),
        "region_state": _states("region", regions),
        "industry_state": _states("industry", industries),
        "open": _open(regions, industries),
        "cost": _costs(catalogue, asks),
    }


def _table(columns: Iterator[tuple[str, Integers]]) -> Table:
    return Table({name: np.asarray(values).astype(np.int64) for name, values in columns})


def _ask(people: Population, asks: Asks) -> Iterator[tuple[str, Integers]]:
    who = asks.enterprise
    if len(people.held) > 1:
        raise ValueError("the peers hold 64 tags")
    yield "id", np.arange(len(asks))
    for name in ("grade", "region", "industry", "sizes"):
        yield name, getattr(people, name)[who]
    for name in FIGURES:
        values = getattr(people, name)[who]
        yield name, np.where(values == unknown_of(values), _NULL, values.astype(np.int64))
    yield "held", people.held[0][who]
    yield "lacking", people.lacking[0][who]
    yield "amount", asks.amount
    yield "term", asks.term
    yield "kinds", asks.kinds


def _product(
    catalogue: Catalogue, people: Population, today: date
) -> Iterator[tuple[str, Integers]]:
    yield "id", np.arange(len(catalogue))
    yield "by_id", catalogue.by_id
    for name in ("required", "sizes", "sole_traders"):
        yield name, getattr(catalogue, name)
    for name in ("min_amount", "max_amount", "min_term", "max_term"):
        yield name, getattr(catalogue, name)
    for height in (1, 2, 3):
        yield f"limit_{height}", catalogue.limit[height - 1]
        yield f"kinds_{height}", catalogue.open_kinds[height - 1]
    bounds = {one.column: one for one in catalogue.bounds(today)}
    for name in FIGURES:
        nothing = np.full(len(catalogue), _NULL)
        low, high = (bounds[name].low, bounds[name].high) if name in bounds else (nothing, nothing)
        yield f"{name}_low", low
        yield f"{name}_high", np.where(high == HIGHEST, _NULL, high)
    for number in range(MAX_GROUPS):
        yield f"group_{number}", _masks(catalogue, people, number)


def _masks(catalogue: Catalogue, people: Population, number: int) -> Integers:
    vocabulary = list(people.tags)
    vocabulary += sorted({tag for group in catalogue.groups for tag in group} - set(vocabulary))
    bit = {tag: 1 << place for place, tag in enumerate(vocabulary)}
    masks = []
    for sheet in catalogue.sheets:
        if len(sheet.tag_groups) > MAX_GROUPS or len(vocabulary) > 62:
            raise ValueError("the peers hold two groups of tags and 62 tags")
        group = sheet.tag_groups[number] if number < len(sheet.tag_groups) else ()
        masks.append(sum(bit[tag] for tag in set(group)))
    return np.array(masks, np.int64)


def _rows(found: Sequence[Integers | None], catalogue: Catalogue) -> Integers:
    """States of every product, a row for each value."""
    nothing = np.zeros(len(catalogue), np.uint8)
    rows = [nothing if states is None else states for states in found]
    return np.array(rows, np.uint8).reshape(len(rows), len(catalogue))


def _states(name: str, rows: Integers) -> Table:
    value, product = (grid.reshape(-1) for grid in np.indices(rows.shape))
    return Table({name: value, "product": product, "state": rows.reshape(-1).astype(np.int64)})


def _open(regions: Integers, industries: Integers) -> Table:
    """Which products pass both a place and an industry."""
    region, industry, product = np.nonzero((regions == 0)[:, None, :] & (industries == 0)[None])
    return Table({"region": region, "industry": industry, "product": product})


def _costs(catalogue: Catalogue, asks: Asks) -> Table:
    terms = np.unique(asks.term)
    costs = catalogue.costs.table([int(term) for term in terms])
    grade, term, product = (grid.reshape(-1) for grid in np.indices(costs.shape))
    return Table(
        {
            "product": product,
            "grade": grade + 1,
            "term": terms[term].astype(np.int64),
            "cost": costs.reshape(-1).astype(np.int64),
        }
    )
