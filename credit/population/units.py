"""Columns in the units that are computed with: yuan as whole fen, scores as millionths."""

import polars as pl

from credit.population.columns import COLUMNS, Column, Kind
from credit.population.deciding import MICRO

FEN = 100
_PLACES = {Kind.YUAN: 2, Kind.SCORE: 6}
_UNITS = {Kind.YUAN: FEN, Kind.SCORE: MICRO}
_TYPES: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.FLAG: pl.Boolean(),
    Kind.DAY: pl.Date(),
    Kind.COUNT: pl.Int64(),
    Kind.TEXTS: pl.List(pl.String()),
    Kind.COUNTS: pl.List(pl.Int64()),
}


def in_units(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of a population as the rules compute with them, in the order of COLUMNS.

    The frame has passed credit/population/checks.py, or was made with these types.
    """
    return frame.select(_in_unit(frame.schema[column.name], column) for column in COLUMNS)


def _in_unit(dtype: pl.DataType, column: Column) -> pl.Expr:
    values = pl.col(column.name)
    if column.kind is Kind.RECORDS:
        return values.cast(pl.List(pl.Struct(_parts(column))))
    if column.kind not in _UNITS:
        return values.cast(_TYPES[column.kind])
    if isinstance(dtype, pl.Decimal):
        # The integer behind a decimal of two places is its fen.
        scaled = values.cast(pl.Decimal(38, _PLACES[column.kind]))
        return scaled.to_physical().cast(pl.Int64)
    return values.cast(pl.Int64) * _UNITS[column.kind]


def _parts(column: Column) -> dict[str, pl.DataType]:
    return {name: _TYPES[kind] for name, (kind, _) in column.parts.items()}
