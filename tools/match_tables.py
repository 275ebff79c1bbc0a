"""Rows and matches of `tools match` in tables of PostgreSQL: parts by key, results by COPY.

Every machine reaches the database by its own DATABASE_URL. The tables have the columns of the
files; the result has a column `part` beside them: a part that is done again replaces itself.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncpg
import polars as pl

from matching.engine.tables import ROW, WrongColumn
from storage.database import connected
from tools.database import database_urls
from tools.match_parts import COLUMNS, Rows, require

PREFIX, KIND = "pg:", "表"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}(\.[a-z_][a-z0-9_]{0,62})?", re.ASCII)
T = TypeVar("T")


@dataclass(frozen=True)
class Tables:
    """Names of tables, with or without a schema. Raises ValueError for anything else."""

    enterprises: str
    demands: str | None
    out: str

    def __post_init__(self) -> None:
        for name in (self.enterprises, self.demands or self.enterprises, self.out):
            if _NAME.fullmatch(name) is None:
                raise ValueError(f"表名须为小写字母、数字和下划线：{name}")
        if self.out in (self.enterprises, self.demands):
            raise ValueError(f"结果不能写进要读的表：{self.out}")

    def count(self) -> int:
        """How many demands, or enterprises without demands."""
        return _run(self._count())

    def everybody(self, size: int) -> Iterator[Rows]:
        """Every enterprise, in the order of the ids."""
        last: str | None = ""
        while last is not None:
            rows, last = _run(self._after(last, size))
            yield rows

    def read(self, start: int, size: int) -> Rows:
        """The rows of a part, in the order of their ids."""
        return _run(self._read(start, size))

    def write(self, number: int, matches: pl.DataFrame) -> None:
        """Replace a part in one transaction."""
        _run(self._write(number, matches))

    def finish(self, numbers: range) -> None:
        """Remove what an earlier and longer run left behind."""
        _run(self._finish(len(numbers)))

    async def _count(self) -> int:
        async with _connection() as connection:
            total = await _distinct(connection, self.enterprises, "enterprise_id", "企业表")
            if self.demands is None:
                return total
            return await _distinct(connection, self.demands, "demand_id", "需求表")

    async def _after(self, last: str, size: int) -> tuple[Rows, str | None]:
        """Some enterprises behind an id, and the last one's id unless these are the last."""
        async with _connection() as connection:
            found = await connection.fetch(
                f"SELECT * FROM {self.enterprises} WHERE enterprise_id > $1"  # noqa: S608 - a checked name
                " ORDER BY enterprise_id LIMIT $2",
                last,
                size,
            )
            rows = Rows(await _table(connection, self.enterprises, found), None, KIND)
            return rows, found[-1]["enterprise_id"] if len(found) == size else None

    async def _read(self, start: int, size: int) -> Rows:
        async with _connection() as connection:
            if self.demands is None:
                found = await _frame(connection, self.enterprises, "enterprise_id", start, size)
                return Rows(found, None, KIND)
            demands = await _frame(connection, self.demands, "demand_id", start, size)
            require(demands.columns, "demand_id", "enterprise_id", title="需求表")
            asking = await connection.fetch(
                f"SELECT * FROM {self.enterprises} WHERE enterprise_id = ANY($1::text[])"  # noqa: S608 - a checked name
                " ORDER BY enterprise_id",
                demands["enterprise_id"].unique().to_list(),
            )
            return Rows(await _table(connection, self.enterprises, asking), demands, KIND)

    async def _write(self, number: int, matches: pl.DataFrame) -> None:
        schema, _, table = self.out.rpartition(".")
        rows = ((number, *row) for row in matches.iter_rows())
        async with _connection() as connection, connection.transaction():
            await connection.execute(f"DELETE FROM {self.out} WHERE part = $1", number)  # noqa: S608 - a checked name
            await connection.copy_records_to_table(
                table, schema_name=schema or None, columns=["part", *COLUMNS], records=rows
            )

    async def _finish(self, count: int) -> None:
        async with _connection() as connection:
            await connection.execute(f"DELETE FROM {self.out} WHERE part >= $1", count)  # noqa: S608 - a checked name


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@asynccontextmanager
async def _connection() -> AsyncIterator[asyncpg.Connection]:
    with database_urls() as urls:
        async with connected(urls.app) as connection:
            yield connection


async def _distinct(connection: asyncpg.Connection, table: str, key: str, title: str) -> int:
    """The number of rows. Raises WrongColumn for an id that is missing or stands twice."""
    total = int(await connection.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a checked name
    wrong = await connection.fetchrow(
        f"SELECT {key} FROM {table} GROUP BY {key}"  # noqa: S608 - a checked name and a constant
        f" HAVING count(*) > 1 OR coalesce({key}, '') = '' LIMIT 1"
    )
    if wrong is not None:
        reason = f"有重复的编号：{wrong[0]}" if wrong[0] else "有空的编号"
        raise WrongColumn(f"{title}：列 {key} {reason}")
    return total


async def _frame(
    connection: asyncpg.Connection, table: str, key: str, start: int, size: int
) -> pl.DataFrame:
    rows = await connection.fetch(
        f"SELECT * FROM {table} ORDER BY {key} OFFSET $1 LIMIT $2",  # noqa: S608 - a checked name and a constant
        start,
        size,
    )
    frame = await _table(connection, table, rows)
    return frame.with_row_index(ROW, offset=start + 1)


async def _table(
    connection: asyncpg.Connection, table: str, rows: list[asyncpg.Record]
) -> pl.DataFrame:
    """Rows as columns by the table's own types, so that an empty column has one too."""
    statement = await connection.prepare(f"SELECT * FROM {table}")  # noqa: S608 - a checked name
    schema: dict[str, Any] = {
        one.name: _TYPES.get(one.type.name) for one in statement.get_attributes()
    }
    return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")


_TYPES = {
    "text": pl.String,
    "varchar": pl.String,
    "text[]": pl.List(pl.String),
    "varchar[]": pl.List(pl.String),
    "bool": pl.Boolean,
    "date": pl.Date,
    "int2": pl.Int64,
    "int4": pl.Int64,
    "int8": pl.Int64,
}
