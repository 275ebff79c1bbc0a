"""A chunk of raw rows becomes rows to store and problems to show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sharing.receiving.cells import CHECK_DIGIT
from sharing.receiving.fast_rows import plain_rows
from sharing.receiving.problems import RowProblem
from sharing.receiving.raw_rows import RawChunk
from sharing.receiving.rows import GoodRow, RowReader
from sharing.receiving.stored_rows import Destination, StoredRows, of_good_rows, of_plain_rows


@dataclass(frozen=True)
class CheckedChunk:
    """What became of a chunk, and how far the file has come with it."""

    rows: StoredRows
    problems: list[RowProblem]
    last_line: int
    done: float

    def behind(self, line: int) -> "CheckedChunk":
        """Only what stands behind a line."""
        if self.rows.lines and self.rows.lines[0] > line:
            return self
        places = [i for i, one in enumerate(self.rows.lines) if one > line]
        problems = [problem for problem in self.problems if problem.line > line]
        return CheckedChunk(self.rows.only(places), problems, self.last_line, self.done)


def check_chunk(
    reader: RowReader, to: Destination, chunk: RawChunk, registered: Collection[str] = ()
) -> CheckedChunk:
    """Check every row of a chunk: the plain ones as columns, the others one by one."""
    plain = plain_rows(reader, chunk)
    good, problems = closer_look(reader, chunk, plain.others, registered)
    rows = of_plain_rows(reader, to, plain.values).join(of_good_rows(reader, to, good))
    return CheckedChunk(rows, problems, chunk.lines[-1], chunk.done)


def closer_look(
    reader: RowReader, chunk: RawChunk, places: Sequence[int], registered: Collection[str] = ()
) -> tuple[list[GoodRow], list[RowProblem]]:
    """Read some rows one by one."""
    good: list[GoodRow] = []
    problems: list[RowProblem] = []
    for place in places:
        read = reader.read(chunk.lines[place], chunk.cells[place], registered)
        if isinstance(read, GoodRow):
            good.append(read)
        else:
            problems += read
    return good, problems


def doubtful_codes(checked: CheckedChunk) -> list[str]:
    """USCCs with a wrong check digit, of which a few were really issued."""
    return [p.value.upper() for p in checked.problems if p.reason == CHECK_DIGIT]
