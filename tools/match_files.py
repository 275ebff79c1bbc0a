"""Rows and matches of `tools match` in Parquet files, at the same paths on every machine."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import polars as pl

from matching.engine.tables import ROW, WrongColumn
from tools.match_parts import COLUMNS, Rows, require


@dataclass(frozen=True)
class Files:
    """`parts` is an empty folder beside the result, for as long as the job takes."""

    enterprises: Path
    demands: Path | None
    parts: Path
    out: Path

    def count(self) -> int:
        """How many demands, or enterprises without demands."""
        require(_columns(self.enterprises), "enterprise_id", title="企业文件")
        ids = pl.scan_parquet(self.enterprises).select("enterprise_id")
        found = ids.select(pl.len(), pl.n_unique("enterprise_id").alias("distinct")).collect()
        total, distinct = found.row(0)
        if distinct < total:
            raise WrongColumn("企业文件：列 enterprise_id 有重复的编号")
        if self.demands is None:
            return int(total)
        require(_columns(self.demands), "demand_id", "enterprise_id", title="需求文件")
        return int(pl.scan_parquet(self.demands).select(pl.len()).collect().item())

    def read(self, start: int, size: int) -> Rows:
        """The rows of a part, numbered from the file's beginning."""
        enterprises = pl.scan_parquet(self.enterprises).with_row_index(ROW, offset=1)
        if self.demands is None:
            return Rows(enterprises.slice(start, size).collect(), None)
        everything = pl.scan_parquet(self.demands).with_row_index(ROW, offset=1)
        demands = everything.slice(start, size).collect()
        asking = demands.lazy().select("enterprise_id").unique()
        return Rows(enterprises.join(asking, on="enterprise_id", how="semi").collect(), demands)

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


def _columns(file: Path) -> list[str]:
    return list(pl.read_parquet_schema(file))
