"""DuckDB in this process, filled with the tables of match_sql."""

from collections.abc import Mapping

import duckdb

from bench.match_sql import Table
from matching.engine.catalogue import LOWEST


def filled(tables: Mapping[str, Table], threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A database in memory that holds the tables."""
    connection = duckdb.connect(config={"threads": threads})
    for name, table in tables.items():
        columns = ", ".join(
            f"CAST(NULLIF({column}, {LOWEST}) AS {kind}) AS {column}"
            for column, kind in table.types().items()
        )
        connection.register("given", dict(table.columns))
        connection.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM given")  # noqa: S608
        connection.unregister("given")
    return connection
