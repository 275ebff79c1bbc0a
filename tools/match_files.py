"""Rows and matches of `tools match` in Parquet files, at the same paths on every machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import polars as pl

from matching.engine.tables import AGAIN, ROW, WrongColumn
from tools.match_parts import COLUMNS, Rows, require, unreadable


@dataclass(frozen=True)
class Files:
    """`parts` is an empty folder beside the result, for as long as the job takes."""

    enterprises: Path
    demands: Path | None
    out: Path
    parts: Path = Path()

    def __post_init__(self) -> None:
        for title, file in self._given():
            if same_file(file, self.out):
                raise ValueError(f"结果不能写进{title} {file}：它会被覆盖")

    def count(self) -> int:
        """How many demands, or enterprises without demands."""
        total = 0
        for title, file in self._given():
            key = "enterprise_id" if file == self.enterprises else "demand_id"
            with reading(title, file):
                columns = list(pl.read_parquet_schema(file))
                require(columns, key, "enterprise_id", title=title)
                ids = _scanned(file).select(ROW, key).collect()
            again = ids.filter(pl.col(key).is_not_null() & ~pl.col(key).is_first_distinct())
            if len(again):
                raise WrongColumn(f"{title}：列 {key} 第{again[ROW][0]}行{AGAIN}")
            total = len(ids)
        return total

    def everybody(self, size: int) -> Iterator[Rows]:
        """Every enterprise, numbered from the file's beginning."""
        with reading("企业文件", self.enterprises):
            everything = _scanned(self.enterprises)
            total = int(everything.select(pl.len()).collect().item())
            for start in range(0, total, size):
                yield Rows(everything.slice(start, size).collect(), None)

    def read(self, start: int, size: int) -> Rows:
        """The rows of a part, numbered from the file's beginning."""
        enterprises = _scanned(self.enterprises)
        if self.demands is None:
            with reading("企业文件", self.enterprises):
                return Rows(enterprises.slice(start, size).collect(), None)
        with reading("需求文件", self.demands):
            demands = _scanned(self.demands).slice(start, size).collect()
        asking = demands.lazy().select("enterprise_id").unique()
        with reading("企业文件", self.enterprises):
            found = enterprises.join(asking, on="enterprise_id", how="semi").collect()
        return Rows(found, demands)

    def write(self, number: int, matches: pl.DataFrame) -> None:
        """Keep a part. Another try may be writing it too: the last to end leaves a whole file."""
        file = self._part(number)
        partial = file.with_name(f".{file.name}.{uuid4().hex}")
        matches.write_parquet(partial)
        partial.replace(file)

    def finish(self, numbers: range) -> None:
        """All parts as one file, in order; what stood there before stays until it is whole."""
        partial = self.out.with_name(f".{self.out.name}.partial")
        if numbers:
            pl.scan_parquet([self._part(number) for number in numbers]).sink_parquet(partial)
        else:
            pl.DataFrame(schema=COLUMNS).write_parquet(partial)
        partial.replace(self.out)

    def _part(self, number: int) -> Path:
        return self.parts / f"part-{number:05}.parquet"

    def _given(self) -> list[tuple[str, Path]]:
        asking = [("需求文件", self.demands)] if self.demands else []
        return [("企业文件", self.enterprises), *asking]


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths are one file, whatever they are called."""
    if one.resolve() == other.resolve():
        return True
    return one.exists() and other.exists() and one.samefile(other)


def _scanned(file: Path) -> pl.LazyFrame:
    # A name is a name: no pattern and no folder of parts. A column of the file's own that is called
    # like our number of the row is one that nobody asked for.
    columns = pl.scan_parquet(file, glob=False)
    return columns.drop(ROW, strict=False).with_row_index(ROW, offset=1)


@contextmanager
def reading(title: str, file: Path) -> Iterator[None]:
    """Raises WrongColumn that names the file for whatever keeps it from being read."""
    if file.is_dir():
        raise WrongColumn(f"{title} {file}：是一个文件夹")
    try:
        yield
    except OSError as error:
        raise WrongColumn(f"{title} {file}：{unreadable(error)}") from None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise WrongColumn(f"{title} {file}：不是完整的 Parquet 文件") from None
