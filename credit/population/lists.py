"""Counting in list columns: a list per row becomes a number per row.

Most lists are empty, so only the others are opened.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from credit.population.ratios import Longs


def count_where(
    frame: pl.DataFrame, column: str, conditions: Mapping[str, pl.Expr]
) -> pl.DataFrame:
    """Per row, how many records of a list column meet each condition; 0 without a list."""
    rows, records = opened(frame, column)
    met = records.select(**conditions)
    return pl.DataFrame(
        {
            name: np.bincount(
                rows[met[name].fill_null(value=False).to_numpy()], minlength=len(frame)
            )
            for name in conditions
        }
    )


def words_found(frame: pl.DataFrame, column: str, words: Mapping[str, int]) -> Longs:
    """Per row, the numbers of the words that stand in a list, joined bit by bit."""
    rows, records = opened(frame, column)
    numbers = records[column].replace_strict(words, return_dtype=pl.Int64).to_numpy()
    return _joined(rows, numbers, len(frame))


def bits_found(frame: pl.DataFrame, column: str) -> Longs:
    """Per row, the bits of the counts that stand in a list."""
    rows, records = opened(frame, column)
    return _joined(rows, 1 << records[column].cast(pl.Int64).to_numpy(), len(frame))


def opened(frame: pl.DataFrame, column: str) -> tuple[Longs, pl.DataFrame]:
    """The row number of every record in a list column, and the records; structs become columns."""
    lists = frame.select(pl.int_range(pl.len()).alias("row"), column)
    records = lists.filter(pl.col(column).list.len() > 0).explode(column)
    rows = records["row"].to_numpy()
    if isinstance(records.schema[column], pl.Struct):
        return rows, records.select(column).unnest(column)
    return rows, records.select(column)


def _joined(rows: Longs, numbers: Longs, many: int) -> Longs:
    joined = np.zeros(many, dtype=np.int64)
    np.bitwise_or.at(joined, rows, numbers)
    return joined
